"""Records and UK Core R4 resources: places, traps, whose a resource is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.formats.fhir import encode_json, parse_json
from harness.mapping import lens
from harness.model.record import DELETED, Coded, Record, Value

KEY = "fhir/4.0.1/ukcore"
UKC = "https://fhir.hl7.org.uk/StructureDefinition/Extension-UKCore-"
CS = "https://fhir.hl7.org.uk/CodeSystem/UKCore-"
EH = "https://exemplar-harness.example/fhir"
NHS = "https://fhir.nhs.uk/Id/nhs-number"
THO = "http://terminology.hl7.org/CodeSystem"


def concept(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def extension(url: str, **value: Any) -> dict[str, Any]:
    return {"url": url, **value}


def patient(**elements: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **elements}


def read(resource: dict[str, Any], **codes: dict[str, str]) -> Record:
    return lens(KEY).read(resource, codes=codes)


def value_of(resource: dict[str, Any], item: str) -> Value:
    return read(resource).entries(item.partition(".")[0])[0].values[item]


def resources(record: Record, **codes: dict[str, str]) -> dict[str, dict[str, Any]]:
    bundle = lens(KEY).write(record, codes=codes)
    return {entry["resource"]["resourceType"]: entry["resource"] for entry in bundle["entry"]}


def written(group: str, **values: Value) -> dict[str, dict[str, Any]]:
    return resources(Record().with_group(group, {f"{group}.{name}": value for name, value in values.items()}))


PATIENT = patient(
    meta={
        "security": [{"system": f"{THO}/v3-Confidentiality", "code": "R"}],
        "tag": [{"system": f"{EH}/CodeSystem/person-tag", "code": "pseudo-person"}],
    },
    identifier=[
        {
            "system": NHS,
            "value": "9990007004",
            "extension": [
                extension(f"{UKC}NHSNumberVerificationStatus", valueCodeableConcept=concept(f"{CS}NHSNumberVerificationStatusEngland", "01")),
            ],
        },
        {"system": "https://exemplar-harness.example/Id/local/X9A", "value": "A0000001"},
    ],
    name=[
        {"use": "usual", "family": "Ashworth", "given": ["Margaret", "Rose", "Ann"], "prefix": ["Mrs"], "suffix": ["MBE"]},
        {"use": "maiden", "family": "Pickering"},
    ],
    telecom=[
        {"system": "phone", "use": "home", "value": "01632960001"},
        {"system": "phone", "use": "mobile", "value": "07700900001"},
        {"system": "email", "value": "m@example.org"},
    ],
    gender="female",
    birthDate="1925-07-04",
    _birthDate={"extension": [extension("http://hl7.org/fhir/StructureDefinition/patient-birthTime", valueDateTime="1925-07-04T00:15:00+01:00")]},
    deceasedDateTime="2026-01-06T23:40:00+00:00",
    address=[
        {"use": "home", "line": ["1 Example Street", "Little Sample"], "city": "Exampleton", "district": "Sampleshire", "postalCode": "ZZ99 3WZ"},
        {"type": "postal", "line": ["PO Box 960"]},
    ],
    maritalStatus=concept(f"{THO}/v3-MaritalStatus", "L"),
    contact=[
        {
            "relationship": [{"coding": [{"system": f"{EH}/CodeSystem/nk1-0063", "code": "9"}, {"system": f"{THO}/v3-RoleCode", "code": "CHILD"}]}],
            "name": {"family": "Ashworth", "given": ["Peter"]},
            "telecom": [{"system": "phone", "value": "07700900002"}],
        }
    ],
    communication=[{"language": concept(f"{CS}HumanLanguage", "en")}],
    generalPractitioner=[{"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "X9G01"}}],
    extension=[
        extension(f"{UKC}EthnicCategory", valueCodeableConcept=concept(f"{CS}EthnicCategoryEngland", "A")),
        extension(f"{UKC}InterpreterRequired", valueBoolean=True),
        extension("http://hl7.org/fhir/StructureDefinition/patient-religion", valueCodeableConcept={"coding": [{"code": "C22"}]}),
    ],
)


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


ENCOUNTER = {
    "resourceType": "Encounter",
    "identifier": [{"system": "https://exemplar-harness.example/Id/visit/X9A", "value": "V000001"}],
    "status": "in-progress",
    "class": {"system": f"{THO}/v3-ActCode", "code": "IMP"},
    "hospitalization": {
        "extension": [extension(f"{UKC}AdmissionMethod", valueCodeableConcept=concept(f"{CS}AdmissionMethodEngland", "2A"))],
        "admitSource": concept(f"{CS}SourceOfAdmissionEngland", "19"),
        "dischargeDisposition": concept(f"{CS}DischargeDestinationEngland", "54"),
    },
    "period": {"start": "2026-07-05T09:00:01+01:00", "end": "2026-07-09T09:00:00Z"},
    "location": [
        {"physicalType": concept(f"{THO}/location-physical-type", "wa"), "location": {"identifier": {"value": "MED1"}}},
        {"physicalType": concept(f"{THO}/location-physical-type", "si"), "location": {"identifier": {"value": "X9A01"}}},
        {"physicalType": concept(f"{THO}/location-physical-type", "bd"), "location": {"identifier": {"value": "B04"}}},
    ],
    "participant": [
        {"type": [concept(f"{THO}/v3-ParticipationType", "ATND")], "individual": {"identifier": {"value": "C1111111"}}},
        {"type": [concept(f"{THO}/v3-ParticipationType", "CON")], "individual": {"identifier": {"value": "C9999991"}}},
    ],
    "serviceType": concept(f"{CS}PracticeSettingCode", "300"),
    "reasonCode": [{"text": "Breathless"}],
    "extension": [
        extension(f"{UKC}DischargeMethod", valueCodeableConcept=concept(f"{CS}DischargeMethodEngland", "1")),
        extension(f"{EH}/StructureDefinition/mode-of-arrival", valueCode="A"),
        extension(f"{EH}/StructureDefinition/expected-discharge", valueDateTime="2026-07-09"),
        extension(f"{EH}/StructureDefinition/ready-for-discharge", valueDateTime="2026-07-08T12:00:00+01:00"),
        extension(f"{EH}/StructureDefinition/medically-fit", valueBoolean=False),
    ],
}


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


@pytest.mark.parametrize(("gender", "neutral"), [("male", "1"), ("female", "2"), ("other", "9"), ("unknown", "0")])
def test_sex_goes_both_ways_and_nine_is_not_nought(gender: str, neutral: str) -> None:
    assert value_of(patient(gender=gender), "person.sex") == neutral
    assert written("person", sex=neutral)["Patient"]["gender"] == gender


def test_an_unknown_sex_is_not_made_into_a_known_one() -> None:
    made = written("person", sex=Coded("J", "", "", "J"))["Patient"]
    assert made["gender"] == "unknown"
    assert value_of(made, "person.sex") == Coded("J", "", "", "J")


@pytest.mark.parametrize(("neutral", "code"), [("S", "S"), ("M", "M"), ("D", "D"), ("W", "W"), ("P", "L")])
def test_marital_status(neutral: str, code: str) -> None:
    assert written("person", marital_status=neutral)["Patient"]["maritalStatus"] == concept(f"{THO}/v3-MaritalStatus", code)
    assert value_of(patient(maritalStatus=concept(f"{THO}/v3-MaritalStatus", code)), "person.marital_status") == neutral


@pytest.mark.parametrize("neutral", ["N", "8", "9"])
def test_marital_status_not_told_keeps_its_original(neutral: str) -> None:
    made = written("person", marital_status=neutral)["Patient"]
    assert made["maritalStatus"]["coding"] == [
        {"system": f"{THO}/v3-NullFlavor", "code": "UNK"},
        {"system": f"{EH}/CodeSystem/marital-0002", "code": neutral},
    ]
    assert value_of(made, "person.marital_status") == neutral


def test_marital_status_read_only_codes() -> None:
    assert value_of(patient(maritalStatus=concept(f"{THO}/v3-MaritalStatus", "U")), "person.marital_status") == "S"
    assert value_of(patient(maritalStatus=concept(f"{THO}/v3-NullFlavor", "UNK")), "person.marital_status") == "N"
    polygamous = value_of(patient(maritalStatus=concept(f"{THO}/v3-MaritalStatus", "P")), "person.marital_status")
    assert isinstance(polygamous, Coded)
    assert polygamous.original == "P"


@pytest.mark.parametrize("code", ["11", "25", "28", "2A", "2B", "2C", "2D", "81", "99"])
def test_admission_methods_are_not_folded_in_fhir(code: str) -> None:
    made = written("encounter", admission_method=code)["Encounter"]
    assert value_of(made, "encounter.admission_method") == code
    assert made["hospitalization"]["extension"][0]["valueCodeableConcept"]["coding"][0]["code"] == code


@pytest.mark.parametrize("code", ["1", "3", "4", "5", "6", "7", "8", "9"])
def test_discharge_methods(code: str) -> None:
    assert value_of(written("encounter", discharge_method=code)["Encounter"], "encounter.discharge_method") == code


def test_an_unknown_code_keeps_its_original_and_claims_no_system() -> None:
    made = written("encounter", admission_method=Coded("77", "", "", "77"))["Encounter"]
    coding = made["hospitalization"]["extension"][0]["valueCodeableConcept"]["coding"][0]
    assert coding["code"] == "77"
    assert "UKCore" not in coding["system"]
    assert value_of(made, "encounter.admission_method") == Coded("77", "", "77", "77")


def test_a_code_of_another_system_is_not_taken_for_ours() -> None:
    value = value_of(
        patient(extension=[extension(f"{UKC}EthnicCategory", valueCodeableConcept=concept("http://other.example", "H"))]), "person.ethnic_category"
    )
    assert value == Coded("H", "http://other.example", "", "H")


@pytest.mark.parametrize(
    ("use", "neutral"), [("usual", "usual"), ("official", "usual"), ("nickname", "preferred"), ("maiden", "birth"), ("old", "previous"), ("anonymous", "alias")]
)
def test_kinds_of_name(use: str, neutral: str) -> None:
    assert value_of(patient(name=[{"use": use, "family": "X"}]), "name.use") == neutral


def test_an_alias_is_a_nickname_with_its_text_and_a_stated_loss() -> None:
    made = written("name", use="alias", family="Guest", given="Eva")["Patient"]
    assert made["name"] == [{"use": "nickname", "family": "Guest", "given": ["Eva"], "text": "Eva Guest"}]
    loss = lens(KEY).loss_of("name.use", "alias")
    assert loss is not None
    assert loss.kind == "broadened"
    assert lens(KEY).loss_of("name.use", "usual") is None


@pytest.mark.parametrize(("level", "codes"), [("none", ["N"]), ("local", ["R", "local-flag"]), ("national", ["R"])])
def test_the_sensitive_flag(level: str, codes: list[str]) -> None:
    made = written("person", sensitive=level)["Patient"]
    assert [label["code"] for label in made["meta"]["security"]] == codes
    assert value_of(made, "person.sensitive") == level


def test_no_label_is_no_statement_about_sensitivity() -> None:
    assert "person.sensitive" not in read(patient(gender="male")).entries("person")[0].values


@pytest.mark.parametrize(("neutral", "kind"), [("express", "permit"), ("dissent", "deny")])
def test_consent_is_a_resource_of_its_own(neutral: str, kind: str) -> None:
    record = Record().with_group("person", {"person.sex": "1", "person.consent_to_share": neutral})
    bundle = lens(KEY).write(record)
    consent = bundle["entry"][1]["resource"]
    assert (consent["resourceType"], consent["provision"], consent["status"]) == ("Consent", {"type": kind}, "active")
    assert {"scope", "category", "policyRule", "patient"} <= set(consent)
    assert lens(KEY).read(bundle).text("person.consent_to_share") == neutral


def test_consent_not_known_is_no_consent_and_a_stated_loss() -> None:
    assert set(written("person", sex="1", consent_to_share="unknown")) == {"Patient"}
    loss = lens(KEY).loss_of("person.consent_to_share", "unknown")
    assert loss is not None
    assert lens(KEY).loss_of("person.consent_to_share", "dissent") is None


def test_death() -> None:
    assert written("person", deceased="Y")["Patient"]["deceasedBoolean"] is True
    assert written("person", deceased="N")["Patient"]["deceasedBoolean"] is False
    made = written("person", deceased="Y", death_date="2026-07-06T23:40")["Patient"]
    assert made["deceasedDateTime"] == "2026-07-06T23:40:00+01:00"
    assert "deceasedBoolean" not in made
    assert written("person", deceased="Y", death_date="2026-01-06")["Patient"]["deceasedDateTime"] == "2026-01-06"
    assert value_of(patient(deceasedBoolean=False), "person.deceased") == "N"


@pytest.mark.parametrize(
    ("local", "fhir"),
    [
        ("2026-01-05T09:00:01", "2026-01-05T09:00:01+00:00"),
        ("2026-07-05T09:00:01", "2026-07-05T09:00:01+01:00"),
        ("1970-01-05T09:00:00", "1970-01-05T09:00:00+01:00"),
        ("2026-10-25T01:30:00", "2026-10-25T01:30:00+01:00"),
        ("2026-01-05", "2026-01-05"),
        ("2026-01", "2026-01"),
    ],
)
def test_times_carry_the_offset_of_the_day(local: str, fhir: str) -> None:
    made = written("encounter", start=local)["Encounter"]
    assert made["period"]["start"] == fhir
    assert value_of(made, "encounter.start") == local


@pytest.mark.parametrize(
    ("fhir", "local"), [("2026-10-25T01:30:00Z", "2026-10-25T01:30:00"), ("2026-03-29T01:00:00Z", "2026-03-29T02:00:00"), ("soon", "soon")]
)
def test_times_are_read_as_local_wall_clock(fhir: str, local: str) -> None:
    assert value_of({"resourceType": "Encounter", "period": {"start": fhir}}, "encounter.start") == local


def test_a_birth_date_never_moves() -> None:
    assert value_of(patient(birthDate="1925-07-04"), "person.birth_date") == "1925-07-04"
    assert written("person", birth_date="1925-07-04")["Patient"]["birthDate"] == "1925-07-04"


def test_a_second_line_without_a_first_keeps_its_place() -> None:
    made = written("address", line2="Little Sample", use="home")["Patient"]
    assert made["address"][0]["line"] == [None, "Little Sample"]
    assert made["address"][0]["_line"][0]["extension"][0]["valueCode"] == "unknown"
    assert read(made).to_json() == {"address": [{"address.use": "home", "address.line2": "Little Sample"}]}


def test_a_status_without_a_number_says_the_number_is_absent() -> None:
    made = written("person", nhs_number_status="07")["Patient"]
    assert made["identifier"][0]["_value"]["extension"][0]["valueCode"] == "unknown"
    record = read(made)
    assert record.text("person.nhs_number_status") == "07"
    assert record.text("person.nhs_number") == ""


def test_a_deletion_is_left_out() -> None:
    assert written("person", sex=DELETED, birth_date="1925-07-04")["Patient"].keys() == {"resourceType", "meta", "birthDate"}


@pytest.mark.parametrize(("severity", "criticality"), [("0", "low"), ("1", "low"), ("3", "low"), ("5", "high"), ("7", "high"), ("9", "unable-to-assess")])
def test_severity_is_kept_and_gives_criticality(severity: str, criticality: str) -> None:
    made = written("allergy", severity=severity)["AllergyIntolerance"]
    assert made["criticality"] == criticality
    assert value_of(made, "allergy.severity") == severity


@pytest.mark.parametrize(("kind", "category"), [("DA", ["medication"]), ("FA", ["food"]), ("EA", ["environment"]), ("MC", None), ("IO", None)])
def test_kinds_of_allergy(kind: str, category: list[str] | None) -> None:
    made = written("allergy", type=kind)["AllergyIntolerance"]
    assert made.get("category") == category
    assert value_of(made, "allergy.type") == kind


def test_a_category_alone_gives_the_kind() -> None:
    assert value_of({"resourceType": "AllergyIntolerance", "category": ["food"]}, "allergy.type") == "FA"


def test_of_several_codings_the_comparable_one_is_taken_and_display_is_a_text() -> None:
    code = {"coding": [{"system": "http://local.example", "code": "L1"}, {"system": "http://snomed.info/sct", "code": "1", "display": "One"}]}
    assert value_of({"resourceType": "Flag", "code": code}, "alert.code") == Coded("1", "http://snomed.info/sct", "One")


def test_a_v2_label_without_a_uri_comes_back_as_itself() -> None:
    value = Coded("X", "FOO", "Y")
    made = written("alert", code=value)["Flag"]
    assert made["code"]["coding"][0]["system"].startswith("https://")
    assert value_of(made, "alert.code") == value


def test_observation_values_that_are_no_numbers() -> None:
    made = written("observation", value="positive", unit="x")["Observation"]
    assert made["valueString"] == "positive"
    assert read(made).to_json() == {"observation": [{"observation.value": "positive", "observation.unit": "x"}]}


def test_digits_of_decimals_are_kept() -> None:
    resource = parse_json(b'{"resourceType":"Observation","valueQuantity":{"value":84.0}}')
    assert value_of(resource, "observation.value") == "84.0"
    bundle = lens(KEY).write(Record().with_group("observation", {"observation.value": "84.00"}))
    assert b'"value":84.00' in encode_json(bundle)


def _bundle(*entries: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries]}


def _flag(code: str, **subject: Any) -> dict[str, Any]:
    return {"resourceType": "Flag", "code": {"text": code}, "subject": subject}


def _person(id: str, number: str) -> dict[str, Any]:
    return patient(id=id, identifier=[{"system": NHS, "value": number}])


def test_resources_belong_to_the_patient_they_refer_to() -> None:
    base = "http://127.0.0.1:1/fhir"
    bundle = _bundle(
        (f"{base}/Patient/a", _person("a", "9990007004")),
        (f"{base}/Patient/b", _person("b", "9990007012")),
        ("urn:1", _flag("relative", reference="Patient/b")),
        ("urn:2", _flag("absolute", reference=f"{base}/Patient/a")),
        ("urn:3", _flag("versioned", reference="Patient/a/_history/2")),
        ("urn:4", _flag("logical", identifier={"system": NHS, "value": "9990007012"})),
        ("urn:5", _flag("conditional", reference=f"Patient?identifier={NHS}|9990007012")),
        ("urn:6", _flag("nobody here", reference="Patient/c")),
        ("urn:7", {"resourceType": "OperationOutcome"}),
    )
    records = lens(KEY).read_all(bundle)
    assert [record.text("person.nhs_number") for record in records] == ["9990007004", "9990007012", ""]
    texts = [[value.text for entry in record.entries("alert") if isinstance(value := entry.values["alert.code"], Coded)] for record in records]
    assert texts == [["absolute", "versioned"], ["relative", "logical", "conditional"], ["nobody here"]]
    assert lens(KEY).read(bundle).text("person.nhs_number") == "9990007004"


def test_a_patient_is_not_one_whose_id_ends_alike() -> None:
    bundle = _bundle(("urn:a", _person("a", "9990007004")), ("urn:1", _flag("x", reference="Patient/xa")), ("urn:2", _flag("y", reference="Patient/a1")))
    assert lens(KEY).read(bundle).entries("alert") == ()


def test_in_a_bundle_a_lone_resource_is_named_by_type_and_others_by_entry() -> None:
    bundle = _bundle(("urn:uuid:a", patient(gender="male")), ("urn:1", _flag("x", reference="urn:uuid:a")), ("urn:2", _flag("y", reference="urn:uuid:a")))
    record = lens(KEY).read(bundle)
    assert record.entries("person")[0].where["person.sex"] == "Patient.gender"
    assert [entry.where["alert.code"] for entry in record.entries("alert")] == ["Bundle.entry[1].resource.code", "Bundle.entry[2].resource.code"]


@pytest.mark.parametrize(
    "focus", [{"reference": "ServiceRequest/s1"}, {"reference": "http://x/fhir/ServiceRequest/s1"}, {"identifier": {"system": "urn:n", "value": "N1"}}]
)
def test_a_reply_belongs_to_the_notice_it_is_about(focus: dict[str, Any]) -> None:
    def notice(id: str, number: str) -> dict[str, Any]:
        identifier = [{"system": "urn:n", "value": number}]
        return {"resourceType": "ServiceRequest", "id": id, "identifier": identifier, "status": "active", "subject": {"reference": "Patient/a"}}

    task = {"resourceType": "Task", "status": "accepted", "focus": focus, "for": {"reference": "Patient/a"}}
    bundle = _bundle(("urn:p", _person("a", "9990007004")), ("urn:s1", notice("s1", "N1")), ("urn:s2", notice("s2", "N2")), ("urn:t", task))
    record = lens(KEY).read(bundle)
    assert [entry.text("referral.reply") for entry in record.entries("referral")] == ["accepted", ""]


def test_a_reply_is_written_as_a_task_about_its_notice() -> None:
    record = Record().with_group("referral", {"referral.status": "active", "referral.reply": "rejected"})
    bundle = lens(KEY).write(record)
    task = bundle["entry"][2]["resource"]
    assert (task["resourceType"], task["status"], task["focus"]) == ("Task", "rejected", {"reference": bundle["entry"][1]["fullUrl"]})
    assert lens(KEY).read(bundle).to_json() == record.to_json()


def test_addresses_of_a_bundle_are_the_same_every_time() -> None:
    record = Record().with_group("person", {"person.nhs_number": "9990007004"}).with_group("alert", {"alert.status": "active"}, {"alert.status": "inactive"})
    first, second = lens(KEY).write(record), lens(KEY).write(record)
    assert encode_json(first) == encode_json(second)
    assert len({entry["fullUrl"] for entry in first["entry"]}) == 3


def test_required_elements_are_there() -> None:
    assert written("observation", range="x")["Observation"]["status"] == "unknown"
    encounter = written("encounter", reason="x")["Encounter"]
    assert encounter["status"] == "unknown"
    assert "code" in encounter["class"]
    assert "encounter.status" not in read(encounter).entries("encounter")[0].values


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted({*PATIENT, *ENCOUNTER, "system", "code", "coding", "value", "use", "url"})), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.sampled_from(["Patient", "Encounter", "AllergyIntolerance", "Observation", "Consent", "Task", "Bundle"]),
    st.dictionaries(st.sampled_from(sorted({*PATIENT, *ENCOUNTER, "category", "valueQuantity", "entry", "focus", "subject"})), _JSON, max_size=6),
)
def test_anything_at_all_can_be_read(type_name: str, elements: dict[str, Any]) -> None:
    lens(KEY).read_all({**elements, "resourceType": type_name})
    lens(KEY).read_all({"resourceType": "Bundle", "entry": [{"resource": {**elements, "resourceType": type_name}}, elements, None]})


ROLES = {
    "1": "SPS",
    "2": "DOMPART",
    "3": "PRN",
    "5": "GUARD",
    "6": "PRNFOST",
    "9": "CHILD",
    "12": "MTH",
    "13": "FTH",
    "14": "SIS",
    "15": "BRO",
    "16": "FAMMEMB",
    "21": "ONESELF",
    "61": "STPPRN",
}


@pytest.mark.parametrize(
    "code", ["1", "2", "3", "4", "5", "6", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19", "20", "21", "61", "62", "98", "99"]
)
def test_a_relationship_keeps_its_code_beside_the_role_it_has(code: str) -> None:
    codings = written("contact", relationship=code)["Patient"]["contact"][0]["relationship"][0]["coding"]
    roles = [{"system": f"{THO}/v3-RoleCode", "code": ROLES[code]}] if code in ROLES else []
    assert codings == [{"system": f"{EH}/CodeSystem/nk1-0063", "code": code}, *roles]
    if code in ROLES:
        contact = {"relationship": [concept(f"{THO}/v3-RoleCode", ROLES[code])]}
        assert value_of(patient(contact=[contact]), "contact.relationship") == code
