"""Native lists as HL7 v2 repetitions and segments: PID-3, 5, 11, 13, NK1, AL1, DG1, PR1, OBX (ITK segment grids)."""

from __future__ import annotations

from typing import Any

from harness.systems.acute import v2_codes
from harness.systems.acute.identity import Identity
from harness.systems.acute.v2_fields import code, extension
from harness.systems.acute.v2_times import v2_stamp

Resource = dict[str, Any]
# Components of one repetition, by number.
Parts = dict[int, str]
# Fields of one segment, by address inside it ("3.1").
Segment = dict[str, str]


def identifiers(identity: Identity) -> list[Parts]:
    """PID-3: the NHS number first, then local numbers with their authority."""
    found: list[Parts] = [{1: identity.nhs, 4: "NHS"}] if identity.nhs else []
    return found + [{1: number, 4: authority} for authority, number in identity.locals]


def names(patient: Resource) -> list[Parts]:
    """PID-5."""
    found = []
    for name in patient.get("name") or ():
        use = name.get("use", "")
        given = [str(each) for each in name.get("given") or ()]
        kind = "A" if use == "nickname" and name.get("text") else v2_codes.NAME_TYPE.get(use) or str(extension(name, v2_codes.ORIGINAL).get("valueString", "L"))
        prefix, suffix = (name.get("prefix") or [""])[0], (name.get("suffix") or [""])[0]
        found.append({1: name.get("family", ""), 2: given[0] if given else "", 3: " ".join(given[1:]), 4: suffix, 5: prefix, 7: kind})
    return found


def addresses(patient: Resource) -> list[Parts]:
    """PID-11."""
    found = []
    for each in patient.get("address") or ():
        lines = [*(each.get("line") or ()), "", ""]
        kind = "PST" if each.get("type") == "postal" else "TMP" if each.get("use") == "temp" else "H"
        parts = {1: lines[0], 2: lines[1], 3: each.get("city", ""), 4: each.get("district", ""), 5: each.get("postalCode", ""), 6: each.get("country", "")}
        found.append(parts | {7: kind})
    return found


def telecoms(patient: Resource) -> list[Parts]:
    """PID-13: landlines, then mobiles, then e-mail."""
    found: list[tuple[int, Parts]] = []
    for each in patient.get("telecom") or ():
        text = str(each.get("value", ""))
        if each.get("system") == "email":
            found.append((2, {2: "NET", 3: "Internet", 4: text}))
        elif each.get("use") == "mobile":
            found.append((1, {1: text, 3: "CP"}))
        else:
            found.append((0, {1: text, 3: "PH"}))
    return [parts for _, parts in sorted(found, key=lambda pair: pair[0])]


def contact(each: Resource, number: int) -> Segment:
    """NK1 of one Patient.contact."""
    name = each.get("name") or {}
    relation = ""
    for coding in ((each.get("relationship") or [{}])[0]).get("coding") or ():
        if coding.get("system") == v2_codes.NK1_CS:
            relation = str(coding.get("code", ""))
            break
        relation = relation or v2_codes.RELATION_OUT.get(str(coding.get("code", "")), "")
    phone = (each.get("telecom") or [{}])[0].get("value", "")
    return {"1": str(number), "2.1": name.get("family", ""), "2.2": (name.get("given") or [""])[0], "3": relation, "5": phone}


def concept(field: int, made: Resource) -> Segment:
    """A CodeableConcept as CE: code, text, coding-system label."""
    coding = (made.get("coding") or [{}])[0]
    text = str(made.get("text") or coding.get("display") or "")
    return {f"{field}.1": str(coding.get("code", "")), f"{field}.2": text, f"{field}.3": v2_codes.label_of(str(coding.get("system", "")))}


def allergy(each: Resource, number: int) -> Segment:
    """AL1 of one AllergyIntolerance."""
    kind = str(extension(each, v2_codes.ALLERGY_TYPE).get("valueCode", "")) or v2_codes.CATEGORY_OUT.get((each.get("category") or [""])[0], "")
    severity = str(extension(each, v2_codes.ALLERGY_SEVERITY).get("valueCode", ""))
    reaction = (((each.get("reaction") or [{}])[0]).get("manifestation") or [{}])[0].get("text", "")
    rest = {"4": severity, "5": reaction, "6": v2_stamp(str(each.get("onsetDateTime", "")))}
    return {"1": str(number), "2": kind} | concept(3, each.get("code") or {}) | rest


def diagnosis(each: Resource, number: int) -> Segment:
    """DG1 of one Condition."""
    certainty = v2_codes.CERTAINTY_OUT.get(code(each.get("verificationStatus")), "") or str(extension(each, v2_codes.ORIGINAL).get("valueString", "W"))
    return {"1": str(number)} | concept(3, each.get("code") or {}) | {"5": v2_stamp(str(each.get("recordedDate", ""))), "6": certainty}


def procedure(each: Resource, number: int) -> Segment:
    """PR1 of one Procedure."""
    return {"1": str(number)} | concept(3, each.get("code") or {}) | {"5": v2_stamp(str(each.get("performedDateTime", "")))}


def observation(each: Resource, number: int) -> Segment:
    """OBX of one Observation; digits of a number as they are held."""
    quantity = each.get("valueQuantity") or {}
    kind, text = ("NM", str(quantity["value"])) if "value" in quantity else ("ST", str(each.get("valueString", "")))
    answer: Segment = {"5": text}
    if "valueCodeableConcept" in each:
        kind, answer = "CE", concept(5, each["valueCodeableConcept"])
    unit = str(quantity.get("code") or quantity.get("unit") or extension(each, v2_codes.EH + "/observation-unit").get("valueString", ""))
    rest = {"6": unit, "7": str(((each.get("referenceRange") or [{}])[0]).get("text", "")), "8": code((each.get("interpretation") or [{}])[0])}
    status = v2_codes.OBSERVATION_OUT.get(each.get("status", ""), "") or str(extension(each, v2_codes.ORIGINAL).get("valueString", "F"))
    when = v2_stamp(str(each.get("effectiveDateTime", "")))
    return {"1": str(number), "2": kind} | concept(3, each.get("code") or {}) | answer | rest | {"11": status, "14": when}
