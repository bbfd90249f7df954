"""Compiled plans say what the walk says: of whole resources, of resources broken in one place, of whatever JSON."""

from __future__ import annotations

import random
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from harness.formats.fhir import encode_json, parse_json
from harness.model.validation import Validation
from harness.validation.fhir.validator import Validator

ROOT = Path(__file__).parents[4]
GOLDEN = sorted((ROOT / "tests" / "golden").rglob("*.json"))
UK = "https://example.org/StructureDefinition"

NUMBERED = {
    "resourceType": "StructureDefinition",
    "url": f"{UK}/numbered",
    "name": "Numbered",
    "status": "active",
    "kind": "resource",
    "abstract": False,
    "type": "Patient",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
    "derivation": "constraint",
    "differential": {
        "element": [
            {"id": "Patient", "path": "Patient", "constraint": [{"key": "one-1", "severity": "warning", "human": "x", "expression": "name.exists()"}]},
            {
                "id": "Patient.identifier",
                "path": "Patient.identifier",
                "slicing": {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"},
                "min": 1,
            },
            {"id": "Patient.identifier:own", "path": "Patient.identifier", "sliceName": "own", "min": 1, "max": "1"},
            {"id": "Patient.identifier:own.system", "path": "Patient.identifier.system", "min": 1, "fixedUri": "https://example.org/own"},
            {"id": "Patient.identifier:own.value", "path": "Patient.identifier.value", "min": 1, "maxLength": 8},
            {"id": "Patient.birthDate", "path": "Patient.birthDate", "min": 1},
            {"id": "Patient.deceased[x]", "path": "Patient.deceased[x]", "type": [{"code": "dateTime"}]},
        ]
    },
}
PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "a",
    "meta": {"profile": [f"{UK}/numbered"]},
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml">Ann</div>'},
    "identifier": [
        {"system": "https://example.org/own", "value": "12345678"},
        {"system": "https://example.org/other", "value": "1", "period": {"start": "2001"}},
    ],
    "active": True,
    "name": [{"use": "official", "family": "Example", "given": ["Ann", "Mary"], "period": {"start": "2001-01-01", "end": "2002-01-01"}}],
    "telecom": [{"system": "phone", "value": "01632 960001", "rank": 1}],
    "gender": "female",
    "birthDate": "1971-03-12",
    "_birthDate": {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/patient-birthTime", "valueDateTime": "1971-03-12T04:05:06Z"}]},
    "deceasedDateTime": "2020-01-02",
    "maritalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M"}], "text": "Married"},
    "contact": [{"name": {"text": "Tom"}, "relationship": [{"text": "friend"}]}],
    "generalPractitioner": [{"reference": "Practitioner/1", "display": "Dr One"}],
    "contained": [{"resourceType": "Organization", "id": "o", "name": "Own"}],
    "managingOrganization": {"reference": "#o"},
}
OBSERVATION: dict[str, Any] = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "8867-4"}]},
    "subject": {"reference": "urn:uuid:00000000-0000-4000-8000-000000000001"},
    "effectivePeriod": {"start": "2024-01-01T10:00:00Z", "end": "2024-01-01T10:05:00Z"},
    "valueQuantity": {"value": 60, "unit": "/min", "system": "http://unitsofmeasure.org", "code": "/min"},
    "component": [{"code": {"text": "x"}, "valueString": "y"}],
}
BUNDLE: dict[str, Any] = {
    "resourceType": "Bundle",
    "type": "collection",
    "entry": [
        {"fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001", "resource": {**PATIENT, "meta": {"versionId": "1"}}},
        {"fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000002", "resource": OBSERVATION},
    ],
}


@pytest.fixture(scope="module")
def both() -> tuple[Validator, Validator]:
    """One that walks, one that is compiled."""
    walking, compiled = (Validator().with_resources([NUMBERED]) for _ in range(2))
    walking.engine.patience, compiled.engine.patience = 10**9, 0
    return walking, compiled


def said(validation: Validation) -> Counter[tuple[str, ...]]:
    return Counter((str(one.severity), one.code, str(one.location), one.message, one.actual, one.profile) for one in validation.issues)


def same(both: tuple[Validator, Validator], tree: dict[str, Any]) -> Validation:
    walked, compiled = (one.validate(tree) for one in both)
    assert said(walked) == said(compiled)
    assert walked.issues == compiled.issues
    assert (walked.valid, walked.undetermined) == (compiled.valid, compiled.undetermined)
    return compiled


