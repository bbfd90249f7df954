"""What carry tables say: which resources a segment opens, and which place of it goes to which element.

A carry row ties a place of a message to an element of FHIR without an item: it is never scored, and an item row of the same place wins.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harness.errors import CatalogueError

_STEP = re.compile(r"(?P<name>_?[A-Za-z]+)(?P<list>\[\]|\[=\])?")


@dataclass(frozen=True, slots=True)
class CarryStep:
    """One element name; ``mode`` ``[]`` adds an element to a list, ``[=]`` stays at its last one, empty is no list."""

    name: str
    mode: str = ""


@dataclass(frozen=True, slots=True)
class CarrySlot:
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
    steps: tuple[CarryStep, ...]
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

    slots: Mapping[str, CarrySlot]
    segments: Mapping[str, SegmentTable]
    maps: Mapping[str, Mapping[str, str]]


def steps_of(path: str) -> tuple[CarryStep, ...]:
    """``participant[].individual`` compiled; CatalogueError where it is not a path."""
    steps = []
    for part in path.split("."):
        match = _STEP.fullmatch(part)
        if match is None:
            raise CatalogueError(f"{part!r} is not a step of a path", where=path, expected="names, with [] to add to a list and [=] to stay at its last")
        steps.append(CarryStep(match["name"], match["list"] or ""))
    return tuple(steps)
