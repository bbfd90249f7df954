"""Whatever is given, the FHIR validator answers with issues: no exception, and no endless work."""

from __future__ import annotations

import json
import time
from copy import deepcopy
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from harness import Validator
from harness.model.issue import Severity

KEYS = st.sampled_from(
    [
        "resourceType",
        "id",
        "meta",
        "profile",
        "contained",
        "extension",
        "modifierExtension",
        "url",
        "valueString",
        "valueQuantity",
        "_birthDate",
        "birthDate",
        "name",
        "given",
        "_given",
        "family",
        "identifier",
        "system",
        "value",
        "contact",
        "link",
        "other",
        "reference",
        "entry",
        "resource",
        "fullUrl",
        "type",
        "code",
        "coding",
        "text",
        "div",
        "status",
        "item",
        "linkId",
    ]
) | st.text(max_size=6)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(
        [
            "Patient",
            "Bundle",
            "Observation",
            "Questionnaire",
            "StructureDefinition",
            "#a",
            "urn:uuid:x",
            "2020-02-30",
            "http://hl7.org/fhir/StructureDefinition/Patient",
        ]
    )
)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5), max_leaves=25)
TYPES = st.sampled_from(
    ["Patient", "Bundle", "Observation", "QuestionnaireResponse", "Measure", "ValueSet", "Parameters", "StructureDefinition", "Composition", "Zork"]
)
QUIET = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@cache
def validator(version: str = "4.0.1") -> Validator:
    return Validator(fhir_version=version)


@QUIET
@given(st.dictionaries(KEYS, VALUES, max_size=8), TYPES, st.sampled_from(["4.0.1", "3.0.2"]))
def test_any_object_gives_issues(tree: dict[str, Any], name: str, version: str) -> None:
    found = validator(version).validate({**tree, "resourceType": name})
    assert found.valid is not True or not found.errors
    assert all(issue.message for issue in found.issues)


@QUIET
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_give_issues(data: bytes) -> None:
    assert validator().validate(data).valid is False


PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "identifier": [{"system": "http://a.example/b", "value": "1"}],
    "name": [{"family": "Sample", "given": ["Ann"]}],
    "birthDate": "1962-03-14",
    "contact": [{"name": {"family": "Sample"}}],
}


@QUIET
@given(st.data())
def test_any_value_put_anywhere_gives_issues(data: st.DataObject) -> None:
    tree = deepcopy(PATIENT)
    holders: list[tuple[Any, Any]] = []

    def gather(node: Any) -> None:
        for key, value in node.items() if isinstance(node, dict) else enumerate(node):
            holders.append((node, key))
            if isinstance(value, dict | list):
                gather(value)

    gather(tree)
    node, key = data.draw(st.sampled_from(holders))
    node[key] = data.draw(VALUES)
    validator().validate(tree)
    validator().validate(json.dumps(tree).encode())


def nested(depth: int, key: str, inner: Any) -> Any:
    for _ in range(depth):
        inner = {key: [inner]}
    return inner


@pytest.mark.parametrize(
    "tree",
    [
        {"resourceType": "Patient", "extension": nested(5000, "extension", {})["extension"]},
        {"resourceType": "Questionnaire", "item": nested(48, "item", {"linkId": "1"})["item"]},
        {"resourceType": "Patient", "contained": nested(48, "contained", {"resourceType": "Patient"})["contained"]},
        {"resourceType": "Patient", "name": [[[[[[[[]]]]]]]]},
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": {"resourceType": "Patient"}}] * 3000},
        {"resourceType": "Patient", "name": [{}] * 5000},
        {"resourceType": "Patient", "id": "x" * 2_000_000},
        {"resourceType": "Patient", **{f"k{number}": number for number in range(5000)}},
        {"resourceType": "Patient", "meta": {"profile": [f"http://a.example/{number}" for number in range(3000)]}},
        {"resourceType": "Patient", "extension": [{"url": f"http://a.example/{number}", "valueCode": "x"} for number in range(3000)]},
    ],
    ids=["extensions", "items", "contained", "arrays", "entries", "empty", "long", "unknown", "profiles", "urls"],
)
def test_bombs_are_answered_in_good_time(tree: dict[str, Any]) -> None:
    began = time.perf_counter()
    found = validator().validate(tree)
    assert found.issues or tree["resourceType"] == "Bundle"
    assert time.perf_counter() - began < 20


def test_what_cannot_be_read_is_one_fatal_issue() -> None:
    for data in (b"[]", b"{", b"", b"<a/>", b"<!DOCTYPE a><a/>", b'{"a": "\\ud800"}', b"[" * 10_000):
        (issue,) = validator().validate(data).issues
        assert issue.severity is Severity.FATAL
