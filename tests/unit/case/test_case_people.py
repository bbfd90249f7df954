"""The people of a case: numbers, tokens and what carries them."""

from __future__ import annotations

from typing import Any

import nhs_number as nhs_number_library
import pytest
from case_kit import PEOPLE, opened
from hypothesis import given
from hypothesis import strategies as st

from harness.case.clock import CaseClock
from harness.case.nhs_numbers import VALID_IN_999, nhs_number
from harness.case.people import SLOTS_PER_CASE, TOKEN, CasePeople, cast, slot_of, token_of
from harness.case.spec import CaseSpec, Namespace
from harness.model.place import FixturePerson
from harness.model.record import DELETED, UNSAID, Record

NAMESPACE = Namespace(1, "unit", "2026-01-05")

# The first valid numbers of the range, as the rule of the check digit gives them.
FIRST = ["9990000018", "9990000026", "9990000034", "9990000042", "9990000050", "9990000069", "9990000077", "9990000085", "9990000093", "9990000107"]


def check_digit_holds(number: str) -> bool:
    """Modulus 11, written out again."""
    weights = [10, 9, 8, 7, 6, 5, 4, 3, 2]
    left = 11 - sum(int(digit) * weight for digit, weight in zip(number[:9], weights, strict=True)) % 11
    return int(number[9]) == (0 if left == 11 else left) and left != 10


def test_numbers_are_counted_through_the_range() -> None:
    assert [nhs_number(index) for index in range(10)] == FIRST
    assert nhs_number(VALID_IN_999 - 1) == "9999999999"


@given(st.integers(0, VALID_IN_999 - 1))
def test_every_number_is_valid_and_of_the_reserved_range(index: int) -> None:
    number = nhs_number(index)
    assert len(number) == 10
    assert number.startswith("999")
    assert check_digit_holds(number)
    assert nhs_number_library.is_valid(number, for_region=nhs_number_library.REGION_SYNTHETIC)


@given(st.integers(0, VALID_IN_999 - 2))
def test_numbers_rise_with_their_index(index: int) -> None:
    assert nhs_number(index) < nhs_number(index + 1)


def test_no_two_people_of_a_run_share_a_slot() -> None:
    specs = [CaseSpec(ordinal, "a:b", "hl7v2", "", "x/y-1", attempt) for ordinal in range(400) for attempt in range(3)]
    slots = [slot_of(spec, place, NAMESPACE) for spec in specs for place in range(SLOTS_PER_CASE)]
    assert len(set(slots)) == len(slots)


def test_tokens_differ_and_are_recognised() -> None:
    tokens = {token_of(index) for index in range(5000)}
    assert len(tokens) == 5000
    assert all(TOKEN.fullmatch(token) for token in tokens)


@pytest.fixture
def record() -> Record:
    return Record.from_json(
        {
            "person": [{"person.nhs_number": "9990000018", "person.birth_date": "1950-02-03"}],
            "name": [{"name.family": "Sample"}],
            "identifier": [{"identifier.authority": "X9Q", "identifier.value": "1"}, {"identifier.authority": "X9R", "identifier.value": "2"}],
        }
    )


def test_a_person_carries_the_token_and_the_authority_of_the_source(record: Record) -> None:
    person = cast(record, "A", CaseSpec(3, "a:b", "hl7v2", "", "x/y-1"), NAMESPACE, "X9A")
    assert person.record.text("name.family") == f"{person.token}-Sample"
    assert person.record.all("identifier.authority") == ("X9A", "X9R")
    assert all(person.token.upper() in value for value in person.record.all("identifier.value"))
    assert person.nhs_number != "9990000018"
    assert person.record.text("person.birth_date") == "1950-02-03"


def test_a_person_without_number_stays_without(record: Record) -> None:
    unnumbered = record.replaced({"person.nhs_number": UNSAID})
    person = cast(unnumbered, "A", CaseSpec(3, "a:b", "hl7v2", "", "x/y-1"), NAMESPACE, "X9A")
    assert person.nhs_number == ""
    assert person.identifier == ("X9A", f"{person.token}1".upper())


