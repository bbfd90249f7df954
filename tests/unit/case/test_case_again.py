"""Repetition: by the source itself, or by the harness in its name where nobody acknowledges."""

from __future__ import annotations

import pytest
from case_kit import opened
from scripted_events_kit import NeverRepeats, telling_nobody_of
from scripted_follower_kit import Answer, Follower

from harness.case.again import sent_again, sent_twice
from harness.case.blocked import Blocked
from harness.model.finding import Attribution
from harness.model.message import Message, Origin


class Forgetful(Follower):
    def takes(self, message: Message) -> None:
        """Nothing is kept."""


class RefusesRepeats(Follower):
    def hears(self, message: Message) -> Answer | None:
        return Answer("AE", "207") if message.content in self.seen else super().hears(message)


def test_a_message_arrives_twice_and_a_barrier_follows() -> None:
    case, follower, _ = opened()
    assert sent_twice(case, "register", case.person("A")) is None
    assert [one.message.origin for one in case.transcript.deliveries] == [Origin.SOURCE, Origin.REPLAY, Origin.SOURCE]
    assert len(follower.people) == 2


@pytest.mark.parametrize("fault", ["drop", "disconnect"])
def test_what_was_lost_is_repeated_by_the_source(fault: str) -> None:
    case, follower, _ = opened()
    assert sent_again(case, "register", case.person("A"), fault) is None
    assert [one.message.origin for one in case.transcript.deliveries] == [Origin.SOURCE] * 3
    assert len(follower.people) == 2


def test_where_nobody_acknowledges_the_harness_repeats() -> None:
    case, follower, _ = opened(acknowledged=False)
    assert sent_again(case, "register", case.person("A"), "drop") is None
    assert [(one.message.origin, one.failure) for one in case.transcript.deliveries[:2]] == [("source", "dropped"), ("replay", "")]
    assert len(follower.people) == 2


@pytest.mark.parametrize("repeat", [sent_twice, lambda case, event, person: sent_again(case, event, person, "drop")])
def test_a_source_that_tells_nobody_is_to_blame(repeat: object) -> None:
    case, _, _ = opened(source=telling_nobody_of("register"))
    found = repeat(case, "register", case.person("A"))  # type: ignore[operator]
    assert (found.attribution, found.actual) == (Attribution.SOURCE, "nothing was sent")


def test_a_source_that_gives_up_is_to_blame() -> None:
    case, _, _ = opened(source=NeverRepeats)
    found = sent_again(case, "register", case.person("A"), "drop")
    assert found is not None
    assert (found.attribution, found.actual) == (Attribution.SOURCE, "sent once and given up")


def test_a_repeat_that_is_refused_is_the_targets_fault() -> None:
    case, _, _ = opened(RefusesRepeats)
    found = sent_again(case, "register", case.person("A"), "disconnect")
    assert found is not None
    assert (found.attribution, found.actual) == (Attribution.TARGET, "AE/207")


def test_a_barrier_that_is_never_passed_blocks_what_would_be_said() -> None:
    case, _, _ = opened(Forgetful)
    with pytest.raises(Blocked):
        sent_twice(case, "register", case.person("A"))
