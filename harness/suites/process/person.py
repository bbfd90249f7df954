"""process/person: LEVELS L5a, L5b and L5e for identity; flow S11, merges of ITK A40."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.again import sent_again, sent_twice, untold
from harness.case.check import check
from harness.case.given import known
from harness.case.punctual import visible_in_time

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.observation import Observation
    from harness.case.people import Person
    from harness.model.finding import Finding

_FIRST, _LAST = "ZZ99 1DA", "ZZ99 2DB"


def _lives_at(seen: Observation, postcode: str) -> bool:
    """One current record, with that home post code and no other."""
    homes = [entry.text("address.postcode") for record in seen.records for entry in record.entries("address") if entry.text("address.use") in ("home", "")]
    return len(seen.current) == 1 and homes == [postcode]


def _at(person: Person, postcode: str) -> Person:
    return person.with_({"address.postcode": postcode})


def _moved(case: Case, person: Person, postcode: str) -> Finding:
    seen = case.effect(person, lambda found: _lives_at(found, postcode))
    count = len(seen.observation.current)
    return case.expect(seen.met, expected="one record with the last content", actual="so" if seen.met else f"{count} records, not all so", person=person)


def _merged_once(case: Case, survivor: Person, loser: Person) -> Finding:
    """One live record for both people, under the surviving number."""
    seen = case.effect(loser, lambda found: not found.problem and not found.current_under(loser.nhs_number))
    kept = case.observe(survivor)
    live = {str(patient.get("id")) for patient in kept.current + seen.observation.current}
    right = seen.met and len(live) == 1 and bool(kept.current_under(survivor.nhs_number))
    wanted = "one live record, under the surviving number"
    return case.expect(right, expected=wanted, actual=wanted if right else f"{len(live)} live records", person=survivor)


@check("process/person-1")
def identity_conversation_ends_in_one_record(case: Case) -> Iterator[Finding]:
    """Register, update, merge and a further update SHALL end in one record with the last content.

    Registers A and B, moves A, merges B into A, and moves A again.
    """
    survivor, loser = case.person("A"), case.person("B")
    case.people.share(survivor, loser)
    case.stimulate("register", survivor)
    case.stimulate("register", loser)
    moved = _at(survivor, _FIRST)
    case.stimulate("update-person", moved)
    if not case.stimulate("merge", moved, loser=loser).deliveries:
        yield untold(case, "merge", survivor)
        return
    case.stimulate("update-person", _at(survivor, _LAST))
    yield _moved(case, survivor, _LAST)
    yield _merged_once(case, survivor, loser)


@check("process/person-2", given=[known("A"), known("B")])
def duplicated_merge_converges(case: Case) -> Iterator[Finding]:
    """A duplicated merge SHALL converge to the state of a single one.

    Merges B, who has an allergy of their own, into A; the message arrives twice, byte for byte.
    """
    survivor = case.person("A")
    loser = case.person("B")
    case.people.share(survivor, loser)
    wrong = sent_twice(case, "merge", survivor, loser=loser)
    if wrong:
        yield wrong
        return
    yield _merged_once(case, survivor, loser)
    held = [code for record in case.observe(survivor).records for code in record.all("allergy.code")]
    wanted = loser.record.all("allergy.code")
    once = all(held.count(code) == 1 for code in wanted)
    found = "once each" if once else f"{sum(held.count(code) for code in wanted)} for {len(wanted)}"
    yield case.expect(once, expected="every allergy of the loser once under the survivor", actual=found, person=survivor)


@check("process/person-3", given=[known("A")])
def lost_update_converges(case: Case) -> Iterator[Finding]:
    """An update lost on the wire and sent again SHALL converge.

    The first update of A never leaves; what the source then repeats is carried.
    """
    person = _at(case.person("A"), _LAST)
    wrong = sent_again(case, "update-person", person, "drop")
    yield wrong or _moved(case, person, _LAST)


@check("process/person-4")
def lost_answer_has_one_effect(case: Case) -> Iterator[Finding]:
    """A connection lost before the acknowledgement SHALL end in one effect.

    The answers to the registration of A, and then to an update, are lost with their connections; the source repeats both.
    """
    person = case.person("A")
    wrong = sent_again(case, "register", person, "disconnect")
    seen = case.effect(person, lambda found: len(found.current) == 1)
    yield wrong or case.expect(seen.met, expected="one record", actual=f"{len(seen.observation.current)} records", person=person)
    moved = _at(person, _LAST)
    wrong = sent_again(case, "update-person", moved, "disconnect")
    yield wrong or _moved(case, moved, _LAST)


@check("process/person-5", given=[known("A"), known("B"), known("C")])
def update_is_visible_in_time(case: Case) -> Iterator[Finding]:
    """An update SHALL be visible within the flow's time limit.

    Moves three people and measures each from the acknowledgement on.
    """
    people = [_at(case.person(letter), _LAST) for letter in ("A", "B", "C")]
    yield visible_in_time(case, "update-person", people, lambda seen: _lives_at(seen, _LAST))
