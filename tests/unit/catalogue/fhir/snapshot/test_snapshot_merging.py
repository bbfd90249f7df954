"""Snapshots: how a differential joins its base, and what it may not do."""

from __future__ import annotations

from typing import Any

import pytest
from snapshot_kit import CORE, OWN, at, by_id, made, profile


def _two(first: dict[str, Any], second: dict[str, Any], type_name: str = "Patient") -> tuple[dict[str, Any], tuple[str, ...]]:
    """The element after two profiles on each other, and what the second one breaks."""
    base = profile(type_name, first, name="base")
    snapshot = made(profile(type_name, second, base=OWN + "base"), base)
    return by_id(snapshot)[second["id"]], snapshot.problems


def test_constraints_are_added_with_their_source() -> None:
    rule = {"key": "own-1", "severity": "error", "expression": "exists()"}
    element, problems = _two(at("Patient.name", constraint=[rule]), at("Patient.name", constraint=[rule, {**rule, "key": "own-2"}]))
    keys = [(each["key"], each["source"]) for each in element["constraint"] if each["key"].startswith("own")]
    assert (keys, problems) == ([("own-1", OWN + "base"), ("own-2", OWN + "own")], ())


def test_a_binding_keeps_what_is_not_said_again() -> None:
    element, problems = _two(at("Patient.maritalStatus"), at("Patient.maritalStatus", binding={"strength": "required"}))
    assert element["binding"]["strength"] == "required"
    assert element["binding"]["valueSet"].endswith("marital-status")
    assert problems == ()


def test_extensions_are_joined_by_url() -> None:
    one, other = {"url": "a", "valueInteger": 1}, {"url": "b", "valueInteger": 1}
    element, _ = _two(at("Patient.name", extension=[one, other]), at("Patient.name", extension=[{"url": "a", "valueInteger": 2}]))
    assert element["extension"] == [other, {"url": "a", "valueInteger": 2}]


def test_a_type_keeps_the_targets_of_its_base() -> None:
    element, problems = _two(at("Patient.managingOrganization"), at("Patient.managingOrganization", type=[{"code": "Reference", "aggregation": ["contained"]}]))
    assert problems == ()
    assert element["type"] == [{"code": "Reference", "targetProfile": [CORE + "Organization"], "aggregation": ["contained"]}]


def test_a_resource_may_take_the_place_of_resource() -> None:
    element, problems = _two(at("Bundle.entry.resource"), at("Bundle.entry.resource", type=[{"code": "Patient"}]), "Bundle")
    assert (element["type"], problems) == ([{"code": "Patient"}], ())


def test_patterns_of_base_and_differential_both_hold() -> None:
    one = {"coding": [{"system": "https://example.org/a", "code": "1"}]}
    element, problems = _two(at("Patient.maritalStatus", patternCodeableConcept=one), at("Patient.maritalStatus", patternCodeableConcept={"text": "x"}))
    assert (element["patternCodeableConcept"], problems) == ({**one, "text": "x"}, ())


def test_a_fixed_value_that_meets_the_pattern_takes_its_place() -> None:
    element, problems = _two(at("Patient.gender", patternCode="male"), at("Patient.gender", fixedCode="male"))
    assert (element["fixedCode"], "patternCode" in element, problems) == ("male", False, ())


def test_a_new_slice_need_not_support_what_the_whole_must() -> None:
    opened = at("Patient.identifier", mustSupport=True, slicing={"discriminator": [{"type": "value", "path": "system"}], "rules": "open"})
    snapshot = made(profile("Patient", opened, at("Patient.identifier:a", mustSupport=False)))
    assert snapshot.problems == ()


_SLICED = {"discriminator": [{"type": "value", "path": "system"}], "ordered": True, "rules": "closed"}


