"""Carrying: what the sender emits reaches the receiver, the answer goes back, and replies are carried with their step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from case_kit import Released, case_on, opened
from conversation_kit import Council, Hospital, conversation_link
from scripted_follower_kit import Answer, Follower
from scripted_link_kit import LIMITS

from harness.case.case import Case
from harness.case.link import TARGET
from harness.case.people import Person
from harness.model.message import Message, Origin
from harness.suites.social_care.contents import noticed


class Silent(Follower):
    def hears(self, message: Message) -> Answer | None:
        return None


def sent(case: Case) -> list[tuple[str, str]]:
    """Who sent what there was on the wire, and what became of it."""
    return [(one.message.origin, one.failure) for one in case.transcript.deliveries]


def conversing() -> Case:
    """A hospital that tells a council, which answers."""
    link, watch = conversation_link(Hospital, Council)
    return case_on({TARGET: link}, watch)


def notice(case: Case) -> Person:
    """A with a notice to social care, known at both ends."""
    case.stimulate("register", case.person("A"))
    return noticed(case, "A")


def test_a_message_is_carried_and_its_answer_handed_back() -> None:
    case, follower, _ = opened()
    released = Released(case.link().adapter)
    exchange = case.stimulate("register", case.person("A"))
    assert exchange.positive
    assert released.told == [exchange.last]
    assert list(follower.people) == [case.person("A").local[1]]
    assert exchange.last is not None
    assert (exchange.last.message.origin, exchange.last.message.trigger) == (Origin.SOURCE, "A28")


def test_a_wire_fault_strikes_once_and_what_is_repeated_is_carried() -> None:
    case, follower, _ = opened()
    released = Released(case.link().adapter)
    exchange = case.stimulate("register", case.person("A"), fault="drop")
    assert [one.failure for one in exchange.deliveries] == ["dropped", ""]
    assert follower.people
    assert released.told == [None, exchange.last]


def test_an_answer_that_is_lost_is_repeated_too() -> None:
    case, _, _ = opened()
    exchange = case.stimulate("register", case.person("A"), fault="disconnect")
    assert [(one.failure, one.positive) for one in exchange.deliveries] == [("disconnected", False), ("", True)]


def test_who_expects_no_answer_repeats_nothing() -> None:
    case, _, watch = opened(acknowledged=False)
    exchange = case.stimulate("register", case.person("A"), fault="drop")
    assert [one.failure for one in exchange.deliveries] == ["dropped"]
    assert watch() == 0.0


def test_silence_is_waited_for_once_and_counted_apart() -> None:
    case, _, watch = opened(Silent)
    exchange = case.stimulate("register", case.person("A"))
    assert [one.failure for one in exchange.deliveries] == ["time-out"]
    assert case.clock.waited == LIMITS.acknowledge
    assert watch() < LIMITS.acknowledge * 3


def test_a_source_that_says_nothing_is_waited_for_no_longer_than_its_limit() -> None:
    case, _, watch = opened()
    exchange = case.stimulus.relay.carry(case.parties.passage("source"), "register", 1)
    assert exchange.deliveries == ()
    assert LIMITS.acknowledge + 1.0 <= watch() < LIMITS.acknowledge + 1.2


def test_what_is_withheld_never_arrives_and_the_sender_is_told_that_it_did() -> None:
    case, follower, _ = opened()
    released = Released(case.link().adapter)
    message = case.capture("register", case.person("A"))
    assert follower.people == {}
    assert sent(case) == [(Origin.SOURCE, "withheld")]
    assert [one.positive for one in released.told if one] == [True]
    assert case.send(message).positive
    assert follower.people


def test_a_reply_belongs_to_the_step_that_caused_it() -> None:
    case = conversing()
    person = notice(case)
    assert sent(case) == [("source", "")]
    case.stimulate("assessment-notice", person)
    assert [(one.message.origin, one.message.trigger) for one in case.transcript.deliveries[1:]] == [("source", "assessment-notice"), ("target", "reply")]
    assert [one["status"] for one in case.observe(person, at="source").of("Task")] == ["received"]


def test_the_target_can_be_made_to_cause_events_of_its_own() -> None:
    case = conversing()
    person = notice(case)
    case.stimulate("assessment-notice", person)
    exchange = case.stimulate("accept-notice", person, at="target")
    assert [(one.message.origin, one.positive) for one in exchange.deliveries] == [("target", True)]
    assert [one["status"] for one in case.observe(person, at="source").of("Task")] == ["accepted"]


def test_what_a_system_says_of_its_own_accord_is_carried_when_somebody_looks() -> None:
    case = conversing()
    person = notice(case)
    link = case.link()
    wiring: Any = link.reverse
    case.stimulate("assessment-notice", person)
    again = replace(case.transcript.deliveries[-1].message, trigger="", control_id="again")
    wiring.wiring.said.append(again)
    assert case.effect(person, lambda seen: seen.found).met
    assert case.transcript.deliveries[-1].message.control_id == "again"


def test_nothing_goes_back_where_the_link_carries_no_replies() -> None:
    case, _, _ = opened(over="fhir")
    assert case.stimulus.relay.carry(case.parties.passage("target"), "alert-raise", 1).deliveries == ()
