"""The carry tables of ``profiles/mappings/carry``, compiled and checked: no row names what does not exist."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from harness.catalogue import catalogue
from harness.errors import CatalogueError
from harness.mapping.carry.rows import CarryRow, CarrySlot, CarryTables, Opening, SegmentTable, steps_of
from harness.mapping.carry.transforms import TRANSFORMS

_AT = re.compile(r"(?P<field>\d+)(?:\[(?P<repetition>\d+)\])?(?:\.(?P<component>\d+))?")


@lru_cache(maxsize=1)
def carry_tables() -> CarryTables:
    """The shipped tables, compiled once; CatalogueError for a row that names what does not exist."""
    data = catalogue().carry()
    slots = {name: _slot(name, raw) for name, raw in data["slots"].items()}
    segments = {}
    for raw in data["segments"]:
        name = raw["segment"]
        opens = tuple(_opening(one) for one in raw.get("opens", ()))
        rows = tuple(_row(name, one) for one in raw["rows"])
        for row in rows:
            where = f"carry {name}-{row.at}"
            if row.slot and row.slot not in slots and row.slot != "note":
                raise CatalogueError(f"there is no slot {row.slot!r}", where=where, do=f"known: {', '.join(slots)}")
            if row.transform not in TRANSFORMS:
                raise CatalogueError(f"there is no transform {row.transform!r}", where=where, do=f"known: {', '.join(TRANSFORMS)}")
            if row.map and row.map not in data["maps"]:
                raise CatalogueError(f"there is no carry map {row.map!r}", where=where, do=f"known: {', '.join(data['maps'])}")
        segments[name] = SegmentTable(name, opens, rows)
    return CarryTables(slots, segments, data["maps"])


def _slot(name: str, raw: Mapping[str, Any]) -> CarrySlot:
    return CarrySlot(
        name,
        raw.get("type", ""),
        raw.get("patient", ""),
        raw.get("encounter", ""),
        raw.get("within", ""),
        raw.get("listed", ""),
        raw.get("notes", ""),
        raw.get("links", {}),
        json.loads(raw.get("fixed", "{}")),
    )


def _opening(raw: Mapping[str, Any]) -> Opening:
    return Opening(raw["slot"], frozenset(raw.get("only", ())), frozenset(raw.get("but", ())), raw.get("resume", ""), frozenset(raw.get("before", ())))


def _row(segment: str, raw: Mapping[str, Any]) -> CarryRow:
    at = str(raw["at"])
    match = _AT.fullmatch(at)
    if match is None:
        raise CatalogueError(f"{at!r} is not a place in a segment", where=f"carry {segment}", expected="field[repetition].component")
    slot, _, path = raw.get("to", "").partition(".")
    return CarryRow(
        at,
        int(match["field"]),
        int(match["repetition"] or 0),
        int(match["component"] or 0),
        slot,
        steps_of(path) if path else (),
        raw.get("as", "text"),
        raw.get("to", ""),
        frozenset(raw.get("only", ())),
        raw.get("map", ""),
        raw.get("back", False),
        raw.get("lost", ""),
        raw.get("structural", False),
        json.loads(raw.get("set", "{}")),
        raw.get("options", {}),
    )