@pytest.mark.parametrize(
    ("first", "second", "said", "kept"),
    [
        ({"min": 1}, {"min": 0}, "its min 0 is lower than the min 1 of its base", ("min", 1)),
        ({"max": "2"}, {"max": "3"}, "its max 3 is greater than the max 2 of its base", ("max", "2")),
        ({"max": "2"}, {"max": "*"}, "its max * is greater than the max 2 of its base", ("max", "2")),
        ({"max": "2"}, {"min": 3}, "its min 3 is greater than its max 2", None),
        ({}, {"min": -1}, "its min -1 is not a whole number of 0 or more", ("min", 0)),
        ({}, {"max": "many"}, "its max 'many' is neither a whole number nor *", ("max", "*")),
        ({}, {"max": 1}, "its max 1 is a number where text belongs", ("max", "1")),
        ({}, {"type": [{"code": "Quantity"}]}, "its type Quantity is not among the types of its base (Identifier)", ("type", [{"code": "Identifier"}])),
        ({"mustSupport": True}, {"mustSupport": False}, "it drops the mustSupport of its base", ("mustSupport", True)),
        ({}, {"isModifier": True}, "it changes whether the element is a modifier", None),
        ({"slicing": _SLICED}, {"slicing": {"rules": "open"}}, "its slicing is open, looser than the closed slicing of its base", ("slicing", _SLICED)),
        ({"slicing": _SLICED}, {"slicing": {"ordered": False, "rules": "closed"}}, "its slicing drops the order its base asks for", ("slicing", _SLICED)),
        ({}, {"type": "HumanName"}, "its type is malformed and left out", ("type", [{"code": "Identifier"}])),
        ({}, {"slicing": 7}, "its slicing is malformed and left out", None),
    ],
)
def test_a_differential_that_loosens_its_base_is_said(first: dict[str, Any], second: dict[str, Any], said: str, kept: tuple[str, Any] | None) -> None:
    element, problems = _two(at("Patient.identifier", **first), at("Patient.identifier", **second))
    assert len(problems) == 1
    assert problems[0].startswith(f"Patient.identifier: {said}")
    if kept is not None:
        assert element[kept[0]] == kept[1]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ({"fixedCode": "male"}, {"fixedCode": "female"}, "its fixed value “female” is not the fixed value “male” of its base"),
        ({"patternCode": "male"}, {"fixedCode": "female"}, "its fixed value “female” does not match the pattern “male” of its base"),
        ({"fixedCode": "male"}, {"patternCode": "female"}, "its pattern “female” cannot be met by the fixed value “male”"),
        ({"patternCode": "male"}, {"patternCode": "female"}, "its pattern “female” contradicts the pattern “male” of its base"),
        ({}, {"binding": {"strength": "preferred"}}, "its binding is preferred, weaker than the required binding of its base"),
        ({"maxLength": 5}, {"maxLength": 6}, "its maxLength 6 is greater than the 5 of its base"),
        ({"maxLength": 5}, {"maxLength": "long"}, "its maxLength “long” is not a whole number"),
        ({"minValueInteger": 5}, {"minValueInteger": 4}, "its minValue 4 is lower than the 5 of its base"),
        ({"maxValueDate": "2020-01-01"}, {"maxValueDate": "2021-01-01"}, "its maxValue “2021-01-01” is greater than the “2020-01-01” of its base"),
    ],
)
def test_a_value_that_contradicts_its_base_is_said_and_the_base_stays(first: dict[str, Any], second: dict[str, Any], said: str) -> None:
    element, problems = _two(at("Patient.gender", **first), at("Patient.gender", **second))
    assert problems == (f"Patient.gender: {said}",)
    assert all(element[key] == value for key, value in first.items())


def _open(**more: Any) -> dict[str, Any]:
    return at("Patient.identifier", slicing={"discriminator": [{"type": "value", "path": "system"}], "rules": "open", **more})


@pytest.mark.parametrize(
    ("elements", "said"),
    [
        ([at("Patient.shoe", min=1), at("Patient.shoe.size", min=1)], "Patient.shoe: its base has no element shoe there"),
        ([at("Patient.name.shoe", min=1)], "Patient.name.shoe: its base has no element shoe there"),
        (
            [at("Patient.name", min=1), at("Patient.name", max="2")],
            "Patient.name: it is in the differential twice, and nothing tells one from the other",
        ),
        ([at("Person.name")], "Person.name: its path does not begin with Patient"),
        ([at("Patient.deceasedQuantity")], "Patient.deceasedQuantity: deceasedQuantity is not among the types of its base (boolean, dateTime)"),
        ([at("Patient.identifier:a")], "Patient.identifier:a: there is a slice a, but no slicing says how to tell it"),
        ([_open(), at("Patient.identifier:a/b")], "Patient.identifier:a/b: there is no slice a to slice again"),
        ([_open(), at("Patient.identifier:a.value", min=1)], "Patient.identifier:a.value: the slice a is used, but nothing opens it"),
        ([_open(), at("Patient.identifier:a", sliceIsConstraining=True)], "Patient.identifier:a: its base has no slice a to constrain"),
        (
            [at("Patient.name", type=[{"code": "HumanName", "profile": ["urn:none"]}]), at("Patient.name.family", min=1)],
            "Patient.name.family: has children, but the profile urn:none of its type is not known or refers to itself; its type HumanName was taken instead",
        ),
    ],
)
def test_what_has_no_place_is_said(elements: list[dict[str, Any]], said: str) -> None:
    assert made(profile("Patient", *elements)).problems == (said,)


def test_no_new_slice_where_the_base_is_closed() -> None:
    base = profile("Patient", _open(rules="closed"), at("Patient.identifier:a"), name="base")
    assert made(base).problems == ()
    snapshot = made(profile("Patient", at("Patient.identifier:b"), base=OWN + "base"), base)
    assert snapshot.problems == ("Patient.identifier:b: the slicing of its base is closed, so there can be no new slice b",)
