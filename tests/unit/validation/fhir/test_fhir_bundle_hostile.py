"""Bundles, references, narratives and attachments of any shape give issues, and soon."""

from __future__ import annotations

import sys
from typing import Any

import pytest
from fhir_rules_kit import UUID, bundle, document, entry, patient, validator
from hypothesis import given, settings
from hypothesis import strategies as st

TEXTS = [
    "",
    "#",
    "#a",
    "a",
    "Patient/1",
    "Patient/1/_history/2",
    "Patient?identifier=a|b",
    f"{UUID}1",
    "urn:oid:1.2",
    "urn:uuid:",
    "urn:",
    "https://a.example/Patient/1",
    "://",
    "/",
    "Bundle",
    "Patient",
    "Composition",
    "MessageHeader",
    "Parameters",
    "document",
    "message",
    "transaction",
    "searchset",
    "history",
    "match",
    "outcome",
    "PUT",
    "POST",
    "self",
    "\ud800",
    "\x00",
    "YWJj",
    "<div>",
    '<div xmlns="http://www.w3.org/1999/xhtml"><a href="#a">b</a></div>',
]
KEYS = (
    *("resourceType", "type", "entry", "resource", "fullUrl", "request", "response", "search", "mode", "method", "url", "link", "relation", "id", "_url"),
    *("contained", "reference", "subject", "author", "focus", "section", "text", "div", "status", "parameter", "part", "name", "valueReference", "identifier"),
    *("system", "value", "meta", "versionId", "profile", "data", "size", "hash", "contentType", "photo", "extension", "outcome"),
)
LEAVES = st.sampled_from([*TEXTS, None, True, 0, -1, 10**30, 1.5])
TREES = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6), max_leaves=40)
ROOTS = st.sampled_from(["Bundle", "Parameters", "Patient", "Composition", "MessageHeader", "DocumentReference"])


@settings(max_examples=250, deadline=None)
@given(ROOTS, st.dictionaries(st.sampled_from(KEYS), TREES, max_size=6))
def test_no_shape_raises(root: str, members: dict[str, Any]) -> None:
    found = validator("hl7-validator").validate({**members, "resourceType": root})
    assert found.valid in (True, False, None)


@settings(max_examples=120, deadline=None)
@given(
    st.sampled_from(["document", "message", "transaction", "searchset", "collection", "history", "batch-response"]),
    st.lists(st.tuples(st.sampled_from(TEXTS), TREES, st.sampled_from(TEXTS)), max_size=4),
)
def test_no_bundle_raises(kind: str, parts: list[tuple[str, Any, str]]) -> None:
    entries = [
        {"fullUrl": url, "resource": {"resourceType": "Composition", "subject": {"reference": target}, "section": inner}} for url, inner, target in parts
    ]
    assert validator("hl7-validator").validate(bundle(kind, *entries)).issues is not None


def many(count: int) -> dict[str, dict[str, Any]]:
    chain = [
        entry(patient(str(one), link=[{"other": {"reference": f"urn:uuid:{one + 1:08d}-0000-4000-8000-000000000000"}, "type": "seealso"}]), "")
        for one in range(count)
    ]
    for one, held in enumerate(chain):
        held["fullUrl"] = f"urn:uuid:{one:08d}-0000-4000-8000-000000000000"
    return {
        "a chain of references": document(*chain),
        "one fullUrl for all": bundle("collection", *(entry(patient(), f"{UUID}1") for _ in range(count))),
        "one id for all": {**patient(), "contained": [{"resourceType": "Organization", "id": "a"} for _ in range(count)]},
        "all refer to all": {
            "resourceType": "Parameters",
            "parameter": [{"name": "a", "resource": patient(str(one), managingOrganization={"reference": f"Organization/{one}"})} for one in range(count)],
        },
        "ids everywhere": {**patient(), "name": [{"id": "n", "family": "a"} for _ in range(count)]},
        "long texts": {**patient(), "name": [{"family": "a" * 10 * count}], "text": {"status": "generated", "div": "<div>" * count}},
    }


@pytest.mark.parametrize("name", list(many(1)))
def test_much_of_anything_is_work_in_proportion(name: str) -> None:
    judge = validator("none")
    judge.validate(many(5)[name])

    def calls(count: int) -> int:
        tree, found = many(count)[name], 0

        def count_one(_: Any, event: str, __: Any) -> None:
            nonlocal found
            found += event == "call"

        sys.setprofile(count_one)
        try:
            judge.validate(tree)
        finally:
            sys.setprofile(None)
        return found

    # Ten times as much is ten times the work, and a little: a square would be a hundred times.
    assert calls(1000) < 15 * max(calls(100), 200)
