# ruff: noqa: ARG001  # every inverse has one signature; most need part of it only
"""FHIR datatypes as components of HL7 v2: the inverse of the carry transforms whose rows say ``back``.

Each gives ``{component: text}`` (``"4.1"`` a sub-component) and the paths inside the element that it used, or None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from harness.mapping import times

Parts = dict[str, str]
Made = tuple[Parts, list[str]] | None
Resolve = Callable[[Any], Mapping[str, Any] | None]
_OWN = re.compile(r"https://exemplar-harness\.example/Id/[a-z-]+/(.+)")
_LABELS = {
    "http://snomed.info/sct": "SNCT",
    "http://hl7.org/fhir/sid/icd-10": "I10",
    "https://fhir.hl7.org.uk/CodeSystem/OPCS-4": "OPCS4",
    "http://loinc.org": "LN",
    "http://unitsofmeasure.org": "UCUM",
    "urn:ietf:bcp:47": "HL70296",
}
_TABLE = re.compile(r"(?:http://terminology\.hl7\.org|https://exemplar-harness\.example/fhir)/CodeSystem/v2-(\d{4})")
_LABEL = "https://exemplar-harness.example/fhir/CodeSystem/v2-0396/"


def label_of(system: str) -> str:
    """The v2 label of a code system's URI."""
    match = _TABLE.fullmatch(system)
    return _LABELS.get(system) or (f"HL7{match[1]}" if match else system.removeprefix(_LABEL))


def codings(element: Any) -> list[Mapping[str, Any]]:
    """The codings of a CodeableConcept that are objects; none of what is no concept."""
    found = element.get("coding") if isinstance(element, Mapping) else None
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _simple(element: Any, resolve: Resolve) -> Made:
    return ({"1": str(element)}, [""]) if isinstance(element, str | int) and not isinstance(element, bool) and str(element) else None


def _time(element: Any, resolve: Resolve) -> Made:
    if not isinstance(element, str):
        return None
    text = times.to_v2(times.local_from_fhir(element))
    return ({"1": text}, [""]) if text.isdecimal() else None


def _boolean(element: Any, resolve: Resolve) -> Made:
    return ({"1": "Y" if element else "N"}, [""]) if isinstance(element, bool) else None


def _concept(element: Any, resolve: Resolve) -> Made:
    if not isinstance(element, Mapping):
        return None
    parts: Parts = {}
    used: list[str] = []
    for number, coding in enumerate(codings(element)[:2]):
        for offset, name in enumerate(("code", "display", "system"), 1):
            text = coding.get(name)
            if isinstance(text, str) and text:
                parts[str(offset + 3 * number)] = label_of(text) if name == "system" else text
                used.append(f".coding[{number}].{name}")
    if isinstance(element.get("text"), str) and "2" not in parts:
        parts["2"] = element["text"]
    if isinstance(element.get("text"), str) and element["text"] in parts.values():
        used.append(".text")
    return (parts, used) if parts else None


def _coding(element: Any, resolve: Resolve) -> Made:
    made = _concept({"coding": [element]}, resolve)
    return (made[0], [path.removeprefix(".coding[0]") for path in made[1]]) if made else None


def _identifier(element: Any, resolve: Resolve) -> Made:
    if not isinstance(element, Mapping) or not isinstance(element.get("value"), str):
        return None
    parts, used = {"1": element["value"]}, [".value"]
    system = element.get("system")
    if isinstance(system, str) and system:
        match = _OWN.fullmatch(system)
        if system == "https://fhir.nhs.uk/Id/nhs-number":
            parts["4.1"] = "NHS"
        elif system.startswith("urn:oid:"):
            parts["4.2"], parts["4.3"] = system.removeprefix("urn:oid:"), "ISO"
        else:
            name = match[1] if match else system
            if name != "unknown":
                parts["4.1"] = name
        used.append(".system")
    kinds = codings(element.get("type"))
    if kinds and isinstance(kinds[0].get("code"), str):
        parts["5"] = kinds[0]["code"]
        used += [".type.coding[0].code", ".type.coding[0].system"]
    return parts, used + _period(element, parts, "7", "8")


def _entity(element: Any, resolve: Resolve) -> Made:
    made = _identifier(element, resolve)
    if made is None:
        return None
    parts = made[0]
    moved = {"1": parts["1"], "2": parts.get("4.1", ""), "3": parts.get("4.2", ""), "4": parts.get("4.3", "")}
    return {name: text for name, text in moved.items() if text}, [path for path in made[1] if path in (".value", ".system")]


