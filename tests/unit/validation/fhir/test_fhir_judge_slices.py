"""Slices: by every kind of discriminator, open, closed and ordered, counted at the parent, with what is asked inside them."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_profiles_kit import OWN, Json, element, extension, judged, observation, patient, profile, said, sliced

from harness.model.issue import Severity

A, B, C = ({"system": f"http://a.example/{name}", "value": "1"} for name in "abc")


def by_system(rules: str = "open", *, ordered: bool = False) -> Json:
    return profile(
        "by-system",
        "Patient",
        element("Patient.identifier", slicing=sliced(("value", "system"), rules=rules, ordered=ordered)),
        element("Patient.identifier:a", min=1 if rules == "open" else 0, max="1"),
        element("Patient.identifier:a.system", min=1, fixedUri=A["system"]),
        element("Patient.identifier:a.value", min=1),
        element("Patient.identifier:b", max="1"),
        element("Patient.identifier:b.system", min=1, fixedUri=B["system"]),
    )


@pytest.mark.parametrize(
    ("identifiers", "expected"),
    [
        ([A], []),
        ([A, B, C, C], []),
        ([], [("fhir/required-element", "Patient")]),
        ([B], [("fhir/required-element", "Patient")]),
        ([A, A], [("fhir/cardinality", "Patient")]),
        ([{"system": A["system"]}], [("fhir/required-element", "Patient.identifier[0]")]),
    ],
)
def test_open_slices_by_value(identifiers: list[Json], expected: list[tuple[str, str]]) -> None:
    resource = patient(identifier=identifiers) if identifiers else patient(active=True)
    assert said(judged(resource, "by-system", by_system())) == expected


def test_closed_open_at_end_and_ordered() -> None:
    assert said(judged(patient(identifier=[A, C]), "by-system", by_system("closed"))) == [("fhir/slice", "Patient.identifier[1]")]
    assert said(judged(patient(identifier=[A, B, C]), "by-system", by_system("openAtEnd"))) == []
    assert said(judged(patient(identifier=[A, C, B]), "by-system", by_system("openAtEnd"))) == [("fhir/slice", "Patient.identifier[2]")]
    assert said(judged(patient(identifier=[B, A]), "by-system", by_system("closed", ordered=True))) == [("fhir/slice", "Patient.identifier[1]")]


VITAL = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "vital-signs"}]}
LAB = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "laboratory"}]}


def test_by_pattern() -> None:
    made = profile(
        "by-pattern",
        "Observation",
        element("Observation.category", slicing=sliced(("pattern", "$this"))),
        element("Observation.category:vital", min=1, max="1", patternCodeableConcept=VITAL),
    )
    assert said(judged(observation(category=[LAB, {**VITAL, "text": "x"}]), "by-pattern", made)) == []
    assert said(judged(observation(category=[LAB]), "by-pattern", made)) == [("fhir/required-element", "Observation")]


def test_by_existence() -> None:
    made = profile(
        "by-existence",
        "Patient",
        element("Patient.name", slicing=sliced(("exists", "given"))),
        element("Patient.name:with", max="1"),
        element("Patient.name:with.given", min=1),
        element("Patient.name:without", max="1"),
        element("Patient.name:without.given", max="0"),
    )
    assert said(judged(patient(name=[{"given": ["A"]}, {"family": "B"}]), "by-existence", made)) == []
    assert said(judged(patient(name=[{"family": "A"}, {"family": "B"}]), "by-existence", made)) == [("fhir/cardinality", "Patient")]


IDENTIFIED = profile("identified", "Identifier", element("Identifier.system", min=1), element("Identifier.value", min=1), kind="complex-type")


def test_by_profile() -> None:
    made = profile(
        "by-profile",
        "Patient",
        element("Patient.identifier", slicing=sliced(("profile", "$this"), rules="closed")),
        element("Patient.identifier:whole", min=1, type=[{"code": "Identifier", "profile": [OWN + "identified"]}]),
    )
    assert said(judged(patient(identifier=[A]), "by-profile", made, IDENTIFIED)) == []
    found = said(judged(patient(identifier=[A, {"value": "1"}]), "by-profile", made, IDENTIFIED))
    assert found == [("fhir/slice", "Patient.identifier[1]")]


def test_by_the_type_a_reference_leads_to() -> None:
    made = profile(
        "by-target",
        "Observation",
        element("Observation.hasMember", slicing=sliced(("type", "resolve()"), rules="closed")),
        element(
            "Observation.hasMember:answers",
            type=[{"code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/QuestionnaireResponse"]}],
        ),
    )
    inner: dict[str, Any] = {"resourceType": "QuestionnaireResponse", "id": "q", "status": "completed"}
    other: dict[str, Any] = {"resourceType": "MolecularSequence", "id": "q", "coordinateSystem": 0}
    member = [{"reference": "#q"}]
    assert said(judged(observation(hasMember=member, contained=[inner]), "by-target", made)) == []
    assert said(judged(observation(hasMember=member, contained=[other]), "by-target", made)) == [("fhir/slice", "Observation.hasMember[0]")]
    assert said(judged(observation(hasMember=[{"reference": "QuestionnaireResponse/1"}]), "by-target", made)) == []


def test_entries_by_the_type_of_their_resource() -> None:
    made = profile(
        "entries",
        "Bundle",
        element("Bundle.entry", slicing=sliced(("type", "resource"), rules="closed")),
        element("Bundle.entry:patient", min=1, max="1"),
        element("Bundle.entry:patient.resource", min=1, type=[{"code": "Patient", "profile": [OWN + "by-system"]}]),
    )
    entry = {"fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000000"}
    good = {"resourceType": "Bundle", "type": "collection", "entry": [{**entry, "resource": patient(identifier=[A])}]}
    bad = {"resourceType": "Bundle", "type": "collection", "entry": [{**entry, "resource": patient(identifier=[B])}]}
    other = {"resourceType": "Bundle", "type": "collection", "entry": [{**entry, "resource": observation()}]}
    assert said(judged(good, "entries", made, by_system())) == []
    assert said(judged(bad, "entries", made, by_system())) == [("fhir/required-element", "Bundle.entry[0].resource")]
    assert said(judged(other, "entries", made, by_system())) == [("fhir/required-element", "Bundle"), ("fhir/slice", "Bundle.entry[0]")]


def test_choices_by_type() -> None:
    made = profile(
        "choice",
        "Observation",
        element("Observation.value[x]", min=1, type=[{"code": "Quantity"}, {"code": "string"}], slicing=sliced(("type", "$this"))),
        element("Observation.value[x]:valueQuantity", type=[{"code": "Quantity"}]),
        element("Observation.value[x]:valueQuantity.system", min=1, fixedUri="http://unitsofmeasure.org"),
    )
    cm = {"value": 1, "system": "http://unitsofmeasure.org", "code": "cm"}
    assert said(judged(observation(valueQuantity=cm), "choice", made)) == []
    assert said(judged(observation(valueString="x"), "choice", made)) == []
    assert said(judged(observation(valueQuantity={"value": 1}), "choice", made)) == [("fhir/required-element", "Observation.value.ofType(Quantity)")]
    assert said(judged(observation(valueBoolean=True), "choice", made)) == [("fhir/type-not-allowed", "Observation.value.ofType(boolean)")]
    assert said(judged(observation(), "choice", made)) == [("fhir/required-element", "Observation")]


def test_a_type_slice_that_must_stand() -> None:
    made = profile(
        "must-be-quantity",
        "Observation",
        element("Observation.value[x]", slicing=sliced(("type", "$this"))),
        element("Observation.value[x]:valueQuantity", min=1, type=[{"code": "Quantity"}]),
    )
    assert said(judged(observation(valueQuantity={"value": 1}), "must-be-quantity", made)) == []
    assert ("fhir/required-element", "Observation") in said(judged(observation(valueString="x"), "must-be-quantity", made))
    assert ("fhir/required-element", "Observation") in said(judged(observation(), "must-be-quantity", made))


def test_closed_type_slices_shut_out_other_types() -> None:
    made = profile(
        "only-quantity",
        "Observation",
        element("Observation.value[x]", slicing=sliced(("type", "$this"), rules="closed")),
        element("Observation.value[x]:valueQuantity", type=[{"code": "Quantity"}]),
    )
    assert said(judged(observation(valueQuantity={"value": 1}), "only-quantity", made)) == []
    assert said(judged(observation(valueString="x"), "only-quantity", made)) == [("fhir/type-not-allowed", "Observation.value.ofType(string)")]


def test_slices_within_slices_and_of_slices() -> None:
    outer = profile(
        "phones",
        "Patient",
        element("Patient.telecom", slicing=sliced(("value", "system"))),
        element("Patient.telecom:phone"),
        element("Patient.telecom:phone.system", min=1, fixedCode="phone"),
    )
    inner = profile(
        "home-phones",
        "Patient",
        element("Patient.telecom:phone", slicing=sliced(("value", "use"))),
        element("Patient.telecom:phone/home", min=1, max="1"),
        element("Patient.telecom:phone/home.use", min=1, fixedCode="home"),
        base="phones",
    )
    home, work = ({"system": "phone", "value": "1", "use": use} for use in ("home", "work"))
    assert said(judged(patient(telecom=[home, work]), "home-phones", outer, inner)) == []
    assert said(judged(patient(telecom=[work]), "home-phones", outer, inner)) == [("fhir/required-element", "Patient")]
    assert said(judged(patient(telecom=[home, home]), "home-phones", outer, inner)) == [("fhir/cardinality", "Patient")]
    assert said(judged(patient(telecom=[{**home, "system": "email"}]), "home-phones", outer, inner)) == [("fhir/required-element", "Patient")]


def test_primitives_in_slices() -> None:
    made = profile(
        "given",
        "Patient",
        element("Patient.name.given", slicing=sliced(("value", "$this"))),
        element("Patient.name.given:ann", min=1, max="1", fixedString="Ann"),
    )
    assert said(judged(patient(name=[{"given": ["Ann", "B"]}]), "given", made)) == []
    assert said(judged(patient(name=[{"given": ["B"]}]), "given", made)) == [("fhir/required-element", "Patient.name[0]")]
    assert said(judged(patient(name=[{"given": ["Ann", "Ann"]}]), "given", made)) == [("fhir/cardinality", "Patient.name[0]")]


def test_an_extension_that_must_stand_beside_a_primitive() -> None:
    made = extension("noted", element("Extension.value[x]", type=[{"code": "string"}]), context=(("element", "Patient.birthDate"),))
    held = profile(
        "noted-birth",
        "Patient",
        element("Patient.birthDate.extension:noted", min=1, max="1", type=[{"code": "Extension", "profile": [OWN + "noted"]}]),
    )
    beside = {"extension": [{"url": OWN + "noted", "valueString": "x"}]}
    assert said(judged(patient(birthDate="2000-01-01", _birthDate=beside), "noted-birth", made, held)) == []
    assert ("fhir/required-element", "Patient.birthDate") in said(judged(patient(birthDate="2000-01-01"), "noted-birth", made, held))


def test_an_item_of_two_slices_is_said() -> None:
    made = profile(
        "twice",
        "Patient",
        element("Patient.name", slicing=sliced(("value", "use"))),
        element("Patient.name:one"),
        element("Patient.name:one.use", min=1, fixedCode="official"),
        element("Patient.name:two"),
        element("Patient.name:two.use", min=1, fixedCode="official"),
    )
    assert said(judged(patient(name=[{"use": "official", "family": "A"}]), "twice", made)) == [("fhir/slice", "Patient.name[0]")]


def test_what_cannot_be_told_apart_is_information() -> None:
    made = profile(
        "untold",
        "Patient",
        element("Patient.generalPractitioner", slicing=sliced(("profile", "resolve()"))),
        element(
            "Patient.generalPractitioner:known",
            min=1,
            type=[{"code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Organization"]}],
        ),
    )
    found = judged(patient(generalPractitioner=[{"reference": "http://elsewhere.example/fhir/Organization/1"}]), "untold", made)
    assert said(found) == []
    assert [issue.severity for issue in found.issues if issue.code == "fhir/slice-undetermined"] == [Severity.INFORMATION]
