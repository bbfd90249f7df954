"""A record read from, and written as, FHIR resources."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from harness.errors import CatalogueError
from harness.mapping.codes import Codes, CodeTable
from harness.mapping.fhir_path import compile_path, first, put, seal
from harness.mapping.fhir_people import Folder, PlacedResource, gather, refers
from harness.mapping.fhir_special import WHOLES
from harness.mapping.fhir_values import LEAVES, FhirRow
from harness.model.item import MappingTable, Row
from harness.model.record import DELETED, Entry, Record, Value

_NHS = "https://fhir.nhs.uk/Id/nhs-number"
_ABSENT = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}


@dataclass(slots=True)
class _Part:
    """One group's rows: ``own`` stand in its resource (or its ``list`` of Patient), ``beside`` in a resource that goes with it."""

    group: str
    anchor: Mapping[str, str]
    own: list[FhirRow] = field(default_factory=list)
    beside: list[FhirRow] = field(default_factory=list)
    fixed: Mapping[str, Any] = field(default_factory=dict)

    @property
    def resource(self) -> str:
        """The resource type its entries stand in."""
        return self.anchor["resource"]

    @property
    def list(self) -> str:
        """The list of Patient that holds its entries; empty where an entry is a resource."""
        return self.anchor.get("list", "")


class FhirWalker:
    """Rows of one table, compiled once; ``read`` and ``write`` walk them once per tree."""

    def __init__(self, table: MappingTable, maps: Mapping[str, CodeTable]) -> None:
        parts: dict[str, _Part] = {}
        for row in table.rows:
            group = row.item.partition(".")[0]
            if group not in table.anchors:
                raise CatalogueError(f"the group {group!r} has no anchor", where=f"{table.key} {row.item}", do="say in anchors where its entries stand")
            part = parts.setdefault(group, _part(group, table.anchors[group]))
            compiled = _compile(row, part, maps, table.key)
            (part.own if compiled.resource == part.resource else part.beside).append(compiled)
        self._parts = tuple(parts.values())

    def read_all(self, tree: Mapping[str, Any], codes: Codes) -> list[Record]:
        """A record per patient of the tree."""
        return [self._read(folder, codes) for folder in gather(tree)]

    def _read(self, folder: Folder, codes: Codes) -> Record:
        groups: dict[str, tuple[Entry, ...]] = {}
        for part in self._parts:
            entries = tuple(entry for entry in self._entries(part, folder, codes) if entry.values)
            if entries:
                groups[part.group] = entries
        return Record(groups)

    def _entries(self, part: _Part, folder: Folder, codes: Codes) -> Iterator[Entry]:
        if not part.list:
            found = list(folder.of(part.resource))
            if not found and part.group == "person" and part.beside:
                yield _entry(part, {}, "", folder, None, codes)
            for placed in found[:1] if part.group == "person" else found:
                yield _entry(part, placed.resource, placed.where, folder, placed, codes)
            return
        for placed in folder.of("Patient"):
            elements = placed.resource.get(part.list)
            number = 0
            for index, element in enumerate(elements if isinstance(elements, list) else ()):
                if not isinstance(element, dict) or element.get("system") == part.anchor.get("but", ""):
                    continue
                number += 1
                entry = _entry(part, element, f"{placed.where}.{part.list}[{index}]", folder, None, codes)
                yield _first(part, entry) if number == 1 else entry

    def write(self, record: Record, codes: Codes) -> dict[str, Any]:
        """A Bundle of type collection: the Patient, then what refers to it, by addresses derived from the record."""
        stem = record.text("person.nhs_number") or "|".join([*record.all("identifier.authority"), *record.all("identifier.value")])
        # An identifier may hold bytes that are no text.
        stem = stem.encode("utf-8", "backslashreplace").decode()
        patient: dict[str, Any] = {"resourceType": "Patient"}
        entries: list[tuple[str, dict[str, Any]]] = [(_address(stem, "Patient", 0), patient)]
        about = {"reference": entries[0][0]}
        for part in self._parts:
            for number, entry in enumerate(record.entries(part.group)):
                if part.list:
                    element: dict[str, Any] = {}
                    _fill(element, part.own, entry, codes)
                    _alias(part, element, entry)
                    patient.setdefault(part.list, []).append(element)
                elif part.group == "person":
                    _profiled(patient, part)
                    _fill(patient, part.own, entry, codes)
                    entries += _companions(part, entry, codes, stem, number, about, None)
                else:
                    resource: dict[str, Any] = {"resourceType": part.resource}
                    _profiled(resource, part)
                    _fill(resource, part.own, entry, codes)
                    _visit(resource, part, record)
                    resource.update({name: deepcopy(value) for name, value in part.fixed.items() if name not in resource})
                    resource[part.anchor["patient"]] = dict(about)
                    address = _address(stem, part.group, number)
                    entries.append((address, resource))
                    entries += _companions(part, entry, codes, stem, number, about, address)
        for identifier in patient.get("identifier", ()):
            if identifier.get("system") == _NHS and "value" not in identifier:
                # UK Core asks for a value; a status without a number says that it is absent.
                identifier["_value"] = deepcopy(_ABSENT)
        return {"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": name, "resource": seal(resource)} for name, resource in entries]}


