"""Snapshots of definitions nobody should write: problems, never an exception, and bounded work."""

from __future__ import annotations

import copy
import time
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from snapshot_kit import CORE, OWN, at, by_id, known, made, profile, sliced

from harness.catalogue.fhir.snapshot import generate
from harness.catalogue.fhir.structure import structure_of
from harness.validation.fhir.rule_tree import compile_tree

_ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 3) | st.text("abx:[]./#*", max_size=6) | st.floats(allow_nan=True),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["code", "url", "profile", "type", "path", "rules", "discriminator"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_PATHS = st.sampled_from(
    (
        *("Patient", "Patient.identifier", "Patient.identifier.value", "Patient.name", "Patient.deceased[x]", "Patient.deceasedBoolean"),
        *("Patient.extension", "Patient.extension.value[x]", "Patient.extension.valueString", "Patient..name", "Patient.contact.name"),
        *("Patient.link.other.identifier.assigner", "Person", ""),
    )
)
_KEYS = (
    *("id", "min", "max", "type", "binding", "constraint", "slicing", "extension", "base", "mustSupport", "isModifier", "contentReference"),
    *("maxLength", "fixedString", "patternCoding", "minValueInteger", "maxValueDate", "sliceIsConstraining"),
)
_ELEMENT = st.builds(
    lambda path, name, rest: {**rest, "path": path, **({"sliceName": name} if name is not None else {})},
    _PATHS | _ANYTHING,
    st.none() | st.sampled_from(["a", "b", "a/b", "a/b/c", "valueString", "deceasedBoolean"]) | _ANYTHING,
    st.dictionaries(st.sampled_from(_KEYS), _ANYTHING, max_size=4),
)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(_ELEMENT | _ANYTHING, max_size=6), st.sampled_from(["constraint", "specialization", ""]), st.sampled_from(["resource", "logical"]))
def test_any_differential_gives_a_snapshot_and_leaves_the_base_alone(elements: list[Any], derivation: str, kind: str) -> None:
    base = known().type("Patient")
    assert base is not None
    before = copy.deepcopy(base.elements)
    snapshot = generate({**profile("Patient"), "derivation": derivation, "kind": kind, "differential": {"element": elements}}, base, known().structure)
    assert base.elements == before
    assert snapshot.elements[0]["path"]
    by_id(snapshot)
    compile_tree(structure_of(profile("Patient"), snapshot.elements))
    assert all(isinstance(each, str) for each in snapshot.problems)


@settings(max_examples=50, deadline=None, derandomize=True)
@given(st.dictionaries(st.sampled_from(["url", "type", "kind", "derivation", "baseDefinition", "differential", "fhirVersion"]), _ANYTHING))
def test_any_definition_gives_a_snapshot(definition: dict[str, Any]) -> None:
    generate(definition, None, known().structure)
    generate(definition, known().type("Patient"), lambda _: None)


@pytest.mark.parametrize("differential", [None, [], 7, {}, {"element": None}, {"element": [None, 7, {}, {"path": 7}]}])
def test_a_malformed_differential_leaves_the_base(differential: object) -> None:
    base = known().type("Patient")
    assert base is not None
    assert made({**profile("Patient"), "differential": differential}).elements == base.elements


def test_a_missing_base_is_said() -> None:
    snapshot = generate(profile("Patient", at("Patient.name", min=1), base="urn:none"), None, known().structure)
    assert snapshot.problems == ("the definition: its base urn:none is not known",)


def test_profiles_that_lead_back_to_themselves_are_said() -> None:
    one = profile("Patient", at("Patient.name", min=1), name="one", base=OWN + "two")
    two = profile("Patient", at("Patient.name", max="3"), name="two", base=OWN + "one")
    held = known(one, two)
    found = [held.structure(OWN + name) for name in ("one", "two")]
    assert any("lead back" in problem for each in found if each is not None for problem in each.problems)


def test_a_profile_of_a_type_that_walks_into_itself_is_said() -> None:
    loop = profile(
        "Identifier",
        at("Identifier.assigner.identifier", type=[{"code": "Identifier", "profile": [OWN + "loop"]}]),
        at("Identifier.assigner.identifier.value", min=1),
        name="loop",
        kind="complex-type",
    )
    found = known(loop).structure(OWN + "loop")
    assert found is not None
    assert any("refers to itself" in problem for problem in found.problems)
    assert any(element["id"] == "Identifier.assigner.identifier.value" and element["min"] == 1 for element in found.elements)


def test_content_that_refers_to_itself_is_walked_as_deep_as_it_is_asked() -> None:
    deep = "Questionnaire" + ".item" * 20
    found = by_id(made(profile("Questionnaire", at(f"{deep}.linkId", maxLength=3))))
    assert found[f"{deep}.linkId"]["maxLength"] == 3


def test_a_path_too_deep_is_said() -> None:
    assert "no usable path" in made(profile("Questionnaire", at("Questionnaire" + ".item" * 200))).problems[0]


def test_slices_that_double_each_time_are_bounded() -> None:
    elements: list[dict[str, Any]] = [sliced("Patient.identifier"), at("Patient.identifier:s0")]
    for level in range(1, 16):
        path = "Patient.identifier" + ".assigner.identifier" * level
        elements += [sliced(path), at(f"{path}:a"), at(f"{path}:b")]
    began = time.process_time()
    snapshot = made(profile("Patient", *elements))
    assert len(snapshot.elements) <= 20_000
    assert time.process_time() - began < 10


def test_the_source_of_a_core_type_is_never_changed() -> None:
    before = copy.deepcopy(known().type("Identifier"))
    made(profile("Patient", at("Patient.identifier.value", min=1, constraint=[{"key": "own-1", "expression": "true"}])))
    after = known().structure(CORE + "Identifier")
    assert before is not None
    assert after is not None
    assert after.elements == before.elements
