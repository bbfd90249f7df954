"""Small golden pairs, typed by hand: one value of a record and the bytes that say it, for the codes and spellings that no whole person needs.

Sources: ITK reference tables 1.0.14, the ITK specification (character sets, times), FHIR R4 and UK Core value sets. Where a pair and a row
disagree, the standard decides. ``{}`` in a source stands for the code.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Plain = str | dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Pair:
    """``source`` (v2 segments or a FHIR resource) reads as ``value`` of ``item`` under local ``codes``."""

    side: str
    item: str
    source: str
    value: Plain
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """``record`` is written with exactly ``typed`` in it: a whole v2 segment (None: no segment so named), or a part of a FHIR resource."""

    side: str
    record: dict[str, list[dict[str, Any]]]
    typed: Any
    trigger: str = "A31"
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    absent: str = ""


@dataclass(frozen=True, slots=True)
class Lost:
    """Whether ``value`` of ``item`` is a loss of the standard under ``trigger``."""

    side: str
    item: str
    value: str
    lost: bool
    trigger: str = "A31"


PID: Final = "PID|||9990000018^^^NHS"
PATIENT: Final = '"resourceType": "Patient", "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}]'
NK1_CODES: Final = "https://exemplar-harness.example/fhir/CodeSystem/nk1-0063"
ROLES: Final = "http://terminology.hl7.org/CodeSystem/v3-RoleCode"

# item: (source, {code found: value read})
V2_CODES: Final[dict[str, tuple[str, dict[str, Plain]]]] = {
    "person.sex": (PID + "|||||{}", {"M": "1", "F": "2", "A": "9", "U": "0", "N": "0", "O": "0", "X": "0", "Q": {"code": "Q", "original": "Q"}}),
    "encounter.class": (PID + "\rPV1||{}|^MED1", {**{code: code for code in "BCEINOPRUW"}, "Q": {"code": "Q", "original": "Q"}}),
    "observation.status": (PID + "\rOBX|1|ST|LOC9^Remark^L||seen||||||{}", {**{code: code for code in "CDFINOPRSUWX"}, "Q": {"code": "Q", "original": "Q"}}),
    "allergy.code": (
        PID + "\rAL1|1|DA|294505008^Allergy to amoxicillin^{}",
        {
            "SNCT": {"code": "294505008", "system": "http://snomed.info/sct", "text": "Allergy to amoxicillin"},
            "SNM3": {"code": "294505008", "system": "http://snomed.info/sct", "text": "Allergy to amoxicillin"},
            "SCT": {"code": "294505008", "system": "http://snomed.info/sct", "text": "Allergy to amoxicillin"},
            "I10": {"code": "294505008", "system": "http://hl7.org/fhir/sid/icd-10", "text": "Allergy to amoxicillin"},
            "ICD10": {"code": "294505008", "system": "http://hl7.org/fhir/sid/icd-10", "text": "Allergy to amoxicillin"},
            "RC": {"code": "294505008", "system": "http://read.info/readv2", "text": "Allergy to amoxicillin"},
        },
    ),
    # A code that its table does not know is kept as it came.
    "person.nhs_number_status": (PID + "|||||||||||||||||||||||||||||{}", {"NSTS77": {"code": "77", "original": "77"}}),
    "person.deceased": (PID + "|||||||||||||||||||||||||||{}", {"Q": {"code": "Q", "original": "Q"}}),
    "person.pseudo": (PID + "||||||||||||||||||||||||||||{}", {"Q": {"code": "Q", "original": "Q"}}),
    "person.ethnic_category": (PID + "|||||||||||||||||||{}", {"Q": {"code": "Q", "original": "Q"}}),
    "person.marital_status": (PID + "|||||||||||||{}", {"Q": {"code": "Q", "original": "Q"}}),
    "person.consent_to_share": (PID + "\rZU8||{}", {"7": {"code": "7", "original": "7"}}),
    "person.sensitive": (PID + "\rZU8||||{}", {"7": {"code": "7", "original": "7"}}),
    "name.use": (PID + "||Gone^Hal^^^^^{}", {"QQ": {"code": "QQ", "original": "QQ"}}),
    "address.use": (PID + "||||||||1 High Street^^^^^^{}", {"QQ": {"code": "QQ", "original": "QQ"}}),
    "telecom.kind": (PID + "||||||||||01632960001^^{}", {"QQ": {"code": "QQ", "original": "QQ"}}),
    "contact.relationship": (PID + "\rNK1|1|Kin^Al|{}", {"77": {"code": "77", "original": "77"}}),
    "encounter.admission_method": (PID + "\rPV1||I||{}", {"77": {"code": "77", "original": "77"}}),
    "encounter.admission_source": (PID + "\rPV1||I||||||||||||{}", {"77": {"code": "77", "original": "77"}}),
    "encounter.discharge_method": (PID + "\rPV1||I||||||||||||||||||||||||||||||||||{}", {"1": None, "77": None}),
    "encounter.discharge_destination": (PID + "\rPV1||I|||||||||||||||||||||||||||||||||||{}", {"77": {"code": "77", "original": "77"}}),
    "encounter.medically_fit": (PID + "\rPV1||I\rZU1||||||||||||||||||||||{}", {"Q": {"code": "Q", "original": "Q"}}),
    "allergy.type": (PID + "\rAL1|1|{}|LOC1^Cat^L", {"QA": {"code": "QA", "original": "QA"}}),
    "allergy.severity": (PID + "\rAL1|1|DA|LOC1^Cat^L|{}", {"77": {"code": "77", "original": "77"}}),
    "diagnosis.certainty": (PID + "\rDG1|1||J18.9^Pneumonia^I10|||{}", {"Q": {"code": "Q", "original": "Q"}}),
}

_CLASS = '{"resourceType": "Encounter", "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "{}"}}'
_ROLE = "{" + PATIENT + ', "contact": [{"relationship": [{"coding": [{"system": "' + ROLES + '", "code": "{}"}]}], "name": {"family": "Kin"}}]}'
_MARITAL = "{" + PATIENT + ', "maritalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "{}"}]}}'
_NULL = "{" + PATIENT + ', "maritalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "code": "{}"}]}}'
_NAME = "{" + PATIENT + ', "name": [{"use": "{}", "family": "Gone"}]}'
_OBSERVED = '{"resourceType": "Observation", "code": {"text": "Remark"}, "valueString": "seen", "status": "{}"}'
_TONGUES = "https://fhir.hl7.org.uk/CodeSystem/UKCore-HumanLanguage"
_SPOKEN = "{" + PATIENT + ', "communication": [{"language": {"coding": [{"system": "' + _TONGUES + '", "code": "{}"}]}}]}'

FHIR_CODES: Final[tuple[tuple[str, str, dict[str, Plain]], ...]] = (
    ("encounter.class", _CLASS, {"ACUTE": "I", "NONAC": "I", "IMP": "I"}),
    (
        "encounter.status",
        '{"resourceType": "Encounter", "status": "{}"}',
        {"arrived": "in-progress", "triaged": "in-progress", "entered-in-error": "cancelled", "planned": "planned", "unknown": None},
    ),
    ("person.marital_status", _MARITAL, {"U": "S", "L": "P"}),
    ("person.marital_status", _NULL, {"UNK": "N"}),
    ("name.use", _NAME, {"anonymous": "alias", "official": "usual", "nickname": "preferred"}),
    (
        "observation.status",
        _OBSERVED,
        {"amended": "C", "corrected": "C", "registered": "I", "entered-in-error": "W", "cancelled": "X", "final": "F", "preliminary": "P", "unknown": None},
    ),
    ("person.sex", "{" + PATIENT + ', "gender": "{}"}', {"male": "1", "female": "2", "other": "9", "unknown": "0"}),
    (
        "contact.relationship",
        _ROLE,
        {
            "SPS": "1",
            "DOMPART": "2",
            "PRN": "3",
            "GUARD": "5",
            "PRNFOST": "6",
            "CHILD": "9",
            "MTH": "12",
            "FTH": "13",
            "SIS": "14",
            "BRO": "15",
            "FAMMEMB": "16",
            "ONESELF": "21",
            "STPPRN": "61",
        },
    ),
    ("person.language", _SPOKEN, {"cy": "cy"}),
)

_MOMENTS = {"2025-07-01T10:30:00+01:00": "2025-07-01T10:30:00", "2025-07-01T09:30:00Z": "2025-07-01T10:30:00", "2025-07-01": "2025-07-01"}
# item: where a FHIR date-time of it stands; the record holds the clock on the wall in London.
FHIR_MOMENTS: Final[dict[str, str]] = {
    "allergy.onset": '{"resourceType": "AllergyIntolerance", "code": {"text": "Cat"}, "onsetDateTime": "{}"}',
    "diagnosis.date": '{"resourceType": "Condition", "code": {"text": "Cough"}, "recordedDate": "{}"}',
    "procedure.date": '{"resourceType": "Procedure", "code": {"text": "Stitch"}, "performedDateTime": "{}"}',
    "medication.start": '{"resourceType": "MedicationStatement", "medicationCodeableConcept": {"text": "Salt"}, "effectivePeriod": {"start": "{}"}}',
    "medication.stop": '{"resourceType": "MedicationStatement", "medicationCodeableConcept": {"text": "Salt"}, "effectivePeriod": {"end": "{}"}}',
    "package.start": '{"resourceType": "EpisodeOfCare", "type": [{"text": "Home care"}], "period": {"start": "{}"}}',
    "referral.date": '{"resourceType": "ServiceRequest", "code": {"text": "Assess"}, "occurrenceDateTime": "{}"}',
}

LOCAL: Final = {"ward": {"medical-1": "MED1"}, "site": {"main": "X9A01"}, "consultant": {"a": "C9999991"}, "practice": {"a": "X9G01"}}
_PLACE = (
    '{"resourceType": "Encounter", "location": [{"physicalType": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/location-physical-type", '
    '"code": "%s"}]}, "location": {"identifier": {"value": "%s"}}}]}'
)
_DOCTOR = (
    '{"resourceType": "Encounter", "participant": [{"type": [{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ParticipationType", '
    '"code": "CON"}]}], "individual": {"identifier": {"system": "https://fhir.hl7.org.uk/Id/gmc-number", "value": "C9999991"}}}]}'
)
_PRACTICE = "{" + PATIENT + ', "generalPractitioner": [{"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "X9G01"}}]}'

OTHERS: Final[tuple[Pair, ...]] = (
    # Local codes of the system that wrote it become the keys that systems share.
    Pair("v2", "encounter.ward", PID + "\rPV1||I|^MED1^B2^X9A01", "medical-1", LOCAL),
    Pair("v2", "encounter.site", PID + "\rPV1||I|^MED1^B2^X9A01", "main", LOCAL),
    Pair("v2", "encounter.consultant", PID + "\rPV1||I|||||||C9999991", "a", LOCAL),
    Pair("v2", "person.practice", PID + "\rPD1|||^^X9G01", "a", LOCAL),
    Pair("fhir", "encounter.ward", _PLACE % ("wa", "MED1"), "medical-1", LOCAL),
    Pair("fhir", "encounter.site", _PLACE % ("si", "X9A01"), "main", LOCAL),
    Pair("fhir", "encounter.consultant", _DOCTOR, "a", LOCAL),
    Pair("fhir", "person.practice", _PRACTICE, "a", LOCAL),
    # ITK: of numbers without a type the first is the landline.
    Pair("v2", "telecom.kind", PID + "||||||||||01632960001", "phone"),
    # Every further given name is a middle name.
    Pair("fhir", "name.middle", "{" + PATIENT + ', "name": [{"use": "usual", "family": "Gone", "given": ["Hal", "Ivo", "Jon"]}]}', "Ivo Jon"),
    Pair(
        "fhir", "encounter.specialty", '{"resourceType": "Encounter", "serviceType": {"coding": [{"system": "http://snomed.info/sct", "code": "300"}]}}', "300"
    ),
    Pair(
        "fhir",
        "person.religion",
        "{" + PATIENT + ', "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-religion", '
        '"valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "C2"}]}}]}',
        "C2",
    ),
    # A code of another language of codes is kept as it came.
    Pair(
        "fhir",
        "allergy.type",
        '{"resourceType": "AllergyIntolerance", "code": {"text": "Cat"}, "extension": [{"url": '
        '"https://exemplar-harness.example/fhir/StructureDefinition/allergy-type", "valueCode": "QA"}]}',
        {"code": "QA", "original": "QA"},
    ),
    Pair(
        "fhir",
        "allergy.severity",
        '{"resourceType": "AllergyIntolerance", "code": {"text": "Cat"}, "extension": [{"url": '
        '"https://exemplar-harness.example/fhir/StructureDefinition/allergy-severity", "valueCode": "77"}]}',
        {"code": "77", "original": "77"},
    ),
    Pair(
        "fhir",
        "person.consent_to_share",
        '{"resourceType": "Bundle", "type": "collection", "entry": [{"fullUrl": "urn:uuid:1", "resource": {'
        + PATIENT
        + '}}, {"resource": {"resourceType": "Consent", "patient": {"reference": "urn:uuid:1"}, "provision": {"type": "permit"}}}]}',
        "express",
    ),
)

_ADA: Final = {"person": [{"person.nhs_number": "9990000018"}]}


def _contact(code: str) -> dict[str, list[dict[str, Any]]]:
    return _ADA | {"contact": [{"contact.family": "Kin", "contact.relationship": code}]}


def _role(code: str) -> dict[str, Any]:
    return {"resourceType": "Patient", "contact": [{"relationship": [{"coding": [{"system": ROLES, "code": code}]}]}]}


_ROLE_OF: Final = {
    "1": "SPS", "2": "DOMPART", "3": "PRN", "5": "GUARD", "6": "PRNFOST", "9": "CHILD", "12": "MTH", "13": "FTH", "14": "SIS", "15": "BRO", "16": "FAMMEMB",
    "21": "ONESELF", "61": "STPPRN",
}  # fmt: skip

WRITTEN: Final[tuple[Written, ...]] = (
    *(Written("fhir", _contact(code), _role(role)) for code, role in _ROLE_OF.items()),
    *(
        Written(
            "fhir",
            _ADA | {"observation": [{"observation.code": {"code": "L9", "text": "Remark"}, "observation.status": code}]},
            {"resourceType": "Observation", "status": status},
        )
        for code, status in {"F": "final", "P": "preliminary", "C": "corrected", "X": "cancelled", "W": "entered-in-error", "I": "registered"}.items()
    ),
    Written(
        "v2",
        _ADA | {"allergy": [{"allergy.type": "DA", "allergy.code": {"code": "TJC4.", "system": "http://read.info/readv2", "text": "Adverse reaction"}}]},
        "AL1|1|DA|TJC4.^Adverse reaction^RC",
    ),
    Written(
        "fhir",
        {"person": [{"person.nhs_number": "9990000018", "person.religion": "C2"}]},
        {
            "resourceType": "Patient",
            "extension": [
                {
                    "url": "http://hl7.org/fhir/StructureDefinition/patient-religion",
                    "valueCodeableConcept": {"coding": [{"system": "https://exemplar-harness.example/fhir/CodeSystem/religion-0006", "code": "C2"}]},
                }
            ],
        },
    ),
    # FHIR requires its own codes of gender, status and use: another code stands beside, not in, the element.
    Written("fhir", {"person": [{"person.sex": {"code": "Q", "original": "Q"}}]}, {"resourceType": "Patient", "gender": "unknown"}),
    Written(
        "fhir", _ADA | {"name": [{"name.family": "Gone", "name.use": {"code": "QQ", "original": "QQ"}}]}, {"resourceType": "Patient", "name": [{"use": "temp"}]}
    ),
    Written(
        "fhir",
        _ADA | {"encounter": [{"encounter.number": "V1", "encounter.status": {"code": "QQ", "original": "QQ"}}]},
        {"resourceType": "Encounter", "status": "unknown"},
    ),
    Written(
        "fhir",
        _ADA | {"observation": [{"observation.code": {"code": "L9", "text": "Remark"}, "observation.status": {"code": "Q", "original": "Q"}}]},
        {"resourceType": "Observation", "status": "unknown"},
    ),
    # The grids of A40, A52 and A53 have neither ZU1 nor ZU8.
    *(
        Written("v2", {"person": [{"person.nhs_number": "9990000018", "person.sensitive": "local"}]}, None, trigger, absent="ZU8")
        for trigger in ("A40", "A52", "A53")
    ),
    *(
        Written("v2", {"person": [{"person.nhs_number": "9990000018", "person.consent_to_share": "express"}]}, None, trigger, absent="ZU8")
        for trigger in ("A40", "A52", "A53")
    ),
    *(
        Written("v2", _ADA | {"encounter": [{"encounter.number": "V1", "encounter.medically_fit": "Y"}]}, None, trigger, absent="ZU1")
        for trigger in ("A52", "A53")
    ),
    *(
        Written("v2", _ADA | {"encounter": [{"encounter.number": "V1", "encounter.ready_for_discharge": "2026-01-05T10:00"}]}, None, trigger, absent="ZU1")
        for trigger in ("A52", "A53")
    ),
    Written("v2", {"person": [{"person.nhs_number": "9990000018", "person.sensitive": "local"}]}, "ZU8||||1"),
    Written("v2", {"person": [{"person.nhs_number": "9990000018", "person.consent_to_share": "express"}]}, "ZU8||1"),
)

LOST: Final[tuple[Lost, ...]] = (
    Lost("v2", "encounter.status", "in-progress", True, "A08"),
    Lost("v2", "encounter.status", "in-progress", True, "A31"),
    Lost("v2", "encounter.status", "in-progress", False, "A01"),
    Lost("v2", "allergy.onset", "2020-01-05T10:00", True),
    Lost("v2", "allergy.onset", "2020-01-05", False),
)


def pairs() -> Iterator[Pair]:
    """Every typed pair."""
    for item, (source, codes) in V2_CODES.items():
        for code, value in codes.items():
            yield Pair("v2", item, source.replace("{}", code), value)
    for item, source, codes in FHIR_CODES:
        for code, value in codes.items():
            yield Pair("fhir", item, source.replace("{}", code), value)
    for item, source in FHIR_MOMENTS.items():
        for moment, local in _MOMENTS.items():
            yield Pair("fhir", item, source.replace("{}", moment), local)
    yield from OTHERS
