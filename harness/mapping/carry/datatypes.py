"""HL7 v2 datatypes as FHIR datatypes: identifiers, names, addresses, contact points, codes.

Each takes from a cell what it can carry and gives the element, or None where nothing of it can be said. Components as in HL7 v2.4 to 2.8.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import quote

from harness.mapping import times
from harness.mapping.carry.cells import Cell

OWN = "https://exemplar-harness.example"
_OID = re.compile(r"[0-2](?:\.(?:0|[1-9]\d*))+")
_PUBLISHED = re.compile(r"http://terminology\.hl7\.org/CodeSystem/v2-(\d{4})")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_TABLE = re.compile(r"(?:HL7|V2-)?0*(\d{1,4})")
CODE = re.compile(r"[^\s]+(?: [^\s]+)*")
"""What FHIR takes as a code."""
_NHS = {"NHS", "NH", "NHSNBR"}
_NHS_TYPES = {"NH", "NHS", "HN", "NI", "NHSNMBR"}
_GMC = re.compile(r"C\d{7}")
# Labels of HL7 table 0396 and of regional feeds, beside those of the item rows' map.
_SYSTEMS = {
    "UCUM": "http://unitsofmeasure.org",
    "CVX": "http://hl7.org/fhir/sid/cvx",
    "NDC": "http://hl7.org/fhir/sid/ndc",
    "RXNORM": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "C4": "http://www.ama-assn.org/go/cpt",
    "I9": "http://hl7.org/fhir/sid/icd-9-cm",
    "I9C": "http://hl7.org/fhir/sid/icd-9-cm",
    "I10C": "http://hl7.org/fhir/sid/icd-10-cm",
    "LOINC": "http://loinc.org",
    "SNOMED": "http://snomed.info/sct",
    "SCT2": "http://snomed.info/sct",
    "DMD": "https://dmd.nhs.uk",
    "MVX": "http://hl7.org/fhir/sid/mvx",
    "ISO3166_1": "urn:iso:std:iso:3166",
}


def system_of(label: str) -> str:
    """The URI of a coding system by its v2 label; an address of this project's for a label nobody defines."""
    from harness.mapping.codes import compile_map

    known = _labels(compile_map)
    if label in known:
        return known[label]
    match = _TABLE.fullmatch(label) if label.startswith("HL7") else None
    if match:
        return f"http://terminology.hl7.org/CodeSystem/v2-{int(match[1]):04d}"
    if _OID.fullmatch(label):
        return f"urn:oid:{label}"
    return f"{OWN}/fhir/CodeSystem/v2-0396/{quote(label, safe='', errors='surrogateescape')}"


_LABELS: dict[str, str] = {}
_LANGUAGES = "0296"
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")


def system_in(table: str, code: str) -> str:
    """The URI of ``code`` in an HL7 table: HL7's where that has the code, else this project's for what a site put into the table."""
    if table == _LANGUAGES and _LANGUAGE.fullmatch(code):
        return "urn:ietf:bcp:47"
    published = f"http://terminology.hl7.org/CodeSystem/v2-{table}"
    known = _codes(published)
    return published if known is None or code in known else f"{OWN}/fhir/CodeSystem/v2-{table}"


@cache
def _codes(system: str) -> frozenset[str] | None:
    """The codes of a code system of R4, None where they are not all known."""
    from harness.catalogue.fhir import definitions

    found = definitions("4.0.1").find(system, "CodeSystem")
    if found is None or found.get("content") != "complete":
        return None
    waiting, codes = list(found.get("concept") or ()), set()
    while waiting:
        one = waiting.pop()
        codes.add(str(one.get("code")))
        waiting += one.get("concept") or ()
    return frozenset(codes)


def coded_in(named: str, table: str, code: str) -> str:
    """The URI of ``code``'s system: of the coding system that is ``named`` beside it, else of the HL7 table of its field; empty where there is neither."""
    if not named:
        return system_in(table, code) if table and code else ""
    system = system_of(named)
    match = _PUBLISHED.fullmatch(system)
    return system_in(match[1], code) if match else system


def _labels(compiled: Any) -> dict[str, str]:
    if not _LABELS:
        from harness.catalogue import catalogue

        _LABELS.update(_SYSTEMS)
        _LABELS.update(compiled(catalogue().code_map("v2-coding-system")).reading)
    return _LABELS


