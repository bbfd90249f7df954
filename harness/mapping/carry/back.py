"""FHIR as an HL7 v2.4 message: items by their rows, then the carry rows that say ``back``, every value of the resources accounted for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from harness.errors import FormatError
from harness.formats.hl7v2 import Segment, Tree
from harness.mapping import times
from harness.mapping.carry.inverse import INVERSES
from harness.mapping.carry.leaves import CARRIED, LOST, STRUCTURAL, ValueFate
from harness.mapping.carry.rows import CarryRow, CarryStep
from harness.mapping.carry.tables import carry_tables
from harness.mapping.conversion import FHIR_KEY, V2_KEY, Conversion
from harness.mapping.fhir_people import Folder, gather
from harness.mapping.hl7v2 import STRUCTURES
from harness.mapping.lens import lens
from harness.model.record import DELETED, Coded, Record, Value

_GROUPS = {"NK1": "contact", "AL1": "allergy", "DG1": "diagnosis", "PR1": "procedure", "OBX": "observation"}
_RESULTS = ("person", "name", "identifier", "address", "telecom", "encounter", "observation")
_STRUCTURAL = re.compile(r"(?:^|\.)(?:resourceType|id|fullUrl|reference|versionId|lastUpdated|profile\[\d+\]|url)$")


class _Values:
    """Every primitive of the bundle by its path, and its fate."""

    def __init__(self, tree: Mapping[str, Any]) -> None:
        self.tree = tree
        self.values = dict(_primitives(tree, ""))
        self.fates: dict[str, tuple[str, str, str]] = {}

    def claim(self, path: str, to: str, by: str) -> None:
        """The value at that path is carried; the first claim counts."""
        if path in self.values:
            self.fates.setdefault(path, (CARRIED, to, by))

    def __iter__(self) -> Iterator[ValueFate]:
        for path, value in self.values.items():
            if path in self.fates:
                state, to, by = self.fates[path]
                yield ValueFate(path, value, state, to, "", by)
            elif _STRUCTURAL.search(path) or path.startswith(("type", "request", "entry.request")) or ".request." in path:
                yield ValueFate(path, value, STRUCTURAL)
            else:
                yield ValueFate(path, value, LOST, "", "no row gives this element a place in the message")


def to_v2(tree: Mapping[str, Any]) -> Conversion:
    """A Bundle or resource of one person as an HL7 v2.4 message: ADT of the header's event (else A08, or A28 without a visit), ORU^R01 where there is a report.

    Raises FormatError where there is no person.
    """
    folders = gather(tree)
    if not folders:
        raise FormatError("no person was found", where=str(tree.get("resourceType", "")), expected="a Patient or what refers to one", do="give a Bundle")
    source, target = lens(FHIR_KEY), lens(V2_KEY)
    record = source.read(tree)
    header = next((one for one in _resources(tree) if one.get("resourceType") == "MessageHeader"), {})
    reports = [one.resource for one in folders[0].of("DiagnosticReport")]
    said = _coding_code(header.get("eventCoding"))
    trigger = said if said in STRUCTURES else ("A08" if record.entries("encounter") else "A28")
    if reports:
        record = Record({name: record.entries(name) for name in _RESULTS if record.entries(name)})
        trigger = "A08"
    made = target.write(record, trigger=trigger)
    values = _Values(tree)
    paths = _paths(tree)
    _items(record, made, values, paths, target.table.rows)
    _back(made, record, folders[0], values, paths)
    if reports:
        _report_message(made, record, reports, values, paths)
    _head(made, header, values)
    return Conversion("hl7v2-2.4", made, tuple(values))


def _primitives(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for name, value in node.items():
            yield from _primitives(value, f"{path}.{name}" if path else str(name))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _primitives(value, f"{path}[{index}]")
    elif node is not None:
        yield path, str(node).lower() if isinstance(node, bool) else str(node)


def _resources(tree: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if tree.get("resourceType") != "Bundle":
        return [tree]
    return [entry["resource"] for entry in tree.get("entry") or () if isinstance(entry, Mapping) and isinstance(entry.get("resource"), Mapping)]


def _paths(tree: Mapping[str, Any]) -> dict[int, str]:
    """Where each resource stands in the tree, by identity."""
    if tree.get("resourceType") != "Bundle":
        return {id(tree): ""}
    entries = tree.get("entry") or ()
    return {id(entry["resource"]): f"entry[{number}].resource" for number, entry in enumerate(entries) if isinstance(entry, Mapping) and "resource" in entry}


def _absolute(where: str, tree: Mapping[str, Any], paths: Mapping[int, str]) -> str:
    """A lens location as a path from the root: ``Patient.name[0].family`` → ``entry[1].resource.name[0].family``."""
    if where.startswith("Bundle."):
        return where.removeprefix("Bundle.")
    head, _, rest = where.partition(".")
    for resource in _resources(tree):
        if resource.get("resourceType") == head:
            return f"{paths[id(resource)]}.{rest}".strip(".")
    return rest


def _items(record: Record, made: Tree, values: _Values, paths: Mapping[int, str], rows: Any) -> None:
    written = lens(V2_KEY).read(made)
    places = {row.item: row.at for row in rows}
    tree_rows = {row.item: row.direction for row in rows}
    for entry in record:
        if not written.entries(entry.group):
            continue
        for item, value in entry.values.items():
            if item not in places or value is DELETED or tree_rows[item] == "read" or not written.all(item):
                continue
            where = entry.where.get(item, "")
            path = _absolute(where, values.tree, paths) if where else ""
            for leaf in _said(path, value, values):
                values.claim(leaf, places[item], "item")


def _said(path: str, value: Value, values: _Values) -> list[str]:
    if path in values.values:
        return [path]
    below = [leaf for leaf in values.values if leaf.startswith((path + ".", path + "["))]
    if isinstance(value, Coded):
        return [leaf for leaf in below if values.values[leaf] in (value.code, value.system, value.text)]
    first = next((leaf for leaf in below if leaf.endswith(".code")), "")
    return [leaf for leaf in below if leaf == first or leaf == first.removesuffix("code") + "system"]


def _back(made: Tree, record: Record, folder: Folder, values: _Values, paths: Mapping[int, str]) -> None:
    resolve = _resolver(values.tree)
    patient = folder.patient.resource if folder.patient else None
    visit = next((one.resource for one in folder.of("Encounter")), None)
    counts: dict[str, int] = {}
    for segment in list(made.segments):
        counts[segment.name] = counts.get(segment.name, 0) + 1
        table = carry_tables().segments.get(segment.name)
        if table is None or segment.name in ("MSH", "OBR"):
            continue
        roots: dict[str, Any] = {"patient": patient, "encounter": visit}
        group = _GROUPS.get(segment.name)
        if group:
            entries = record.entries(group)
            number = counts[segment.name] - 1
            where = next(iter(entries[number].where.values()), "") if number < len(entries) else ""
            slot = next((row.slot for row in table.rows if row.back), "")
            roots[slot] = _element(where, values, paths, group)
        _rows(segment, [row for row in table.rows if row.back], roots, values, paths, resolve)
    for name in ("PD1", "PV2", "ZU1", "ZU3", "ZU4", "ZU5", "ZU6", "ZU7", "ZU8"):
        if not made.all(name):
            _added(made, name, {"patient": patient, "encounter": visit}, values, paths, resolve)


def _added(made: Tree, name: str, roots: Mapping[str, Any], values: _Values, paths: Mapping[int, str], resolve: Any) -> None:
    """A segment that only carry rows fill, in its place of the ITK order; none where it stays empty."""
    order = ("MSH", "EVN", "PID", "PD1", "NK1", "PV1", "PV2", "OBX", "AL1", "DG1", "PR1", "ZU1", "ZU3", "ZU4", "ZU5", "ZU6", "ZU7", "ZU8")
    if name != "PD1" and not made.all("PV1") and name != "ZU8":
        return
    before = [one for one in made.segments if order.index(one.name) < order.index(name)]
    segment = made.add(name, after=before[-1])
    _rows(segment, [row for row in carry_tables().segments[name].rows if row.back], roots, values, paths, resolve)
    if segment.last == 0:
        made.remove(segment)


def _element(where: str, values: _Values, paths: Mapping[int, str], group: str) -> Any:
    """The resource, or the contact of a Patient, that an entry was read from."""
    path = _absolute(where, values.tree, paths)
    for resource in _resources(values.tree):
        root = paths[id(resource)]
        if path == root or path.startswith(f"{root}." if root else ""):
            if group != "contact":
                return resource
            match = re.search(r"contact\[(\d+)\]", path)
            contacts = resource.get("contact")
            if match and isinstance(contacts, list) and int(match[1]) < len(contacts):
                return contacts[int(match[1])]
    return None


def _rows(segment: Segment, rows: list[CarryRow], roots: Mapping[str, Any], values: _Values, paths: Mapping[int, str], resolve: Any) -> None:
    for row in rows:
        root = roots.get(row.slot)
        if not isinstance(root, Mapping):
            continue
        base = _base(root, values, paths)
        for number, (element, path) in enumerate(_found(root, row.steps, base, row.fixed), 1):
            made = _coded(element, row) if row.transform == "code" else INVERSES[row.transform](element, resolve)
            if made is None:
                continue
            written = _write(segment, row, number, made[0])
            for used in made[1] if written else ():
                values.claim(path + used, f"{segment.name}-{row.at}", "carry")
                if used == ".reference":
                    _claim_resource(element, resolve, values, paths, f"{segment.name}-{row.at}", made[0])


def _coded(element: Any, row: CarryRow) -> tuple[dict[str, str], list[str]] | None:
    """The first code of the row's map that becomes the element's."""
    code = next((v2 for v2, fhir in carry_tables().maps[row.map].items() if fhir == element), "")
    return ({"1": code}, [""]) if code else None


def _claim_resource(element: Any, resolve: Any, values: _Values, paths: Mapping[int, str], to: str, parts: Mapping[str, str]) -> None:
    """What a reference led to is carried where its values were written; a Location leads on to what it is part of."""
    found, texts = resolve(element), set(parts.values())
    for _ in range(8):
        if found is None:
            return
        root = paths.get(id(found))
        for path, value in values.values.items() if root is not None else ():
            if path.startswith(f"{root}.") and value in texts and not _STRUCTURAL.search(path):
                values.claim(path, to, "carry")
        found = resolve(found.get("partOf"))


def _base(root: Mapping[str, Any], values: _Values, paths: Mapping[int, str]) -> str:
    if id(root) in paths:
        return paths[id(root)]
    for resource in _resources(values.tree):
        for number, contact in enumerate(resource.get("contact") or () if resource.get("resourceType") == "Patient" else ()):
            if contact is root:
                return f"{paths[id(resource)]}.contact[{number}]".strip(".")
    return ""


def _found(node: Any, steps: tuple[CarryStep, ...], path: str, fixed: Mapping[str, Any]) -> Iterator[tuple[Any, str]]:
    """Every element that a carry path leads to, with its place; of a list only the elements that hold what the row sets."""
    if not steps:
        yield node, path
        return
    step, rest = steps[0], steps[1:]
    below = node.get(step.name) if isinstance(node, Mapping) else None
    place = f"{path}.{step.name}" if path else step.name
    if step.mode and isinstance(below, list):
        for number, one in enumerate(below):
            if not fixed or (isinstance(one, Mapping) and all(_holds(one.get(name), value) for name, value in fixed.items())):
                yield from _found(one, rest, f"{place}[{number}]", {})
    elif not step.mode and below is not None:
        yield from _found(below, rest, place, fixed)


def _holds(held: Any, wanted: Any) -> bool:
    if isinstance(wanted, Mapping):
        return isinstance(held, Mapping) and all(_holds(held.get(name), value) for name, value in wanted.items())
    if isinstance(wanted, list):
        return isinstance(held, list) and all(any(_holds(one, value) for one in held) for value in wanted)
    return bool(held == wanted)


def _write(segment: Segment, row: CarryRow, number: int, parts: Mapping[str, str]) -> bool:
    """Fill what is empty in the repetition that says the same, or add one; an item's value is never written over. Whether anything stands there now."""
    held = segment.repetitions(row.field)
    repetition = next((one for one in range(1, held + 1) if _agrees(segment, row.field, one, parts)), 0)
    if not repetition:
        if held and (row.repetition or (number <= held and segment.name not in ("PID", "PV1"))):
            return False
        repetition = held + 1
    whole = list(parts) == ["1"]
    for part, text in parts.items():
        path = f"{row.field}[{repetition}]" if whole else f"{row.field}[{repetition}].{part}"
        if segment.get(path) is None and not (whole and held >= repetition):
            segment.set(path, text)
    return True


