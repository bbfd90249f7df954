"""One walk over a message by the carry tables: segments open resources, rows fill them, and every leaf taken is accounted for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from harness.formats.hl7v2 import Segment, Tree
from harness.mapping.carry.cells import Cell
from harness.mapping.carry.leaves import CARRIED, STRUCTURAL, Account, split
from harness.mapping.carry.rows import CarryRow, CarrySlot, CarryStep, CarryTables, Opening, steps_of
from harness.mapping.carry.transforms import TRANSFORMS

_CHOICES = ("value", "deceased", "multipleBirth", "event", "medication", "occurrence", "effective", "collected", "bounds", "onset", "performed", "asNeeded")
_KEPT = frozenset({"patient", "header", "event", "origin", "software", "appointment"})
_DECIDING = frozenset({"OBR", "RXO", "RXE", "RXD", "RXA", "RXG", "ODS", "ODT", "RQD", "BPO", "SPM", "SCH"})


@dataclass(slots=True)
class Open:
    """A resource being filled: which segment opened it, and which went on with it."""

    slot: CarrySlot
    resource: dict[str, Any]
    url: str
    by: str
    resumed: set[str] = field(default_factory=set)
    filled: bool = False
    top: Open | None = None


class Walk:
    """The resources of one message in the order made.

    ``at`` maps (segment, occurrence) to what was open there; ``placed`` a repetition (``PID-5``, index of its segment, number) to its element.
    """

    def __init__(self, tree: Tree, tables: CarryTables, account: Account) -> None:
        self.tree, self.tables, self.account = tree, tables, account
        self.type = tree.type
        stem = f"{tree.get('MSH-3') or ''}|{tree.get('MSH-4') or ''}|{tree.get('MSH-7') or ''}|{tree.control_id}"
        # A header may hold bytes that are no text.
        self.stem = stem.encode("utf-8", "backslashreplace").decode()
        self.opened: list[Open] = []
        self.beside: dict[str, dict[str, Any]] = {}
        self.slots: dict[str, Open] = {}
        self.at: dict[tuple[str, int], dict[str, Open]] = {}
        self.placed: dict[tuple[str, int, int], dict[str, Any]] = {}
        self._first_placed: dict[tuple[str, int], dict[str, Any]] = {}
        self._before: Open | None = None

    def run(self) -> None:
        """Walk every segment."""
        seen: dict[str, int] = {}
        for index, segment in enumerate(self.tree.segments):
            seen[segment.name] = seen.get(segment.name, 0) + 1
            table = self.tables.segments.get(segment.name)
            if table is None:
                self.account.refuse_segment(index, f"no carry table for the segment {segment.name}")
                continue
            opened = [made for opening in table.opens if (made := self._open(opening, segment, index)) is not None]
            if opened:
                # A note belongs to the first thing its segment opened that can hold one.
                self._before = next((one for one in opened if one.slot.notes), None)
            self.at[segment.name, seen[segment.name]] = dict(self.slots)
            for row in table.rows:
                if not row.only or self.type in row.only:
                    self._row(row, segment, index)

    def refer(self, resource: dict[str, Any]) -> dict[str, Any]:
        """A reference to that resource; the same content is the same resource."""
        url = self._url(json.dumps(resource, sort_keys=True, default=str))
        self.beside.setdefault(url, resource)
        return {"reference": url}

    def codes(self, name: str) -> dict[str, str]:
        """A carry map by name; empty where the row names none."""
        return dict(self.tables.maps[name]) if name else {}

    def first(self, slot: str) -> dict[str, Any] | None:
        """The resource of the first opening of that slot."""
        return next((one.resource for one in self.opened if one.slot.name == slot), None)

    def element(self, segment: tuple[str, int], slot: str) -> dict[str, Any] | None:
        """What that slot held when the nth segment of that name was walked."""
        found = self.at.get(segment, {}).get(slot)
        return None if found is None else found.resource

    def repetition(self, place: str, number: int) -> dict[str, Any] | None:
        """The element that a row made of a repetition of a field of the first segment of that name."""
        return self._first_placed.get((place, number))

    def fill(self, resource: dict[str, Any] | None) -> None:
        """That resource, or the one it is an element of, holds something now."""
        for one in self.opened:
            if one.resource is resource:
                one.filled = True
                if one.top is not None:
                    one.top.filled = True

    def entries(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(address, resource) of what was filled, then of what they refer to."""
        gone = {one.url for one in self.opened if not one.slot.within and not one.filled}
        kept = [one for one in self.opened if not one.slot.within and one.filled]
        for one in kept:
            for name, value in (one.slot.fixed or {}).items():
                _default(one.resource, name, value)
            whole = _without(one.resource, gone)
            if one.slot.patient:
                whole.setdefault(one.slot.patient, {"display": "not said"})
            yield one.url, whole
        yield from self.beside.items()

    def _open(self, opening: Opening, segment: Segment, index: int) -> Open | None:
        if (opening.only and self.type not in opening.only) or self.type in opening.but:
            return None
        if opening.before and self._next(index) not in opening.before:
            return None
        current = self.slots.get(opening.slot)
        if opening.resume and current is not None and current.by == opening.resume and segment.name not in current.resumed:
            current.resumed.add(segment.name)
            return current
        slot = self.tables.slots[opening.slot]
        if slot.within:
            return self._within(slot, segment)
        made = Open(slot, {"resourceType": slot.type}, self._url(f"{slot.name}#{len(self.opened)}"), segment.name)
        for name, target in ((slot.patient, "patient"), (slot.encounter, "encounter"), *((k, v) for k, v in (slot.links or {}).items())):
            if name and target in self.slots:
                self._put(made.resource, steps_of(name), {"reference": self.slots[target].url}, {})
        if slot.patient and "patient" not in self.slots:
            made.resource[slot.patient] = {"display": "not said"}
        self.opened.append(made)
        self.slots[opening.slot] = made
        if opening.slot == "patient":
            for gone in [name for name in self.slots if name not in _KEPT]:
                del self.slots[gone]
        lister, _, path = slot.listed.partition(".")
        if lister in self.slots:
            self._put(self.slots[lister].resource, steps_of(path), {"reference": made.url}, {})
        return made

    def _within(self, slot: CarrySlot, segment: Segment) -> Open | None:
        holder, _, path = slot.within.partition(".")
        if holder not in self.slots:
            self.slots.pop(slot.name, None)
            return None
        element: dict[str, Any] = json.loads(json.dumps(slot.fixed or {}))
        for name, target in (slot.links or {}).items():
            if target in self.slots:
                element[name] = {"reference": self.slots[target].url}
        self._put(self.slots[holder].resource, steps_of(path), element, {})
        made = Open(slot, element, self.slots[holder].url, segment.name, top=self.slots[holder])
        self.opened.append(made)
        self.slots[slot.name] = made
        return made

    def _next(self, index: int) -> str:
        for segment in self.tree.segments[index + 1 :]:
            if segment.name == "ORC":
                return ""
            if segment.name in _DECIDING:
                return segment.name
        return ""

    def _row(self, row: CarryRow, segment: Segment, index: int) -> None:
        cells = list(self._cells(row, segment, index))
        if not cells:
            return
        if row.structural or row.lost:
            for cell in cells:
                if row.structural:
                    self.account.settle(cell.all_keys(), STRUCTURAL, "")
                else:
                    self.account.refuse(cell.all_keys(), row.lost)
            return
        target, steps = self._target(row)
        if target is None:
            for cell in cells:
                self.account.refuse(cell.all_keys(), f"no {row.slot} is open here to hold it")
            return
        for cell in cells:
            value = TRANSFORMS[row.transform](cell, self, row)
            if value is None or value == "":
                self.account.refuse(cell.all_keys(), _refusal(row))
                continue
            if not steps:
                if not _merged(target.resource, value):
                    self.account.refuse(cell.all_keys(), "the element holds one value and has one")
                    continue
                element: Any = target.resource
            else:
                element = self._put(target.resource, steps, value, row.fixed, "over" in row.options)
                if element is None:
                    self.account.refuse(cell.all_keys(), "the element holds one value and has one")
                    continue
            if isinstance(element, dict):
                place = f"{segment.name}-{row.field}"
                self.placed.setdefault((place, index, cell.repetition), element)
                self._first_placed.setdefault((place, cell.repetition), element)
            target.filled = True
            if target.top is not None:
                target.top.filled = True
            self.account.settle(cell.keys(), CARRIED, f"{(target.top or target).resource.get('resourceType', '')}.{row.path.partition('.')[2]}".rstrip("."))
            used = set(cell.keys())
            unused = [key for key in cell.all_keys() if key not in used]
            self.account.refuse(unused, f"{row.transform} has no place in FHIR for this part")

    def _target(self, row: CarryRow) -> tuple[Open | None, tuple[CarryStep, ...]]:
        if row.slot != "note":
            return self.slots.get(row.slot), row.steps
        for one in (self._before, self.slots.get("request")):
            if one is not None and one.slot.notes:
                return one, (*steps_of(one.slot.notes), *row.steps)
        return None, row.steps

    def _cells(self, row: CarryRow, segment: Segment, index: int) -> Iterator[Cell]:
        whole = segment.raw(str(row.field))
        if not whole:
            return
        for repetition, raw in enumerate(split(whole, segment.delimiters.repetition), 1):
            if row.repetition and repetition != row.repetition:
                continue
            if row.component:
                parts = split(raw, segment.delimiters.component)
                raw = parts[row.component - 1] if row.component <= len(parts) else ""
            cell = Cell(self.account, index, segment, row.field, repetition, raw, row.component)
            if not cell.empty:
                yield cell

    def _put(self, node: dict[str, Any], steps: tuple[CarryStep, ...], value: Any, fixed: Mapping[str, Any], over: bool = False) -> Any:
        """The dict that now holds the value (or the value, if it is one); None where a single element already holds another."""
        element: dict[str, Any] | None = None
        for step in steps[:-1]:
            if step.mode:
                elements = node.setdefault(step.name, [])
                if step.mode == "[]" or not elements:
                    elements.append(json.loads(json.dumps(fixed)) if element is None else {})
                    element = element if element is not None else elements[-1]
                node = elements[-1]
            elif _clash(node, step.name):
                return None
            else:
                node = node.setdefault(step.name, {})
        last = steps[-1]
        if _clash(node, last.name) or (
            isinstance(value, dict) and isinstance(node.get(last.name), dict) and any(_clash(node[last.name], one) for one in value)
        ):
            return None
        if isinstance(value, dict) and element is None and fixed:
            value = {**fixed, **value}
        if last.mode == "[]":
            elements = node.setdefault(last.name, [])
            if not value or value not in elements:
                elements.append(value)
        elif last.mode == "[=]":
            elements = node.setdefault(last.name, [])
            if elements and isinstance(elements[-1], dict) and isinstance(value, dict):
                elements[-1].update(value)
            else:
                elements.append(value)
        elif last.name in node and node[last.name] != value and not over:
            if not (isinstance(value, dict) and isinstance(node[last.name], dict) and not set(value) & set(node[last.name])):
                return None
            node[last.name].update(value)
            value = node[last.name]
        else:
            node[last.name] = value
        return element if element is not None else value if isinstance(value, dict) else node

    def _url(self, name: str) -> str:
        return f"urn:uuid:{uuid5(NAMESPACE_URL, f'https://exemplar-harness.example/converted/{self.stem}/{name}')}"


