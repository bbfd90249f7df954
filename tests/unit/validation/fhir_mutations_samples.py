"""Valid resources typed by hand, of synthetic people, and small definitions of ours in the place of UK Core where that is not at hand.

Imports nothing of the product. R4 is what is typed; STU3 is made of it by the changes between the two that these resources meet.
"""

from __future__ import annotations

import copy
import json
from typing import Any

Resource = dict[str, Any]

UK = "https://fhir.hl7.org.uk/"
OURS = "https://exemplar-harness.example/local/"
UKSD, UKCS, UKVS = UK + "StructureDefinition/", UK + "CodeSystem/", UK + "ValueSet/"
HL7SD, THO = "http://hl7.org/fhir/StructureDefinition/", "http://terminology.hl7.org/CodeSystem/"
NHS, ODS = "https://fhir.nhs.uk/Id/nhs-number", "https://fhir.nhs.uk/Id/ods-organization-code"
DIV = '<div xmlns="http://www.w3.org/1999/xhtml">%s</div>'
PATIENT_PROFILE, PRESSURE_PROFILE = UKSD + "UKCore-Patient", UKSD + "UKCore-Observation-VitalSigns-BloodPressure"
_STATUS = "Extension-UKCore-NHSNumberVerificationStatus"
_ETHNIC, _BIRTH_SEX, _DEATH = "Extension-UKCore-EthnicCategory", "Extension-UKCore-BirthSex", "Extension-UKCore-DeathNotificationStatus"
PERSON, READING, STAY, COMPOSITION = (f"urn:uuid:0b7c1ad{n}-6f0e-4d3a-9f51-27b0c1d2e3f{n}" for n in range(1, 5))


def concept(system: str, code: str, display: str = "", text: str = "") -> Resource:
    """A CodeableConcept of one coding."""
    found: Resource = {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}
    return {**found, "text": text} if text else found


PATIENT: Resource = {
    "resourceType": "Patient",
    "id": "margaret-ashworth",
    "meta": {"lastUpdated": "2026-01-05T09:00:00.000Z", "profile": [PATIENT_PROFILE]},
    "language": "en-GB",
    "text": {"status": "generated", "div": DIV % "<p>Margaret <b>Ashworth</b>, born 4 July 1925</p>"},
    "contained": [{"resourceType": "Organization", "id": "practice", "identifier": [{"system": ODS, "value": "X9G01"}], "name": "Mill Surgery"}],
    "extension": [
        {"url": UKSD + _ETHNIC, "valueCodeableConcept": concept(UKCS + "UKCore-EthnicCategoryEngland", "A", "White - British")},
        {"url": UKSD + _BIRTH_SEX, "valueCodeableConcept": concept(THO + "v3-AdministrativeGender", "F", "Female")},
        {
            "url": UKSD + _DEATH,
            "extension": [
                {"url": "deathNotificationStatus", "valueCodeableConcept": concept(UKCS + "UKCore-DeathNotificationStatus", "U", "Removed")},
                {"url": "systemEffectiveDate", "valueDateTime": "2025-11-30"},
            ],
        },
    ],
    "identifier": [
        {
            "extension": [
                {
                    "url": UKSD + _STATUS,
                    "valueCodeableConcept": concept(UKCS + "UKCore-NHSNumberVerificationStatusEngland", "01", "Number present and verified"),
                }
            ],
            "use": "official",
            "system": NHS,
            "value": "9990000018",
        },
        {"use": "secondary", "system": "https://exemplar-harness.example/Id/local/X9A", "value": "LOCAL1", "assigner": {"display": "X9A"}},
    ],
    "active": True,
    "name": [{"use": "usual", "family": "Ashworth", "given": ["Margaret", "Anne"], "prefix": ["Mrs"], "period": {"start": "1950-06-01"}}],
    "telecom": [{"system": "phone", "value": "01632 960001", "use": "home", "rank": 1}],
    "gender": "female",
    "birthDate": "1925-07-04",
    "_birthDate": {"extension": [{"url": HL7SD + "patient-birthTime", "valueDateTime": "1925-07-04T06:30:00+01:00"}]},
    "address": [
        {"use": "home", "line": ["1 Mill Lane"], "city": "Otley", "postalCode": "ZZ99 3CZ", "period": {"start": "2001-02-03", "end": "2025-02-03"}},
    ],
    "maritalStatus": concept(THO + "v3-MaritalStatus", "M", "Married"),
    "photo": [{"contentType": "image/png", "data": "iVBORw0KGgo=", "size": 8}],
    "contact": [
        {
            "relationship": [concept(THO + "v2-0131", "C", "Emergency Contact")],
            "name": {"family": "Ashworth", "given": ["Peter"]},
            "telecom": [{"system": "phone", "value": "01632 960002"}],
        },
    ],
    "communication": [{"language": concept("urn:ietf:bcp:47", "en-GB"), "preferred": True}],
    "generalPractitioner": [{"reference": "#practice"}],
    "managingOrganization": {"identifier": {"system": ODS, "value": "X9A"}, "display": "Otley Hospital"},
    "link": [{"other": {"reference": "Patient/margaret-mill"}, "type": "seealso"}],
}


