"""Mapping tables and code maps: ``profiles/mappings``. The file of key ``hl7v2/2.4/itk`` is ``hl7v2-2.4-itk.yaml``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from harness.catalogue.load import load_yaml
from harness.catalogue.refer import must_differ, must_know
from harness.errors import CatalogueError
from harness.model.item import CodeMap, CodeMapEntry, MappingTable, Row


def table_path(root: Path, key: str) -> Path:
    """Where the table of ``key`` stands."""
    return root / "profiles" / "mappings" / f"{key.replace('/', '-')}.yaml"


def table_keys(root: Path) -> tuple[str, ...]:
    """The keys that have a table, sorted."""
    names = sorted(path.stem for path in (root / "profiles" / "mappings").glob("*.yaml"))
    return tuple("/".join(name.split("-", 2)) for name in names)


def load_table(root: Path, key: str, items: Collection[str], groups: Collection[str], maps: Mapping[str, CodeMap]) -> MappingTable:
    """The table of ``key``; rows that name unknown items or code maps raise CatalogueError."""
    path = table_path(root, key)
    data = load_yaml(path, "mapping", root=root)
    if data["key"] != key:
        raise CatalogueError(f"the key {data['key']!r} does not fit the file name", where=str(path), expected=repr(key), do="rename one of them")
    rows = tuple(_row(raw) for raw in data["rows"])
    for row in rows:
        must_know("item", row.item, items, f"{path} {row.at}")
        if row.map:
            must_know("code map", row.map, maps, f"{path} {row.item}")
    for item in data.get("losses", {}):
        must_know("item", item, items, f"{path} losses")
    anchors = data.get("anchors", {})
    for group in anchors:
        must_know("group", group, groups, f"{path} anchors")
    return MappingTable(key, data["source"], anchors, rows, data.get("losses", {}))


def load_code_maps(root: Path) -> Mapping[str, CodeMap]:
    """Every code map by id; the file name is the id, and no code may be reached in one direction from two entries."""
    maps: dict[str, CodeMap] = {}
    for path in sorted((root / "profiles" / "mappings" / "codes").glob("*.yaml")):
        data = load_yaml(path, "code-map", root=root)
        if data["id"] != path.stem:
            raise CatalogueError(f"the id {data['id']!r} does not fit the file name", where=str(path), do="rename one of them")
        entries = tuple(_entry(raw) for raw in data["entries"])
        must_differ("code read", (entry.local for entry in entries if entry.direction != "write"), str(path))
        must_differ("code written", (entry.neutral for entry in entries if entry.direction != "read"), str(path))
        maps[data["id"]] = CodeMap(data["id"], data["source"], entries, data.get("system", ""))
    return maps


def _entry(raw: Mapping[str, str]) -> CodeMapEntry:
    return CodeMapEntry(raw["neutral"], raw["local"], raw.get("equivalence", "equivalent"), raw.get("direction", "both"))


def _row(raw: Mapping[str, Any]) -> Row:
    return Row(
        item=raw["item"],
        at=raw["at"],
        transform=raw.get("transform", "text"),
        map=raw.get("map", ""),
        loss=raw.get("loss", ""),
        loss_kind=raw.get("loss_kind", ""),
        direction=raw.get("direction", "both"),
        when=tuple(raw.get("when", ())),
        options=raw.get("options", {}),
    )
