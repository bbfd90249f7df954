"""Valid resources typed by hand, of synthetic people.

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
STATUS = "Extension-UKCore-NHSNumberVerificationStatus"
ETHNIC, BIRTH_SEX, DEATH = "Extension-UKCore-EthnicCategory", "Extension-UKCore-BirthSex", "Extension-UKCore-DeathNotificationStatus"
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
        {"url": UKSD + ETHNIC, "valueCodeableConcept": concept(UKCS + "UKCore-EthnicCategoryEngland", "A", "White - British")},
        {"url": UKSD + BIRTH_SEX, "valueCodeableConcept": concept(THO + "v3-AdministrativeGender", "F", "Female")},
        {
            "url": UKSD + DEATH,
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
                    "url": UKSD + STATUS,
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


def local(content: Any) -> Any:
    """``content`` under canonicals of our own, so that nothing of UK Core's names is used."""
    return json.loads(json.dumps(copy.deepcopy(content)).replace(UK, OURS))