def _agrees(segment: Segment, field: int, repetition: int, parts: Mapping[str, str]) -> bool:
    shared = [(part, segment.get(f"{field}[{repetition}].{part}")) for part in parts]
    stand = [(part, held) for part, held in shared if held is not None]
    return bool(stand) and all(parts[part] == held for part, held in stand if part in ("1", "2", "5"))


def _report_message(made: Tree, record: Record, reports: list[Mapping[str, Any]], values: _Values, paths: Mapping[int, str]) -> None:
    """The message becomes an ORU^R01: each report an OBR, followed by the observations it lists; what no report lists follows the last."""
    resolve = _resolver(values.tree)
    made.set("MSH-9.1", "ORU")
    made.set("MSH-9.2", "R01")
    made.set("MSH-9.3", "ORU_R01")
    for event in made.all("EVN"):
        made.remove(event)
    results = made.all("OBX")
    owners = [_element(next(iter(entry.where.values()), ""), values, paths, "observation") for entry in record.entries("observation")]
    made.segments[:] = [one for one in made.segments if one.name != "OBX"]
    left = list(zip(results, owners, strict=False))
    for number, report in enumerate(reports, 1):
        segment = made.add("OBR")
        segment.set("1", str(number))
        _rows(segment, [row for row in carry_tables().segments["OBR"].rows if row.back], {"report": report}, values, paths, resolve)
        results_ = report.get("result")
        listed = [resolve(one) for one in results_] if isinstance(results_, list) else []
        mine = [pair for pair in left if number == len(reports) or any(pair[1] is one for one in listed)]
        left = [pair for pair in left if pair not in mine]
        for position, (result, _) in enumerate(mine, 1):
            result.set("1", str(position))
            made.segments.append(result)


