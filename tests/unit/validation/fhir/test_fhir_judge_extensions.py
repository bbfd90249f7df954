"""Extensions: known and unknown, in the right list and place, with the parts and values their definitions ask for."""

from __future__ import annotations

import pytest
from fhir_profiles_kit import OWN, Json, element, extension, judged, observation, patient, profile, said

from harness import Validator
from harness.model.issue import Severity
from harness.validation.options import Options

CODED = extension("coded", element("Extension.value[x]", min=1, type=[{"code": "code"}]))
USE = {"url": OWN + "coded", "valueCode": "x"}
PARTS = extension(
    "parts",
    element("Extension.extension:one", min=1, max="1"),
    element("Extension.extension:one.url", fixedUri="one"),
    element("Extension.extension:one.value[x]", min=1, type=[{"code": "string"}]),
    element("Extension.extension:two", max="1"),
    element("Extension.extension:two.url", fixedUri="two"),
    element("Extension.value[x]", max="0"),
)


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        (patient(extension=[USE]), []),
        (patient(extension=[{"url": OWN + "coded", "valueString": "x"}]), [("fhir/type-not-allowed", "Patient.extension[0].value.ofType(string)")]),
        (patient(extension=[{"url": OWN + "coded", "extension": [USE]}]), [("fhir/extension-context", "Patient.extension[0].extension[0]")]),
        (patient(modifierExtension=[USE]), [("fhir/extension-modifier", "Patient.modifierExtension[0]")]),
        (patient(name=[{"family": "A", "extension": [USE]}]), [("fhir/extension-context", "Patient.name[0].extension[0]")]),
        (observation(extension=[USE]), [("fhir/extension-context", "Observation.extension[0]")]),
        (patient(extension=[{"url": "coded", "valueCode": "x"}]), [("fhir/extension-url", "Patient.extension[0].url")]),
        (patient(extension=[{"valueCode": "x"}]), [("fhir/required-element", "Patient.extension[0]")]),
    ],
)
def test_one_value(resource: Json, expected: list[tuple[str, str]]) -> None:
    found = said(judged(resource, "", CODED))
    assert [one for one in found if one in expected] == expected
    assert bool(found) == bool(expected)


def parts(*held: Json, **more: str) -> Json:
    return patient(extension=[{"url": OWN + "parts", "extension": list(held), **more}])


def test_parts() -> None:
    one, two = {"url": "one", "valueString": "x"}, {"url": "two", "valueInteger": 1}
    assert said(judged(parts(one, two), "", PARTS)) == []
    assert said(judged(parts(two), "", PARTS)) == [("fhir/required-element", "Patient.extension[0]")]
    assert said(judged(parts(one, one), "", PARTS)) == [("fhir/cardinality", "Patient.extension[0]")]
    assert said(judged(parts(one, {"url": "three", "valueCode": "x"}), "", PARTS)) == [("fhir/extension", "Patient.extension[0].extension[1]")]
    assert said(judged(parts({"url": "one", "valueInteger": 1}), "", PARTS)) == [
        ("fhir/type-not-allowed", "Patient.extension[0].extension[0].value.ofType(integer)")
    ]
    assert ("fhir/cardinality", "Patient.extension[0].valueString") in [
        (code, path.replace("value.ofType(string)", "valueString")) for code, path in said(judged(parts(one, valueString="x"), "", PARTS))
    ]


