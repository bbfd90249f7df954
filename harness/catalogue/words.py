"""How schemas take their words from ``profiles/vocabulary.yaml``, so that a list of words is typed once.

In a schema ``{"$vocabulary": "families"}`` stands for the names of that list: as a value of its own it becomes ``enum`` (words that stand beside it under
``enum`` stay), under ``required`` the names themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from harness.catalogue.refer import must_know

Words = Mapping[str, Sequence[str]]
_ASKED = "$vocabulary"


def filled(schema: Any, words: Callable[[], Words], where: str) -> Any:
    """A copy of ``schema`` with ``words()`` (names by list) where it asks for them; a list that does not exist raises CatalogueError at ``where``."""
    if isinstance(schema, list):
        return [filled(part, words, where) for part in schema]
    if not isinstance(schema, dict):
        return schema
    done = {
        name: _names(part[_ASKED], words, where) if name == "required" and isinstance(part, dict) and _ASKED in part else filled(part, words, where)
        for name, part in schema.items()
        if name != _ASKED
    }
    return {**done, "enum": [*done.get("enum", ()), *_names(schema[_ASKED], words, where)]} if isinstance(schema.get(_ASKED), str) else done


def _names(asked: str, words: Callable[[], Words], where: str) -> list[str]:
    known = words()
    must_know("list of words", asked, known, where)
    return list(known[asked])