def uri_of(name: str, universal: str, kind: str, purpose: str) -> str:
    """An assigning authority (HD) as the URI of an identifier system."""
    if universal and kind in ("ISO", "") and _OID.fullmatch(universal):
        return f"urn:oid:{universal}"
    if universal and (kind in ("UUID", "GUID") or _UUID.fullmatch(universal)) and _UUID.fullmatch(universal):
        return f"urn:uuid:{universal.lower()}"
    if kind == "URI" and ":" in universal and not re.search(r"\s", universal):
        return universal
    label = name or universal
    return f"{OWN}/Id/{purpose}/{quote(label, safe='', errors='surrogateescape')}" if label else ""


def authority(cell: Cell, purpose: str) -> str:
    """The system of an HD cell; its parts count as used."""
    name, universal, kind = cell.take(1), cell.take(2), cell.take(3)
    return uri_of(name, universal, kind, purpose)


def coding(code: str, text: str, system: str, version: str = "") -> dict[str, Any] | None:
    """A Coding; None without a code. A code with line breaks or runs of blanks is not one."""
    if not code or not CODE.fullmatch(code):
        return None
    made = {"system": system} if system else {}
    if version:
        made["version"] = version
    made["code"] = code
    if text:
        made["display"] = text
    return made


def concept(cell: Cell, table: str = "") -> dict[str, Any] | None:
    """CE, CWE, CNE, CF, IS or ID as a CodeableConcept: up to three codings, the original text kept. ``table`` is the HL7 table of a code without a system."""
    codings: list[dict[str, Any]] = []
    spare = ""
    for code, part, label, version in ((1, 2, 3, 7), (4, 5, 6, 8), (10, 11, 12, 13)):
        value, display = cell.peek(code), cell.peek(part)
        named = cell.peek(label)
        if code > 1 and not value and not display:
            continue
        system = coded_in(named, table, value)
        made = coding(value, display, system, cell.peek(version))
        if made:
            codings.append(made)
            for used in (code, part, label, version):
                cell.take(used)
        elif display or value:
            spare = spare or cell.take(part) or cell.take(code)
    original = cell.take(9)
    concept_: dict[str, Any] = {"coding": codings} if codings else {}
    text = original or spare or (codings[0].get("display", "") if codings else "")
    if text:
        concept_["text"] = text
    return concept_ or None


def identifier(cell: Cell, purpose: str = "local", assigner: Callable[[Cell], dict[str, Any] | None] | None = None) -> dict[str, Any] | None:
    """CX as an Identifier: value, check digit as extension, system by authority, type of table 0203, period, assigner.

    ``assigner`` makes a reference of the authority (HD), where given."""
    value = cell.take(1)
    if not value:
        return None
    made: dict[str, Any] = {}
    kind = cell.take(5)
    if kind:
        made["type"] = {"coding": [{"system": system_in("0203", kind), "code": kind}]} if CODE.fullmatch(kind) else {"text": kind}
    named = cell.sub(4).peek(1)
    if purpose == "local" and (named in _NHS or (kind in _NHS_TYPES and not named)):
        authority(cell.sub(4), purpose)
        made["system"] = "https://fhir.nhs.uk/Id/nhs-number"
    elif system := authority(cell.sub(4), purpose):
        made["system"] = system
    made["value"] = value
    start, end = cell.peek(7), cell.peek(8)
    if period_ := period(cell, 7 if start else 0, 8 if end else 0):
        made["period"] = period_
    facility = cell.sub(6)
    known = assigner(cell.sub(4)) if assigner is not None and made.get("system") != "https://fhir.nhs.uk/Id/nhs-number" else None
    if facility.peek(1):
        known = {**(known or {}), "display": facility.take(1)}
    if known:
        made["assigner"] = known
    extensions = [
        {"url": f"{OWN}/fhir/StructureDefinition/{name}", "valueString": cell.take(part)}
        for part, name in ((2, "check-digit"), (3, "check-digit-scheme"))
        if cell.peek(part)
    ]
    return {"extension": extensions, **made} if extensions else made


def entity(cell: Cell, purpose: str = "order", kind: str = "") -> dict[str, Any] | None:
    """EI as an Identifier: id ^ namespace ^ universal id ^ its type. ``kind`` is a code of table 0203."""
    value = cell.take(1)
    if not value:
        return None
    made: dict[str, Any] = {"type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": kind}]}} if kind else {}
    system = uri_of(cell.take(2), cell.take(3), cell.take(4), purpose)
    return {**made, **({"system": system} if system else {}), "value": value}