def _head(made: Tree, header: Mapping[str, Any], values: _Values) -> None:
    tree = values.tree
    base = next(
        (f"entry[{n}].resource" for n, entry in enumerate(tree.get("entry") or ()) if isinstance(entry, Mapping) and entry.get("resource") is header), ""
    )
    made.set("MSH-11", "P")
    stamp = str(tree.get("timestamp") or "")
    if stamp:
        made.set("MSH-7", times.to_v2(times.local_from_fhir(stamp)))
        values.claim("timestamp", "MSH-7", "carry")
        if made.all("EVN"):
            made.set("EVN-2", made.get("MSH-7"))
    identifier = tree.get("identifier")
    if isinstance(identifier, Mapping) and isinstance(identifier.get("value"), str):
        made.set("MSH-10", identifier["value"])
        values.claim("identifier.value", "MSH-10", "carry")
    event = next((one for one in _resources(tree) if one.get("resourceType") == "Provenance"), None)
    where = next(
        (f"entry[{n}].resource" for n, entry in enumerate(tree.get("entry") or ()) if isinstance(entry, Mapping) and entry.get("resource") is event), ""
    )
    for name, place in (("recorded", "EVN-2"), ("occurredDateTime", "EVN-6")):
        said = times.to_v2(times.local_from_fhir(str(event.get(name) or ""))) if event is not None and made.all("EVN") else ""
        if said.isdecimal():
            made.set(place, said)
            values.claim(f"{where}.{name}", place, "carry")
    destinations = header.get("destination")
    if isinstance(destinations, list) and destinations and isinstance(destinations[0], Mapping) and isinstance(destinations[0].get("name"), str):
        made.set("MSH-5", destinations[0]["name"])
        values.claim(f"{base}.destination[0].name", "MSH-5", "carry")
    named = header.get("source")
    if isinstance(named, Mapping) and isinstance(named.get("name"), str):
        made.set("MSH-3", named["name"])
        values.claim(f"{base}.source.name", "MSH-3", "carry")
    if made.trigger == _coding_code(header.get("eventCoding")):
        values.claim(f"{base}.eventCoding.code", "MSH-9.2", "carry")


def _coding_code(coding: Any) -> str:
    return str(coding.get("code") or "") if isinstance(coding, Mapping) else ""


def _resolver(tree: Mapping[str, Any]) -> Any:
    known: dict[str, Mapping[str, Any]] = {}
    for entry in tree.get("entry") or () if tree.get("resourceType") == "Bundle" else ():
        resource = entry.get("resource") if isinstance(entry, Mapping) else None
        if isinstance(resource, Mapping):
            if isinstance(entry.get("fullUrl"), str):
                known[entry["fullUrl"]] = resource
            known[f"{resource.get('resourceType')}/{resource.get('id')}"] = resource
    return lambda element: known.get(str(element.get("reference"))) if isinstance(element, Mapping) else None
