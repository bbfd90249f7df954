"""Which definitions a resource is judged by, and what they ask of values and types."""

from __future__ import annotations

from decimal import Decimal
from threading import Thread

import pytest
from fhir_profiles_kit import CORE, OWN, Json, base, element, judged, observation, patient, profile, said

from harness import Validator
from harness.errors import UnknownNameError
from harness.model.issue import Severity
from harness.validation.fhir.coverage import must_support
from harness.validation.fhir.rule_tree import compile_tree
from harness.validation.options import Options

NAMED = profile("named", "Patient", element("Patient.name", min=1, max="1", mustSupport=True), element("Patient.name.family", min=1, mustSupport=True))
NAME = [{"family": "Sample"}]


def test_asked_for_claimed_and_unknown() -> None:
    assert said(judged(patient(name=NAME), "named", NAMED)) == []
    assert said(judged(patient(active=True), "named", NAMED)) == [("fhir/required-element", "Patient")]
    claiming = patient(meta={"profile": [OWN + "named"]}, active=True)
    found = judged(claiming, "", NAMED)
    assert said(found) == [("fhir/required-element", "Patient")]
    assert found.errors[0].profile == OWN + "named|1.0"
    unknown = judged(claiming)
    assert [(issue.code, issue.severity) for issue in unknown.issues] == [("fhir/unknown-profile", Severity.WARNING)]
    assert unknown.valid is True
    asked = judged(patient(active=True), "nowhere", NAMED)
    assert said(asked) == [("fhir/unknown-profile", "Patient")]
    assert OWN + "named" in asked.errors[0].expected
    assert said(judged(observation(), "named", NAMED)) == [("fhir/profile-type", "Observation")]


def test_entries_of_bundles_claim_for_themselves() -> None:
    entry = {"fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000000", "resource": patient(meta={"profile": [OWN + "named|1.0"]}, active=True)}
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [entry]}
    assert said(judged(bundle, "", NAMED)) == [("fhir/required-element", "Bundle.entry[0].resource")]


VALUES = profile(
    "values",
    "Patient",
    element("Patient.name", max="1"),
    element("Patient.name.family", maxLength=6),
    element("Patient.gender", fixedCode="female"),
    element("Patient.birthDate", minValueDate="1990-01-01", maxValueDate="2000-12-31"),
    element("Patient.maritalStatus", patternCodeableConcept={"coding": [{"code": "M"}]}),
    element("Patient.photo", max="0"),
)
MARRIED = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M"}]}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (patient(gender="female", birthDate="1990-01-01", maritalStatus=MARRIED, name=NAME), []),
        (patient(gender="male"), [("fhir/fixed", "Patient.gender")]),
        (patient(birthDate="1989-12-31"), [("fhir/range", "Patient.birthDate")]),
        (patient(birthDate="1989"), [("fhir/range", "Patient.birthDate")]),
        (patient(birthDate="1990"), []),
        (patient(birthDate="2001-01-01"), [("fhir/range", "Patient.birthDate")]),
        (patient(maritalStatus={"text": "x"}), [("fhir/pattern", "Patient.maritalStatus")]),
        (patient(photo=[{"url": "http://a.example/x"}]), [("fhir/cardinality", "Patient.photo")]),
        (patient(name=[*NAME, *NAME]), [("fhir/cardinality", "Patient.name")]),
        (patient(name=[{"family": "Sampleson"}]), [("fhir/length", "Patient.name[0].family")]),
    ],
)
def test_values(resource: Json, expected: list[tuple[str, str]]) -> None:
    assert said(judged(resource, "values", VALUES)) == expected


WHOLE = profile("whole", "Identifier", element("Identifier.system", min=1), kind="complex-type")
USED = profile("used", "Identifier", element("Identifier.use", min=1), kind="complex-type")


