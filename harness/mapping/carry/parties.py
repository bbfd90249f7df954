"""HL7 v2 datatypes that name somebody or somewhere: each becomes a resource of its own, and the element a reference to it."""

from __future__ import annotations

from typing import Any, Protocol

from harness.mapping.carry.cells import Cell
from harness.mapping.carry.datatypes import CODE, authority, contact_point, gmc, human_name, system_in, uri_of

_FACILITY = "https://exemplar-harness.example/Id/facility"
_PHYSICAL = "http://terminology.hl7.org/CodeSystem/location-physical-type"
ODS = "https://fhir.nhs.uk/Id/ods-organization-code"


class Referring(Protocol):
    """What makes resources on the way: the walk over a message."""

    def refer(self, resource: dict[str, Any]) -> dict[str, Any]:
        """A reference to that resource; the same content is the same resource."""

    def codes(self, name: str) -> dict[str, str]:
        """A carry map by name."""


def practitioner(cell: Cell, walk: Referring) -> dict[str, Any] | None:
    """XCN as a reference to a Practitioner: number, authority, type of number, name. A number C and seven digits is a GMC number."""
    made: dict[str, Any] = {}
    number = cell.take(1)
    if number:
        system = authority(cell.sub(9), "practitioner")
        kind = cell.peek(13)
        if not system and gmc(number):
            system = "https://fhir.hl7.org.uk/Id/gmc-number"
        elif not system and cell.peek(8):
            system = uri_of(cell.take(8), "", "", "practitioner")
        entry: dict[str, Any] = {"type": {"coding": [{"system": system_in("0203", kind), "code": cell.take(13)}]}} if kind and CODE.fullmatch(kind) else {}
        if system:
            entry["system"] = system
        facility = cell.sub(14)
        entry["value"] = number
        known = authority_organisation(cell.sub(9), walk)
        if facility.peek(1):
            known = {**(known or {}), "display": facility.take(1)}
        if known:
            entry["assigner"] = known
        made["identifier"] = [entry]
    name = human_name(cell, 1, walk.codes("name-use"))
    if name:
        made["name"] = [name]
    return walk.refer({"resourceType": "Practitioner", **made}) if made else None


def named_doctor(cell: Cell, walk: Referring) -> dict[str, Any] | None:
    """NDL as a reference to a Practitioner: its first component is a CNN (number, family, given, …). Feeds that send an XCN there are read too."""
    inner = cell.sub(1)
    if inner.size == 1:
        return practitioner(cell, walk)
    made: dict[str, Any] = {}
    number = inner.take(1)
    if number:
        system = uri_of(inner.take(9), inner.take(10), inner.take(11), "practitioner")
        made["identifier"] = [{**({"system": system} if system else {}), "value": number}]
    name: dict[str, Any] = {}
    if family := inner.take(2):
        name["family"] = family
    for key, parts in (("given", (3, 4)), ("prefix", (6,)), ("suffix", (5, 7))):
        texts = [text for text in (inner.take(part) for part in parts) if text]
        if texts:
            name[key] = texts
    if name:
        made["name"] = [name]
    return walk.refer({"resourceType": "Practitioner", **made}) if made else None


def organisation(cell: Cell, walk: Referring, ods: bool = False) -> dict[str, Any] | None:
    """XON as a reference to an Organization: name, number (third or tenth component), its authority and type. ``ods``: a bare number is an ODS code."""
    made: dict[str, Any] = {}
    number = organisation_number(cell, walk, ods)
    if number:
        made["identifier"] = [number]
    if name := cell.take(1):
        made["name"] = name
    if not made:
        return None
    reference = walk.refer({"resourceType": "Organization", **made})
    # The item row of a practice reads the number here.
    return {**reference, "identifier": {"system": ODS, "value": number["value"]}} if ods and number else reference


def organisation_number(cell: Cell, walk: Referring, ods: bool = False) -> dict[str, Any] | None:
    """The number of an XON (tenth component, before v2.5 the third) as an Identifier; ``ods``: a bare one is an ODS code."""
    number = cell.take(10) or cell.take(3)
    if not number:
        return None
    entry: dict[str, Any] = {}
    kind = cell.peek(7)
    if kind and CODE.fullmatch(kind):
        entry["type"] = {"coding": [{"system": system_in("0203", kind), "code": cell.take(7)}]}
    if system := authority(cell.sub(6), "organization") or (ODS if ods else ""):
        entry["system"] = system
    entry["value"] = number
    if assigner := authority_organisation(cell.sub(6), walk):
        entry["assigner"] = assigner
    return entry


def authority_organisation(cell: Cell, walk: Referring) -> dict[str, Any] | None:
    """HD as a reference to an Organization."""
    name, universal, kind = cell.take(1), cell.take(2), cell.take(3)
    entries: list[dict[str, Any]] = []
    if name:
        entries.append({"system": _FACILITY, "value": name})
    if universal:
        uri = uri_of("", universal, kind, "facility")
        urn = uri.startswith("urn:")
        typed: dict[str, Any] = (
            {"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0301", "code": kind}]}} if CODE.fullmatch(kind) else {}
        )
        entries.append({**typed, "system": "urn:ietf:rfc:3986" if urn else _FACILITY, "value": uri if urn else universal})
    return walk.refer({"resourceType": "Organization", "identifier": entries}) if entries else None


def coded_organisation(cell: Cell, walk: Referring) -> dict[str, Any] | None:
    """CE or CWE that names an organisation: its code is the number, its text the name."""
    number, name = cell.take(1), cell.take(2)
    label = cell.take(3)
    made: dict[str, Any] = {}
    if number:
        system = uri_of(label, "", "", "organization") if label else ""
        made["identifier"] = [{**({"system": system} if system else {}), "value": number}]
    if name:
        made["name"] = name
    return walk.refer({"resourceType": "Organization", **made}) if made else None


def location(cell: Cell, walk: Referring) -> dict[str, Any] | None:
    """PL as a reference to the innermost of a chain of Locations: bed in room in point of care in floor in building in facility."""
    parent: dict[str, Any] | None = None
    described = cell.take(9)
    # A bed's name alone tells nobody where it is: each Location says the whole place.
    whole = described or ", ".join(filter(None, (cell.sub(part).peek(sub) for part in range(1, 9) for sub in range(1, cell.sub(part).size + 1))))
    for part, kind in ((4, "si"), (7, "bu"), (8, "lvl"), (1, "wa"), (2, "ro"), (3, "bd")):
        inner = cell.sub(part)
        name, universal, type_ = inner.take(1), inner.take(2), inner.take(3)
        if not (name or universal):
            continue
        made: dict[str, Any] = {"resourceType": "Location"}
        uri = uri_of("", universal, type_, "location") if universal else ""
        if uri:
            made["identifier"] = [
                {"system": "urn:ietf:rfc:3986", "value": uri}
                if uri.startswith("urn:")
                else {"system": "https://exemplar-harness.example/Id/location", "value": universal}
            ]
        made.update({"name": name or universal, "description": whole, "mode": "instance"})
        made["physicalType"] = {"coding": [{"system": _PHYSICAL, "code": kind}]}
        if parent:
            made["partOf"] = parent
        parent = walk.refer(made)
    if parent is None and described:
        parent = walk.refer({"resourceType": "Location", "name": described, "mode": "instance"})
    if parent is not None:
        for part in (5, 6):
            cell.take(part)
    return parent


def phone_of(cell: Cell, walk: Referring, use: str) -> dict[str, Any] | None:
    """XTN as a ContactPoint under the shipped maps."""
    return contact_point(cell, walk.codes("telecom-system"), walk.codes("telecom-use"), use)
