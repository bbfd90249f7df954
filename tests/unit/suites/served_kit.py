"""What a scripted side serves: the lens writes resources that refer to each other by ``urn:uuid``; a server gives them ids and refers by those."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Resource = dict[str, Any]


def served(entries: Iterable[Mapping[str, Any]], stem: str) -> list[Resource]:
    """The resources of a Bundle's ``entries`` under ids made of ``stem`` and their number, and what refers to them by these."""
    written = [(entry.get("fullUrl", ""), {**entry["resource"], "id": f"{stem}-{at}".lower()}) for at, entry in enumerate(entries)]
    names = {full: f"{resource['resourceType']}/{resource['id']}" for full, resource in written if full}
    return [renamed(resource, names) for _, resource in written]


def renamed(tree: Any, names: Mapping[str, str]) -> Any:
    """The tree with every text that stands in ``names`` replaced."""
    if isinstance(tree, dict):
        return {name: renamed(child, names) for name, child in tree.items()}
    if isinstance(tree, list):
        return [renamed(child, names) for child in tree]
    return names.get(tree, tree) if isinstance(tree, str) else tree
