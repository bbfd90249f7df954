"""Every FHIR rule is triggered by one change of a clean transaction, and the clean transaction has nothing to say."""

from __future__ import annotations

import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from fhir_rules_kit import put_at

from harness.model.issue import Issue, Severity
from harness.validation.fhir import validate
from harness.validation.options import Options

UKC = "https://fhir.hl7.org.uk/StructureDefinition"
CS = "https://fhir.hl7.org.uk/CodeSystem"
ALLERGIES = "http://terminology.hl7.org/CodeSystem/allergyintolerance"
CONDITION = "http://terminology.hl7.org/CodeSystem/condition"
ABSENT = "http://terminology.hl7.org/CodeSystem/data-absent-reason"
CONFIDENTIALITY = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
PATIENT_URL = "urn:uuid:00000000-0000-4000-8000-000000000001"
ENCOUNTER_URL = "urn:uuid:00000000-0000-4000-8000-000000000002"


def status(code: str) -> dict[str, Any]:
    coding = {"system": f"{CS}/UKCore-NHSNumberVerificationStatusEngland", "code": code}
    return {"url": f"{UKC}/Extension-UKCore-NHSNumberVerificationStatus", "valueCodeableConcept": {"coding": [coding]}}


PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "extension": [{"url": f"{UKC}/Extension-UKCore-InterpreterRequired", "valueBoolean": False}],
    "identifier": [
        {"extension": [status("01")], "system": NUMBER, "value": "9990000018"},
        {"system": "https://exemplar-harness.example/Id/local/X9A", "value": "633"},
    ],
    "active": True,
    "name": [
        {"use": "usual", "family": "Sample", "given": ["Ann"], "_given": [{"extension": [{"url": "https://exemplar-harness.example/x", "valueCode": "y"}]}]}
    ],
    "telecom": [{"system": "phone", "value": "01632 960001", "use": "home"}],
    "gender": "female",
    "birthDate": "1962-03-14",
    "_birthDate": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime", "valueDateTime": "1962-03-14T10:30:00+00:00"}]},
    "address": [{"use": "home", "line": ["1 High Street"], "postalCode": "ZZ99 3AA"}],
    "contact": [{"name": {"family": "Sample", "given": ["Alan"]}}],
    "generalPractitioner": [{"identifier": {"system": "https://fhir.nhs.uk/Id/ods-organization-code", "value": "X9P01"}}],
}
ENCOUNTER: dict[str, Any] = {
    "resourceType": "Encounter",
    "identifier": [{"system": "https://exemplar-harness.example/Id/visit/X9A", "value": "V1"}],
    "status": "in-progress",
    "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"},
    "subject": {"reference": PATIENT_URL},
    "period": {"start": "2026-01-05T08:50:00+00:00", "end": "2026-01-06"},
    "length": {"value": 1.50, "unit": "d", "system": "http://unitsofmeasure.org", "code": "d"},
}
ALLERGY: dict[str, Any] = {
    "resourceType": "AllergyIntolerance",
    "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical", "code": "active"}]},
    "category": ["medication"],
    "criticality": "high",
    "code": {"coding": [{"system": "http://snomed.info/sct", "code": "91936005", "display": "Penicillin"}]},
    "patient": {"reference": PATIENT_URL},
    "reaction": [{"manifestation": [{"text": "Rash"}]}],
}


def put(resource: dict[str, Any], url: str) -> dict[str, Any]:
    kind = resource["resourceType"]
    return {"fullUrl": url, "resource": resource, "request": {"method": "PUT", "url": f"{kind}?identifier=a|b"}}


def clean() -> dict[str, Any]:
    entries = [put(PATIENT, PATIENT_URL), put(ENCOUNTER, ENCOUNTER_URL), put(ALLERGY, "urn:uuid:00000000-0000-4000-8000-000000000003")]
    return deepcopy({"resourceType": "Bundle", "type": "transaction", "entry": entries})


STRICT = Options(strict=True)


# What depends on definitions that are not at hand: UK Core is a package, and is not named here.
NOT_KNOWN = {"fhir/unknown-extension", "fhir/unknown-profile", "fhir/code-system-unknown", "fhir/coding-no-system"}


def known(issues: list[Issue]) -> list[Issue]:
    return [issue for issue in issues if issue.code not in NOT_KNOWN and issue.clause != "dom-6"]