def _component(snomed: str, loinc: str, name: str, value: int) -> Resource:
    display = {"72313002": "Systolic arterial pressure", "1091811000000102": "Diastolic arterial pressure"}[snomed]
    return {
        "code": {
            "coding": [
                {"system": "http://snomed.info/sct", "code": snomed, "display": display},
                {"system": "http://loinc.org", "code": loinc, "display": name},
            ],
            "text": name,
        },
        "valueQuantity": {"value": value, "unit": "millimeter of mercury", "system": "http://unitsofmeasure.org", "code": "mm[Hg]"},
    }


PRESSURE: Resource = {
    "resourceType": "Observation",
    "id": "pressure",
    "meta": {"profile": [PRESSURE_PROFILE]},
    "text": {"status": "generated", "div": DIV % "<p>Blood pressure 142/94</p>"},
    "status": "final",
    "category": [concept(THO + "observation-category", "vital-signs", "Vital Signs")],
    "code": {
        "coding": [
            {"system": "http://snomed.info/sct", "code": "75367002", "display": "Blood pressure"},
            {"system": "http://loinc.org", "code": "85354-9", "display": "Blood pressure panel with all children optional"},
        ],
        "text": "Blood pressure",
    },
    "subject": {"reference": "Patient/margaret-ashworth"},
    "effectiveDateTime": "2026-01-05T09:00:00+00:00",
    "issued": "2026-01-05T09:05:00.000Z",
    "performer": [{"display": "Ward sister"}],
    "referenceRange": [{"text": "under 140/90"}],
    "component": [
        _component("72313002", "8480-6", "Systolic blood pressure", 142),
        _component("1091811000000102", "8462-4", "Diastolic blood pressure", 94),
    ],
}
_SMALL_PATIENT: Resource = {
    "resourceType": "Patient",
    "identifier": [{"system": NHS, "value": "9990000026"}],
    "name": [{"family": "Booth", "given": ["Amir"]}],
    "gender": "male",
    "birthDate": "1980-02-29",
}
_WEIGHT: Resource = {
    "resourceType": "Observation",
    "status": "final",
    "code": concept("http://loinc.org", "18684-1", text="First pressure reading"),
    "subject": {"reference": PERSON},
    "effectiveDateTime": "2026-01-05",
    "valueQuantity": {"value": 81.5, "unit": "kg", "system": "http://unitsofmeasure.org", "code": "kg"},
}
_ENCOUNTER: Resource = {
    "resourceType": "Encounter",
    "status": "in-progress",
    "class": {"system": THO + "v3-ActCode", "code": "IMP", "display": "inpatient encounter"},
    "subject": {"reference": PERSON},
    "period": {"start": "2026-01-05T08:00:00Z"},
}
TRANSACTION: Resource = {
    "resourceType": "Bundle",
    "id": "admission",
    "type": "transaction",
    "entry": [
        {"fullUrl": PERSON, "resource": _SMALL_PATIENT, "request": {"method": "POST", "url": "Patient"}},
        {"fullUrl": READING, "resource": _WEIGHT, "request": {"method": "POST", "url": "Observation"}},
        {"fullUrl": STAY, "resource": _ENCOUNTER, "request": {"method": "POST", "url": "Encounter"}},
    ],
}
DOCUMENT: Resource = {
    "resourceType": "Bundle",
    "id": "discharge",
    "identifier": {"system": "https://exemplar-harness.example/Id/document", "value": "D1"},
    "type": "document",
    "timestamp": "2026-01-09T12:00:00Z",
    "entry": [
        {
            "fullUrl": COMPOSITION,
            "resource": {
                "resourceType": "Composition",
                "text": {"status": "generated", "div": DIV % "<p>Discharge summary</p>"},
                "status": "final",
                "type": concept("http://loinc.org", "18842-5", text="Discharge summary"),
                "subject": {"reference": PERSON},
                "date": "2026-01-09T12:00:00Z",
                "author": [{"display": "Ward doctor"}],
                "title": "Discharge summary",
                "section": [{"title": "Weight", "text": {"status": "generated", "div": DIV % "<p>81.5 kg</p>"}, "entry": [{"reference": READING}]}],
            },
        },
        {"fullUrl": PERSON, "resource": _SMALL_PATIENT},
        {"fullUrl": READING, "resource": _WEIGHT},
    ],
}
R4: dict[str, Resource] = {"patient": PATIENT, "pressure": PRESSURE, "transaction": TRANSACTION, "document": DOCUMENT}

