"""The store: versions, rollback, search, what was received."""

from __future__ import annotations

import pytest
from systems_world import NOW, local, nhs, patient

from harness.systems.core.clock import Clock, to_local, with_offset
from harness.systems.core.search import SearchError
from harness.systems.core.store import Store, VersionConflictError


@pytest.fixture
def store() -> Store:
    return Store("x", Clock(NOW))


def test_clock_knows_both_clock_changes() -> None:
    assert with_offset("2026-07-01T09:00") == "2026-07-01T09:00:00+01:00"
    assert with_offset("2026-01-05T09:00:00") == "2026-01-05T09:00:00+00:00"
    assert with_offset("2026-07-01") == "2026-07-01"
    assert to_local("2026-07-01T23:30:00Z") == "2026-07-02T00:30:00"
    clock = Clock(NOW)
    clock.advance(61)
    assert (clock.stamp(), clock.instant()) == ("20260105090101", "2026-01-05T09:01:01+00:00")


def test_versions_count_and_history_keeps_a_deletion(store: Store) -> None:
    first = store.put(patient(local("1")))
    second = store.put({**first, "gender": "male"})
    assert (first["id"], first["meta"]["versionId"], second["meta"]["versionId"]) == (second["id"], "1", "2")
    assert second["meta"]["lastUpdated"] == "2026-01-05T09:00:00+00:00"
    assert store.delete("Patient", first["id"])
    assert store.get("Patient", first["id"]) is None
    assert [number for number, _ in store.history("Patient", first["id"])] == [3, 2, 1]
    assert store.history("Patient", first["id"])[0][1] is None
    assert store.find("Patient", local("1")["system"], "1") == []


def test_writing_the_same_again_changes_nothing(store: Store) -> None:
    first = store.put(patient(local("1")))
    assert store.put({**patient(local("1")), "id": first["id"]})["meta"]["versionId"] == "1"


def test_ids_are_derived_and_never_shared(store: Store) -> None:
    one, other = store.put(patient(local("1"))), store.put(patient(local("1"), family="Other"))
    assert one["id"] == Store("x", Clock(NOW)).put(patient(local("1")))["id"]
    assert one["id"] != other["id"]
    assert one["id"] != Store("y", Clock(NOW)).put(patient(local("1")))["id"]


def test_expected_version_must_be_current(store: Store) -> None:
    first = store.put(patient(local("1")))
    store.put({**first, "gender": "male"}, expect_version="1")
    with pytest.raises(VersionConflictError):
        store.put({**first, "gender": "female"}, expect_version="1")


def _fail_after(store: Store, *values: str) -> None:
    with store.transaction():
        for value in values:
            store.put(patient(local(value)))
        raise ZeroDivisionError


def test_a_transaction_is_undone_whole_and_nests(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_after(store, "1", "2")
    assert store.all_ids("Patient") == []
    with store.transaction():
        store.put(patient(local("1")))
        with pytest.raises(ZeroDivisionError):
            _fail_after(store, "2")
    assert len(store.all_ids("Patient")) == 1


def test_decimals_keep_their_digits(store: Store) -> None:
    from harness.formats.fhir import encode_json, parse_json

    body = b'{"resourceType":"Observation","id":"o","valueQuantity":{"value":84.10}}'
    store.put(parse_json(body))
    assert b'"value":84.10' in encode_json(store.get("Observation", "o"))


@pytest.mark.parametrize(
    ("params", "count"),
    [
        ([("identifier", "https://exemplar-harness.example/Id/local/X9A|1")], 1),
        ([("identifier", "1")], 2),
        ([("identifier", "9990007004")], 1),
        ([("identifier", "1,9990007004")], 2),
        ([("family", "ashw")], 1),
        ([("family", "éric")], 1),
        ([("family:exact", "ashw")], 0),
        ([("birthdate", "1925")], 1),
        ([("birthdate", "gt1925-07-04")], 0),
        ([("birthdate", "ge1925-07-04")], 1),
        ([("gender", "male"), ("family", "ashworth")], 0),
        ([("gender", "male,female")], 2),
        ([("_tag", "t")], 0),
    ],
)
def test_search_of_patients(store: Store, params: list[tuple[str, str]], count: int) -> None:
    store.put(patient(local("1"), nhs("9990007004"), birthDate="1925-07-04", gender="female"))
    store.put(patient(local("1", "X9B"), family="Ericsson", gender="male"))
    assert len(store.search("Patient", params)) == count


def test_search_by_reference_and_chain(store: Store) -> None:
    person = store.put(patient(local("1")))
    flag = store.put({"resourceType": "Flag", "status": "active", "subject": {"reference": f"Patient/{person['id']}"}})
    for param, value in (("patient", person["id"]), ("subject", f"Patient/{person['id']}"), ("patient.identifier", "1")):
        assert [each["id"] for each in store.search("Flag", [(param, value)])] == [flag["id"]], param
    assert store.search("Flag", [("patient", "other")]) == []
    assert [each["id"] for each in store.all_of_patient(person["id"])] == [flag["id"]]


@pytest.mark.parametrize(("name", "value"), [("colour", "red"), ("identifier", ""), ("identifier:above", "x"), ("birthdate", "soon"), ("identifier", "a|")])
def test_search_refuses_rather_than_ignores(store: Store, name: str, value: str) -> None:
    with pytest.raises(SearchError):
        store.search("Patient", [(name, value)])


def test_replays_are_known_once_handled(store: Store) -> None:
    number = store.received(b"abc", "text/plain", "hl7v2/2.4", "C1")
    assert not store.seen(b"abc")
    store.answered(number, 400, b"no")
    assert not store.seen(b"abc")
    store.answered(number, 200, b"yes")
    assert store.answer_to(b"abc") == (200, b"yes")
    assert store.messages() == [("text/plain", "hl7v2/2.4", "C1", b"abc")]
