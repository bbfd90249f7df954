"""Rules of references, ids, contained resources, URIs, attachments, text and narratives, each broken once."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest
from fhir_rules_kit import NARRATIVE, UUID, bundle, changed, entry, issues, judged, patient

DATA = base64.b64encode(b"abcd").decode()
HASH = base64.b64encode(hashlib.sha1(b"abcd", usedforsecurity=False).digest()).decode()
ORGANIZATION = {"resourceType": "Organization", "id": "a", "name": "Ward"}
RIGHT: dict[str, Any] = patient(
    contained=[ORGANIZATION],
    identifier=[{"system": "https://a.example/ids", "value": "1"}, {"system": "urn:ietf:rfc:3986", "value": f"{UUID}1"}],
    name=[{"id": "n", "family": "Sample"}],
    photo=[{"contentType": "text/plain", "data": DATA, "size": 4, "hash": HASH}],
    generalPractitioner=[{"reference": "#a"}, {"reference": "Practitioner/1", "type": "Practitioner"}],
    managingOrganization={"reference": "https://a.example/fhir/Organization/1/_history/2"},
)
CODES = ("fhir/reference", "fhir/id", "fhir/url", "fhir/attachment", "fhir/contained", "fhir/narrative", "fhir/white-space", "fhir/markdown")


def test_nothing_is_said_of_what_is_right() -> None:
    assert judged(RIGHT, CODES, "hl7-validator") == []


@pytest.mark.parametrize(
    ("where", "value", "code", "place"),
    [
        ("generalPractitioner.0.reference", "#b", "fhir/reference", "generalPractitioner[0].reference"),
        ("generalPractitioner.1.reference", "1234", "fhir/reference", "generalPractitioner[1].reference"),
        ("generalPractitioner.1.reference", "Chicken/1", "fhir/reference", "generalPractitioner[1].reference"),
        ("generalPractitioner.1.reference", "ht sdtps://a.example/Practitioner/1", "fhir/reference", "generalPractitioner[1].reference"),
        ("generalPractitioner.1.type", "Organization", "fhir/reference", "generalPractitioner[1].type"),
        ("generalPractitioner.1", {"type": "Organization"}, "fhir/reference", "generalPractitioner[1]"),
        ("generalPractitioner.1", {"reference": "Patient/1"}, "fhir/reference-target", "generalPractitioner[1].reference"),
        ("generalPractitioner.1", {"type": "Patient", "display": "x"}, "fhir/reference-target", "generalPractitioner[1].type"),
        ("contained.0.resourceType", "Location", "fhir/reference-target", "generalPractitioner[0].reference"),
        ("contained.0.id", "b", "fhir/contained", "contained[0]"),
        ("contained.0.id", None, "fhir/contained", "contained[0]"),
        ("contained", [ORGANIZATION, ORGANIZATION], "fhir/contained", "contained[1].id"),
        ("contact", [{"id": "n", "name": {"text": "a"}}], "fhir/id", "contact[0].id"),
        ("identifier.1.value", "0000", "fhir/url", "identifier[1].value"),
        ("identifier.0.system", "urn:oid:3.1", "fhir/url", "identifier[0].system"),
        ("identifier.0.system", "urn:uuid:123", "fhir/url", "identifier[0].system"),
        ("identifier.0.system", "urn:uuid:5D2F1C1E-0000-4000-8000-000000000001", "fhir/url", "identifier[0].system"),
        ("extension", [{"url": "a", "valueString": "b"}], "fhir/url", "extension[0].url"),
        ("photo.0.size", 5, "fhir/attachment", "photo[0].size"),
        ("photo.0.hash", base64.b64encode(b"x" * 20).decode(), "fhir/attachment", "photo[0].hash"),
        ("photo.0.contentType", None, "fhir/attachment", "photo[0]"),
        ("text.div", "<div>a</div>", "fhir/narrative", "text.div"),
        ("text.div", '<div xmlns="http://www.w3.org/1999/xhtml"> </div>', "fhir/narrative", "text.div"),
    ],
)
def test_what_is_wrong_is_an_error_where_it_is(where: str, value: Any, code: str, place: str) -> None:
    found = judged(changed(RIGHT, where, value), CODES)
    assert ("error", code, f"Patient.{place}") in found


@pytest.mark.parametrize(
    ("where", "value", "code", "place"),
    [
        ("identifier.0.system", "local", "fhir/url", "identifier[0].system"),
        ("photo.0.hash", base64.b64encode(b"abc").decode(), "fhir/attachment", "photo[0].hash"),
        ("text.div", NARRATIVE["div"].replace("<div", "<div lang='en' xml:lang='de'"), "fhir/narrative", "text.div"),
        ("text.div", NARRATIVE["div"].replace("said", "said <img src='#b'/>"), "fhir/narrative", "text.div"),
    ],
)
def test_what_is_odd_is_a_warning(where: str, value: Any, code: str, place: str) -> None:
    assert judged(changed(RIGHT, where, value), CODES) == [("warning", code, f"Patient.{place}")]


@pytest.mark.parametrize(
    ("where", "value", "code", "severity"),
    [
        ("name.0.family", " Sample", "fhir/white-space", "warning"),
        ("name.0.id", "n m", "fhir/id", "error"),
        ("photo.0", {"title": "a"}, "fhir/attachment", "warning"),
        ("text.div", NARRATIVE["div"].replace("said", "<a href='urn:x'>said</a>"), "fhir/narrative", "error"),
        ("managingOrganization.reference", "https://a.example/Chicken/1", "fhir/reference", "warning"),
        ("identifier.0.system", "urn:oid:1.2.3", "fhir/url", "error"),
        ("identifier.0", {"system": "urn:ietf:rfc:4122", "value": UUID[9:] + "1"}, "fhir/url", "warning"),
    ],
)
def test_opinions_are_said_where_they_are_asked_for(where: str, value: Any, code: str, severity: str) -> None:
    tree = changed(RIGHT, where, value)
    assert judged(tree, CODES) == []
    found = issues(tree, "hl7-validator")
    assert [(issue.code, issue.severity, issue.opinion) for issue in found if issue.code in CODES] == [(code, severity, True)]


@pytest.mark.parametrize(
    ("value", "code", "actual"),
    [
        (" Sample", "fhir/white-space", " Sample"),
        ("Sample\n", "fhir/white-space", "Sample\n"),
        (f"{'x' * 130} ", "fhir/white-space", f"{'x' * 119}…"),
        ("a <b>bold</b> word", "fhir/markdown", "<b"),
        ("`<i>` and </i>", "fhir/markdown", "</i"),
    ],
)
def test_what_is_wrong_with_text_is_shown(value: str, code: str, actual: str) -> None:
    definition = {"resourceType": "Library", "text": NARRATIVE, "status": "draft", "type": {"text": "a"}, "name": "Sample"}
    tree = {**definition, "purpose": value} if code == "fhir/markdown" else {**definition, "title": value}
    assert [issue.actual for issue in issues(tree, "hl7-validator") if issue.code == code] == [actual]


def test_contained_resources_may_refer_to_their_container_and_be_pictures_of_its_narrative() -> None:
    back = {"resourceType": "Provenance", "id": "p", "target": [{"reference": "#"}], "recorded": "2026-01-05T10:00:00Z", "agent": [{"who": {"display": "a"}}]}
    assert judged(patient(contained=[back]), CODES) == []
    picture = {"resourceType": "Binary", "id": "b", "contentType": "image/png", "data": DATA}
    shown = {"status": "generated", "div": NARRATIVE["div"].replace("said", "<img src='#b' alt='a'/>")}
    assert judged(patient(contained=[picture], text=shown), CODES) == []


def test_a_reference_to_another_type_than_stands_there() -> None:
    tree = bundle("collection", entry(patient(generalPractitioner=[{"reference": f"Practitioner/{UUID[9:]}2"}]), f"{UUID}1"), entry(ORGANIZATION, f"{UUID}2"))
    assert ("error", "fhir/reference", "Bundle.entry[0].resource.generalPractitioner[0].reference") in judged(tree, CODES)


def test_ids_of_different_resources_may_be_the_same() -> None:
    named = {"resourceType": "Organization", "id": "a", "telecom": [{"id": "n", "system": "phone", "value": "020 7946 0001"}]}
    assert judged(changed(RIGHT, "contained", [named]), CODES) == []


@pytest.mark.parametrize("reference", ["1234", "Chicken/1"])
def test_a_relative_reference_outside_a_bundle_is_no_error_to_the_reference_validator(reference: str) -> None:
    tree = changed(RIGHT, "generalPractitioner.1", {"reference": reference})
    assert judged(tree, CODES, "hl7-validator") == [("warning", "fhir/reference", "Patient.generalPractitioner[1].reference")]


@pytest.mark.parametrize(("kind", "said"), [("collection", True), ("transaction", False)])
def test_a_search_stands_for_a_reference_only_in_a_transaction(kind: str, said: bool) -> None:
    request = {"request": {"method": "PUT", "url": "Patient/1"}} if kind == "transaction" else {}
    tree = bundle(kind, entry(patient(generalPractitioner=[{"reference": "Practitioner?identifier=1"}]), "https://a.example/fhir/Patient/1", **request))
    assert bool(judged(tree, ["fhir/reference"], "hl7-validator")) is said
    assert judged(tree, ["fhir/reference"]) == []


def test_a_canonical_names_a_definition_of_the_right_type() -> None:
    task = {"resourceType": "Task", "text": NARRATIVE, "status": "draft", "intent": "order"}
    wrong = {**task, "instantiatesCanonical": "http://hl7.org/fhir/ValueSet/administrative-gender"}
    assert judged(wrong, ["fhir/canonical"]) == [("error", "fhir/canonical-target", "Task.instantiatesCanonical")]
    assert judged({**task, "instantiatesCanonical": "https://a.example/ActivityDefinition/x"}, ["fhir/canonical"]) == []


def test_the_code_of_a_quantity_is_one_of_its_system() -> None:
    dose = {"value": 1, "system": "http://terminology.hl7.org/CodeSystem/v3-orderableDrugForm", "code": "TAB"}
    tree = {"resourceType": "Observation", "text": NARRATIVE, "status": "final", "code": {"text": "a"}, "valueQuantity": dose}
    assert judged(tree, ["fhir/code"]) == []
    wrong = changed(tree, "valueQuantity.code", "Tab")
    assert judged(wrong, ["fhir/code"]) == [("error", "fhir/code-unknown", "Observation.value.ofType(Quantity).code")]


@pytest.mark.parametrize(("where", "value", "code"), [("name.0._family", None, "fhir/null"), ("name.0._family", {}, "fhir/empty")])
def test_what_stands_beside_a_primitive_is_an_object_with_content(where: str, value: Any, code: str) -> None:
    tree = changed(RIGHT, where, {})
    tree["name"][0]["_family"] = value
    assert judged(tree, ["fhir/null", "fhir/empty"]) == [("error", code, "Patient.name[0].family")]


@pytest.mark.parametrize("inner", ["<a href='#b'>said</a>", "<a href=''>said</a>"])
def test_links_within_a_narrative_lead_to_something_of_the_document(inner: str) -> None:
    tree = changed(RIGHT, "text.div", NARRATIVE["div"].replace("said", inner))
    assert [(issue.code, issue.opinion) for issue in issues(tree, "hl7-validator") if issue.is_error] == [("fhir/narrative", True)]
    for found in ("<p id='b'>x</p>", "<a name='b'>x</a>"):
        assert judged(changed(RIGHT, "text.div", NARRATIVE["div"].replace("said", f"<a href='#b'>said</a>{found}")), CODES, "hl7-validator") == []
    assert judged(changed(RIGHT, "text.div", NARRATIVE["div"].replace("said", "<a href='#n'>said</a>")), CODES, "hl7-validator") == []


def test_the_url_of_a_definition_is_absolute() -> None:
    tree = {"resourceType": "ValueSet", "text": NARRATIVE, "url": "a/b", "status": "draft"}
    assert judged(tree, CODES) == [("warning", "fhir/url", "ValueSet.url")]
    assert judged(tree, CODES, "hl7-validator") == [("error", "fhir/url", "ValueSet.url")]


def test_an_extension_in_place_of_a_required_code_is_an_error_to_the_reference_validator() -> None:
    absent = {"extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}
    tree = changed(RIGHT, "_gender", absent)
    assert judged(tree, ["fhir/binding"]) == []
    assert judged(tree, ["fhir/binding"], "hl7-validator") == [("error", "fhir/binding-required", "Patient.gender")]


def test_the_reference_validator_takes_no_white_space_in_attachments_and_no_other_hash() -> None:
    spaced, other = (
        changed(RIGHT, "photo.0.data", f"{DATA[:4]}\n{DATA[4:]}"),
        changed(RIGHT, "photo.0.hash", hashlib.sha1(b"abcd", usedforsecurity=False).hexdigest()),
    )
    assert judged(spaced, CODES) == []
    assert judged(spaced, CODES, "hl7-validator") == [("error", "fhir/attachment", "Patient.photo[0].data")]
    assert judged(other, CODES, "hl7-validator") == [("error", "fhir/attachment", "Patient.photo[0].hash")]


def test_a_match_is_of_the_type_that_was_searched_for() -> None:
    link = [{"relation": "self", "url": "https://a.example/fhir/Observation?code=1"}]
    tree = bundle("searchset", entry(patient(), "https://a.example/fhir/Patient/1", search={"mode": "match"}), link=link)
    assert [one for one in judged(tree, ["fhir/bundle"]) if one[0] == "error"] == []
    assert judged(tree, ["fhir/bundle"], "hl7-validator") == [("error", "fhir/bundle", "Bundle.entry[0].resource")]


def test_a_relative_reference_of_a_message_is_resolved_by_full_urls() -> None:
    header = {"resourceType": "MessageHeader", "id": "m", "eventUri": "https://a.example/e", "source": {"endpoint": "https://a.example"}}
    linked = {**header, "focus": [{"reference": f"{UUID}1"}]}
    related = patient(generalPractitioner=[{"reference": "Organization/a"}])
    tree = bundle("message", entry(linked, f"{UUID}9"), entry(related, f"{UUID}1"), entry(ORGANIZATION, "https://b.example/fhir/Organization/a"))
    place = "Bundle.entry[1].resource.generalPractitioner[0].reference"
    assert ("warning", "fhir/reference-unmatched", place) in judged(tree, ["fhir/reference"])
    assert ("error", "fhir/reference-unmatched", place) in judged(tree, ["fhir/reference"], "hl7-validator")


def test_an_entry_without_full_url_has_no_base_for_relative_references() -> None:
    tree = bundle("transaction", entry(patient(generalPractitioner=[{"reference": "Practitioner/1"}]), request={"method": "PUT", "url": "Patient/1"}))
    assert judged(tree, ["fhir/reference"]) == []
    assert judged(tree, ["fhir/reference"], "hl7-validator") == [("error", "fhir/reference", "Bundle.entry[0].resource.generalPractitioner[0].reference")]


def test_what_a_request_would_do_is_no_error_to_the_reference_validator() -> None:
    tree = bundle("transaction", entry(patient(), f"{UUID}1", request={"method": "PUT", "url": "Patient/2"}))
    assert [one[0] for one in judged(tree, ["fhir/bundle"])] == ["error"]
    assert [one[0] for one in judged(tree, ["fhir/bundle"], "hl7-validator")] == ["warning"]


def test_limits_that_cannot_be_compared_are_errors_to_the_reference_validator() -> None:
    tree = changed(RIGHT, "name.0.period", {"start": "2020-06", "end": "2020"})
    assert judged(tree, ["fhir/comparison", "fhir/invariant"]) == []
    assert judged(tree, ["fhir/comparison"], "hl7-validator") == [("error", "fhir/comparison", "Patient.name[0].period")]
    assert judged(changed(tree, "name.0.period.end", "2020-07"), ["fhir/comparison"], "hl7-validator") == []
    held = {
        "resourceType": "Observation",
        "text": NARRATIVE,
        "status": "final",
        "code": {"text": "a"},
        "valueRange": {"low": {"unit": "m"}, "high": {"value": 1}},
    }
    assert judged(held, ["fhir/comparison"], "hl7-validator") == [("error", "fhir/comparison", "Observation.value.ofType(Range)")]


def test_the_type_of_a_reference_is_a_name() -> None:
    tree = changed(RIGHT, "generalPractitioner.1.type", "http://hl7.org/fhir/StructureDefinition/Practitioner")
    assert judged(tree, CODES) == [("error", "fhir/reference", "Patient.generalPractitioner[1].type")]


def test_a_code_of_another_version_stands_for_a_required_one() -> None:
    other = {"extension": [{"url": "http://hl7.org/fhir/5.0/StructureDefinition/extension-Patient.gender", "valueCode": "x"}]}
    assert judged(changed(RIGHT, "_gender", other), ["fhir/binding"], "hl7-validator") == []
