"""Whose a resource is, and resources nobody foresaw."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mapping_fhir_kit import ENCOUNTER, KEY, NHS, PATIENT, patient

from harness.formats.fhir import encode_json
from harness.mapping import lens
from harness.model.record import Coded, Record


def _bundle(*entries: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"fullUrl": url, "resource": resource} for url, resource in entries]}


def _flag(code: str, **subject: Any) -> dict[str, Any]:
    return {"resourceType": "Flag", "code": {"text": code}, "subject": subject}


def _person(id: str, number: str) -> dict[str, Any]:
    return patient(id=id, identifier=[{"system": NHS, "value": number}])


def test_resources_belong_to_the_patient_they_refer_to() -> None:
    base = "http://127.0.0.1:1/fhir"
    bundle = _bundle(
        (f"{base}/Patient/a", _person("a", "9990007004")),
        (f"{base}/Patient/b", _person("b", "9990007012")),
        ("urn:1", _flag("relative", reference="Patient/b")),
        ("urn:2", _flag("absolute", reference=f"{base}/Patient/a")),
        ("urn:3", _flag("versioned", reference="Patient/a/_history/2")),
        ("urn:4", _flag("logical", identifier={"system": NHS, "value": "9990007012"})),
        ("urn:5", _flag("conditional", reference=f"Patient?identifier={NHS}|9990007012")),
        ("urn:6", _flag("nobody here", reference="Patient/c")),
        ("urn:7", {"resourceType": "OperationOutcome"}),
    )
    records = lens(KEY).read_all(bundle)
    assert [record.text("person.nhs_number") for record in records] == ["9990007004", "9990007012", ""]
    texts = [[value.text for entry in record.entries("alert") if isinstance(value := entry.values["alert.code"], Coded)] for record in records]
    assert texts == [["absolute", "versioned"], ["relative", "logical", "conditional"], ["nobody here"]]
    assert lens(KEY).read(bundle).text("person.nhs_number") == "9990007004"


def test_a_patient_is_not_one_whose_id_ends_alike() -> None:
    bundle = _bundle(("urn:a", _person("a", "9990007004")), ("urn:1", _flag("x", reference="Patient/xa")), ("urn:2", _flag("y", reference="Patient/a1")))
    assert lens(KEY).read(bundle).entries("alert") == ()


def test_in_a_bundle_a_lone_resource_is_named_by_type_and_others_by_entry() -> None:
    bundle = _bundle(("urn:uuid:a", patient(gender="male")), ("urn:1", _flag("x", reference="urn:uuid:a")), ("urn:2", _flag("y", reference="urn:uuid:a")))
    record = lens(KEY).read(bundle)
    assert record.entries("person")[0].where["person.sex"] == "Patient.gender"
    assert [entry.where["alert.code"] for entry in record.entries("alert")] == ["Bundle.entry[1].resource.code", "Bundle.entry[2].resource.code"]


@pytest.mark.parametrize(
    "focus", [{"reference": "ServiceRequest/s1"}, {"reference": "http://x/fhir/ServiceRequest/s1"}, {"identifier": {"system": "urn:n", "value": "N1"}}]
)
def test_a_reply_belongs_to_the_notice_it_is_about(focus: dict[str, Any]) -> None:
    def notice(id: str, number: str) -> dict[str, Any]:
        identifier = [{"system": "urn:n", "value": number}]
        return {"resourceType": "ServiceRequest", "id": id, "identifier": identifier, "status": "active", "subject": {"reference": "Patient/a"}}

    task = {"resourceType": "Task", "status": "accepted", "focus": focus, "for": {"reference": "Patient/a"}}
    bundle = _bundle(("urn:p", _person("a", "9990007004")), ("urn:s1", notice("s1", "N1")), ("urn:s2", notice("s2", "N2")), ("urn:t", task))
    record = lens(KEY).read(bundle)
    assert [entry.text("referral.reply") for entry in record.entries("referral")] == ["accepted", ""]


def test_a_reply_is_written_as_a_task_about_its_notice() -> None:
    record = Record().with_group("referral", {"referral.status": "active", "referral.reply": "rejected"})
    bundle = lens(KEY).write(record)
    task = bundle["entry"][2]["resource"]
    assert (task["resourceType"], task["status"], task["focus"]) == ("Task", "rejected", {"reference": bundle["entry"][1]["fullUrl"]})
    assert lens(KEY).read(bundle).to_json() == record.to_json()


def test_addresses_of_a_bundle_are_the_same_every_time() -> None:
    record = Record().with_group("person", {"person.nhs_number": "9990007004"}).with_group("alert", {"alert.status": "active"}, {"alert.status": "inactive"})
    first, second = lens(KEY).write(record), lens(KEY).write(record)
    assert encode_json(first) == encode_json(second)
    assert len({entry["fullUrl"] for entry in first["entry"]}) == 3


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted({*PATIENT, *ENCOUNTER, "system", "code", "coding", "value", "use", "url"})), inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(
    st.sampled_from(["Patient", "Encounter", "AllergyIntolerance", "Observation", "Consent", "Task", "Bundle"]),
    st.dictionaries(st.sampled_from(sorted({*PATIENT, *ENCOUNTER, "category", "valueQuantity", "entry", "focus", "subject"})), _JSON, max_size=6),
)
def test_anything_at_all_can_be_read(type_name: str, elements: dict[str, Any]) -> None:
    lens(KEY).read_all({**elements, "resourceType": type_name})
    lens(KEY).read_all({"resourceType": "Bundle", "entry": [{"resource": {**elements, "resourceType": type_name}}, elements, None]})