def test_profiles_of_data_types_one_or_one_of_several() -> None:
    one = profile("one", "Patient", element("Patient.identifier", type=[{"code": "Identifier", "profile": [OWN + "whole"]}]))
    two = profile("two", "Patient", element("Patient.identifier", type=[{"code": "Identifier", "profile": [OWN + "whole", OWN + "used"]}]))
    system, use, bare = ({"value": "1", **more} for more in ({"system": "http://a.example/x"}, {"use": "usual"}, {}))
    assert said(judged(patient(identifier=[system]), "one", one, WHOLE)) == []
    assert said(judged(patient(identifier=[bare]), "one", one, WHOLE)) == [("fhir/required-element", "Patient.identifier[0]")]
    assert said(judged(patient(identifier=[system, use]), "two", two, WHOLE, USED)) == []
    found = judged(patient(identifier=[bare]), "two", two, WHOLE, USED)
    assert said(found) == [("fhir/no-profile-matches", "Patient.identifier[0]")]
    assert "whole" in found.errors[0].message
    assert "used" in found.errors[0].message
    missing = judged(patient(identifier=[bare]), "one", one)
    assert missing.valid is None
    assert [issue.code for issue in missing.issues] == ["fhir/unknown-profile"]


def test_a_reference_leads_to_what_its_profile_asks() -> None:
    made = profile("about-named", "Observation", element("Observation.subject", type=[{"code": "Reference", "targetProfile": [OWN + "named"]}]))
    subject = {"reference": "#p"}
    assert said(judged(observation(subject=subject, contained=[patient(id="p", name=NAME)]), "about-named", made, NAMED)) == []
    found = said(judged(observation(subject=subject, contained=[patient(id="p", active=True)]), "about-named", made, NAMED))
    assert found == [("fhir/reference-profile", "Observation.subject")]


def test_an_invariant_of_a_profile_is_said_once_with_its_key() -> None:
    rule = {"key": "own-1", "severity": "error", "human": "it is active", "expression": "active = true"}
    made = profile("active", "Patient")
    made["differential"]["element"][0]["constraint"] = [rule]
    (issue,) = judged(patient(active=False, meta={"profile": [OWN + "active"]}), "active", made).errors
    assert (issue.code, issue.clause, issue.location.path) == ("fhir/invariant", "own-1", "Patient")


def test_content_references_are_followed() -> None:
    deep = {"linkId": "1", "type": "group", "item": [{"linkId": "2", "type": "group", "item": [{"linkId": "3", "type": "display", "zork": 1}]}]}
    found = said(judged({"resourceType": "Questionnaire", "status": "draft", "item": [deep]}))
    assert found == [("fhir/unknown-element", "Questionnaire.item[0].item[0].item[0].zork")]


def test_layers_share_what_is_below_and_keep_to_themselves() -> None:
    first = base().with_resources([NAMED])
    assert first.validate(patient(active=True), OWN + "named").valid is False
    loose = profile("named", "Patient")
    assert base().with_resources([loose]).validate(patient(active=True), OWN + "named").valid is True
    assert first.validate(patient(active=True), OWN + "named").valid is False
    assert base().validate(patient(active=True), OWN + "named").errors[0].code == "fhir/unknown-profile"


def test_threads_share_a_validator() -> None:
    validator = base().with_resources([NAMED])
    answers: list[bool | None] = []

    def work() -> None:
        answers.extend(validator.validate(patient(name=NAME) if turn % 2 else patient(active=True), OWN + "named").valid for turn in range(20))

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers.count(True) == answers.count(False) == 40


def test_trees_hold_slices_below_what_they_slice() -> None:
    structure = base().with_resources([NAMED]).definitions.structure(OWN + "named")
    assert structure is not None
    tree = compile_tree(structure)
    name = tree.child("name")
    assert name is not None
    assert (name.min, name.max, name.many, name.must_support) == (1, 1, True, True)
    assert tree.profile == OWN + "named|1.0"
    vitals = base().definitions.structure(f"{CORE}vitalsigns")
    assert vitals is not None
    category = compile_tree(vitals).child("category")
    assert category is not None
    assert [one.slice_name for one in category.slices] == ["VSCat"]