def _name(element: Any, resolve: Resolve) -> Made:
    if not isinstance(element, Mapping):
        return None
    parts: Parts = {}
    used: list[str] = []
    if isinstance(element.get("family"), str):
        parts["1"] = element["family"]
        used.append(".family")
    for name, places in (("given", "23"), ("prefix", "5"), ("suffix", "46")):
        texts = element.get(name)
        for number, text in enumerate(texts[: len(places)] if isinstance(texts, list) else ()):
            if isinstance(text, str):
                parts[places[number]] = text
                used.append(f".{name}[{number}]")
    return (parts, used + _period(element, parts, "12", "13")) if parts else None


def _address(element: Any, resolve: Resolve) -> Made:
    if not isinstance(element, Mapping):
        return None
    parts: Parts = {}
    used: list[str] = []
    lines = element.get("line")
    for number, text in enumerate(lines[:2] if isinstance(lines, list) else ()):
        if isinstance(text, str):
            parts[str(number + 1)] = text
            used.append(f".line[{number}]")
    for name, part in (("city", "3"), ("state", "4"), ("postalCode", "5"), ("country", "6"), ("district", "9")):
        if isinstance(element.get(name), str):
            parts[part] = element[name]
            used.append(f".{name}")
    return (parts, used + _period(element, parts, "13", "14")) if parts else None


def _contact(element: Any, resolve: Resolve) -> Made:
    if not isinstance(element, Mapping) or not isinstance(element.get("value"), str):
        return None
    mail = element.get("system") == "email"
    parts = {"4" if mail else "1": element["value"]}
    used = [".value"]
    uses = {"home": "PRN", "work": "WPN", "mobile": "PRS"}
    if str(element.get("use")) in uses:
        parts["2"] = uses[str(element["use"])]
        used.append(".use")
    kinds = {"phone": "CP" if element.get("use") == "mobile" else "PH", "fax": "FX", "email": "Internet", "pager": "BP"}
    if str(element.get("system")) in kinds:
        parts["3"] = kinds[str(element["system"])]
        used.append(".system")
    return parts, used


def _period(element: Mapping[str, Any], parts: Parts, start: str, end: str) -> list[str]:
    used = []
    span = element.get("period")
    for name, part in (("start", start), ("end", end)):
        made = _time(span.get(name), lambda _: None) if isinstance(span, Mapping) else None
        if made:
            parts[part] = made[0]["1"]
            used.append(f".period.{name}")
    return used


def _practitioner(element: Any, resolve: Resolve) -> Made:
    found = resolve(element)
    if found is None or found.get("resourceType") != "Practitioner":
        return None
    parts: Parts = {}
    identifiers = found.get("identifier")
    made = _identifier(identifiers[0], resolve) if isinstance(identifiers, list) and identifiers else None
    if made is not None:
        moved = {"1": "1", "4.1": "9.1", "4.2": "9.2", "4.3": "9.3", "5": "13"}
        parts.update({moved[part]: text for part, text in made[0].items() if part in moved})
        if parts.get("9.1", "").startswith("https://fhir.hl7.org.uk/Id/"):
            parts.pop("9.1")
    names = found.get("name")
    named = _name(names[0], resolve) if isinstance(names, list) and names else None
    if named is not None:
        parts.update({str(int(part) + 1): text for part, text in named[0].items() if int(part) < 7})
    return (parts, [".reference"]) if parts else None


def _organisation(element: Any, resolve: Resolve) -> Made:
    parts: Parts = {}
    used: list[str] = []
    found = resolve(element) or {}
    if found.get("resourceType") == "Organization" and isinstance(found.get("name"), str):
        parts["1"] = found["name"]
        used.append(".reference")
    known = element.get("identifier") if isinstance(element, Mapping) else None
    if isinstance(known, Mapping) and isinstance(known.get("value"), str):
        parts["3"] = known["value"]
        used += [".identifier.value", ".identifier.system"]
    return (parts, used) if parts else None


def _location(element: Any, resolve: Resolve) -> Made:
    parts: Parts = {}
    places = {"si": "4.1", "bu": "7", "lvl": "8", "wa": "1", "ro": "2", "bd": "3"}
    found = resolve(element)
    for _ in range(8):
        if found is None or found.get("resourceType") != "Location":
            break
        kinds = codings(found.get("physicalType"))
        part = places.get(str(kinds[0].get("code"))) if kinds else None
        if part and isinstance(found.get("name"), str):
            parts.setdefault(part, found["name"])
        found = resolve(found.get("partOf"))
    return (parts, [".reference"]) if parts else None


INVERSES: dict[str, Callable[[Any, Resolve], Made]] = {
    "text": _simple,
    "whole": _simple,
    "plain-code": _simple,
    "datetime": _time,
    "instant": _time,
    "boolean": _boolean,
    "integer": _simple,
    "concept": _concept,
    "coding": _coding,
    "identifier": _identifier,
    "entity": _entity,
    "human-name": _name,
    "address": _address,
    "contact": _contact,
    "practitioner": _practitioner,
    "organisation": _organisation,
    "location": _location,
}
