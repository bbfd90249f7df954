"""Bindings by strength, and codes wherever they stand, through the validator as a user meets it."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_terminology_kit import SYSTEM, VALUE_SET, Held, listed, value_set

from harness.model.issue import Issue
from harness.terminology import Terminology
from harness.validation.fhir.data.bindings import judge_binding
from harness.validation.fhir.data.codings import coding, unit
from harness.validation.fhir.element_rules import AdditionalBinding, BindingRule, ElementRule
from harness.validation.fhir.engine import engine_of
from harness.validation.fhir.judging import FhirJudging
from harness.validation.options import Options

MARITAL = "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus"
CLINICAL = "http://terminology.hl7.org/CodeSystem/condition-clinical"
SNOMED = "http://snomed.info/sct"


def _judging(*rules: str, language: str = "") -> FhirJudging:
    from harness.catalogue.fhir import definitions

    tree: dict[str, Any] = {"resourceType": "Patient", **({"language": language} if language else {})}
    return FhirJudging(tree, Options(rules=rules or ("none",)), tree, "Patient", engine=engine_of(definitions(), ("national",)))


def _rule(path: str, judging: FhirJudging) -> ElementRule:
    root, *names = path.split(".")
    rule = judging.engine.tree(root)
    for name in names:
        assert rule is not None
        rule = rule.child(name)
    assert rule is not None
    return rule


def _bound(path: str, type_name: str, value: object, *rules: str) -> tuple[list[tuple[str, str]], list[Issue], int]:
    """(severity, code) of the issues, the issues, and what stayed undetermined."""
    judging = _judging(*rules)
    judge_binding(judging, _rule(path, judging), type_name, value, path)
    return [(str(issue.severity), issue.code) for issue in judging.issues], judging.issues, judging.undetermined


def _concept(*codings: tuple[str, str]) -> dict[str, Any]:
    return {"coding": [{**({"system": system} if system else {}), "code": code} for system, code in codings]}


@pytest.mark.parametrize(
    ("path", "type_name", "value"),
    [
        ("Patient.gender", "code", "female"),
        ("Patient.language", "code", "en"),
        ("Attachment.contentType", "code", "text/plain; charset=utf-8"),
        ("CapabilityStatement.format", "code", "json"),
        ("CapabilityStatement.format", "code", "application/fhir+xml"),
        ("TestScript.setup.action.operation.accept", "code", "xml"),
        ("Patient.maritalStatus", "CodeableConcept", _concept((MARITAL, "M"))),
        ("Patient.maritalStatus", "CodeableConcept", _concept(("https://exemplar-harness.example/x", "1"), (MARITAL, "M"))),
        ("Condition.clinicalStatus", "CodeableConcept", _concept((CLINICAL, "active"))),
        ("Condition.severity", "CodeableConcept", {"text": "preferred bindings take words"}),
        ("Encounter.class", "Coding", {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "IMP"}),
        ("ElementDefinition.type.code", "uri", "http://hl7.org/fhirpath/System.String"),
        ("Patient.gender", "boolean", True),
        ("Patient.gender", "code", None),
        ("Patient.maritalStatus", "CodeableConcept", "not an object"),
        ("Patient.birthDate", "date", "2000-01-01"),
    ],
)
def test_what_a_binding_takes_is_not_spoken_of(path: str, type_name: str, value: object) -> None:
    assert _bound(path, type_name, value) == ([], [], 0)


@pytest.mark.parametrize(
    ("path", "type_name", "value", "expected"),
    [
        ("Patient.gender", "code", "Male", [("error", "fhir/binding-required")]),
        ("Attachment.contentType", "code", "pdf", [("error", "fhir/binding-required")]),
        ("Attachment.contentType", "code", "json", [("error", "fhir/binding-required")]),
        ("Condition.clinicalStatus", "CodeableConcept", _concept((CLINICAL, "gone")), [("error", "fhir/binding-required")]),
        ("Condition.clinicalStatus", "CodeableConcept", _concept(("", "active")), [("error", "fhir/binding-required")]),
        ("Condition.clinicalStatus", "CodeableConcept", {"text": "active"}, [("error", "fhir/binding-required")]),
        ("Patient.maritalStatus", "CodeableConcept", _concept((MARITAL, "Z")), [("warning", "fhir/binding-extensible")]),
        ("Patient.maritalStatus", "CodeableConcept", {"text": "it is complicated"}, [("information", "fhir/binding-extensible")]),
        ("Patient.language", "code", "cy", [("information", "fhir/binding-preferred")]),
        ("Patient.language", "code", "welsh", [("information", "fhir/binding-preferred"), ("error", "fhir/binding-maximum")]),
        ("Encounter.class", "Coding", {"display": "inpatient"}, [("information", "fhir/binding-extensible")]),
    ],
)
def test_what_a_binding_refuses_weighs_by_its_strength(path: str, type_name: str, value: object, expected: list[tuple[str, str]]) -> None:
    said, issues, undetermined = _bound(path, type_name, value)
    assert said == expected
    assert undetermined == 0
    assert all(issue.issue_type == "code-invalid" and issue.remedy and issue.expected and issue.profile for issue in issues)


def test_words_alone_where_a_code_is_asked_for_weigh_more_for_the_reference() -> None:
    said, _, _ = _bound("Patient.maritalStatus", "CodeableConcept", {"text": "it is complicated"}, "hl7-validator")
    assert said == [("warning", "fhir/binding-extensible")]


def test_a_message_names_value_and_set_lists_few_codes_and_says_what_to_write() -> None:
    _, (issue,), _ = _bound("Patient.gender", "code", "Male")
    assert "'Male'" in issue.message
    assert "AdministrativeGender" in issue.message
    assert issue.expected == "male, female, other, unknown"
    assert issue.remedy == "write male"
    _, (issue,), _ = _bound("Patient.maritalStatus", "CodeableConcept", _concept((MARITAL, "Married")))
    assert issue.expected.startswith("one of ")
    assert "write M" in issue.remedy
    assert f"although {MARITAL} is a code system of it" in issue.message


def _custom(strength: str, **more: Any) -> ElementRule:
    from dataclasses import replace

    judging = _judging()
    return replace(_rule("Patient.gender", judging), binding=BindingRule(strength, VALUE_SET + "a", **more), profile="https://exemplar-harness.example/p|1")


def _over(rule: ElementRule, value: object, type_name: str, *resources: dict[str, Any], rules: str = "none") -> FhirJudging:
    judging = _judging(rules)

    class Engine:
        terminology = Terminology(Held(*resources))

    judging.engine = Engine()  # type: ignore[assignment]
    judge_binding(judging, rule, type_name, value, "X")
    return judging


SNOMED_SET = value_set("a", {"system": SNOMED, "filter": [{"property": "concept", "op": "is-a", "value": "64572001"}]})


@pytest.mark.parametrize(("strength", "undetermined"), [("required", 1), ("extensible", 0), ("preferred", 0)])
def test_what_cannot_be_told_offline_is_said_and_counted_where_it_must_hold(strength: str, undetermined: int) -> None:
    judging = _over(_custom(strength), _concept((SNOMED, "22298006")), "CodeableConcept", SNOMED_SET)
    assert [(str(issue.severity), issue.code, issue.issue_type) for issue in judging.issues] == [("information", "fhir/binding-undetermined", "not-supported")]
    assert judging.undetermined == undetermined
    assert "SNOMED CT is not at hand" in judging.issues[0].message


def test_an_example_binding_and_one_without_a_value_set_say_nothing() -> None:
    assert _over(_custom("example"), "x", "code").issues == []
    judging = _judging()
    judge_binding(judging, _rule("Patient.active", judging), "boolean", True, "X")
    assert judging.issues == []


def test_one_coding_of_many_is_enough_and_an_unknown_one_outweighs_those_that_are_not() -> None:
    judging = _over(_custom("required"), _concept(("https://exemplar-harness.example/x", "1"), (SNOMED, "22298006")), "CodeableConcept", SNOMED_SET)
    assert [issue.code for issue in judging.issues] == ["fhir/binding-undetermined"]


def test_a_maximum_and_additional_bindings_are_judged_besides() -> None:
    sets = (value_set("a", listed("red", "blue")), value_set("b", listed("red")))
    coded = {"system": SYSTEM, "code": "blue"}
    assert [issue.code for issue in _over(_custom("preferred", max_value_set=VALUE_SET + "b"), coded, "Coding", *sets).issues] == ["fhir/binding-maximum"]
    additional = (AdditionalBinding("required", VALUE_SET + "b"), AdditionalBinding("candidate", VALUE_SET + "b"))
    assert [issue.code for issue in _over(_custom("extensible", additional=additional), coded, "Coding", *sets).issues] == ["fhir/binding-required"]


def test_a_quantity_is_bound_by_its_unit() -> None:
    years = value_set("a", listed("a", "mo", system="http://unitsofmeasure.org"))
    good, bad = ({"value": 1, "system": "http://unitsofmeasure.org", "code": code} for code in ("a", "cm"))
    assert _over(_custom("required"), good, "Age", years).issues == []
    assert [issue.code for issue in _over(_custom("required"), bad, "Quantity", years).issues] == ["fhir/binding-required"]
    assert _over(_custom("required"), {"value": 1}, "Quantity", years).issues == []


def test_a_code_system_defined_nowhere_is_an_error_of_the_reference_alone() -> None:
    nowhere = value_set("a", {"system": "https://exemplar-harness.example/none"})
    value = {"system": "https://exemplar-harness.example/none", "code": "x"}
    assert [str(issue.severity) for issue in _over(_custom("required"), value, "Coding", nowhere).issues] == ["information"]
    issues = _over(_custom("required"), value, "Coding", nowhere, rules="hl7-validator").issues
    assert [(str(issue.severity), issue.opinion) for issue in issues] == [("error", True), ("information", False)]


def _coding(value: dict[str, Any], *rules: str, language: str = "") -> list[tuple[str, str, str]]:
    judging = _judging(*rules, language=language)
    coding(judging, value, "X")
    return [(str(issue.severity), issue.code, issue.location.path) for issue in judging.issues]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"system": MARITAL, "code": "M", "display": "married"}, []),
        ({"system": SNOMED, "code": "22298006", "display": "anything at all"}, []),
        ({"system": "http://loinc.org", "code": "8480-6"}, []),
        ({"display": "words alone"}, []),
        ({"system": MARITAL, "display": "no code"}, []),
        ({"code": "M"}, [("warning", "fhir/coding-no-system", "X")]),
        ({"system": MARITAL, "code": "Z"}, [("error", "fhir/code-unknown", "X.code")]),
        ({"system": MARITAL, "code": "M", "display": "Single"}, [("warning", "fhir/display-wrong", "X.display")]),
        ({"system": SNOMED, "code": "22298007"}, [("error", "fhir/code-unknown", "X.code")]),
        ({"system": "http://loinc.org", "code": "8480-7"}, [("error", "fhir/code-unknown", "X.code")]),
        ({"system": "https://snomed.info/sct", "code": "22298006"}, [("warning", "fhir/code-system-slip", "X.system")]),
        ({"system": "urn:oid:2.16.840.1.113883.6.1", "code": "8480-6"}, [("warning", "fhir/code-system-slip", "X.system")]),
        ({"system": "http://hl7.org/fhir/ValueSet/marital-status", "code": "M"}, [("error", "fhir/code-system-value-set", "X.system")]),
        ({"system": "marital", "code": "M"}, [("warning", "fhir/code-system-relative", "X.system")]),
        ({"system": "https://exemplar-harness.example/none", "code": "M"}, [("information", "fhir/code-system-unknown", "X.system")]),
        ({"system": "http://terminology.hl7.org/CodeSystem/v2-0131", "code": "BP"}, [("information", "fhir/code-inactive", "X.code")]),
        ({"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "_ActEncounterCode"}, [("information", "fhir/code-abstract", "X.code")]),
        ({"system": 7, "code": ["M"], "display": {}}, []),
    ],
)
def test_a_coding_is_judged_wherever_it_stands(value: dict[str, Any], expected: list[tuple[str, str, str]]) -> None:
    assert _coding(value) == expected


def test_displays_and_relative_systems_are_errors_of_the_reference() -> None:
    assert _coding({"system": MARITAL, "code": "M", "display": "Single"}, "hl7-validator") == [("error", "fhir/display-wrong", "X.display")]
    assert _coding({"system": "marital", "code": "M"}, "hl7-validator") == [("error", "fhir/code-system-relative", "X.system")]


def test_a_display_in_another_language_than_the_words_at_hand_cannot_be_judged() -> None:
    value = {"system": MARITAL, "code": "M", "display": "Verheiratet"}
    assert _coding(value, "hl7-validator", language="de-DE") == [("information", "fhir/display-wrong", "X.display")]
    assert _coding(value, language="en-GB") == [("warning", "fhir/display-wrong", "X.display")]


def test_a_code_added_since_is_one_and_a_text_changed_since_is_right() -> None:
    assert _coding({"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "AIN"}) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"value": 1, "system": "http://unitsofmeasure.org", "code": "mg"}, []),
        ({"value": 1, "system": "http://unitsofmeasure.org", "code": "mcg"}, [("error", "fhir/code-unknown")]),
        ({"value": 1, "system": "https://unitsofmeasure.org", "code": "mg"}, [("warning", "fhir/code-system-slip")]),
        ({"value": 1, "system": "https://exemplar-harness.example/units", "code": "mcg"}, [("information", "fhir/code-system-unknown")]),
        ({"value": 1, "unit": "mcg"}, []),
    ],
)
def test_units_that_say_they_are_ucum_are(value: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    judging = _judging()
    unit(judging, value, "X")
    assert [(str(issue.severity), issue.code) for issue in judging.issues] == expected


def test_a_display_the_value_set_gives_takes_back_what_was_said_of_it() -> None:
    from harness.validation.fhir.validator import Validator

    words = {"system": MARITAL, "concept": [{"code": "M", "display": "Wedded"}]}
    profile = {
        "resourceType": "StructureDefinition",
        "url": "https://exemplar-harness.example/fhir/StructureDefinition/wedded",
        "name": "Wedded",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "differential": {
            "element": [
                {"id": "Patient", "path": "Patient"},
                {"id": "Patient.maritalStatus", "path": "Patient.maritalStatus", "binding": {"strength": "required", "valueSet": VALUE_SET + "wedded"}},
            ]
        },
    }
    patient = {"resourceType": "Patient", "maritalStatus": {"coding": [{"system": MARITAL, "code": "M", "display": "Wedded"}]}}
    validator = Validator(options=Options(rules=("none",))).with_resources([profile, value_set("wedded", words)])
    plain = validator.validate(patient)
    bound = validator.validate(patient, profile=str(profile["url"]))
    assert [issue.location.path for issue in plain.issues if issue.code == "fhir/display-wrong"] == ["Patient.maritalStatus.coding[0].display"]
    assert [issue.message for issue in bound.issues if issue.code.startswith(("fhir/display", "fhir/binding-req"))] == []