# What the same content is called in STU3.
IN_STU3 = {
    THO + "v3-": "http://hl7.org/fhir/v3/",
    THO + "v2-0131": "http://hl7.org/fhir/v2/0131",
    THO + "observation-category": "http://hl7.org/fhir/observation-category",
}


def stu3() -> dict[str, Resource]:
    """The resources in STU3."""
    text = json.dumps(R4)
    for old, new in IN_STU3.items():
        text = text.replace(old, new)
    found: dict[str, Resource] = json.loads(text)
    patient = found["patient"]
    patient["contact"][0]["relationship"][0]["coding"][0].pop("display")
    found["document"].pop("timestamp")
    found["document"]["entry"][0]["resource"]["author"] = [{"reference": PERSON}]
    return found


def _profile(type_: str, name: str, elements: list[Resource], base: str = "") -> Resource:
    return {
        "resourceType": "StructureDefinition",
        "url": UKSD + name,
        "name": name.replace("-", ""),
        "status": "draft",
        "fhirVersion": "4.0.1",
        "kind": "complex-type" if type_ == "Extension" else "resource",
        "abstract": False,
        "type": type_,
        "baseDefinition": base or HL7SD + type_,
        "derivation": "constraint",
        "differential": {"element": [{"path": one["id"].split(":")[0] if "path" not in one else one["path"], **one} for one in elements]},
    }


def _extension(name: str, context: str, value: Resource) -> Resource:
    elements = [
        {"id": "Extension", "path": "Extension", "max": "1"},
        {"id": "Extension.extension", "path": "Extension.extension", "max": "0"},
        {"id": "Extension.url", "path": "Extension.url", "fixedUri": UKSD + name},
        {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, **value},
    ]
    return {**_profile("Extension", name, elements), "context": [{"type": "element", "expression": context}]}


def _bound(value_set: str, strength: str = "required") -> Resource:
    return {"type": [{"code": "CodeableConcept"}], "binding": {"strength": strength, "valueSet": value_set}}


def _has(path: str, name: str, extension: str, max_: str = "1") -> Resource:
    return {
        "id": f"{path}.extension:{name}",
        "path": f"{path}.extension",
        "sliceName": name,
        "max": max_,
        "type": [{"code": "Extension", "profile": [extension]}],
    }


def _codes(name: str, codes: dict[str, str]) -> list[Resource]:
    known = {"name": name.replace("-", ""), "status": "draft", "language": "en-GB"}
    system: Resource = {"resourceType": "CodeSystem", "url": UKCS + name, **known, "content": "complete", "valueSet": UKVS + name}
    system["concept"] = [{"code": code, "display": display} for code, display in codes.items()]
    return [system, {"resourceType": "ValueSet", "url": UKVS + name, **known, "compose": {"include": [{"system": UKCS + name}]}}]


def _quantity(slice_: str, text: str) -> list[Resource]:
    at, path = f"Observation.component:{slice_}", "Observation.component"
    return [
        {"id": at, "path": path, "sliceName": slice_, "min": 1 if slice_ == "SystolicBP" else 0, "max": "1"},
        {"id": f"{at}.code.text", "path": f"{path}.code.text", "min": 1, "fixedString": text},
        {"id": f"{at}.value[x]", "path": f"{path}.value[x]", "min": 1, "type": [{"code": "Quantity"}]},
        {"id": f"{at}.value[x].unit", "path": f"{path}.value[x].unit", "fixedString": "millimeter of mercury"},
        {"id": f"{at}.value[x].code", "path": f"{path}.value[x].code", "fixedCode": "mm[Hg]"},
    ]


