# ruff: noqa: ARG001  # every transform has one signature; most need part of it only
"""The transforms that carry rows name. Each takes a cell, the walk and its row and gives an element, or None where nothing can be said of it.

A row without a path merges what it gives into the resource: that is how a value chooses its own element (``valueQuantity`` or ``valueString``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from harness.mapping import times
from harness.mapping.carry import datatypes as d
from harness.mapping.carry import parties, quantities
from harness.mapping.carry.cells import Cell
from harness.mapping.carry.observation_values import attachment, observation_value
from harness.mapping.carry.parties import Referring
from harness.mapping.carry.rows import CarryRow

Transform = Callable[[Cell, Referring, CarryRow], Any]
_UCUM = "http://unitsofmeasure.org"


def _text(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return cell.take(1) or None


def _whole(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return cell.whole() or None


def _joined(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return " ".join(filter(None, (cell.take(part) for part in range(1, cell.size + 1)))) or None


def _code(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    known = walk.codes(row.map)
    if cell.peek(1) not in known:
        return None
    return known[cell.first()]


def _plain_code(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return cell.first() if d.CODE.fullmatch(cell.peek(1)) else None


def _concept(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    made = d.concept(cell, row.options.get("table", ""))
    if row.map and made and made.get("coding"):
        system, known = row.options["system"], walk.codes(row.map)
        code = made["coding"][0]["code"]
        if code in known and not any(one.get("system") == system for one in made["coding"]):
            made["coding"].insert(0, {"system": system, "code": known[code]})
    return made


def _coding(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    if row.map and cell.peek(1) in walk.codes(row.map):
        return {"system": row.options["system"], "code": walk.codes(row.map)[cell.first()]}
    label = cell.peek(3)
    table = row.options.get("table", "")
    made = d.coding(cell.peek(1), cell.peek(2), d.coded_in(label, table, cell.peek(1)))
    if made:
        for part in (1, 2, 3):
            cell.take(part)
    return made


def _identifier(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return d.identifier(cell, row.options.get("purpose", "local"), lambda inner: parties.authority_organisation(inner, walk))


def _entity(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return d.entity(cell, row.options.get("purpose", "order"), row.options.get("type", ""))


def _name(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return d.human_name(cell, 0, walk.codes("name-use"))


def _address(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return d.address(cell, walk.codes("address-use"), walk.codes("address-type"))


def _contact(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return parties.phone_of(cell, walk, row.options.get("use", ""))


def _date(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    made = times.fhir_from_v2(cell.peek(1)[:8])
    return made if made and cell.first() else None


def _datetime(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    made = times.fhir_from_v2(cell.peek(1))
    return made if made and cell.first() else None


def _instant(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    made = times.fhir_from_v2(cell.peek(1))
    return made if made and "T" in made and cell.first() else None


def _decimal(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    found = quantities.number(cell.peek(1))
    return found if found is not None and cell.first() else None


def _integer(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    text = cell.peek(1)
    least = int(row.options.get("least", "0"))
    return int(cell.first()) if text.isascii() and text.isdecimal() and least <= int(text) < 2**31 else None


def _boolean(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    if cell.peek(1) not in ("Y", "N"):
        return None
    return cell.first() == "Y"


def _quantity(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    value = quantities.number(cell.peek(1))
    if value is None:
        return None
    cell.take(1)
    return {"value": value, **quantities.unit(cell.sub(2))}


def _unit(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return quantities.unit(cell) or None


def _practitioner(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return parties.practitioner(cell, walk)


def _named_doctor(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return parties.named_doctor(cell, walk)


def _organisation(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return parties.organisation(cell, walk, "ods" in row.options)


def _organisation_number(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return parties.organisation_number(cell, walk)


def _authority(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return parties.authority_organisation(cell, walk)


def _coded_organisation(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return parties.coded_organisation(cell, walk)


def _location(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return parties.location(cell, walk)


def _coded_resource(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    code, text, label = cell.take(1), cell.take(2), cell.take(3)
    if not (code or text):
        return None
    made: dict[str, Any] = {"resourceType": row.options["type"]}
    if code:
        system = d.uri_of(label, "", "", "resource") if label else ""
        made["identifier"] = [{**({"system": system} if system else {}), "value": code}]
    if text and row.options["type"] == "Device":
        made["deviceName"] = [{"name": text, "type": "other"}]
    elif text:
        made["name"] = text
    return walk.refer(made)


def _endpoint(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return d.uri_of(cell.take(1), cell.take(2), cell.take(3), "application") or None


def _annotation(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    text = cell.whole()
    return {"text": text} if text else None


def _specimen_id(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return d.entity(cell.sub(int(row.options["part"])), "specimen", row.options.get("type", ""))


def _period_of(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return d.period(cell, 1, 2)


def _event(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    code = cell.peek(2)
    if not d.CODE.fullmatch(code):
        return None
    made = {"system": d.system_in("0003", code), "code": cell.take(2)}
    made["display"] = cell.whole()
    return {"eventCoding": made}


def _deceased(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    known = _boolean(cell, walk, row)
    return None if known is None else {"deceasedBoolean": known}


def _multiple_birth(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    known = _boolean(cell, walk, row)
    return None if known is None else {"multipleBirthBoolean": known}


def _nested(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    made = d.concept(cell, row.options.get("table", ""))
    return {"extension": [{"url": row.options["inner"], "valueCodeableConcept": made}]} if made else None


def _display(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    d.concept(cell)
    return cell.peek(2) or cell.peek(1) or None


def _unit_text(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    if cell.kind in ("NM", "SN"):
        return None
    return cell.take(1) or None


def _category(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    known = walk.codes("observation-category")
    if cell.peek(1) not in known:
        return d.concept(cell, "0936")
    return {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": known[cell.first()]}]}


def _fhir_id(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return cell.first() if re.fullmatch(r"[A-Za-z0-9.-]{1,64}", cell.peek(1)) else None


def _encapsulated(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return _attachment(cell, walk, row) if cell.kind in ("ED", "RP") else None


def _observation_value(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return observation_value(cell)


def _attachment(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    return attachment(cell)


TRANSFORMS: dict[str, Transform] = {
    "text": _text,
    "whole": _whole,
    "joined": _joined,
    "code": _code,
    "plain-code": _plain_code,
    "concept": _concept,
    "coding": _coding,
    "identifier": _identifier,
    "entity": _entity,
    "human-name": _name,
    "address": _address,
    "contact": _contact,
    "date": _date,
    "datetime": _datetime,
    "instant": _instant,
    "birth-time": _instant,
    "decimal": _decimal,
    "integer": _integer,
    "boolean": _boolean,
    "quantity": _quantity,
    "unit": _unit,
    "practitioner": _practitioner,
    "named-doctor": _named_doctor,
    "organisation": _organisation,
    "organisation-number": _organisation_number,
    "authority": _authority,
    "coded-organisation": _coded_organisation,
    "coded-resource": _coded_resource,
    "location": _location,
    "endpoint": _endpoint,
    "annotation": _annotation,
    "specimen-id": _specimen_id,
    "period": _period_of,
    "timing": quantities.timing_quantity,
    "observation-value": _observation_value,
    "attachment": _attachment,
    "event": _event,
    "deceased": _deceased,
    "multiple-birth": _multiple_birth,
    "nested-concept": _nested,
    "days": quantities.days,
    "display": _display,
    "unit-text": _unit_text,
    "category": _category,
    "collected": quantities.collected,
    "repeat": quantities.repeat,
    "quantity-timing": quantities.quantity_timing,
    "fhir-id": _fhir_id,
    "duration": quantities.duration,
    "encapsulated": _encapsulated,
}