def human_name(cell: Cell, offset: int = 0, uses: dict[str, str] | None = None) -> dict[str, Any] | None:
    """XPN as a HumanName; ``offset`` 1 reads an XCN, whose name begins at its second component."""
    made: dict[str, Any] = {}
    family = cell.sub(1 + offset)
    if family.size > 1 and not family.peek(1):
        family_text = " ".join(filter(None, (family.take(part) for part in range(2, family.size + 1))))
    else:
        family_text = family.take(1)
        for part, name in ((2, "own-prefix"), (3, "own-name"), (4, "partner-prefix"), (5, "partner-name")):
            if family.peek(part):
                made.setdefault("_family", {"extension": []})["extension"].append(
                    {"url": f"http://hl7.org/fhir/StructureDefinition/humanname-{name}", "valueString": family.take(part)}
                )
    if family_text:
        made["family"] = family_text
    given = [cell.take(part + offset) for part in (2, 3)]
    if any(given):
        made["given"] = [text for text in given if text]
    if prefix := cell.take(5 + offset):
        made["prefix"] = [prefix]
    suffixes = [cell.take(4 + offset), cell.take(6 + offset), cell.take(21 if offset else 14)]
    if any(suffixes):
        made["suffix"] = [text for text in suffixes if text]
    if not made:
        return None
    code = cell.peek(9 + offset if offset else 7)
    if code and uses is not None and code in uses:
        made["use"] = uses[code]
        cell.take(9 + offset if offset else 7)
    start, end = (19, 20) if offset else (12, 13)
    if period_ := period(cell, start, end):
        made["period"] = period_
    elif not offset and (span := period(cell.sub(10), 1, 2)):
        made["period"] = span
    return made


def address(cell: Cell, uses: dict[str, str], types: dict[str, str]) -> dict[str, Any] | None:
    """XAD as an Address; its first component may be an SAD (street, name, number)."""
    street = cell.sub(1)
    line = " ".join(filter(None, (street.take(part) for part in range(1, street.size + 1))))
    second = cell.take(2)
    made: dict[str, Any] = {}
    lines = [text for text in (line, second, cell.take(19)) if text]
    kind = cell.peek(7)
    if kind in uses:
        made["use"] = uses[kind]
        cell.take(7)
    if kind in types:
        made["type"] = types[kind]
        cell.take(7)
    if lines:
        made["line"] = lines
    for part, name in ((3, "city"), (4, "state"), (5, "postalCode"), (6, "country")):
        if text := cell.take(part):
            made[name] = text
    if text := (cell.take(9) or cell.take(8)):
        made["district"] = text
    if period_ := period(cell, 13, 14) or period(cell.sub(12), 1, 2):
        made["period"] = period_
    return made if set(made) - {"use", "type", "period"} else None


def contact_point(cell: Cell, systems: dict[str, str], uses: dict[str, str], use: str = "") -> dict[str, Any] | None:
    """XTN as a ContactPoint: the number as one string, or built of country, area and local number; an e-mail address from its fourth component."""
    kind = cell.peek(3)
    made: dict[str, Any] = {}
    mail = cell.peek(4)
    if mail and (kind in ("Internet", "X.400") or "@" in mail or not cell.peek(1)):
        value, made["system"] = cell.take(4), "email" if "@" in mail else "other"
    elif cell.peek(12) and not cell.peek(1):
        value = cell.take(12)
    elif cell.peek(1):
        value = cell.take(1)
    else:
        parts = [cell.take(5), cell.take(6), cell.take(7)]
        value = " ".join(part for part in parts if part)
    if not value:
        return None
    if kind in systems:
        cell.take(3)
    if "system" not in made:
        made["system"] = "email" if "@" in value else systems.get(kind, "phone")
    made["value"] = value
    code = cell.peek(2)
    named = uses.get(code) or ("mobile" if kind == "CP" else "") or use
    if code in uses:
        cell.take(2)
    if named:
        made["use"] = named
    if cell.peek(8) and made["system"] == "phone":
        made["extension"] = [{"url": "http://hl7.org/fhir/StructureDefinition/contactpoint-extension", "valueString": cell.take(8)}]
    rank = cell.peek(18)
    if rank.isdecimal() and int(rank) > 0:
        made["rank"] = int(cell.take(18))
    if period_ := period(cell, 13, 14):
        made["period"] = period_
    return made


def period(cell: Cell, start: int, end: int) -> dict[str, Any] | None:
    """Two components as a Period; a half that is not a time is left out."""
    made: dict[str, str] = {}
    for name, part in (("start", start), ("end", end)):
        stamp = times.fhir_from_v2(cell.peek(part)) if part and cell.peek(part) else None
        if stamp and made.get("start", "")[:10] <= stamp[:10]:
            made[name] = stamp
            cell.take(part)
    return made or None


def gmc(number: str) -> bool:
    """Whether a number is a consultant's as ITK writes it: C and seven digits."""
    return _GMC.fullmatch(number) is not None
