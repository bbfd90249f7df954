"""Observe and the waits: what is seen, for how long it is looked for, and that seeing nothing is not seeing that there is nothing."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from case_kit import opened
from scripted_follower_kit import Follower
from scripted_link_kit import LIMITS

from harness.adapters.fhir_observer import Sighting
from harness.case.blocked import Blocked
from harness.case.look import _LOOKS, _POLL
from harness.model.finding import Attribution
from harness.model.message import Message
from harness.model.record import Record


class Late(Follower):
    """Shows what it took only after some of its own time."""

    after = LIMITS.effect / 2

    def takes(self, message: Message) -> None:
        super().takes(message)
        self.ready = self.now() + self.after

    def shows(self, kind: str, value: str) -> list[dict[str, Any]]:
        return super().shows(kind, value) if self.people and self.now() >= self.ready else []


class TooLate(Late):
    after = 60.0


class Mixing(Follower):
    """Shows everybody under every number."""

    def shows(self, kind: str, value: str) -> list[dict[str, Any]]:
        return [resource for local, record in self.people.items() for resource in self.writes(local, record)]


class Growing(Follower):
    """Makes a record of everybody's first address, again and again."""

    def takes(self, message: Message) -> None:
        super().takes(message)
        for local, record in list(self.people.items()):
            self.people[local] = Record({**record.groups, "address": (*record.entries("address"), *record.entries("address")[:1])})


class Muttering(Follower):
    """Keeps a note of every message, which no lens reads."""

    def shows(self, kind: str, value: str) -> list[dict[str, Any]]:
        return [*super().shows(kind, value), *({"resourceType": "Basic", "id": f"note-{at}"} for at in range(len(self.seen)))]


class Blind:
    """An observer that is answered 503, for the first so many looks."""

    def __init__(self, observer: Any, blind: int) -> None:
        self.observer, self.blind, self.looks = observer, blind, 0

    def find(self, kind: str, value: str, *, thoroughly: bool = True) -> Sighting:
        self.looks += 1
        seen: Sighting = self.observer.find(kind, value)
        return seen if self.looks > self.blind else replace(seen, problem="the observer was answered 503")


def test_a_person_is_seen_under_the_nhs_number_and_under_the_local_one() -> None:
    case, _, _ = opened()
    person = case.person("A")
    assert not case.observe(person).found
    case.stimulate("register", person)
    for local in (False, True):
        seen = case.observe(person, local=local)
        assert seen.record is not None
        assert seen.record.text("person.nhs_number") == person.nhs_number
        assert seen.independent
    assert case.look.under(person.local).found
    assert case.observe(person, at="source").found


def test_a_look_is_evidence_and_of_a_wait_the_last_one_alone() -> None:
    case, _, _ = opened(Late)
    person = case.person("A")
    case.stimulate("register", person)
    kept = len(case.transcript.evidence)
    assert case.effect(person, lambda seen: seen.found).met
    assert [one.title for one in case.transcript.evidence[kept:]] == [f"{case.side('target').system.id} as observed"]


def test_an_effect_within_the_limit_is_waited_for_and_costs_nobody_anything() -> None:
    case, _, watch = opened(Late)
    person = case.person("A")
    case.stimulate("register", person)
    before = watch()
    seen = case.effect(person, lambda found: found.found)
    assert seen.met
    assert Late.after <= watch() - before <= Late.after + 2 * _POLL
    assert case.clock.waited == 0.0


def test_an_effect_that_never_comes_is_given_up_at_the_limit() -> None:
    case, _, watch = opened(TooLate)
    person = case.person("A")
    case.stimulate("register", person)
    before = watch()
    seen = case.effect(person, lambda found: found.found)
    assert (seen.met, seen.observation.found) == (False, False)
    assert LIMITS.effect <= watch() - before <= LIMITS.effect + 2 * _POLL
    assert case.clock.waited == pytest.approx(watch() - before)


def test_a_limit_of_nothing_is_still_looked_at_a_few_times() -> None:
    case, _, _watch = opened(TooLate)
    person = case.person("A")
    case.stimulate("register", person)
    looks = 0

    def look() -> Any:
        nonlocal looks
        looks += 1
        return case.observe(person)

    assert not case.look.until(look, lambda found: found.found, 0.0).met
    assert looks == _LOOKS


def test_nothing_seen_blocks_and_is_the_set_ups_lack() -> None:
    case, _, _ = opened()
    side = case.side("target")
    side.observer = Blind(side.observer, 10_000)  # type: ignore[assignment]
    for ask in (lambda: case.observe(case.person("A")), lambda: case.effect(case.person("A"), lambda seen: True)):
        with pytest.raises(Blocked, match="nothing could be observed: the observer was answered 503") as caught:
            ask()
        assert (caught.value.blocked_by, caught.value.attribution) == ("acknowledgement/effect-1", Attribution.HARNESS)


def test_a_wait_outlives_a_look_that_failed() -> None:
    case, _, _ = opened()
    person = case.person("A")
    case.stimulate("register", person)
    side = case.side("target")
    side.observer = Blind(side.observer, 2)  # type: ignore[assignment]
    assert case.effect(person, lambda seen: seen.found).met


def test_a_system_without_observer_blocks() -> None:
    case, _, _ = opened()
    case.side("target").observer = None
    with pytest.raises(Blocked, match="declares no endpoint to observe it by"):
        case.observe(case.person("A"))


def test_content_of_another_person_raises_an_alarm_but_for_those_who_share_it() -> None:
    case, _, _ = opened(Mixing)
    one, other = case.person("A"), case.person("B")
    for person in (one, other):
        case.stimulate("register", person)
    case.people.share(one, other)
    case.observe(one)
    assert case.look.alarms == []
    third = case.person("C")
    case.stimulate("register", third)
    case.observe(one)
    assert case.look.alarms == ["content of 1 other people stands in the record found under this identifier"]


def test_a_barrier_is_somebody_neutral_who_becomes_observable() -> None:
    case, follower, _ = opened()
    case.look.barrier()
    case.look.barrier()
    assert len(follower.people) == 2
    (first, second) = follower.people.values()
    assert set(first.groups) <= {"person", "name", "address", "identifier"}
    assert first.text("person.nhs_number") != second.text("person.nhs_number")


def test_a_barrier_that_is_never_passed_blocks() -> None:
    case, _, _ = opened(TooLate)
    with pytest.raises(Blocked, match="never became observable"):
        case.look.barrier()


@pytest.mark.parametrize(("follower", "same"), [(Follower, True), (Growing, False), (Muttering, False)])
def test_unchanged_looks_again_after_a_barrier(follower: type[Follower], same: bool) -> None:
    case, target, _ = opened(follower)
    person = case.person("A")
    case.stimulate("register", person)
    before = case.observe(person)
    people = len(target.people)
    assert case.look.unchanged(before, lambda: case.observe(person)).met is same
    assert len(target.people) == people + 1