@pytest.mark.parametrize("tree", [PATIENT, OBSERVATION, BUNDLE], ids=["patient", "observation", "bundle"])
def test_what_is_in_order_is_in_order_both_ways(both: tuple[Validator, Validator], tree: dict[str, Any]) -> None:
    assert [one for one in same(both, tree).issues if one.is_error] == []


def nodes(tree: Any) -> list[dict[str, Any]]:
    inner = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    return ([tree] if isinstance(tree, dict) else []) + [one for value in inner for one in nodes(value)]


def broken(tree: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    """``tree`` with one or two members made something else."""
    made = deepcopy(tree)
    for _ in range(chance.randint(1, 2)):
        node = chance.choice(nodes(made))
        if not node:
            continue
        key = chance.choice(sorted(node))
        value = node[key]
        ways: list[Any] = [None, [value], {}, [], "  bad ", 12, "", True, -1, "#x", "2020-02-30", {"id": "a"}, [None], [value, value]]
        how = chance.randint(0, len(ways) + 4)
        if how < len(ways):
            node[key] = ways[how]
        elif how == len(ways):
            del node[key]
        elif how == len(ways) + 1:
            node[f"{key}x"] = value
        elif how == len(ways) + 2:
            node[f"_{key}"] = {"extension": [{"url": "https://example.org/e", "valueString": "a"}]}
        elif how == len(ways) + 3 and isinstance(value, list) and value:
            node[key] = value[0]
        else:
            node["extension"] = [{"url": "https://example.org/e", "valueCode": "a"}, {"url": "x"}]
    return made


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("tree", [PATIENT, OBSERVATION, BUNDLE], ids=["patient", "observation", "bundle"])
def test_what_is_broken_is_told_of_alike(both: tuple[Validator, Validator], tree: dict[str, Any], seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311
    for _ in range(60):
        same(both, broken(tree, chance))


def test_the_profile_is_in_force_both_ways(both: tuple[Validator, Validator]) -> None:
    wrong = {**PATIENT, "identifier": [{"system": "https://example.org/own", "value": "123456789"}], "deceasedBoolean": True}
    wrong.pop("birthDate")
    wrong.pop("_birthDate")
    codes = {one.code for one in same(both, wrong).issues if one.is_error}
    assert {"fhir/length", "fhir/required-element", "fhir/choice"} <= codes


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_golden_resources_are_judged_alike(both: tuple[Validator, Validator], path: Path) -> None:
    same(both, parse_json(path.read_bytes()))


def test_what_was_remembered_is_not_taken_for_what_differs_in_a_display(both: tuple[Validator, Validator]) -> None:
    marital = {"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M", "display": "Married"}
    for display in ("Married", "Married", "Divorced", "Married"):
        same(both, {**PATIENT, "maritalStatus": {"coding": [{**marital, "display": display}]}})


def test_bytes_and_trees_are_judged_alike(both: tuple[Validator, Validator]) -> None:
    chance = random.Random(5)  # noqa: S311
    for _ in range(20):
        tree = broken(PATIENT, chance)
        data = encode_json(tree)
        walked, compiled = (one.validate(data) for one in both)
        assert said(walked) == said(compiled)


def test_every_quick_look_is_at_a_rule_that_there_is() -> None:
    from harness.validation.fhir.fastpath import quick_looks
    from harness.validation.fhir.fastpath.text_conditions import CONTENT_ALONE, name_of
    from harness.validation.fhir.judging import RULES

    known = {name_of(entry.function) for _, entry in RULES.items()}
    assert {*quick_looks._RULES, *CONTENT_ALONE, quick_looks.ABOUT_ELEMENT_IDS} <= known


def test_every_quick_look_is_at_an_invariant_that_is_published() -> None:
    from harness.catalogue.fhir import definitions
    from harness.validation.fhir.fastpath import quick_looks
    from harness.validation.fhir.rule_tree import compile_tree

    published = set()
    for version in ("4.0.1", "3.0.2"):
        known = definitions(version)
        for name in known.type_names:
            structure = known.type(name)
            tree = compile_tree(structure) if structure is not None and structure.elements else None
            published |= {(one.key, one.expression.strip()) for rule in (tree.walk() if tree is not None else ()) for one in rule.constraints}
    assert set(quick_looks._LOOKS) <= published
