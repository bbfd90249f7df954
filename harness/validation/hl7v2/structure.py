"""Segment order and number: one line of text per structure, and its comparison with the segments of a message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from harness.errors import CatalogueError

_TOKEN = re.compile(r"(\()|(\))(?::(RE|R|O))?(\*)?|([A-Z][A-Z0-9]{2})(?::(RE|R|O))?(\*)?|\s+")


@dataclass(frozen=True, slots=True)
class Slot:
    """One place for a segment. ``group`` is 0 outside any group, else the number of the repeating group it belongs to."""

    name: str
    use: str
    repeats: bool
    group: int


@dataclass(frozen=True, slots=True)
class Structure:
    """The slots of a message in order. ``names`` are the MSH-9.3 values that stand for it, ``relaxed`` fields it does not require."""

    names: tuple[str, ...]
    slots: tuple[Slot, ...]
    relaxed: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Departure:
    """One departure from a structure. ``kind`` is missing, order, repeated or not-allowed; ``index`` the segment's place in the message."""

    kind: str
    name: str
    index: int


def read_structure(text: str, names: tuple[str, ...], relaxed: tuple[str, ...], source: str) -> Structure:
    """The structure written as ``MSH PID PD1:O NK1:O* (EVN:O PID):O*``; raises CatalogueError for anything else."""
    slots: list[Slot] = []
    group = current = 0
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise CatalogueError(f"a structure cannot be read at {text[position : position + 12]!r}", where=source, expected="SEGMENT[:usage][*] or (…):O*")
        if match[1]:
            group += 1
            current = group
        elif match[2]:
            current = 0
        elif match[5]:
            slots.append(Slot(match[5], match[6] or "R", bool(match[7]), current))
        position = match.end()
    return Structure(names, tuple(slots), relaxed, source)


def compare(structure: Structure, names: Sequence[str], known: frozenset[str]) -> Iterator[Departure]:
    """Departures of the segment ``names`` of a message from ``structure``; segments outside ``known`` are nobody's business here."""
    slots = structure.slots
    counts = [0] * len(slots)
    place = 0
    missing: list[int] = []
    for index, name in enumerate(names):
        if name not in known:
            continue
        found = next((slot for slot in range(place, len(slots)) if slots[slot].name == name), -1)
        if found == place and counts[place] and not slots[place].repeats:
            again = _restart(slots, place, name)
            if again < 0:
                yield Departure("repeated", name, index)
                continue
            found = again
        if found < 0:
            again = _restart(slots, place, name)
            if again >= 0:
                found = again
            else:
                same = next((slot for slot in range(len(slots)) if slots[slot].name == name), -1)
                if same < 0:
                    yield Departure("not-allowed", name, index)
                    continue
                repeated = counts[same] and not slots[same].repeats
                counts[same] += 1
                yield Departure("repeated" if repeated else "order", name, index)
                continue
        if found < place or (found == place and counts[place] and not slots[place].repeats):
            first = next(slot for slot in range(len(slots)) if slots[slot].group == slots[found].group)
            for slot in range(first, len(slots)):
                if slots[slot].group == slots[found].group:
                    if not counts[slot] and slots[slot].use == "R":
                        yield Departure("missing", slots[slot].name, index)
                    counts[slot] = 0
            place = first
        missing += [slot for slot in range(place, found) if not counts[slot] and slots[slot].use == "R" and _wanted(slots, counts, slot, found)]
        place = found
        counts[found] += 1
    missing += [slot for slot in range(place, len(slots)) if not counts[slot] and slots[slot].use == "R" and _wanted(slots, counts, slot, place)]
    for slot in missing:
        if not counts[slot]:
            yield Departure("missing", slots[slot].name, len(names))


def _restart(slots: Sequence[Slot], place: int, name: str) -> int:
    """The slot that begins ``name`` in another turn of the repeating group at ``place``, or -1."""
    group = slots[place].group
    if not group:
        return -1
    return next((slot for slot in range(len(slots)) if slots[slot].group == group and slots[slot].name == name), -1)


def _wanted(slots: Sequence[Slot], counts: Sequence[int], slot: int, reached: int) -> bool:
    """A required slot of an optional group is wanted only where that group was entered."""
    group = slots[slot].group
    return not group or slots[reached].group == group or any(counts[other] for other in range(len(slots)) if slots[other].group == group)