def judged(tree: Any, options: Options = STRICT) -> list[Issue]:
    return known(validate(json.dumps(tree, indent=1, ensure_ascii=False).encode(), options))


def codes(issues: list[Issue]) -> list[tuple[str, str]]:
    return [(issue.code, issue.location.path) for issue in issues]


@pytest.mark.parametrize("options", [Options(), Options(strict=True, now="2026-01-05"), Options(side="consumer")])
def test_a_clean_transaction_has_no_issues(options: Options) -> None:
    assert judged(clean(), options) == []
    assert judged(PATIENT, options) == []


def change(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """Put ``value`` at a path of keys and indexes; None removes it."""
    return lambda tree: put_at(tree, path, value)


def patient(rest: str) -> str:
    return f"entry.0.resource.{rest}"


B = "Bundle.entry"
P = "Bundle.entry[0].resource"
# (where, what is put there, issue code, FHIRPath, severity)
CHANGES: list[tuple[str, Any, str, str, str]] = [
    (patient("resourceType"), "Zork", "fhir/resource-type", P, "error"),
    (patient("resourceType"), "BundleEntry", "fhir/resource-type", P, "error"),
    (patient("resourceType"), "DomainResource", "fhir/resource-type", P, "error"),
    (patient("zork"), 1, "fhir/unknown-element", f"{P}.zork", "error"),
    (patient("_name"), {"id": "a"}, "fhir/unknown-element", f"{P}.name", "error"),
    (patient("gender"), "f", "fhir/binding-required", f"{P}.gender", "error"),
    (patient("gender"), 1, "fhir/primitive", f"{P}.gender", "error"),
    (patient("active"), "true", "fhir/primitive", f"{P}.active", "error"),
    (patient("birthDate"), "1962-13-14", "fhir/primitive", f"{P}.birthDate", "error"),
    (patient("birthDate"), "1962-02-30", "fhir/primitive", f"{P}.birthDate", "error"),
    (patient("birthDate"), "14/03/1962", "fhir/primitive", f"{P}.birthDate", "error"),
    (patient("name"), [], "fhir/empty", f"{P}.name", "error"),
    (patient("name"), {"family": "Sample"}, "fhir/cardinality", f"{P}.name", "error"),
    (patient("name.0"), {}, "fhir/empty", f"{P}.name[0]", "error"),
    (patient("name.0"), "Sample", "fhir/type", f"{P}.name[0]", "error"),
    (patient("name.0.given.0"), "", "fhir/primitive", f"{P}.name[0].given[0]", "error"),
    (patient("name.0.family"), ["Sample"], "fhir/cardinality", f"{P}.name[0].family", "error"),
    (patient("telecom.0.system"), None, "fhir/invariant", f"{P}.telecom[0]", "error"),
    (patient("contact.0"), {"gender": "male"}, "fhir/invariant", f"{P}.contact[0]", "error"),
    (patient("extension.0.url"), None, "fhir/required-element", f"{P}.extension[0]", "error"),
    (patient("extension.0.valueBoolean"), None, "fhir/invariant", f"{P}.extension[0]", "error"),
    (patient("extension.0.extension"), [{"url": "a", "valueCode": "b"}], "fhir/invariant", f"{P}.extension[0]", "error"),
    (patient("extension.0.valueCode"), "x", "fhir/choice", f"{P}.extension[0].value.ofType(code)", "error"),
    (patient("multipleBirthBoolean"), True, "", "", ""),
    (patient("generalPractitioner.0"), {"reference": "Patient/1"}, "fhir/reference-target", f"{P}.generalPractitioner[0].reference", "error"),
    (patient("generalPractitioner.0"), {"reference": "#gp"}, "fhir/reference", f"{P}.generalPractitioner[0].reference", "error"),
    (patient("generalPractitioner.0"), {"type": "Organization"}, "fhir/reference", f"{P}.generalPractitioner[0]", "error"),
    (patient("generalPractitioner.0.identifier.value"), "x9 p", "national/ods-code", f"{P}.generalPractitioner[0].identifier.value", "warning"),
    (patient("identifier.0.value"), "9990000019", "nhs-number/check-digit", f"{P}.identifier[0].value", "error"),
    (patient("identifier.0.value"), "99900000", "nhs-number/format", f"{P}.identifier[0].value", "error"),
    (patient("identifier.0.value"), "999-000-0018", "nhs-number/format", f"{P}.identifier[0].value", "warning"),
    (patient("identifier.0.value"), "3333333333", "nhs-number/not-synthetic", f"{P}.identifier[0].value", "information"),
    (patient("identifier.0.value"), None, "ukcore/nhs-number", f"{P}.identifier[0].value", "error"),
    (patient("identifier.0.extension"), None, "nhs-number/status-absent", f"{P}.identifier[0]", "warning"),
    (patient("identifier.0.extension.0"), status("09"), "nhs-number/status", f"{P}.identifier[0].extension[0]", "error"),
    (patient("identifier.1"), {"extension": [status("01")], "system": NUMBER, "value": "9990000026"}, "nhs-number/more-than-one", f"{P}.identifier", "error"),
    (patient("active"), False, "national/inactive-without-link", f"{P}.link", "error"),
    (patient("deceasedDateTime"), "1950-01-01", "national/death-before-birth", f"{P}.deceased.ofType(dateTime)", "error"),
    (patient("deceasedDateTime"), "2999-01-01", "national/death-in-future", f"{P}.deceased.ofType(dateTime)", "error"),
    (patient("meta"), {"security": [{"system": CONFIDENTIALITY, "code": "R"}]}, "national/sensitive-leak", f"{P}.address", "warning"),
    (
        patient("extension.0"),
        {"url": f"{UKC}/Extension-UKCore-DeathNotificationStatus", "valueCodeableConcept": {"coding": [{"code": "2"}]}},
        "national/death",
        f"{P}.extension",
        "warning",
    ),
    ("entry.1.resource.status", "gone", "fhir/binding-required", f"{B}[1].resource.status", "error"),
    ("entry.1.resource.status", None, "fhir/required-element", f"{B}[1].resource", "error"),
    ("entry.1.resource.class", None, "fhir/required-element", f"{B}[1].resource", "error"),
    ("entry.1.resource.period.end", "2026-01-04", "fhir/invariant", f"{B}[1].resource.period", "error"),
    ("entry.1.resource.period.end", "2026-01-05T08:30:00+00:00", "fhir/invariant", f"{B}[1].resource.period", "error"),
    ("entry.1.resource.period.start", "2026-01-05T08:50", "fhir/primitive", f"{B}[1].resource.period.start", "error"),
    ("entry.1.resource.length.system", None, "fhir/binding-maximum", f"{B}[1].resource.length", "error"),
    ("entry.1.resource.subject.reference", "urn:uuid:00000000-0000-4000-8000-00000000000f", "fhir/reference", f"{B}[1].resource.subject.reference", "error"),
    ("entry.1.resource.subject.reference", "Organization/1", "fhir/reference-target", f"{B}[1].resource.subject.reference", "error"),
    ("entry.2.resource.code", None, "ukcore/required-element", f"{B}[2].resource.code", "error"),
    ("entry.2.resource.clinicalStatus", None, "fhir/invariant", f"{B}[2].resource", "error"),
    (
        "entry.2.resource.verificationStatus",
        {"coding": [{"system": f"{ALLERGIES}-verification", "code": "entered-in-error"}]},
        "fhir/invariant",
        f"{B}[2].resource",
        "error",
    ),
    ("entry.2.resource.category.0", "drug", "fhir/binding-required", f"{B}[2].resource.category[0]", "error"),
    ("entry.2.resource.reaction.0.manifestation", None, "fhir/required-element", f"{B}[2].resource.reaction[0]", "error"),
    ("type", None, "fhir/required-element", "Bundle", "error"),
    ("type", "heap", "fhir/binding-required", "Bundle.type", "error"),
    ("type", "collection", "fhir/bundle", f"{B}[0].request", "error"),
    ("type", "document", "fhir/bundle", f"{B}[0]", "error"),
    ("total", 3, "fhir/bundle", "Bundle.total", "error"),
    ("entry.0.request", None, "fhir/bundle", f"{B}[0]", "error"),
    ("entry.0.request.method", "PUSH", "fhir/binding-required", f"{B}[0].request.method", "error"),
    ("entry.0.request.url", "Encounter?identifier=a|b", "fhir/bundle", f"{B}[0].request.url", "error"),
    ("entry.0.resource", None, "fhir/bundle", f"{B}[0]", "error"),
    ("entry.0.search", {"mode": "match"}, "fhir/bundle", f"{B}[0].search", "error"),
    ("entry.0.response", {"status": "201"}, "fhir/bundle", f"{B}[0].response", "error"),
    ("entry.0", {"fullUrl": PATIENT_URL}, "fhir/bundle", f"{B}[0]", "error"),
    ("entry.1.fullUrl", PATIENT_URL, "fhir/bundle", f"{B}[1].fullUrl", "error"),
    (patient("photo"), [{"data": "YWJj"}], "fhir/attachment", f"{P}.photo[0]", "error"),
    (patient("photo"), [{"contentType": "text/plain", "data": "YWI=", "size": 3}], "fhir/attachment", f"{P}.photo[0].size", "error"),
    (patient("photo"), [{"contentType": "text/plain", "data": "YWI=", "size": 2}], "", "", ""),
    ("entry.2.fullUrl", "https://a.example/fhir/AllergyIntolerance/7", "fhir/bundle", f"{B}[2].fullUrl", "error"),
    ("entry.2.fullUrl", "https://a.example/fhir/Patient/7", "fhir/bundle", f"{B}[2].fullUrl", "error"),
    ("entry.0.fullUrl", "https://a.example/fhir/Patient/1/_history/2", "fhir/bundle", f"{B}[0].fullUrl", "error"),
]


@pytest.mark.parametrize(("where", "value", "code", "path", "severity"), CHANGES, ids=[f"{row[0]} {row[2]} {index}" for index, row in enumerate(CHANGES)])
def test_a_change_triggers_its_rule(where: str, value: Any, code: str, path: str, severity: str) -> None:
    tree = clean()
    change(where, value)(tree)
    issues = judged(tree, Options(strict=True, now="2026-01-05"))
    if not code:
        assert issues == []
        return
    (issue,) = [issue for issue in issues if (issue.code, issue.location.path) == (code, path)]
    assert issue.severity.value == severity
    assert issue.message
    assert issue.location.line is not None


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"resourceType": "Medication", "status": "active"}, [("ukcore/required-element", "Medication.code")]),
        (
            {
                "resourceType": "MedicationRequest",
                "status": "active",
                "intent": "order",
                "medicationCodeableConcept": {"text": "x"},
                "subject": {"display": "A"},
            },
            [("ukcore/required-element", "MedicationRequest.substitution")],
        ),
        (
            {"resourceType": "MedicationRequest", "status": "active", "intent": "order", "subject": {"display": "A"}, "substitution": {"allowedBoolean": True}},
            [("fhir/required-element", "MedicationRequest")],
        ),
        (
            {
                "resourceType": "MedicationStatement",
                "identifier": [{"value": "1"}],
                "status": "active",
                "medicationCodeableConcept": {"text": "x"},
                "subject": {"display": "A"},
            },
            [("ukcore/required-element", "MedicationStatement.identifier[0].system")],
        ),
        (
            {
                "resourceType": "Observation",
                "status": "final",
                "code": {"text": "x"},
                "valueString": "1",
                "dataAbsentReason": {"coding": [{"system": ABSENT, "code": "unknown"}]},
            },
            [("fhir/invariant", "Observation")],
        ),
        (
            {
                "resourceType": "Observation",
                "meta": {"profile": [f"{UKC}/UKCore-Observation-Lab"]},
                "status": "final",
                "code": {"text": "x"},
                "valueString": "1",
            },
            [("ukcore/required-element", "Observation.category")],
        ),
        (
            {"resourceType": "DiagnosticReport", "meta": {"profile": [f"{UKC}/UKCore-DiagnosticReport-Lab|2.0.1"]}, "status": "final", "code": {"text": "x"}},
            [("ukcore/required-element", "DiagnosticReport.category"), ("ukcore/required-element", "DiagnosticReport.subject")],
        ),
        (
            {
                "resourceType": "Condition",
                "subject": {"display": "A"},
                "abatementString": "gone",
                "clinicalStatus": {"coding": [{"system": f"{CONDITION}-clinical", "code": "active"}]},
            },
            [("fhir/invariant", "Condition")],
        ),
        (
            {
                "resourceType": "Condition",
                "subject": {"display": "A"},
                "clinicalStatus": {"coding": [{"system": f"{CONDITION}-clinical", "code": "active"}]},
                "verificationStatus": {"coding": [{"system": f"{CONDITION}-ver-status", "code": "entered-in-error"}]},
            },
            [("fhir/invariant", "Condition")],
        ),
        (ENCOUNTER | {"status": "finished", "period": {"start": "2026-01-05"}}, [("national/encounter-period", "Encounter.period.end")]),
        ({"resourceType": "Task", "status": "received", "intent": "order"}, []),
        ({"resourceType": "Observation", "status": "corrected", "code": {"text": "x"}, "valueQuantity": {"value": 1.50, "unit": "kg"}}, []),
        ({"resourceType": "Patient", "name": [{"given": [None, "B"], "_given": [{"extension": [{"url": "http://a.example/a", "valueCode": "b"}]}, None]}]}, []),
        ({"resourceType": "Patient", "name": [{"given": [None, "B"]}]}, [("fhir/null", "Patient.name[0].given[0]")]),
        ({"resourceType": "Patient", "gender": None}, [("fhir/null", "Patient.gender")]),
        ({"resourceType": "Patient", "active": False, "link": [{"other": {"reference": "Patient/2"}, "type": "replaced-by"}]}, []),
        ({"resourceType": "Patient", "meta": {"security": [{"system": CONFIDENTIALITY, "code": "R"}]}, "name": [{"text": "x"}]}, []),
        (
            {"resourceType": "Patient", "contained": [{"resourceType": "Organization", "id": "gp", "name": "X"}], "managingOrganization": {"reference": "#gp"}},
            [],
        ),
        ({"resourceType": "Patient", "deceasedBoolean": True, "deceasedDateTime": "2020"}, [("fhir/choice", "Patient.deceased.ofType(dateTime)")]),
    ],
)
def test_single_resources(resource: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert codes(judged(resource)) == expected


def test_a_claimed_profile_makes_presence_an_error() -> None:
    resource = {
        "resourceType": "MedicationRequest",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"text": "x"},
        "subject": {"display": "A"},
    }
    assert [issue.severity for issue in judged(resource)] == [Severity.WARNING]
    assert [issue.severity for issue in judged({"meta": {"profile": [f"{UKC}/UKCore-MedicationRequest"]}, **resource})] == [Severity.ERROR]