@pytest.mark.parametrize(
    ("context", "resource", "allowed"),
    [
        (("element", "HumanName"), patient(name=[{"extension": [USE]}]), True),
        (("element", "Patient.name"), patient(name=[{"extension": [USE]}]), True),
        (("element", "Patient.name.family"), patient(name=[{"family": "A", "_family": {"extension": [USE]}}]), True),
        (("element", "Patient.contact.name"), patient(name=[{"extension": [USE]}]), False),
        (("element", "Patient.contact"), patient(contact=[{"name": {"text": "x"}, "extension": [USE]}]), True),
        (("element", "Element"), patient(contact=[{"name": {"text": "x"}, "extension": [USE]}]), True),
        (("element", "DomainResource"), patient(extension=[USE]), True),
        (("element", "Observation.value[x]"), observation(valueQuantity={"value": 1, "extension": [USE]}), True),
        (("element", "Quantity"), observation(valueQuantity={"value": 1, "extension": [USE]}), True),
        (("fhirpath", "Patient.telecom.where(system = 'phone')"), patient(telecom=[{"system": "phone", "value": "1", "extension": [USE]}]), True),
        (("fhirpath", "Patient.telecom.where(system = 'phone')"), patient(telecom=[{"system": "email", "value": "1", "extension": [USE]}]), False),
        (("extension", OWN + "parts"), patient(extension=[{"url": OWN + "parts", "extension": [{"url": "one", "valueString": "x"}, USE]}]), True),
        (("extension", OWN + "other"), patient(extension=[USE]), False),
    ],
)
def test_contexts(context: tuple[str, str], resource: Json, allowed: bool) -> None:
    made = extension("coded", element("Extension.value[x]", type=[{"code": "code"}]), context=(context,))
    found = [code for code, _ in said(judged(resource, "", made, PARTS))]
    assert ("fhir/extension-context" not in found) == allowed


def test_a_context_invariant_is_asked_of_the_holder() -> None:
    made = extension("coded", element("Extension.value[x]", type=[{"code": "code"}]), contextInvariant=["active = true"])
    assert said(judged(patient(active=True, extension=[USE]), "", made)) == []
    assert said(judged(patient(active=False, extension=[USE]), "", made)) == [("fhir/invariant", "Patient")]


def test_modifiers_stand_among_modifiers_and_are_known() -> None:
    made = extension("negates", element("Extension.value[x]", type=[{"code": "boolean"}]), modifier=True)
    use = {"url": OWN + "negates", "valueBoolean": True}
    assert said(judged(patient(modifierExtension=[use]), "", made)) == []
    assert said(judged(patient(extension=[use]), "", made)) == [("fhir/extension-modifier", "Patient.extension[0]")]
    assert said(judged(patient(modifierExtension=[use]))) == [("fhir/unknown-extension", "Patient.modifierExtension[0]")]


def test_the_unknown_is_a_warning_and_an_error_only_as_an_opinion() -> None:
    unknown = patient(extension=[{"url": "http://nowhere.test/x", "valueCode": "x"}])
    (issue,) = judged(unknown).issues
    assert (issue.code, issue.severity, issue.opinion) == ("fhir/unknown-extension", Severity.WARNING, False)
    opinions = Validator(options=Options(rules=("hl7-validator",))).validate(unknown)
    assert [one.opinion for one in opinions.errors if one.code == "fhir/unknown-extension"] == [True]


def test_a_profile_asks_for_an_extension() -> None:
    made = profile("with-coded", "Patient", element("Patient.extension:coded", min=1, max="1", type=[{"code": "Extension", "profile": [OWN + "coded"]}]))
    assert said(judged(patient(extension=[USE]), "with-coded", made, CODED)) == []
    assert ("fhir/required-element", "Patient") in said(judged(patient(active=True), "with-coded", made, CODED))
    assert said(judged(patient(extension=[USE, USE]), "with-coded", made, CODED)) == [("fhir/cardinality", "Patient")]


def test_a_context_invariant_is_asked_of_a_primitive_too() -> None:
    """StructureDefinition.contextInvariant: evaluated on the element that the extension stands on, whatever its type."""
    made = extension(
        "dated", element("Extension.value[x]", type=[{"code": "code"}]), context=(("element", "date"),), contextInvariant=["$this.toString().length() = 10"]
    )
    beside = {"extension": [{"url": OWN + "dated", "valueCode": "a"}]}
    assert said(judged(patient(birthDate="2020-01-02", _birthDate=beside), "", made)) == []
    assert [code for code, _ in said(judged(patient(birthDate="2020", _birthDate=beside), "", made))] == ["fhir/invariant"]