def definitions() -> list[Resource]:
    """Definitions of ours (R4) that ask of the patient and the pressure what UK Core's of the same names ask, as far as the mutations go."""
    death = _profile(
        "Extension",
        _DEATH,
        [
            {"id": "Extension", "path": "Extension", "max": "1"},
            {"id": "Extension.extension", "path": "Extension.extension", "min": 1},
            {"id": "Extension.extension:deathNotificationStatus", "path": "Extension.extension", "sliceName": "deathNotificationStatus", "min": 1, "max": "1"},
            {"id": "Extension.extension:deathNotificationStatus.url", "path": "Extension.extension.url", "fixedUri": "deathNotificationStatus"},
            {"id": "Extension.extension:systemEffectiveDate", "path": "Extension.extension", "sliceName": "systemEffectiveDate", "max": "1"},
            {"id": "Extension.extension:systemEffectiveDate.url", "path": "Extension.extension.url", "fixedUri": "systemEffectiveDate"},
            {"id": "Extension.url", "path": "Extension.url", "fixedUri": UKSD + _DEATH},
            {"id": "Extension.value[x]", "path": "Extension.value[x]", "max": "0"},
        ],
    )
    patient = _profile(
        "Patient",
        "UKCore-Patient",
        [
            _has("Patient", "ethnicCategory", UKSD + _ETHNIC),
            _has("Patient", "birthSex", UKSD + _BIRTH_SEX),
            _has("Patient", "deathNotificationStatus", UKSD + _DEATH),
            {
                "id": "Patient.identifier",
                "path": "Patient.identifier",
                "slicing": {"discriminator": [{"type": "value", "path": "system"}], "ordered": False, "rules": "open"},
            },
            {"id": "Patient.identifier:nhsNumber", "path": "Patient.identifier", "sliceName": "nhsNumber", "max": "1"},
            _has("Patient.identifier:nhsNumber", "status", UKSD + _STATUS) | {"path": "Patient.identifier.extension"},
            {"id": "Patient.identifier:nhsNumber.system", "path": "Patient.identifier.system", "min": 1, "fixedUri": NHS},
            {"id": "Patient.identifier:nhsNumber.value", "path": "Patient.identifier.value", "min": 1},
        ],
    )
    rule = {"key": "ours-vs-1", "severity": "error", "human": "a LOINC code", "expression": "code.coding.where(system='http://loinc.org').exists()"}
    category: list[Resource] = [
        {"id": "Observation.category", "path": "Observation.category", "min": 1, "max": "1"},
        {"id": "Observation.category.coding.code", "path": "Observation.category.coding.code", "fixedCode": "vital-signs"},
    ]
    slicing = {"discriminator": [{"type": "value", "path": "code.text"}], "ordered": False, "rules": "closed"}
    pressure = _profile(
        "Observation",
        "UKCore-Observation-VitalSigns-BloodPressure",
        [
            {"id": "Observation", "path": "Observation", "constraint": [rule]},
            {"id": "Observation.status", "path": "Observation.status", "fixedCode": "final"},
            *category,
            {"id": "Observation.subject", "path": "Observation.subject", "min": 1},
            {"id": "Observation.value[x]", "path": "Observation.value[x]", "max": "0"},
            {"id": "Observation.component", "path": "Observation.component", "slicing": slicing, "min": 1, "max": "2"},
            *_quantity("SystolicBP", "Systolic blood pressure"),
            *_quantity("DiastolicBP", "Diastolic blood pressure"),
        ],
    )
    return [
        patient,
        pressure,
        death | {"context": [{"type": "element", "expression": "Patient"}]},
        _extension(_STATUS, "Patient.identifier", _bound(UKVS + "UKCore-NHSNumberVerificationStatusEngland")),
        _extension(_ETHNIC, "Patient", _bound(UKVS + "UKCore-EthnicCategoryEngland", "extensible")),
        _extension(_BIRTH_SEX, "Patient", _bound(UKVS + "UKCore-BirthSex")),
        *_codes("UKCore-NHSNumberVerificationStatusEngland", {"01": "Number present and verified", "02": "Number present but not traced"}),
        *_codes("UKCore-EthnicCategoryEngland", {"A": "White - British", "Z": "Not stated"}),
        *_codes("UKCore-DeathNotificationStatus", {"1": "Informal", "U": "Removed"}),
        {
            "resourceType": "ValueSet",
            "url": UKVS + "UKCore-BirthSex",
            "name": "BirthSex",
            "status": "draft",
            "compose": {"include": [{"system": THO + "v3-AdministrativeGender", "concept": [{"code": "F"}, {"code": "M"}]}]},
        },
    ]


def stu3_definitions() -> list[Resource]:
    """The same definitions as STU3 writes them."""
    text = json.dumps(definitions())
    for old, new in IN_STU3.items():
        text = text.replace(old, new)
    found: list[Resource] = json.loads(text)
    for one in found:
        if one["resourceType"] != "StructureDefinition":
            continue
        one["fhirVersion"] = "3.0.2"
        if "context" in one:
            one["contextType"], one["context"] = "resource", [context["expression"] for context in one["context"]]
        for element in one["differential"]["element"]:
            for type_ in element.get("type", ()):
                if "profile" in type_:
                    type_["profile"] = type_["profile"][0]
            if "binding" in element:
                element["binding"]["valueSetReference"] = {"reference": element["binding"].pop("valueSet")}
    return found


def local(content: Any) -> Any:
    """``content`` under canonicals of our own, so that nothing of UK Core's names is used."""
    return json.loads(json.dumps(copy.deepcopy(content)).replace(UK, OURS))
