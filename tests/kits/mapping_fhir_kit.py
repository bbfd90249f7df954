"""A Patient and an Encounter typed by hand, and short ways to read and write them."""

from __future__ import annotations

from typing import Any

from harness.mapping import lens
from harness.model.record import Record, Value

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
    communication=[{"language": concept("urn:ietf:bcp:47", "en")}],
    generalPractitioner=[{"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "X9G01"}}],
    extension=[
        extension(f"{UKC}EthnicCategory", valueCodeableConcept=concept(f"{CS}EthnicCategoryEngland", "A")),
        extension("http://hl7.org/fhir/StructureDefinition/patient-interpreterRequired", valueBoolean=True),
        extension("http://hl7.org/fhir/StructureDefinition/patient-religion", valueCodeableConcept={"coding": [{"code": "C22"}]}),
    ],
)


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
