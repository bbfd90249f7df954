"""AL1, DG1, PR1 and OBX as clinical resources of a patient (ITK segment grids)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from harness.formats.hl7v2 import Tree
from harness.systems.acute import v2_codes
from harness.systems.acute.nulls import NULL, value
from harness.systems.acute.v2_times import fhir_datetime
from harness.systems.core.units import unit_of

Resource = dict[str, Any]
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def concept(tree: Tree, path: str) -> Resource:
    """A CE as CodeableConcept: its first triplet, and the alternate one where there is one; text without a code stays text."""
    coding = []
    for first in (1, 4):
        code, text, label = (value(tree, f"{path}.{first + step}") for step in range(3))
        if code:
            system = v2_codes.system_of(label)
            coding.append(({"system": system} if system else {}) | {"code": code} | ({"display": text} if text else {}))
    made: Resource = {"coding": coding} if coding else {}
    text = value(tree, f"{path}.2")
    return made | ({"text": text} if text else {})


def key_of(concept: Resource) -> str:
    """What tells two entries of one kind apart: the first coding, else the text in lower case."""
    coding = (concept.get("coding") or [{}])[0]
    return f"{coding.get('system', '')}|{coding['code']}" if coding.get("code") else str(concept.get("text", "")).casefold()


def _coded(tree: Tree, segment: str) -> Iterator[tuple[str, Resource]]:
    """(address, concept of field 3) of every such segment that says one."""
    for number in range(1, len(tree.all(segment)) + 1):
        code = concept(tree, f"{segment}[{number}]-3")
        if code:
            yield f"{segment}[{number}]", code


def allergies(tree: Tree) -> tuple[bool, list[Resource]]:
    """(every earlier one is deleted, those sent): AL1-3 ``""`` deletes what was held before."""
    deleted = [f"AL1[{number}]" for number in range(1, len(tree.all("AL1")) + 1) if NULL in (tree.get(f"AL1[{number}]-3"), tree.get(f"AL1[{number}]-3.1"))]
    return bool(deleted), [_allergy(tree, at, code) for at, code in _coded(tree, "AL1") if at not in deleted]


def _allergy(tree: Tree, at: str, code: Resource) -> Resource:
    kind, severity = value(tree, f"{at}-2.1") or value(tree, f"{at}-2"), value(tree, f"{at}-4.1") or value(tree, f"{at}-4")
    allergy: Resource = {"resourceType": "AllergyIntolerance", "extension": []}
    if kind:
        allergy["extension"].append({"url": v2_codes.ALLERGY_TYPE, "valueCode": kind})
    if severity:
        allergy["extension"].append({"url": v2_codes.ALLERGY_SEVERITY, "valueCode": severity})
    if not allergy["extension"]:
        del allergy["extension"]
    allergy["clinicalStatus"] = {"coding": [{"system": f"{v2_codes.HL7}/allergyintolerance-clinical", "code": "active"}]}
    allergy["verificationStatus"] = {"coding": [{"system": f"{v2_codes.HL7}/allergyintolerance-verification", "code": "confirmed"}]}
    if kind in v2_codes.ALLERGY_CATEGORY:
        allergy["category"] = [v2_codes.ALLERGY_CATEGORY[kind]]
    if severity:
        allergy["criticality"] = "high" if severity.isdigit() and 5 <= int(severity) < 9 else "low"
    allergy["code"] = code
    if value(tree, f"{at}-6"):
        allergy["onsetDateTime"] = fhir_datetime(value(tree, f"{at}-6"))
    if value(tree, f"{at}-5"):
        allergy["reaction"] = [{"manifestation": [{"text": value(tree, f"{at}-5")}]}]
    return allergy


def diagnoses(tree: Tree) -> list[Resource]:
    """Every DG1 as a Condition."""
    found = []
    for at, code in _coded(tree, "DG1"):
        certainty = value(tree, f"{at}-6")
        condition: Resource = {"resourceType": "Condition"}
        status = v2_codes.VERIFICATION_STATUS.get(certainty)
        if certainty and not status:
            condition["extension"] = [{"url": v2_codes.ORIGINAL, "valueString": certainty}]
        condition["clinicalStatus"] = {"coding": [{"system": f"{v2_codes.HL7}/condition-clinical", "code": "active"}]}
        if status:
            condition["verificationStatus"] = {"coding": [{"system": f"{v2_codes.HL7}/condition-ver-status", "code": status}]}
        condition["category"] = [{"coding": [{"system": f"{v2_codes.HL7}/condition-category", "code": "encounter-diagnosis"}]}]
        condition["code"] = code
        if value(tree, f"{at}-5"):
            condition["recordedDate"] = fhir_datetime(value(tree, f"{at}-5"))
        found.append(condition)
    return found


def procedures(tree: Tree) -> list[Resource]:
    """Every PR1 as a Procedure."""
    found = []
    for at, code in _coded(tree, "PR1"):
        procedure: Resource = {"resourceType": "Procedure", "status": "completed", "code": code}
        if value(tree, f"{at}-5"):
            procedure["performedDateTime"] = fhir_datetime(value(tree, f"{at}-5"))
        found.append(procedure)
    return found


def observations(tree: Tree) -> list[Resource]:
    """Every OBX as an Observation; a number keeps its digits, anything else its text."""
    found = []
    for at, code in _coded(tree, "OBX"):
        sent = value(tree, f"{at}-11")
        observation: Resource = {"resourceType": "Observation"}
        if sent and sent not in v2_codes.OBSERVATION_STATUS:
            observation["extension"] = [{"url": v2_codes.ORIGINAL, "valueString": sent}]
        observation |= {"status": v2_codes.OBSERVATION_STATUS.get(sent, "unknown"), "code": code}
        if value(tree, f"{at}-14"):
            observation["effectiveDateTime"] = fhir_datetime(value(tree, f"{at}-14"))
        observation |= _result(tree, at)
        flag = value(tree, f"{at}-8")
        if flag:
            observation["interpretation"] = [{"coding": [{"system": v2_codes.INTERPRETATION, "code": flag}]}]
        if value(tree, f"{at}-7"):
            observation["referenceRange"] = [{"text": value(tree, f"{at}-7")}]
        found.append(observation)
    return found


def _result(tree: Tree, at: str) -> Resource:
    kind, text, unit = value(tree, f"{at}-2"), value(tree, f"{at}-5"), value(tree, f"{at}-6.1") or value(tree, f"{at}-6")
    if kind in ("CE", "CWE") and value(tree, f"{at}-5.1"):
        return {"valueCodeableConcept": concept(tree, f"{at}-5")}
    if not text:
        return {}
    if kind == "NM" and _NUMBER.fullmatch(text):
        quantity: Resource = {"value": Decimal(text)}
        if unit:
            quantity |= unit_of(unit, value(tree, f"{at}-6.2") or "")
        return {"valueQuantity": quantity}
    made: Resource = {"valueString": text}
    return made | ({"extension": [{"url": v2_codes.EH + "/observation-unit", "valueString": unit}]} if unit else {})
