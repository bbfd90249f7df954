"""Who is who."""

from __future__ import annotations

from typing import Any

import pytest
from systems_world import NOW, local, nhs, patient

from harness.systems.core import identity, uris
from harness.systems.core.clock import Clock
from harness.systems.core.store import Store
from harness.systems.core.view import suppressed

NUMBER = "9990007004"
PSEUDO: dict[str, Any] = {"meta": {"tag": [{"system": uris.PERSON_TAG, "code": "pseudo-person"}]}}


@pytest.fixture
def store() -> Store:
    return Store("x", Clock(NOW))


@pytest.mark.parametrize(
    ("held", "incoming", "same"),
    [
        (patient(local("1")), patient(local("1")), True),
        (patient(local("1", "X9A")), patient(local("1", "X9B")), False),
        (patient(local("1"), nhs(NUMBER)), patient(local("2", "X9B"), nhs(NUMBER)), True),
        (patient(local("1"), nhs(NUMBER)), patient(local("2", "X9B"), nhs(NUMBER, "02")), False),
        (patient(local("1"), nhs(NUMBER, "03")), patient(local("2", "X9B"), nhs(NUMBER)), False),
        (patient(local("1"), nhs(NUMBER, "")), patient(local("2", "X9B"), nhs(NUMBER, "")), False),
        (patient(local("1"), nhs(NUMBER)), patient(nhs(NUMBER), **PSEUDO), False),
        (patient(local("1"), nhs(NUMBER), **PSEUDO), patient(nhs(NUMBER)), False),
        (patient(local("1"), **PSEUDO), patient(local("1"), **PSEUDO), True),
        (patient(local("1"), birthDate="1950-01-01"), patient(local("2"), birthDate="1950-01-01"), False),
    ],
)
def test_match(store: Store, held: identity.Resource, incoming: identity.Resource, same: bool) -> None:
    stored = store.put(held)
    found = identity.match(store, incoming)
    assert (found is not None and found["id"] == stored["id"]) is same


def test_joining_keeps_numbers_and_a_merge(store: Store) -> None:
    link = [{"other": {"reference": "Patient/s"}, "type": "replaced-by"}]
    held = patient(local("1"), local("7", "X9L"), nhs(NUMBER), active=False, link=link)
    joined = identity.joined(patient(local("2"), active=True), held)
    assert [each["value"] for each in joined["identifier"]] == ["2", "1", "7"]
    assert joined["active"] is False
    assert joined["link"] == link


def test_a_chain_of_merges_ends_at_the_survivor_and_moves_what_is_held(store: Store) -> None:
    end = store.put(patient(local("C")))
    middle = store.put(patient(local("B"), active=False, link=[{"other": {"reference": f"Patient/{end['id']}"}, "type": "replaced-by"}]))
    first = store.put(patient(local("A"), active=False, link=[{"other": {"reference": f"Patient/{middle['id']}"}, "type": "replaced-by"}]))
    flag = store.put({"resourceType": "Flag", "subject": {"reference": f"Patient/{first['id']}"}})
    assert identity.survivor(store, first)["id"] == end["id"]
    identity.follow_merges(store, [first])
    assert store.of_patient("Flag", end["id"])[0]["id"] == flag["id"]


def test_a_ring_of_merges_does_not_hang(store: Store) -> None:
    ring = [{"other": {"reference": "Patient/b"}, "type": "replaced-by"}]
    one = store.put({**patient(local("A"), link=ring), "id": "a"})
    store.put({**patient(local("B"), link=[{"other": {"reference": "Patient/a"}, "type": "replaced-by"}]), "id": "b"})
    assert identity.survivor(store, one)["id"] == "b"


def test_national_flag_hides_where_a_person_is() -> None:
    flag = {"system": uris.CONFIDENTIALITY, "code": "R"}
    person = patient(local("1"), address=[{"city": "X"}], telecom=[{"value": "1"}], contact=[{}], generalPractitioner=[{}], meta={"security": [flag]})
    assert set(suppressed(person)) == {"resourceType", "identifier", "name", "meta"}
    noted = {**person, "meta": {"security": [flag, {"code": "local-flag"}]}}
    assert suppressed(noted) == noted
