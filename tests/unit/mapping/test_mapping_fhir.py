"""Whole resources of every item, read and written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from mapping_fhir_kit import EH, ENCOUNTER, KEY, PATIENT, THO, concept, extension, read, resources

from harness.formats.fhir import encode_json, parse_json
from harness.mapping import lens


def test_a_whole_patient_of_the_canonical_table() -> None:
    record = read(PATIENT, practice={"a": "X9G01"})
    assert record.to_json() == {
        "person": [
            {
                "person.nhs_number": "9990007004",
                "person.nhs_number_status": "01",
                "person.birth_date": "1925-07-04",
                "person.birth_time": "00:15",
                "person.sex": "2",
                "person.deceased": "Y",
                "person.death_date": "2026-01-06T23:40:00",
                "person.ethnic_category": "A",
                "person.language": "en",
                "person.interpreter_required": "Y",
                "person.marital_status": "P",
                "person.religion": "C22",
                "person.practice": "a",
                "person.sensitive": "national",
                "person.pseudo": "Y",
            }
        ],
        "name": [
            {
                "name.use": "usual",
                "name.family": "Ashworth",
                "name.given": "Margaret",
                "name.middle": "Rose Ann",
                "name.prefix": "Mrs",
                "name.suffix": "MBE",
            },
            {"name.use": "birth", "name.family": "Pickering"},
        ],
        "identifier": [{"identifier.authority": "X9A", "identifier.value": "A0000001"}],
        "address": [
            {
                "address.use": "home",
                "address.line1": "1 Example Street",
                "address.line2": "Little Sample",
                "address.city": "Exampleton",
                "address.county": "Sampleshire",
                "address.postcode": "ZZ99 3WZ",
            },
            {"address.use": "postal", "address.line1": "PO Box 960"},
        ],
        "telecom": [
            {"telecom.kind": "phone", "telecom.value": "01632960001"},
            {"telecom.kind": "mobile", "telecom.value": "07700900001"},
            {"telecom.kind": "email", "telecom.value": "m@example.org"},
        ],
        "contact": [{"contact.relationship": "9", "contact.family": "Ashworth", "contact.given": "Peter", "contact.phone": "07700900002"}],
    }
    where = record.entries("person")[0].where
    assert where["person.nhs_number"] == "Patient.identifier[0].value"
    assert where["person.ethnic_category"] == "Patient.extension[0].valueCodeableConcept"
    assert record.entries("identifier")[0].where["identifier.value"] == "Patient.identifier[1].value"
    assert record.entries("address")[0].where["address.line2"] == "Patient.address[0].line[1]"
    assert record.entries("contact")[0].where["contact.phone"] == "Patient.contact[0].telecom[0].value"


def test_what_was_read_is_written_to_the_same_places() -> None:
    made = resources(read(PATIENT, practice={"a": "X9G01"}), practice={"a": "X9G01"})["Patient"]
    for name in (
        "gender",
        "birthDate",
        "_birthDate",
        "deceasedDateTime",
        "maritalStatus",
        "communication",
        "generalPractitioner",
        "telecom",
        "address",
        "contact",
    ):
        assert made[name] == PATIENT[name], name
    assert made["identifier"] == PATIENT["identifier"]
    assert made["name"][0]["given"] == ["Margaret", "Rose Ann"]
    assert made["meta"]["security"] == PATIENT["meta"]["security"]
    assert made["meta"]["tag"] == PATIENT["meta"]["tag"]
    assert made["extension"][:2] == PATIENT["extension"][:2]
    assert "deceasedBoolean" not in made


def test_a_whole_encounter_of_the_canonical_table() -> None:
    record = read(ENCOUNTER, ward={"medical-1": "MED1"})
    assert record.to_json() == {
        "encounter": [
            {
                "encounter.number": "V000001",
                "encounter.status": "in-progress",
                "encounter.class": "I",
                "encounter.admission_method": "2A",
                "encounter.admission_source": "19",
                "encounter.discharge_destination": "54",
                "encounter.discharge_method": "1",
                "encounter.start": "2026-07-05T09:00:01",
                "encounter.end": "2026-07-09T10:00:00",
                "encounter.site": "X9A01",
                "encounter.ward": "medical-1",
                "encounter.bed": "B04",
                "encounter.consultant": "C9999991",
                "encounter.specialty": "300",
                "encounter.reason": "Breathless",
                "encounter.transport": "A",
                "encounter.expected_discharge": "2026-07-09",
                "encounter.ready_for_discharge": "2026-07-08T12:00:00",
                "encounter.medically_fit": "N",
            }
        ]
    }
    assert record.entries("encounter")[0].where["encounter.ward"] == "Encounter.location[0].location.identifier.value"
    made = resources(record, ward={"medical-1": "W01"})["Encounter"]
    for name in ("status", "class", "hospitalization", "serviceType", "reasonCode", "extension"):
        assert made[name] == ENCOUNTER[name], name
    assert made["period"] == {"start": "2026-07-05T09:00:01+01:00", "end": "2026-07-09T10:00:00+01:00"}
    assert [place["location"]["identifier"]["value"] for place in made["location"]] == ["X9A01", "W01", "B04"]


def test_the_ward_stayed_at_is_the_ward() -> None:
    def place(code: str, status: str) -> dict[str, Any]:
        return {"physicalType": concept(f"{THO}/location-physical-type", "wa"), "status": status, "location": {"identifier": {"value": code}}}

    for order in (["OLD", "NEW"], ["NEW", "OLD"]):
        encounter = {"resourceType": "Encounter", "location": [place(code, "active" if code == "NEW" else "completed") for code in order]}
        assert read(encounter).all("encounter.ward") == ("NEW",)


CLINICAL: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "allergy",
        {
            "resourceType": "AllergyIntolerance",
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": "91936005"}], "text": "Allergy to penicillin"},
            "category": ["medication"],
            "criticality": "high",
            "reaction": [{"manifestation": [{"text": "Anaphylaxis"}]}],
            "onsetDateTime": "1998-07-01",
            "extension": [
                extension(f"{EH}/StructureDefinition/allergy-type", valueCode="DA"),
                extension(f"{EH}/StructureDefinition/allergy-severity", valueCode="7"),
            ],
        },
        {
            "allergy.code": {"code": "91936005", "system": "http://snomed.info/sct", "text": "Allergy to penicillin"},
            "allergy.type": "DA",
            "allergy.severity": "7",
            "allergy.reaction": "Anaphylaxis",
            "allergy.onset": "1998-07-01",
        },
    ),
    (
        "diagnosis",
        {
            "resourceType": "Condition",
            "code": {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "J18.9"}], "text": "Pneumonia"},
            "verificationStatus": concept(f"{THO}/condition-ver-status", "provisional"),
            "recordedDate": "2026-01-05",
        },
        {
            "diagnosis.code": {"code": "J18.9", "system": "http://hl7.org/fhir/sid/icd-10", "text": "Pneumonia"},
            "diagnosis.certainty": "W",
            "diagnosis.date": "2026-01-05",
        },
    ),
    (
        "procedure",
        {
            "resourceType": "Procedure",
            "status": "completed",
            "code": {"coding": [{"system": "https://fhir.hl7.org.uk/CodeSystem/OPCS-4", "code": "W37.1"}], "text": "Hip"},
            "performedDateTime": "2025-11-02",
            "bodySite": [concept("http://snomed.info/sct", "24028007")],
        },
        {
            "procedure.code": {"code": "W37.1", "system": "https://fhir.hl7.org.uk/CodeSystem/OPCS-4", "text": "Hip"},
            "procedure.date": "2025-11-02",
            "procedure.laterality": "24028007",
        },
    ),
    (
        "observation",
        {
            "resourceType": "Observation",
            "status": "corrected",
            "code": {"coding": [{"system": "http://loinc.org", "code": "718-7"}], "text": "Haemoglobin"},
            "valueQuantity": {"value": Decimal("70.0"), "comparator": "<", "unit": "g/L", "system": "http://unitsofmeasure.org", "code": "g/L"},
            "referenceRange": [{"text": "115-165"}],
            "interpretation": [concept(f"{THO}/v3-ObservationInterpretation", "LL")],
        },
        {
            "observation.code": {"code": "718-7", "system": "http://loinc.org", "text": "Haemoglobin"},
            "observation.value": "<70.0",
            "observation.unit": "g/L",
            "observation.range": "115-165",
            "observation.flag": "LL",
            "observation.status": "C",
        },
    ),
    (
        "medication",
        {
            "resourceType": "MedicationStatement",
            "status": "active",
            "medicationCodeableConcept": {"coding": [{"system": "https://dmd.nhs.uk", "code": "39720311000001101"}], "text": "Paracetamol"},
            "dosage": [{"doseAndRate": [{"doseQuantity": {"value": Decimal("7.50"), "unit": "mg"}}], "route": {"text": "Oral"}, "text": "once a week"}],
            "effectivePeriod": {"start": "2026-01-05", "end": "2026-01-19"},
            "reasonCode": [{"text": "Pain"}],
        },
        {
            "medication.code": {"code": "39720311000001101", "system": "https://dmd.nhs.uk", "text": "Paracetamol"},
            "medication.dose": "7.50",
            "medication.unit": "mg",
            "medication.route": "Oral",
            "medication.frequency": "once a week",
            "medication.start": "2026-01-05",
            "medication.stop": "2026-01-19",
            "medication.reason": "Pain",
        },
    ),
    (
        "alert",
        {"resourceType": "Flag", "status": "inactive", "code": {"coding": [{"system": "http://snomed.info/sct", "code": "129839007"}], "text": "Falls"}},
        {"alert.code": {"code": "129839007", "system": "http://snomed.info/sct", "text": "Falls"}, "alert.status": "inactive"},
    ),
    (
        "package",
        {
            "resourceType": "EpisodeOfCare",
            "status": "onhold",
            "type": [{"coding": [{"system": "http://snomed.info/sct", "code": "60689008"}], "text": "Home care"}],
            "period": {"start": "2025-10-01"},
            "careManager": {"display": "Sam Worker"},
        },
        {
            "package.type": {"code": "60689008", "system": "http://snomed.info/sct", "text": "Home care"},
            "package.status": "onhold",
            "package.start": "2025-10-01",
            "package.worker": "Sam Worker",
        },
    ),
    (
        "referral",
        {
            "resourceType": "ServiceRequest",
            "status": "revoked",
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": "975701000000106"}], "text": "Assessment notice"},
            "occurrenceDateTime": "2026-01-08",
            "reasonCode": [{"text": "Needs help with washing"}],
        },
        {
            "referral.code": {"code": "975701000000106", "system": "http://snomed.info/sct", "text": "Assessment notice"},
            "referral.status": "revoked",
            "referral.date": "2026-01-08",
            "referral.support_reason": "Needs help with washing",
        },
    ),
]


@pytest.mark.parametrize(("group", "resource", "entry"), CLINICAL, ids=[group for group, _, _ in CLINICAL])
def test_clinical_resources_go_both_ways(group: str, resource: dict[str, Any], entry: dict[str, Any]) -> None:
    record = read(resource)
    assert record.to_json() == {group: [entry]}
    bundle = lens(KEY).write(record)
    made = parse_json(encode_json(bundle))["entry"][1]["resource"]
    for name, element in resource.items():
        assert made[name] == element, name
    subject = made.get("subject") or made.get("patient")
    assert subject == {"reference": bundle["entry"][0]["fullUrl"]}
    assert subject["reference"].startswith("urn:uuid:")
