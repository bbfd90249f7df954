"""Bundles by type: what entries hold, who they are, what is asked of them, and that documents and messages hold together."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_rules_kit import BASE, NARRATIVE, UUID, bundle, changed, document, entry, issues, judged, patient

B = "Bundle.entry"
PUT = {"method": "PUT", "url": "Patient/1"}
POST = {"method": "POST", "url": "Patient"}
OBSERVATION = {"resourceType": "Observation", "text": NARRATIVE, "status": "final", "code": {"text": "a"}, "subject": {"reference": f"{UUID}1"}}
HEADER: dict[str, Any] = {
    "resourceType": "MessageHeader",
    "text": NARRATIVE,
    "eventUri": "https://a.example/event",
    "source": {"endpoint": "https://a.example/me"},
    "focus": [{"reference": f"{UUID}1"}],
}
COLLECTION = bundle("collection", entry(patient(), f"{BASE}/Patient/1"), entry(patient("2"), f"{UUID}2"))
TRANSACTION = bundle("transaction", entry(patient(), f"{BASE}/Patient/1", request=PUT), entry(patient("2"), f"{UUID}2", request=POST))
SEARCH = bundle(
    "searchset",
    entry(patient(), f"{BASE}/Patient/1", search={"mode": "match"}),
    entry({"resourceType": "OperationOutcome", "issue": [{"severity": "warning", "code": "invalid"}]}, search={"mode": "outcome"}),
    link=[{"relation": "self", "url": f"{BASE}/Patient?name=a"}],
)
MESSAGE = bundle("message", entry(HEADER, f"{UUID}9"), entry(patient(), f"{UUID}1"))
CODES = ("fhir/bundle", "fhir/reference")


@pytest.mark.parametrize("tree", [COLLECTION, TRANSACTION, SEARCH, MESSAGE, document()], ids=lambda tree: tree["type"])
def test_right_bundles_have_nothing_to_say(tree: dict[str, Any]) -> None:
    assert judged(tree, CODES, "hl7-validator") == []


ERRORS: list[tuple[dict[str, Any], str, Any, str]] = [
    (COLLECTION, "total", 2, "Bundle.total"),
    (COLLECTION, "entry.0.search", {"mode": "match"}, f"{B}[0].search"),
    (COLLECTION, "entry.0.request", PUT, f"{B}[0].request"),
    (COLLECTION, "entry.0.response", {"status": "200"}, f"{B}[0].response"),
    (COLLECTION, "entry.0", {"fullUrl": f"{BASE}/Patient/1"}, f"{B}[0]"),
    (COLLECTION, "entry.1.fullUrl", f"{BASE}/Patient/1", f"{B}[1].fullUrl"),
    (COLLECTION, "entry.1.fullUrl", "Patient/2", f"{B}[1].fullUrl"),
    (COLLECTION, "entry.1.fullUrl", None, f"{B}[1]"),
    (COLLECTION, "entry.0.resource.id", None, f"{B}[0].fullUrl"),
    (COLLECTION, "entry.0.resource.id", "2", f"{B}[0].fullUrl"),
    (COLLECTION, "entry.0.fullUrl", f"{BASE}/Person/1", f"{B}[0].fullUrl"),
    (COLLECTION, "entry.0.fullUrl", f"{BASE}/Patient/1/_history/2", f"{B}[0].fullUrl"),
    (TRANSACTION, "entry.0.request", None, f"{B}[0]"),
    (TRANSACTION, "entry.0.resource", None, f"{B}[0]"),
    (TRANSACTION, "entry.0.request.url", "Patient/2", f"{B}[0].request.url"),
    (TRANSACTION, "entry.0.request.url", "Observation/1", f"{B}[0].request.url"),
    (TRANSACTION, "entry.0.request.url", "Patient", f"{B}[0].request.url"),
    (TRANSACTION, "entry.1.request.url", "Patient/2", f"{B}[1].request.url"),
    (TRANSACTION, "entry.1.request.url", "Observation", f"{B}[1].request.url"),
    (TRANSACTION, "entry.1", {"request": {"method": "DELETE", "url": "Patient/1"}}, f"{B}[1].request.url"),
    (SEARCH, "entry.0.search.mode", "outcome", f"{B}[0]"),
    (document(), "identifier", None, "Bundle"),
    (document(), "timestamp", None, "Bundle"),
    (document(), "entry.0.resource.resourceType", "Basic", f"{B}[0]"),
    (document(entry(patient("3"), f"{UUID}3")), "entry.2.resource.active", True, f"{B}[2]"),
]


@pytest.mark.parametrize(("tree", "where", "value", "place"), ERRORS, ids=[f"{tree['type']} {where}" for tree, where, _, _ in ERRORS])
def test_what_is_wrong_with_a_bundle_is_an_error_where_it_is(tree: dict[str, Any], where: str, value: Any, place: str) -> None:
    assert ("error", "fhir/bundle", place) in judged(changed(tree, where, value), CODES)


WARNINGS: list[tuple[dict[str, Any], str, Any, str]] = [
    (SEARCH, "link", None, "Bundle"),
    (SEARCH, "entry.0.search", None, "Bundle"),
    (SEARCH, "link.0.url", f"{BASE}/Observation?code=a", f"{B}[0]"),
    (TRANSACTION, "entry.0.request.ifNoneExist", "identifier=a|b", f"{B}[0].request.ifNoneExist"),
    (COLLECTION, "entry.0.fullUrl", "https://a.example/other", f"{B}[0].fullUrl"),
    (bundle("message", *MESSAGE["entry"], entry(patient("3"), f"{UUID}3")), "entry.2.resource.active", True, f"{B}[2]"),
]


@pytest.mark.parametrize(("tree", "where", "value", "place"), WARNINGS, ids=[f"{tree['type']} {where}" for tree, where, _, _ in WARNINGS])
def test_what_is_odd_in_a_bundle_is_a_warning(tree: dict[str, Any], where: str, value: Any, place: str) -> None:
    found = judged(changed(tree, where, value), CODES)
    assert ("warning", "fhir/bundle", place) in found
    assert not [one for one in found if one[0] == "error"]


@pytest.mark.parametrize(
    ("tree", "where", "target", "severity", "place"),
    [
        (document(), "entry.0.resource.subject.reference", f"{UUID}7", "error", f"{B}[0].resource.subject.reference"),
        (document(), "entry.0.resource.subject.reference", f"{BASE}/Patient/1", "error", f"{B}[0].resource.subject.reference"),
        (document(), "entry.0.resource.author.0.reference", f"{UUID}7", "error", f"{B}[0].resource.author[0].reference"),
        (MESSAGE, "entry.0.resource.focus.0.reference", f"{UUID}7", "error", f"{B}[0].resource.focus[0].reference"),
        (bundle("collection", entry(OBSERVATION, f"{UUID}9")), "id", "a", "warning", f"{B}[0].resource.subject.reference"),
        (bundle("transaction", entry(OBSERVATION, f"{UUID}9", request=POST)), "id", "a", "error", f"{B}[0].resource.subject.reference"),
    ],
)
def test_references_that_lead_nowhere(tree: dict[str, Any], where: str, target: str, severity: str, place: str) -> None:
    assert (severity, "fhir/reference", place) in judged(changed(tree, where, target), CODES)


GONE = {"reference": f"{UUID}7"}


@pytest.mark.parametrize(
    ("members", "place"),
    [
        ({"section": [{"title": "a", "section": [{"title": "b", "entry": [GONE]}]}]}, "section[0].section[0].entry[0]"),
        ({"section": [{"title": "a", "focus": GONE, "text": NARRATIVE}]}, "section[0].focus"),
        ({"attester": [{"mode": "legal", "party": GONE}]}, "attester[0].party"),
        ({"event": [{"detail": [GONE]}]}, "event[0].detail[0]"),
        ({"custodian": GONE}, "custodian"),
    ],
)
def test_what_a_composition_refers_to_is_in_the_document(members: dict[str, Any], place: str) -> None:
    assert ("error", "fhir/reference", f"{B}[0].resource.{place}.reference") in judged(document(**members), CODES)


def test_what_refers_back_is_linked_and_only_odd() -> None:
    tree = document(entry(OBSERVATION, f"{UUID}3"))
    assert judged(tree, CODES) == []
    assert ("warning", "fhir/bundle", f"{B}[2]") in judged(tree, CODES, "hl7-validator")


def test_an_invariant_of_bundles_is_said_once() -> None:
    tree = changed(COLLECTION, "total", 3)
    assert [issue.clause for issue in issues(tree) if issue.is_error] == ["bdl-1"]


def test_the_page_links_of_searches_stand_in_searches() -> None:
    tree = {**COLLECTION, "link": [{"relation": "first", "url": BASE}]}
    assert judged(tree, CODES) == []
    assert ("error", "fhir/bundle", "Bundle.link[0].relation") in judged(tree, CODES, "hl7-validator")
