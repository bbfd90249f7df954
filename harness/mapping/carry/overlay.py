"""Items laid over what carry rows made: where both say something of one place, the item row wins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from harness.formats.hl7v2 import Tree
from harness.formats.hl7v2.address import address
from harness.mapping.carry.leaves import CARRIED, Account, Key, split
from harness.mapping.carry.walk import Walk
from harness.mapping.lens import Lens
from harness.model.record import DELETED, Coded, Entry, Record, Value

_PLACE = re.compile(r"([A-Z][A-Z0-9]{2})-(\d+)")
_COMPONENT = re.compile(r"([A-Z][A-Z0-9]{2})-(\d+)\.(\d+)")
_SLOTS = {"encounter": "encounter", "allergy": "allergy", "diagnosis": "condition", "procedure": "procedure", "observation": "observation"}
_LISTS = {"name": "PID-5", "identifier": "PID-3", "address": "PID-11", "telecom": "PID-13"}
_TIMES = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?)?)?)?")
_DATES = frozenset(
    {"person.birth_date", "person.death_date", "diagnosis.date", "procedure.date", "allergy.onset"}
    | {f"encounter.{name}" for name in ("start", "end", "expected_discharge", "ready_for_discharge")}
)
_CODE = re.compile(r"[^\s]+(?: [^\s]+)*")
_BY_POSITION = frozenset(
    {"name", "address", "reaction", "manifestation", "reasonCode", "communication", "referenceRange", "interpretation", "relationship", "given", "line"}
)
_UNMAPPED = "https://exemplar-harness.example/fhir/CodeSystem/unmapped/"


def readable(tree: Tree, lens: Lens) -> tuple[Tree, set[str]]:
    """A copy that rows written for v2.4 can read, and the items that must yield to carry rows.

    Later versions put components where v2.4 has none: codes and times are cut to their first; a text with parts is left to its carry row.
    """
    copy = tree.copy()
    yielding: set[str] = set()
    for row in lens.table.rows:
        if inner := _COMPONENT.fullmatch(row.at):
            _flatten(copy, inner[1], int(inner[2]), int(inner[3]), row.item.startswith("address."))
        match = _PLACE.fullmatch(row.at)
        if match is None or row.transform not in ("text", "code", "date", "datetime", "birth-time"):
            continue
        marks = tree.delimiters
        for segment in copy.all(match[1]):
            raw = segment.raw(match[2])
            head = split(split(raw, marks.repetition)[0], marks.component)[0]
            head = split(head, marks.subcomponent)[0]
            if head == raw:
                continue
            if row.transform == "text":
                yielding.add(row.item)
            else:
                segment.set_raw(match[2], head)
    return copy, yielding


def _flatten(copy: Tree, name: str, field: int, component: int, joined: bool) -> None:
    """A component with sub-components becomes its first (of an address: all of them, as one line)."""
    mark = copy.delimiters.subcomponent
    for segment in copy.all(name):
        for repetition in range(1, segment.repetitions(field) + 1):
            path = f"{field}[{repetition}].{component}"
            parts = [one for one in split(segment.raw(path), mark) if one]
            if mark and mark in segment.raw(path):
                segment.set_raw(path, " ".join(parts) if joined else next(iter(parts), ""))


def lay(record: Record, walk: Walk, account: Account, target: Lens, source: Lens, yielding: set[str]) -> list[dict[str, Any]]:
    """Write the record's items into the walk's resources; gives resources that go beside them (a Consent)."""
    beside: list[dict[str, Any]] = []
    patient = walk.first("patient")
    if patient is None:
        return beside
    first = record.entries("identifier")[:1]
    for entry in record:
        kept = _kept(entry, account, target, yielding)
        if not kept.values:
            continue
        context = {"identifier": first, entry.group: (kept,)} if entry.group == "encounter" and first else {entry.group: (kept,)}
        made = [one["resource"] for one in target.write(Record(context))["entry"]]
        _despaced(made)
        if entry.group in _LISTS:
            element = made[0].get(entry.group, [{}])[0]
            held = _held(walk, kept, _LISTS[entry.group])
            if held is None:
                patient.setdefault(entry.group, []).append(element)
            else:
                merge(held, element)
        elif entry.group == "person":
            _person(walk, patient, made[0], kept)
            beside += made[1:]
        elif entry.group == "contact":
            held = walk.element(_segment(kept), "contact")
            if held is not None:
                merge(held, made[0].get("contact", [{}])[0])
        elif entry.group in _SLOTS:
            held = walk.element(_segment(kept), _SLOTS[entry.group])
            resource = next((one for one in made if one["resourceType"] != "Patient"), None)
            if held is None or resource is None:
                continue
            merge(held, _apart(held, resource))
        else:
            continue
        walk.fill(held if entry.group not in ("person",) and entry.group not in _LISTS else patient)
        for key, item in _claims(kept, account, source):
            account.settle([key], CARRIED, _where(target, item), "item")
    return beside


def _despaced(node: Any) -> None:
    # The row writes an authority as it stands; a URI has no blanks.
    if isinstance(node, dict):
        if isinstance(node.get("system"), str):
            node["system"] = re.sub(r"\s", "%20", node["system"])
        for value in node.values():
            _despaced(value)
    elif isinstance(node, list):
        for value in node:
            _despaced(value)


def _kept(entry: Entry, account: Account, target: Lens, yielding: set[str]) -> Entry:
    values: dict[str, Value] = {}
    for item, value in entry.values.items():
        if value is DELETED or item in yielding:
            continue
        if item in _DATES and not _TIMES.fullmatch(str(value)):
            continue
        if item in ("address.use", "telecom.kind") and isinstance(value, Coded) and value.original:
            continue
        if isinstance(value, Coded) and value.code and not _CODE.fullmatch(value.code):
            continue
        loss = target.loss_of(item, value)
        if loss is not None and loss.kind == "lost":
            for key in _keys(entry.where.get(item, ""), account):
                account.refuse([key], loss.sentence)
            continue
        values[item] = value
    return replace(entry, values=values)


def _held(walk: Walk, entry: Entry, place: str) -> dict[str, Any] | None:
    for where in entry.where.values():
        if where.startswith(f"{place}["):
            number = int(where[len(place) + 1 :].partition("]")[0])
            return walk.repetition(place, number)
    return None


def _person(walk: Walk, patient: dict[str, Any], made: dict[str, Any], entry: Entry) -> None:
    numbers = made.pop("identifier", [])
    for element in numbers:
        match = re.match(r"PID-3\[(\d+)\]", entry.where.get("person.nhs_number", ""))
        held = walk.repetition("PID-3", int(match[1])) if match and "person.nhs_number" in entry.values else None
        if held is None:
            patient.setdefault("identifier", []).append(element)
        else:
            merge(held, element)
    made.pop("resourceType", None)
    if "deceasedDateTime" in patient or "deceasedDateTime" in made:
        made.pop("deceasedBoolean", None)
        patient.pop("deceasedBoolean", None)
    merge(patient, made)


def _apart(held: dict[str, Any], made: dict[str, Any]) -> dict[str, Any]:
    """Without what belongs to the walk (references), and without a value of another type than the carry row found."""
    ours = next((name for name in held if name.startswith("value")), "")
    theirs = next((name for name in made if name.startswith("value")), "")
    gone = {"subject", "patient", "resourceType", *({theirs} if ours and theirs != ours else set())}
    for name in ("status", "class", "clinicalStatus"):
        # What the lens adds so that a resource alone is whole; a row of the message may say more.
        if name in held and made.get(name) in ("unknown", "completed"):
            gone.add(name)
    return {name: value for name, value in made.items() if name not in gone}


def merge(base: dict[str, Any], over: dict[str, Any]) -> None:
    """``over`` into ``base``: single values are replaced, concepts keep the codings of both, lists find their counterpart."""
    for name, value in over.items():
        held = base.get(name)
        if isinstance(held, dict) and isinstance(value, dict):
            if "coding" in value:
                _concept(held, value)
            elif "code" in value and "system" in value and "value" not in value:
                if not str(value["system"]).startswith(_UNMAPPED):
                    base[name] = value
            else:
                merge(held, value)
        elif isinstance(held, list) and isinstance(value, list):
            _list(name, held, value)
        else:
            base[name] = value


def _concept(held: dict[str, Any], over: dict[str, Any]) -> None:
    ours, theirs = held.get("coding", []), over["coding"]
    if ours and all(str(one.get("system", "")).startswith(_UNMAPPED) for one in theirs):
        return
    names = {(one.get("system"), one.get("code")) for one in theirs}
    displays = {(one.get("system"), one.get("code")): one for one in ours}
    codings = [{**displays.get((one.get("system"), one.get("code")), {}), **one} for one in theirs]
    for one in ours:
        # A code of HL7's own table that the item row reads as the national one would be said twice, once wrongly.
        national = re.search(r"CodeSystem/v2-\d{4}$", str(one.get("system", ""))) and not (one.get("display") or one.get("version"))
        if (one.get("system"), one.get("code")) not in names and not national:
            codings.append(one)
    held["coding"] = codings
    if over.get("text"):
        held["text"] = over["text"]


def _list(name: str, held: list[Any], over: list[Any]) -> None:
    for position, one in enumerate(over):
        if not isinstance(one, dict):
            if name in _BY_POSITION and position < len(held):
                held[position] = one
            elif one not in held:
                held.append(one)
            continue
        match = next((other for other in held if isinstance(other, dict) and _same(other, one)), None)
        if match is None and name in _BY_POSITION and position < len(held):
            match = held[position]
            if "coding" in one and isinstance(match, dict):
                _concept(match, one)
                continue
        if match is None:
            held.append(one)
        else:
            merge(match, one)


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    if one.get("url") and one.get("url") == other.get("url"):
        return True
    if one.get("value") is not None and one.get("value") == other.get("value"):
        return True
    if "identifier" in one and one.get("identifier") == other.get("identifier"):
        return True
    codings = [{(coding.get("system"), coding.get("code")) for coding in element.get("coding") or () if isinstance(coding, dict)} for element in (one, other)]
    if codings[0] & codings[1]:
        return True
    kinds = [_kind(one), _kind(other)]
    return bool(kinds[0]) and kinds[0] == kinds[1]


def _kind(participant: dict[str, Any]) -> str:
    types = participant.get("type")
    if not isinstance(types, list) or not types or not isinstance(types[0], dict):
        return ""
    codings = types[0].get("coding") or [{}]
    return str(codings[0].get("code", "")) if "individual" in participant else ""


def _segment(entry: Entry) -> tuple[str, int]:
    for where in entry.where.values():
        at = address(where)
        if at.segment != "MSH":
            return at.segment, at.occurrence
    return "", 0


def _keys(where: str, account: Account) -> list[Key]:
    if not where:
        return []
    at = address(where)
    index = account.index(at.segment, at.occurrence)
    if index is None:
        return []
    return account.keys(index, at.field, at.repetition or 1, at.component, at.subcomponent)


def _claims(entry: Entry, account: Account, source: Lens) -> Iterator[tuple[Key, str]]:
    transforms = {row.item: row.transform for row in source.table.rows}
    for item in entry.values:
        transform = transforms.get(item, "")
        for key in _keys(entry.where.get(item, ""), account):
            whole = not address(entry.where[item]).component
            if whole and transform == "coded" and key[3] > 3:
                continue
            if whole and transform not in ("coded", "obx-value") and (key[3] > 1 or key[4] > 1):
                continue
            yield key, item


def _where(target: Lens, item: str) -> str:
    return next((row.at for row in target.table.rows if row.item == item), item)