def test_a_key_that_stands_twice() -> None:
    data = b'{"resourceType": "Patient",\n "name": [{"family": "A",\n  "family": "B"}]}'
    (issue,) = validate(data)
    assert (issue.code, issue.location.path, issue.severity) == ("fhir/duplicate-key", "Patient.name[0].family", Severity.ERROR)


def test_line_and_column_point_at_the_value() -> None:
    data = b'\xef\xbb\xbf{"resourceType": "Patient",\n "name": [{"family": "a, ]}:{"},\n  {"family": "\xc5\xb5",  "use": "best"}]}'
    (issue,) = validate(data)
    assert (issue.location.path, issue.location.line, issue.location.column) == ("Patient.name[1].use", 3, 27)
    assert data[issue.location.offset :].startswith(b'"best"')


@pytest.mark.parametrize("data", [b"[]", b"{", b"", b'{"a": 1', b"\xff\xfe{", b'{"resourceType": NaN}', b"{" * 5000, b'{"a":' * 200 + b"1" + b"}" * 200])
def test_what_cannot_be_read_is_fatal(data: bytes) -> None:
    assert [issue.severity for issue in validate(data)] == [Severity.FATAL]


def test_ndjson_names_the_line() -> None:
    lines = [json.dumps(PATIENT), "", json.dumps(PATIENT | {"gender": "x"}), "{"]
    issues = known(validate("\n".join(lines).encode(), kind="fhir-ndjson"))
    assert [(issue.code, issue.location.line) for issue in issues] == [("fhir/binding-required", 3), ("fhir/unreadable", 4)]


def test_xml_is_judged_like_json() -> None:
    data = b'<Patient xmlns="http://hl7.org/fhir"><active value="true"/><gender value="f"/><birthDate value="1962-02-30"/></Patient>'
    assert codes(validate(data, kind="fhir-xml")) == [("fhir/binding-required", "Patient.gender"), ("fhir/primitive", "Patient.birthDate")]


def test_the_typed_models_agree_on_the_clean_transaction() -> None:
    from fhir.resources.R4B.bundle import Bundle

    assert Bundle.model_validate(clean()).type == "transaction"
