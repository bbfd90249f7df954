"""How the twin shows its people: UK Core resources built by fhir.resources (R4B). Imports nothing of harness.

Facts: UK Core R4 2.0.0 and ITK reference tables 1.0.14; what UK Core has no element for stands in extensions under the project's address.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from fhir.resources.R4B import get_fhir_model_class
from twin_hl7 import Identifier, moment
from twin_people import Facts, Someone, Stay

Tree = dict[str, Any]

OURS = "https://exemplar-harness.example"
EXT, CODES = f"{OURS}/fhir/StructureDefinition", f"{OURS}/fhir/CodeSystem"
UKC, UKC_CODES = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-", "https://fhir.hl7.org.uk/CodeSystem/UKCore-"
HL7 = "http://terminology.hl7.org/CodeSystem"
NHS_NUMBER, ODS = "https://fhir.nhs.uk/Id/nhs-number", "https://fhir.nhs.uk/Id/ods-organization-code"

SYSTEMS = {
    **dict.fromkeys(("SNCT", "SCT", "SNM3"), "http://snomed.info/sct"),
    **dict.fromkeys(("I10", "ICD10"), "http://hl7.org/fhir/sid/icd-10"),
    "OPCS4": "https://fhir.hl7.org.uk/CodeSystem/OPCS-4",
    "LN": "http://loinc.org",
    "RC": "http://read.info/readv2",
    "L": f"{CODES}/local",
}
GENDERS = {"0": "unknown", "1": "male", "2": "female", "9": "other", "M": "male", "F": "female", "A": "other", **dict.fromkeys("UNOX", "unknown")}
MARITAL = {"S": "S", "M": "M", "D": "D", "W": "W", "P": "L"}  # P of table 0002 is separated
NAME_USES = {
    "L": "usual",
    **dict.fromkeys(("PREFERRED", "A"), "nickname"),
    **dict.fromkeys(("PREVIOUS-BIRTH", "PREVIOUS-MAIDEN"), "maiden"),
    **dict.fromkeys(("PREVIOUS", "PREVIOUS-BACHELOR"), "old"),
}
KIN = {"1": "SPS", "3": "PRN", "9": "CHILD", "12": "MTH", "13": "FTH", "14": "SIS", "15": "BRO", "5": "GUARD"}
CLASSES = {"I": "IMP", "O": "AMB", "E": "EMER", "P": "PRENC"}
CERTAINTIES = {"F": "confirmed", "W": "provisional", "A": "unconfirmed"}
RESULTS = {"F": "final", "P": "preliminary", "C": "corrected", "X": "cancelled", "W": "entered-in-error", "I": "registered"}
CATEGORIES = {"DA": "medication", "FA": "food", "EA": "environment"}


def typed(kind: str, /, **elements: Any) -> Tree:
    """A resource that fhir.resources accepts, as JSON. Absent elements are left out; the digits of a quantity are ours, for the model rewrites them."""
    told = {name: value for name, value in elements.items() if value not in (None, "", [], {})}
    model = get_fhir_model_class(kind).model_validate(told)
    tree: Tree = json.loads(model.model_dump_json(), parse_float=Decimal)
    if "valueQuantity" in told:
        tree["valueQuantity"]["value"] = told["valueQuantity"]["value"]
    return tree


def write(tree: Any) -> str:
    """JSON with decimals as they are."""
    if isinstance(tree, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{write(value)}" for name, value in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ",".join(map(write, tree)) + "]"
    return str(tree) if isinstance(tree, Decimal) else json.dumps(tree, ensure_ascii=False)


def patient(person: Someone) -> Tree:
    """The Patient. What is hidden (ZU8-4) is not kept either, so nothing is left out here."""
    facts = person.facts
    sex, links = facts.get("sex", ""), []
    if person.heir:
        links = [_link("replaced-by", person.heir)]
    links += [_link("replaces", lost) for lost in person.merged]
    language = facts.get("language")
    return typed(
        "Patient",
        id=person.id,
        meta=_meta(facts),
        active=person.heir is None,
        extension=[*_concept_extension(f"{UKC}EthnicCategory", facts.get("ethnic"), f"{UKC_CODES}EthnicCategoryEngland"), *_religion(facts.get("religion"))],
        identifier=[*(_identifier(person, one) for one in person.own), *({**_identifier(person, one), "use": "old"} for one in person.former)],
        name=[_name(one, at) for at, one in enumerate(person.names)],
        telecom=[_telephone(one) for one in person.telephones],
        gender=GENDERS.get(sex, "unknown") if sex else None,
        _gender={"extension": [_original(sex)]} if sex and sex not in GENDERS else None,
        birthDate=moment(facts["born"][:8]) if "born" in facts else None,
        _birthDate={"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime", "valueDateTime": moment(facts["born"])}]}
        if len(facts.get("born", "")) > 8
        else None,
        deceasedDateTime=moment(facts["died"]) if "died" in facts else None,
        deceasedBoolean=facts["dead"] == "Y" if "dead" in facts and "died" not in facts else None,
        address=[_address(one, at) for at, one in enumerate(person.addresses)],
        maritalStatus=_marital(facts.get("marital", "")),
        contact=[_contact(one) for one in person.contacts],
        communication=[{"language": _concept(language, "urn:ietf:bcp:47")}] if language else [],
        generalPractitioner=[{"identifier": {"system": ODS, "value": facts["practice"]}}] if "practice" in facts else [],
        link=links,
    )


def around(person: Someone) -> Iterator[Tree]:
    """Every resource that refers to the person."""
    subject = {"reference": f"Patient/{person.id}"}
    consent = {"1": "permit", "2": "deny"}.get(person.facts.get("consent", ""))
    if consent:
        category = [_concept("INFA", f"{HL7}/v3-ActCode")]
        scope, rule = _concept("patient-privacy", f"{HL7}/consentscope"), _concept("OPTIN", f"{HL7}/v3-ActCode")
        made = {"status": "active", "scope": scope, "category": category, "policyRule": rule, "provision": {"type": consent}}
        yield typed("Consent", id=f"{person.id}-consent", patient=subject, **made)
    for at, one in enumerate(person.allergies):
        yield _allergy(f"{person.id}-allergy-{at}", subject, one)
    for stay in person.stays:
        yield _encounter(stay, subject)
        during = {"subject": subject, "encounter": {"reference": f"Encounter/{stay.id}"}}
        for at, one in enumerate(stay.diagnoses):
            certainty = CERTAINTIES.get(one["certainty"])
            verified = _concept(certainty, f"{HL7}/condition-ver-status") if certainty else None
            recorded = moment(one["date"]) if one["date"] else None
            yield typed("Condition", id=f"{stay.id}-condition-{at}", code=_coded(one), verificationStatus=verified, recordedDate=recorded, **during)
        for at, one in enumerate(stay.procedures):
            performed = moment(one["date"]) if one["date"] else None
            yield typed("Procedure", id=f"{stay.id}-procedure-{at}", status="completed", code=_coded(one), performedDateTime=performed, **during)
        for at, one in enumerate(stay.observations.values()):
            yield typed("Observation", id=f"{stay.id}-observation-{at}", **_observation(one), **during)


def _meta(facts: Facts) -> Tree | None:
    confidentiality, security = f"{HL7}/v3-Confidentiality", []
    if facts.get("hiding") in ("1", "2"):
        security.append({"system": confidentiality, "code": "R"})
    if facts.get("hiding") == "1":
        security.append({"system": f"{CODES}/sensitive-flag", "code": "local-flag"})
    tags = [{"system": f"{CODES}/person-tag", "code": "pseudo-person"}] if facts.get("pseudo") == "Y" else []
    return {name: value for name, value in (("security", security), ("tag", tags)) if value} or None


def _link(kind: str, other: Someone) -> Tree:
    return {"type": kind, "other": {"reference": f"Patient/{other.id}"}}


def _identifier(person: Someone, one: Identifier) -> Tree:
    if one.authority != "NHS":
        return {"system": f"{OURS}/Id/local/{one.authority}", "value": one.value, "assigner": {"identifier": {"system": ODS, "value": one.authority}}}
    status = person.status if one.value == person.nhs else ""
    extension = _concept_extension(f"{UKC}NHSNumberVerificationStatus", status, f"{UKC_CODES}NHSNumberVerificationStatusEngland")
    return {"system": NHS_NUMBER, "value": one.value, **({"extension": extension} if extension else {})}


def _name(one: Facts, at: int) -> Tree:
    use = NAME_USES.get(one["use"], "usual" if at == 0 and not one["use"] else "")
    given = [name for name in (one["given"], one["middle"]) if name]
    text = " ".join([*given, one["family"]]) if one["use"] == "A" else ""
    told = {"use": use, "text": text, "family": one["family"], "given": given, "prefix": _some(one["prefix"]), "suffix": _some(one["suffix"])}
    return {name: value for name, value in told.items() if value}


def _address(one: Facts, at: int) -> Tree:
    use = {"use": {"H": "home", "TMP": "temp", "": "home" if at == 0 else ""}.get(one["use"], ""), "type": "postal" if one["use"] == "PST" else ""}
    told = {
        **use,
        "line": [line for line in (one["line1"], one["line2"]) if line],
        "city": one["city"],
        "district": one["county"],
        "postalCode": one["postcode"],
    }
    return {name: value for name, value in told.items() if value}


def _telephone(one: Facts) -> Tree:
    if one["mail"]:
        return {"system": "email", "value": one["mail"]}
    return {"system": "phone", "value": one["number"], "use": "mobile" if one["kind"] == "CP" else "home"}


def _contact(one: Facts) -> Tree:
    relationship = {"coding": [{"system": f"{CODES}/nk1-0063", "code": one["kin"]}]}
    if one["kin"] in KIN:
        relationship["coding"].append({"system": f"{HL7}/v3-RoleCode", "code": KIN[one["kin"]]})
    name = {part: value for part, value in (("family", one["family"]), ("given", _some(one["given"]))) if value}
    phone = {"telecom": [{"system": "phone", "value": one["phone"]}]} if one["phone"] else {}
    return {"relationship": [relationship], "name": name, **phone}


def _marital(code: str) -> Tree | None:
    if not code:
        return None
    if code in MARITAL:
        return _concept(MARITAL[code], f"{HL7}/v3-MaritalStatus")
    if code in ("N", "8", "9"):
        return {"coding": [{"system": f"{HL7}/v3-NullFlavor", "code": "UNK"}, {"system": f"{CODES}/marital-0002", "code": code}]}
    return {**_concept(code, f"{CODES}/not-in-table-0002"), "text": code}


def _religion(code: str | None) -> list[Tree]:
    return _concept_extension("http://hl7.org/fhir/StructureDefinition/patient-religion", code, f"{CODES}/religion-0006")


def _allergy(id: str, subject: Tree, one: Facts) -> Tree:
    known = {"valueCode": one["type"], "url": f"{EXT}/allergy-type"}, {"valueCode": one["severity"], "url": f"{EXT}/allergy-severity"}
    return typed(
        "AllergyIntolerance",
        id=id,
        extension=[extension for extension in known if extension["valueCode"]],
        clinicalStatus=_concept("active", f"{HL7}/allergyintolerance-clinical"),
        category=_some(CATEGORIES.get(one["type"], "")),
        criticality={"5": "high", "7": "high", "9": "unable-to-assess", "": None}.get(one["severity"], "low"),
        code=_coded(one),
        patient=subject,
        onsetDateTime=moment(one["onset"]) if one["onset"] else None,
        reaction=[{"manifestation": [{"text": one["reaction"]}]}] if one["reaction"] else [],
    )


def _encounter(stay: Stay, subject: Tree) -> Tree:
    facts, (authority, number) = stay.facts, stay.key
    code = facts.get("class", "")
    times = {name: moment(facts[name]) for name in ("start", "end") if name in facts}
    own: list[Tree] = [{"url": f"{EXT}/{name}", "valueDateTime": moment(facts[key])} for name, key in _MOMENTS if key in facts]
    own += [{"url": f"{EXT}/medically-fit", "valueBoolean": facts["fit"] == "Y"}] if "fit" in facts else []
    own += [{"url": f"{EXT}/{name}", "valueCode": facts[key]} for name, key in _OWN_CODES if key in facts]
    # Of table 0112 only 5, 8 and 9 are methods of discharge (1.7).
    method = facts.get("disposal") if facts.get("disposal") in ("5", "8", "9") else None
    admission = _concept_extension(f"{UKC}AdmissionMethod", facts.get("method"), f"{UKC_CODES}AdmissionMethodEngland")
    stayed: Tree = {"extension": admission} if admission else {}
    for element, key, system in _STAYED:
        if key in facts:
            stayed[element] = _concept(facts[key], f"{UKC_CODES}{system}")
    doctor = {"type": [_concept("CON", f"{HL7}/v3-ParticipationType")]}
    return typed(
        "Encounter",
        id=stay.id,
        extension=[*own, *_concept_extension(f"{UKC}DischargeMethod", method, f"{UKC_CODES}DischargeMethodEngland")],
        identifier=[{"system": f"{OURS}/Id/visit/{authority}", "value": number}],
        status=stay.status,
        serviceType=_concept(facts["specialty"], "https://fhir.hl7.org.uk/CodeSystem/UKCore-PracticeSettingCode") if "specialty" in facts else None,
        subject=subject,
        participant=[{**doctor, "individual": {"identifier": {"system": "https://fhir.hl7.org.uk/Id/gmc-number", "value": facts["consultant"]}}}]
        if "consultant" in facts
        else [],
        period=times,
        reasonCode=[{"text": facts["reason"]}] if "reason" in facts else [],
        hospitalization=stayed,
        location=[_place(kind, facts[key]) for kind, key in (("si", "site"), ("wa", "ward"), ("bd", "bed")) if facts.get(key)],
        **{"class": {"system": f"{HL7}/v3-ActCode", "code": CLASSES[code]} if code in CLASSES else {"system": f"{CODES}/class-0004", "code": code or "UNK"}},
    )


_MOMENTS = (("expected-discharge", "expected"), ("ready-for-discharge", "ready"))
_OWN_CODES = (("mode-of-arrival", "arrival"), ("disposal-0112", "disposal"))
_STAYED = (("admitSource", "source", "SourceOfAdmissionEngland"), ("dischargeDisposition", "destination", "DischargeDestinationEngland"))


def _place(kind: str, value: str) -> Tree:
    return {"location": {"identifier": {"value": value}, "display": value}, "physicalType": _concept(kind, f"{HL7}/location-physical-type")}


def _observation(one: Facts) -> Tree:
    made: Tree = {"code": _coded(one), "status": RESULTS.get(one["status"], "unknown")}
    number = re.fullmatch(r"(<=|>=|<|>)?(-?\d+(?:\.\d+)?)", one["value"])
    if one["kind"] == "NM" and number:
        made["valueQuantity"] = {"value": Decimal(number[2]), **({"comparator": number[1]} if number[1] else {})}
        if one["unit"]:
            made["valueQuantity"] |= {"unit": one["unit"], "code": one["unit"], "system": "http://unitsofmeasure.org"}
    else:
        made["valueString"] = one["value"]
        made["extension"] = [{"url": f"{EXT}/unit", "valueString": one["unit"]}] if one["unit"] else []
    made["referenceRange"] = [{"text": one["range"]}] if one["range"] else []
    made["interpretation"] = [_concept(one["flag"], f"{HL7}/v3-ObservationInterpretation")] if one["flag"] else []
    return made


def _coded(one: Facts) -> Tree:
    system = SYSTEMS.get(one["system"], f"{CODES}/v2-0396/{one['system']}" if one["system"] else "")
    coding = {name: value for name, value in (("system", system), ("code", one["code"])) if value}
    return {**({"coding": [coding]} if one["code"] else {}), **({"text": one["text"]} if one["text"] else {})}


def _concept(code: str, system: str) -> Tree:
    return {"coding": [{"system": system, "code": code}]}


def _concept_extension(url: str, code: str | None, system: str) -> list[Tree]:
    return [{"url": url, "valueCodeableConcept": _concept(code, system)}] if code else []


def _original(code: str) -> Tree:
    return {"url": f"{EXT}/original-code", "valueString": code}


def _some(value: str) -> list[str]:
    return [value] if value else []