def _part(group: str, anchor: Mapping[str, str]) -> _Part:
    return _Part(group, anchor, fixed=json.loads(anchor.get("fixed", "{}")))


def _compile(row: Row, part: _Part, maps: Mapping[str, CodeTable], key: str) -> FhirRow:
    resource, _, path = row.at.partition(".")
    if part.list and path.startswith(f"{part.list}."):
        path = path[len(part.list) + 1 :]
    if row.transform not in LEAVES and row.transform not in WHOLES:
        known = ", ".join(sorted([*LEAVES, *WHOLES]))
        raise CatalogueError(f"there is no transform {row.transform!r}", where=f"{key} {row.item}", do=f"known: {known}")
    try:
        steps = compile_path(path)
    except ValueError as error:
        raise CatalogueError(str(error), where=f"{key} {row.item}", expected="a path such as Patient.identifier[system=…].value") from None
    also = row.options.get("also")
    if also and also not in maps:
        raise CatalogueError(f"there is no code map {also!r}", where=f"{key} {row.item}", do="name a file of profiles/mappings/codes")
    return FhirRow(row, resource, steps, maps[row.map] if row.map else None, maps[also] if also else None)


def _entry(part: _Part, element: Mapping[str, Any], where: str, folder: Folder, placed: PlacedResource | None, codes: Codes) -> Entry:
    values: dict[str, Value] = {}
    places: dict[str, str] = {}
    for row in part.own:
        _take(row, element, where, values, places, codes)
    for row in part.beside:
        for beside in folder.of(row.resource):
            focus = row.row.options.get("focus")
            if focus is None or (placed is not None and refers(beside.resource.get(focus), placed)):
                _take(row, beside.resource, beside.where, values, places, codes)
    return Entry(part.group, values, places)


def _take(row: FhirRow, element: Mapping[str, Any], where: str, values: dict[str, Value], places: dict[str, str], codes: Codes) -> None:
    if row.row.direction == "write":
        return
    if row.row.transform in WHOLES:
        whole = WHOLES[row.row.transform][0](element, row, codes)
        if whole is not None:
            values[row.row.item], places[row.row.item] = whole[0], where + whole[1]
        return
    found = first(element, row.steps, where)
    value = LEAVES[row.row.transform][0](found[0], row, codes) if found is not None else None
    if found is not None and value is not None:
        values[row.row.item], places[row.row.item] = value, found[1]


def _first(part: _Part, entry: Entry) -> Entry:
    kind = f"{part.group}.use"
    if "first" not in part.anchor or not entry.values or kind in entry.values:
        return entry
    return Entry(entry.group, {**entry.values, kind: part.anchor["first"]}, entry.where)


def _fill(element: dict[str, Any], rows: list[FhirRow], entry: Entry, codes: Codes) -> None:
    for row in rows:
        value = entry.values.get(row.row.item)
        # FHIR says a deletion by leaving the element out of the whole resource it sends.
        if value is None or value is DELETED or value == "" or row.row.direction == "read":
            continue
        if row.row.transform in WHOLES:
            WHOLES[row.row.transform][1](element, value, row, codes)
            continue
        written = LEAVES[row.row.transform][1](value, row, codes)
        if written is not None:
            put(element, row.steps, written)


def _alias(part: _Part, element: dict[str, Any], entry: Entry) -> None:
    if part.group == "name" and entry.text("name.use") == "alias":
        element["text"] = " ".join(filter(None, (entry.text("name.given"), entry.text("name.family"))))


def _visit(resource: dict[str, Any], part: _Part, record: Record) -> None:
    for row in part.own:
        prefix = row.row.options.get("authority")
        if prefix and "identifier" in resource:
            resource["identifier"][0].setdefault("system", prefix + (record.text("identifier.authority") or "unknown"))


def _profiled(resource: dict[str, Any], part: _Part) -> None:
    if part.anchor.get("profile"):
        resource["meta"] = {"profile": [part.anchor["profile"]]}


def _companions(part: _Part, entry: Entry, codes: Codes, stem: str, number: int, about: dict[str, str], focus: str | None) -> list[tuple[str, dict[str, Any]]]:
    made: dict[str, dict[str, Any]] = {}
    for row in part.beside:
        content: dict[str, Any] = {}
        _fill(content, [row], entry, codes)
        if not content:
            continue
        resource = made.setdefault(row.resource, {"resourceType": row.resource, **json.loads(row.row.options.get("fixed", "{}"))})
        resource.update(content)
        resource[row.row.options["patient"]] = dict(about)
        if focus is not None and "focus" in row.row.options:
            resource[row.row.options["focus"]] = {"reference": focus}
    return [(_address(stem, f"{part.group}/{name}", number), resource) for name, resource in made.items()]


def _address(stem: str, part: str, number: int) -> str:
    return f"urn:uuid:{uuid5(NAMESPACE_URL, f'https://exemplar-harness.example/record/{stem}/{part}/{number}')}"
