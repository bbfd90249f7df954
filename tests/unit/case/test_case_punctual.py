"""Is an effect visible in time: by the flow's limit, for the share of people that the scale asks for."""

from __future__ import annotations

from typing import Any

import pytest
from case_kit import opened
from scripted_follower_kit import Answer, Follower
from scripted_link_kit import LIMITS

from harness.case.blocked import Blocked
from harness.case.punctual import time_limit, visible_in_time
from harness.catalogue import catalogue
from harness.model.finding import Attribution
from harness.model.message import Message
from harness.model.outcome import Outcome

CHECK = "process/encounter-11"


class Slow(Follower):
    """Shows what it took only after ``delay`` seconds."""

    delay = LIMITS.effect * 2

    def takes(self, message: Message) -> None:
        super().takes(message)
        self.due = self.now() + self.delay

    def shows(self, kind: str, value: str) -> list[dict[str, Any]]:
        return super().shows(kind, value) if self.people and self.now() >= self.due else []


class Never(Slow):
    delay = 1e9


class Refusing(Follower):
    def refuses(self, message: Message) -> Answer | None:
        return Answer("AE")


def asked(follower: type[Follower], **how: Any) -> Any:
    case, target, _ = opened(follower, check=CHECK, **how)
    found = visible_in_time(case, "register", [case.person(letter) for letter in "ABC"], lambda seen: seen.found)
    return found, target


@pytest.mark.parametrize("follower", [Follower, Slow])
def test_later_than_the_effect_limit_is_still_in_time_for_the_flow(follower: type[Follower]) -> None:
    found, target = asked(follower)
    assert (found.outcome, found.actual) == (Outcome.PASS, "in time for all 3")
    assert len(target.people) == 3


def test_what_never_shows_fails_and_no_more_people_are_tried_than_needed() -> None:
    found, target = asked(Never)
    assert (found.outcome, found.attribution) == (Outcome.FAIL, Attribution.TARGET)
    assert found.actual == "not in time for 1 of 3 or more"
    assert len(target.people) == 1


def test_without_acknowledgement_there_is_no_moment_to_measure_from() -> None:
    found, _ = asked(Refusing)
    assert (found.outcome, found.blocked_by) == (Outcome.INCONCLUSIVE, "acknowledgement/events-1")
    found, _ = asked(Follower, acknowledged=False)
    assert found.outcome is Outcome.PASS


def test_the_limit_is_that_of_the_flow_which_has_the_event() -> None:
    case, _, _ = opened(check=CHECK)
    flows = catalogue().flows.values()
    assert time_limit(case, "admit") == min(flow.time_limit for flow in flows if flow.family == "adt")
    assert time_limit(case, "no-such-event") == time_limit(case, "admit")
    case, _, _ = opened(check="connection/answer-1")
    with pytest.raises(Blocked, match="says within which time"):
        time_limit(case, "admit")
