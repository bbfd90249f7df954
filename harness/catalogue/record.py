"""Items and groups of the record: ``profiles/record``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.catalogue.load import load_yaml
from harness.catalogue.refer import must_differ, must_know
from harness.model.item import Group, Item


def load_groups(root: Path) -> Mapping[str, Group]:
    """Groups by name, in file order."""
    path = root / "profiles" / "record" / "groups.yaml"
    data = load_yaml(path, "groups", root=root)["groups"]
    must_differ("group", (raw["name"] for raw in data), str(path))
    return {raw["name"]: Group(raw["name"], tuple(raw["key"]), raw["repeats"]) for raw in data}


def load_items(root: Path, groups: Mapping[str, Group]) -> Mapping[str, Item]:
    """Items by id, in file order; an item of no known group, or a group key that is no item, raises CatalogueError."""
    path = root / "profiles" / "record" / "items.yaml"
    data = load_yaml(path, "items", root=root)["items"]
    must_differ("item", (raw["id"] for raw in data), str(path))
    items = {raw["id"]: _item(raw) for raw in data}
    for item in items.values():
        must_know("group", item.group, groups, f"{path} {item.id}")
    for group in groups.values():
        for key in group.key:
            must_know("item", key, items, f"{root / 'profiles' / 'record' / 'groups.yaml'} {group.name}")
    return items


def _item(raw: Mapping[str, Any]) -> Item:
    return Item(
        id=raw["id"],
        heading=raw["heading"],
        title=raw["title"],
        criticality=raw["criticality"],
        normal_form=raw["normal_form"],
        apart=_pairs(raw.get("apart", ())),
        alike=_pairs(raw.get("alike", ())),
        families=tuple(raw.get("families", ())),
    )


def _pairs(raw: Any) -> tuple[tuple[str, str], ...]:
    return tuple((left, right) for left, right in raw)
