"""A record read from, and written as, one HL7 v2 message."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.formats.hl7v2 import Segment, Tree
from harness.mapping.codes import Codes, CodeTable
from harness.mapping.hl7v2_rows import V2Row, compile_row, is_nhs
from harness.model.item import MappingTable
from harness.model.record import DELETED, Entry, Record, Value

# ITK trigger events and their MSH-9.3.
STRUCTURES = {
    **dict.fromkeys(("A01", "A04", "A08", "A13"), "ADT_A01"),
    **dict.fromkeys(("A05", "A14", "A28", "A31"), "ADT_A05"),
    **dict.fromkeys(("A11", "A12"), "ADT_A09"),
    **dict.fromkeys(("A21", "A22", "A25", "A26", "A27"), "ADT_A21"),
    **dict.fromkeys(("A52", "A53"), "ADT_A52"),
    "A02": "ADT_A02",
    "A03": "ADT_A03",
    "A15": "ADT_A15",
    "A16": "ADT_A16",
    "A38": "ADT_A38",
    "A40": "ADT_A39",
}
_ORDER = ("EVN", "PID", "PD1", "NK1", "PV1", "PV2", "OBX", "AL1", "DG1", "PR1", "ZU1", "ZU8")
_ONE = Mapping[str, str]


@dataclass(slots=True)
class _Part:
    """One group's rows and how its entries repeat: by ``field`` of a segment, by ``segment``, or not at all."""

    group: str
    rows: list[V2Row] = field(default_factory=list)
    anchor: _ONE = field(default_factory=dict)
    segment: str = ""
    repeated_field: int = 0

    def allows(self, trigger: str) -> bool:
        """Whether the trigger's grid has the group."""
        when, but = self.anchor.get("when", "").split(), self.anchor.get("but", "").split()
        return trigger not in but and (not when or trigger in when)


class V2Walker:
    """Rows of one table, compiled once; ``read`` and ``write`` walk them once per message."""

    def __init__(self, table: MappingTable, maps: Mapping[str, CodeTable]) -> None:
        self.version = table.key.split("/")[1]
        parts: dict[str, _Part] = {"person": _Part("person")}
        for row in table.rows:
            group = row.item.partition(".")[0]
            part = parts.setdefault(group, _Part(group, anchor=table.anchors.get(group, {})))
            part.rows.append(compile_row(row, maps, table.key))
        for part in parts.values():
            name, _, number = part.anchor.get("field", "").partition("-")
            part.segment, part.repeated_field = name or part.anchor.get("segment", ""), int(number or 0)
        self._parts = tuple(parts.values())

    def read(self, tree: Tree, codes: Codes) -> Record:
        """The record of one message; each value knows where it stood."""
        segments: dict[str, list[Segment]] = defaultdict(list)
        for segment in tree.segments:
            segments[segment.name].append(segment)
        groups: dict[str, tuple[Entry, ...]] = {}
        for part in self._parts:
            entries = tuple(entry for entry in self._entries(part, segments, codes) if entry.values)
            if entries:
                groups[part.group] = entries
        return Record(groups)

    def _entries(self, part: _Part, segments: Mapping[str, list[Segment]], codes: Codes) -> list[Entry]:
        if part.repeated_field:
            found = segments.get(part.segment, [])[:1]
            return [
                _entry(part, {part.segment: segment}, codes, repetition)
                for segment in found
                for repetition in range(1, segment.repetitions(part.repeated_field) + 1)
                if not (part.anchor.get("skip") == "nhs" and is_nhs(segment, repetition))
            ]
        firsts = {name: found[0] for name, found in segments.items()}
        if not part.segment:
            return [_entry(part, firsts, codes)]
        if "single" in part.anchor:
            return [_entry(part, firsts, codes)] if part.segment in firsts else []
        return [_entry(part, {part.segment: segment}, codes, 0, number) for number, segment in enumerate(segments.get(part.segment, ()), 1)]

    def write(self, record: Record, trigger: str, codes: Codes) -> Tree:
        """A message with MSH-9 and MSH-12, an empty EVN, and the segments of the trigger's grid in ITK order; the rest of MSH is the caller's."""
        wanted: dict[tuple[str, int], list[tuple[str, str]]] = {("EVN", 1): [], ("PID", 1): []}
        for part in self._parts:
            if part.allows(trigger):
                self._collect(part, record, trigger, codes, wanted)
        tree = Tree.new()
        tree.set("MSH-9.1", "ADT")
        tree.set("MSH-9.2", trigger)
        tree.set("MSH-9.3", STRUCTURES.get(trigger, f"ADT_{trigger}"))
        tree.set("MSH-12", self.version)
        for name, occurrence in sorted(wanted, key=_in_order):
            segment = tree.add(name)
            for path, text in wanted[name, occurrence]:
                _put(segment, path, text)
        return tree

    def _collect(self, part: _Part, record: Record, trigger: str, codes: Codes, wanted: dict[tuple[str, int], list[tuple[str, str]]]) -> None:
        offset = 1 if part.anchor.get("skip") == "nhs" and record.text("person.nhs_number") else 0
        entries = record.entries(part.group)
        repeats = part.repeated_field or "numbered" in part.anchor
        for number, entry in enumerate(entries if repeats else entries[:1], 1):
            occurrence = number if "numbered" in part.anchor else 1
            written = False
            for row in part.rows:
                value = entry.values.get(row.row.item)
                if value is None or value == "" or row.row.direction == "read" or not row.allows(trigger):
                    continue
                pairs = list(row.write(row, value, number + offset if part.repeated_field else 0, codes))
                if pairs:
                    wanted.setdefault((row.segment, occurrence), []).extend(pairs)
                    written = True
            if written and "numbered" in part.anchor:
                wanted[part.segment, occurrence].insert(0, (part.anchor["numbered"], str(occurrence)))


def _in_order(place: tuple[str, int]) -> tuple[int, str, int]:
    name, occurrence = place
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER)), name, occurrence


def _put(segment: Segment, path: str, text: str) -> None:
    if path.startswith("+"):
        segment.set(path[1:], (segment.get(path[1:]) or "") + text)
    else:
        segment.set(path, text)


def _entry(part: _Part, segments: Mapping[str, Segment], codes: Codes, repetition: int = 0, occurrence: int = 0) -> Entry:
    values: dict[str, Value] = {}
    where: dict[str, str] = {}
    for row in part.rows:
        segment = segments.get(row.segment)
        if segment is None or row.row.direction == "write":
            continue
        found = row.read(row, segment, repetition, codes)
        if found is not None:
            values[row.row.item] = found[0]
            where[row.row.item] = f"{row.segment}{f'[{occurrence}]' if occurrence else ''}-{found[1]}"
    _settle(part, values, where, repetition)
    return Entry(part.group, values, where)


def _settle(part: _Part, values: dict[str, Value], where: dict[str, str], repetition: int) -> None:
    item, _, nothing = part.anchor.get("empty", "").partition("=")
    if item and values.get(item) == nothing and len(values) <= 1 + ("encounter.status" in values):
        # PV1-2 alone with N says that there is no visit: A28 and A31 send it so.
        values.clear()
    kind = f"{part.group}.use"
    if repetition == 1 and "first" in part.anchor and values and kind not in values and any(value is not DELETED for value in values.values()):
        # The first repetition is the usual one unless it says otherwise.
        values[kind] = part.anchor["first"]
        where[kind] = f"{part.segment}-{part.repeated_field}[1]"