def test_identity_follows_the_namespace_and_content_does_not(record: Record) -> None:
    spec = CaseSpec(3, "a:b", "hl7v2", "", "x/y-1")
    one, other = (cast(record, "A", spec, Namespace(1, name, "2026-01-05"), "X9A") for name in ("one", "other"))
    assert one.nhs_number != other.nhs_number
    assert one.record.text("person.birth_date") == other.record.text("person.birth_date")


def test_what_is_gone_and_what_is_not_said_are_two_things(record: Record) -> None:
    person = cast(record, "A", CaseSpec(3, "a:b", "hl7v2", "", "x/y-1"), NAMESPACE, "X9A")
    gone, unsaid = person.with_({"person.birth_date": DELETED}), person.with_({"person.birth_date": UNSAID})
    assert gone.record.to_json()["person"][0]["person.birth_date"] is None
    assert "person.birth_date" not in unsaid.record.to_json()["person"][0]
    assert gone.record.text("person.birth_date") == unsaid.record.text("person.birth_date") == ""
    nothing: Any = None
    with pytest.raises(TypeError, match=r"person\.birth_date: None is neither"):
        person.with_({"person.birth_date": nothing})


def test_a_person_of_a_case_is_the_same_until_they_become_another() -> None:
    case, _, _ = opened()
    person = case.people.person("A")
    assert case.people.person("A") is person
    moved = person.with_({"address.postcode": "ZZ99 1AA"})
    assert case.people.become(moved) is case.people.person("A") is moved
    assert case.people.person("B").token != person.token


def test_tokens_of_people_who_share_content_prove_nothing_between_them() -> None:
    case, _, _ = opened()
    one, other, third = (case.people.person(letter) for letter in "ABC")
    case.people.share(one, other)
    assert case.people.tokens_of(one) == case.people.tokens_of(other) == {one.token, other.token}
    assert case.people.tokens_of(third) == {third.token}


def test_a_sentinel_is_plain_and_new_and_nobody_of_the_case() -> None:
    case, _, _ = opened()
    first, second = case.people.sentinel(), case.people.sentinel()
    assert (first.letter, second.letter) == ("sentinel-1", "sentinel-2")
    assert {name: len(entries) for name, entries in first.record.groups.items()} == {"person": 1, "name": 1, "address": 1, "identifier": 1}
    assert first.record.text("person.birth_date") == PEOPLE["A"].record.text("person.birth_date")  # type: ignore[attr-defined]
    tokens = {one.token for one in (first, second, *(case.people.person(letter) for letter in PEOPLE))}
    assert len(tokens) == len(PEOPLE) + 2
    # From the end of the case's own places: no sentinel is somebody of the next case.
    places = [slot_of(case.spec, place, case.link().namespace) for place in (SLOTS_PER_CASE - 2, SLOTS_PER_CASE - 3)]
    assert [one.token for one in (first, second)] == [token_of(place) for place in places]


def test_a_sentinel_has_no_more_than_the_content_it_is_made_of(record: Record) -> None:
    spec = CaseSpec(3, "a:b", "hl7v2", "", "x/y-1")
    people = CasePeople({"A": FixturePerson("A", "A", record)}, spec, NAMESPACE, "X9A", CaseClock(spec, NAMESPACE))
    assert set(people.sentinel().record.groups) == {"person", "name", "identifier"}


def test_a_case_is_called_by_what_it_is_about() -> None:
    assert CaseSpec(3, "a:b", "hl7v2", "", "x/y-1").id == "x/y-1[a:b/hl7v2]"
    assert CaseSpec(3, "a:b", "hl7v2", "adt", "x/y-1", 2).id == "x/y-1[a:b/hl7v2/adt]#2"


def test_an_identity_is_pinned_to_case_and_attempt() -> None:
    """Evidence of an earlier run is found again by it."""
    slots = [
        slot_of(CaseSpec(ordinal, "a:b", "hl7v2", "", "x/y-1", attempt), place, NAMESPACE) for ordinal, attempt, place in ((0, 0, 0), (1, 0, 0), (1, 1, 2))
    ]
    start = NAMESPACE.digest("people")
    assert slots == [(flat * 7919 + start) % VALID_IN_999 for flat in (0, 16, 16 + 2 + 50_021)]
