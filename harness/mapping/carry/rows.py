"""Carry tables compiled: which resources a segment opens, and which place of it goes to which element.

A carry row ties a place of a message to an element of FHIR without an item: it is never scored, and an item row of the same place wins.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from harness.catalogue import catalogue
from harness.errors import CatalogueError

_AT = re.compile(r"(?P<field>\d+)(?:\[(?P<repetition>\d+)\])?(?:\.(?P<component>\d+))?")
_STEP = re.compile(r"(?P<name>_?[A-Za-z]+)(?P<list>\[\]|\[=\])?")


@dataclass(frozen=True, slots=True)
class Step:
    """One element name; ``mode`` ``[]`` adds an element to a list, ``[=]`` stays at its last one, empty is no list."""

    name: str
    mode: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A resource that segments open and rows fill.

    ``patient`` and ``encounter`` name its references to those; ``links`` maps elements to the slots they refer to;
    ``listed`` is the place of another slot that lists it; ``within`` makes it an element of another slot's resource; ``notes`` is where an NTE behind it goes;
    ``fixed`` are elements it has unless a row says otherwise.
    """

    name: str
    type: str
    patient: str = ""
    encounter: str = ""
    within: str = ""
    listed: str = ""
    notes: str = ""
    links: Mapping[str, str] | None = None
    fixed: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """A segment opens a slot: in messages ``only`` of those types, not in ``but``; ``resume`` goes on with the one that segment just opened;
    ``before`` asks which segment comes first of those that decide what an order is."""

    slot: str
    only: frozenset[str] = frozenset()
    but: frozenset[str] = frozenset()
    resume: str = ""
    before: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CarryRow:
    """One place of a segment to one element. ``lost`` says instead why it goes nowhere, ``structural`` that it only says how the message is built."""

    at: str
    field: int
    repetition: int
    component: int
    slot: str
    steps: tuple[Step, ...]
    transform: str
    path: str
    only: frozenset[str]
    map: str
    back: bool
    lost: str
    structural: bool
    fixed: Mapping[str, Any]
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class SegmentTable:
    """The openings and rows of one segment."""

    segment: str
    opens: tuple[Opening, ...]
    rows: tuple[CarryRow, ...]


@dataclass(frozen=True, slots=True)
class CarryTables:
    """Everything under ``profiles/mappings/carry``."""

    slots: Mapping[str, Slot]
    segments: Mapping[str, SegmentTable]
    maps: Mapping[str, Mapping[str, str]]


@lru_cache(maxsize=1)
def carry_tables() -> CarryTables:
    """The shipped tables, compiled once; CatalogueError for a row that names what does not exist."""
    from harness.mapping.carry.transforms import TRANSFORMS

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


def steps_of(path: str) -> tuple[Step, ...]:
    """``participant[].individual`` compiled; CatalogueError where it is not a path."""
    steps = []
    for part in path.split("."):
        match = _STEP.fullmatch(part)
        if match is None:
            raise CatalogueError(f"{part!r} is not a step of a path", where=path, expected="names, with [] to add to a list and [=] to stay at its last")
        steps.append(Step(match["name"], match["list"] or ""))
    return tuple(steps)


def _slot(name: str, raw: Mapping[str, Any]) -> Slot:
    return Slot(
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