def test_must_support_is_counted_over_examples() -> None:
    validator = base().with_resources([NAMED])
    found = must_support(validator, OWN + "named", [patient(name=NAME), patient(name=[{"given": ["A"]}]), observation()])
    assert found.examples == 2
    assert [(one.id, one.seen) for one in found.elements] == [("Patient.name", 2), ("Patient.name.family", 1)]
    assert found.never == ()
    with pytest.raises(UnknownNameError):
        must_support(validator, OWN + "nowhere", [])


def opinions(resource: Json, asked: str, *definitions: Json) -> list[str]:
    validator = Validator(options=Options(rules=("hl7-validator",))).with_resources(definitions)
    return [issue.code for issue in validator.validate(resource, OWN + asked).errors]


def test_a_fixed_number_has_its_digits_and_a_fixed_code_no_extension() -> None:
    """R4 2.24.0.1: the precision of a decimal is significant; ElementDefinition.fixed[x]: what is missing there is missing."""
    weighing = profile("weighing", "Observation", element("Observation.value[x]", type=[{"code": "Quantity"}], fixedQuantity={"value": Decimal("1.0")}))
    assert said(judged(observation(valueQuantity={"value": Decimal("1.0")}), "weighing", weighing)) == []
    assert said(judged(observation(valueQuantity={"value": Decimal("1")}), "weighing", weighing)) == [("fhir/fixed", "Observation.value.ofType(Quantity)")]
    final = profile("final", "Observation", element("Observation.status", fixedCode="final"))
    beside = {"extension": [{"url": CORE + "data-absent-reason", "valueCode": "unknown"}]}
    assert said(judged(observation(), "final", final)) == []
    assert said(judged(observation(_status=beside), "final", final)) == [("fhir/fixed", "Observation.status")]


@pytest.mark.parametrize(("value", "unit", "right"), [("2", "g", True), ("1500", "mg", False), ("2500", "mg", True), ("1", "m", False), ("1", "", True)])
def test_a_limit_in_another_unit_is_converted(value: str, unit: str, right: bool) -> None:
    """ElementDefinition.minValue[x]: quantities are compared by UCUM; of one without a unit nothing can be said."""
    ucum = "http://unitsofmeasure.org"
    least = profile(
        "least", "Observation", element("Observation.value[x]", type=[{"code": "Quantity"}], minValueQuantity={"value": 2, "system": ucum, "code": "g"})
    )
    given = {"value": Decimal(value), **({"system": ucum, "code": unit} if unit else {})}
    assert (said(judged(observation(valueQuantity=given), "least", least)) == []) is right


def test_a_profile_imposes_another() -> None:
    """Extension structuredefinition-imposeProfile: what follows the one follows the other."""
    imposing = profile("imposing", "Patient", extension=[{"url": CORE + "structuredefinition-imposeProfile", "valueCanonical": OWN + "named"}])
    assert said(judged(patient(name=NAME), "imposing", imposing, NAMED)) == []
    assert said(judged(patient(active=True), "imposing", imposing, NAMED)) == [("fhir/required-element", "Patient")]


def test_what_cannot_be_judged_is_an_error_only_to_the_reference() -> None:
    """A base, a target profile or an expression that cannot be had: said, and an error as an opinion."""
    adrift = {**profile("adrift", "Patient"), "baseDefinition": OWN + "nowhere"}
    assert said(judged(patient(active=True), "adrift", adrift)) == []
    assert opinions(patient(active=True), "adrift", adrift) == ["fhir/profile-problem"]
    broken = profile("broken", "Patient", element("Patient.name", constraint=[{"key": "own-1", "severity": "error", "human": "x", "expression": "a = "}]))
    assert said(judged(patient(name=NAME), "broken", broken)) == []
    assert opinions(patient(name=NAME), "broken", broken) == ["fhir/invariant-unreadable"]
    about = profile("about", "Observation", element("Observation.subject", type=[{"code": "Reference", "targetProfile": [OWN + "nowhere"]}]))
    held = observation(subject={"reference": "#p"}, contained=[{"resourceType": "Patient", "id": "p", "active": True}])
    assert said(judged(held, "about", about)) == []
    assert opinions(held, "about", about) == ["fhir/reference-profile"]
