"""PID-5, PID-11, PID-13/14 and NK1 as native lists: each is the sender's whole list (a snapshot)."""

from __future__ import annotations

from typing import Any

from harness.formats.hl7v2 import Tree
from harness.systems.acute import v2_codes
from harness.systems.acute.nulls import NULL, value

Resource = dict[str, Any]


def _repetitions(tree: Tree, segment: str, field: int) -> range:
    found = next(iter(tree.all(segment)), None)
    return range(1, (found.repetitions(field) if found else 0) + 1)


def names(tree: Tree) -> list[Resource]:
    """PID-5 as Patient.name."""
    found = [_name(tree, f"PID-5[{number}]") for number in _repetitions(tree, "PID", 5)]
    return [name for name in found if len(name) > 1]


def _name(tree: Tree, at: str) -> Resource:
    kind = value(tree, f"{at}.7")
    name: Resource = {"use": v2_codes.NAME_USE[kind]} if kind in v2_codes.NAME_USE else {"extension": [{"url": v2_codes.ORIGINAL, "valueString": kind}]}
    family, given, middle = value(tree, f"{at}.1.1") or value(tree, f"{at}.1"), value(tree, f"{at}.2"), value(tree, f"{at}.3")
    if kind == "A":
        # An alias has no use of its own in FHIR: nickname with the whole name as text.
        name["text"] = " ".join(part for part in (given, middle, family) if part)
    parts = {
        "family": family,
        "given": [part for part in (given, middle) if part],
        "prefix": [value(tree, f"{at}.5")] if value(tree, f"{at}.5") else [],
        "suffix": [value(tree, f"{at}.4")] if value(tree, f"{at}.4") else [],
    }
    return name | {key: part for key, part in parts.items() if part}


def addresses(tree: Tree) -> list[Resource]:
    """PID-11 as Patient.address."""
    found = [_address(tree, f"PID-11[{number}]") for number in _repetitions(tree, "PID", 11)]
    return [address for address in found if address.keys() - {"use", "type"}]


def _address(tree: Tree, at: str) -> Resource:
    lines = [line for line in (value(tree, f"{at}.1.1") or value(tree, f"{at}.1"), value(tree, f"{at}.2")) if line]
    kind = value(tree, f"{at}.7")
    use: Resource = {"type": "postal"} if kind == "PST" else {"use": "temp" if kind == "TMP" else "home"}
    parts = {"line": lines, "city": value(tree, f"{at}.3"), "district": value(tree, f"{at}.4"), "postalCode": value(tree, f"{at}.5")}
    return use | {key: part for key, part in (parts | {"country": value(tree, f"{at}.6")}).items() if part}


def telecoms(tree: Tree) -> list[Resource]:
    """PID-13 and PID-14 as Patient.telecom: landline, mobile (CP) and e-mail (Internet)."""
    found: list[Resource] = []
    for field in (13, 14):
        for number in _repetitions(tree, "PID", field):
            at = f"PID-{field}[{number}]"
            kind, text = value(tree, f"{at}.3"), value(tree, f"{at}.1")
            if kind == "Internet" or value(tree, f"{at}.2") == "NET":
                if value(tree, f"{at}.4") or text:
                    found.append({"system": "email", "value": value(tree, f"{at}.4") or text})
            elif text:
                use = "mobile" if kind == "CP" else "home" if field == 13 else "work"
                found.append({"system": "phone", "value": text, "use": use})
    return found


def contacts(tree: Tree) -> list[Resource]:
    """Every NK1 as Patient.contact; one whose NK1-2 deletes says that there are none."""
    found: list[Resource] = []
    for number in range(1, len(tree.all("NK1")) + 1):
        at = f"NK1[{number}]"
        if tree.get(f"{at}-2") == NULL:
            continue
        contact: Resource = {}
        relation = value(tree, f"{at}-3.1")
        if relation:
            coding = [{"system": v2_codes.NK1_CS, "code": relation}]
            if relation in v2_codes.RELATION:
                coding.append({"system": v2_codes.ROLE_CODE, "code": v2_codes.RELATION[relation]})
            contact["relationship"] = [{"coding": coding}]
        family, given = value(tree, f"{at}-2.1.1") or value(tree, f"{at}-2.1"), value(tree, f"{at}-2.2")
        if family or given:
            contact["name"] = ({"family": family} if family else {}) | ({"given": [given]} if given else {})
        if value(tree, f"{at}-5.1"):
            contact["telecom"] = [{"system": "phone", "value": value(tree, f"{at}-5.1")}]
        if contact:
            found.append(contact)
    return found