def _refusal(row: CarryRow) -> str:
    if row.map:
        return f"the code has no entry in the carry map {row.map}"
    return f"not a value that {row.transform} can carry"


def _merged(resource: dict[str, Any], value: Mapping[str, Any]) -> bool:
    """Whether the elements could be merged in: a choice of types holds one, lines of text are joined, and a value implied by another is there already."""
    for name, given in value.items():
        held = next((key for stem in _CHOICES if name.startswith(stem) for key in resource if key.startswith(stem)), "")
        if not held:
            continue
        if held == name == "valueString":
            resource[held] = f"{resource[held]}\n{given}"
            return True
        return given is True and held != name
    resource.update(value)
    return True


def _clash(node: Mapping[str, Any], name: str) -> bool:
    """Whether another type of the same choice stands there already."""
    stem = next((stem for stem in _CHOICES if name.startswith(stem)), "")
    return bool(stem) and any(key.startswith(stem) and key != name and key[len(stem) : len(stem) + 1].isupper() for key in node)


def _default(resource: dict[str, Any], name: str, value: Any) -> None:
    stem = next((stem for stem in _CHOICES if name.startswith(stem)), "")
    if f"_{name}" in resource or name.removeprefix("_") in resource or (stem and any(key.startswith(stem) for key in resource)):
        held = resource.get(name)
        if isinstance(held, dict) and isinstance(value, dict):
            for inner, given in value.items():
                _default(held, inner, given)
        return
    resource[name] = json.loads(json.dumps(value))


def _without(node: Any, gone: set[str]) -> Any:
    """The tree without references to resources that were never filled, and without what that empties."""
    if isinstance(node, dict):
        made = {}
        for name, value in node.items():
            kept = _without(value, gone)
            if kept in ({}, [], None):
                continue
            made[name] = kept
        return None if made.get("reference") in gone else made
    if isinstance(node, list):
        return [kept for kept in (_without(one, gone) for one in node) if kept not in ({}, [], None)]
    return node
