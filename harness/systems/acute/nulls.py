"""The null rule of the ITK specification: ``""`` deletes what is stored, an empty field leaves it as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from harness.formats.hl7v2 import Tree

NULL: Final = '""'
Patch = dict[str, Any]
Local = Callable[[str, str], str]


def value(tree: Tree, path: str) -> str:
    """The text at ``path``; empty for absent and for an explicit deletion."""
    found = tree.get(path)
    return "" if found is None or found == NULL else found


def deleted(tree: Tree, path: str) -> bool:
    """True where ``path`` explicitly deletes."""
    return tree.get(path) == NULL


def present(tree: Tree, path: str) -> bool:
    """True where ``path`` says anything, a deletion included."""
    return bool(tree.raw(path))


def note(patch: Patch, key: str, tree: Tree, path: str, made: Any) -> None:
    """Put ``key`` into ``patch``: None where ``path`` deletes, ``made`` where it holds something, nothing where it is empty."""
    if deleted(tree, path):
        patch[key] = None
    elif value(tree, path):
        patch[key] = made
