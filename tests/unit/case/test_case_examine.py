"""Running one check: whatever happens is a finding, with its root and its share of the time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from case_kit import PEOPLE
from scripted_follower_kit import Follower
from scripted_link_kit import scripted_link

from harness.case import examine as rooms
from harness.case.blocked import Blocked
from harness.case.case import Case
from harness.case.check import Check
from harness.case.evidence import EvidenceHashes
from harness.case.given import known
from harness.case.link import TARGET
from harness.case.spec import CaseSpec
from harness.errors import TransportError
from harness.model.finding import Attribution, Finding
from harness.model.outcome import Outcome

ID = "connection/answer-1"


def passing(case: Case) -> Iterator[Finding]:
    case.stimulate("register", case.person("A"))
    yield case.passed()
    yield case.passed()


def nothing(case: Case) -> Iterator[Finding]:
    yield from ()


def raising(error: Exception) -> Any:
    def check(case: Case) -> Iterator[Finding]:
        yield case.passed("so far")
        raise error

    return check


def mixed(case: Case) -> Iterator[Finding]:
    case.look.alarms.append("content of 1 other people stands in the record found under this identifier")
    yield case.passed()


def asked(function: Any, monkeypatch: pytest.MonkeyPatch, *, follower: type[Follower] = Follower, given: tuple[Any, ...] = ()) -> tuple[Finding, ...]:
    monkeypatch.setattr(rooms, "CHECKS", {ID: Check(ID, function, given)})
    link, watch = scripted_link(follower)
    return rooms.examine(CaseSpec(3, "a:b", "hl7v2", "", ID), {TARGET: link}, EvidenceHashes(), PEOPLE, watch=watch)


def test_findings_share_the_time_and_all_have_the_whole_evidence(monkeypatch: pytest.MonkeyPatch) -> None:
    found = asked(passing, monkeypatch)
    assert [one.outcome for one in found] == [Outcome.PASS, Outcome.PASS]
    assert len(found[0].evidence) == 2
    assert found[0] == found[1]


def test_nothing_said_is_inconclusive(monkeypatch: pytest.MonkeyPatch) -> None:
    (found,) = asked(nothing, monkeypatch)
    assert (found.outcome, found.message, found.attribution) == (Outcome.INCONCLUSIVE, "the check examined nothing", Attribution.HARNESS)


@pytest.mark.parametrize(
    ("error", "outcome", "blocked_by", "signals"),
    [
        (Blocked("no answer", "connection/session-1", signals=("unreachable",)), Outcome.INCONCLUSIVE, "connection/session-1", ("unreachable",)),
        (Blocked("no answer", ID), Outcome.INCONCLUSIVE, "", ()),
        (TransportError("nobody", reason="refused"), Outcome.INCONCLUSIVE, "connection/session-1", ("unreachable",)),
        (TransportError("late", reason="time-out"), Outcome.INCONCLUSIVE, "connection/session-1", ()),
        (KeyError("x"), Outcome.ERROR, "", ()),
    ],
)
def test_what_stops_a_check_is_a_finding(
    error: Exception, outcome: Outcome, blocked_by: str, signals: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = asked(raising(error), monkeypatch)[-1]
    assert (found.outcome, found.blocked_by, found.signals) == (outcome, blocked_by, signals)


def test_a_failure_of_the_harness_says_where(monkeypatch: pytest.MonkeyPatch) -> None:
    found = asked(raising(KeyError("x")), monkeypatch)[-1]
    assert found.attribution is Attribution.HARNESS
    assert found.message.startswith("KeyError: 'x' (")
    assert "test_case_examine.py:" in found.message


def test_what_is_given_comes_first_and_blocks_when_it_cannot_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    class Forgetful(Follower):
        def takes(self, message: Any) -> None:
            """Nothing is kept."""

    (found,) = asked(passing, monkeypatch, follower=Forgetful, given=(known("A"),))
    assert (found.outcome, found.blocked_by) == (Outcome.INCONCLUSIVE, "acknowledgement/effect-1")
    assert found.waited > 0


def test_an_alarm_is_a_failure_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = asked(mixed, monkeypatch)
    assert (first.outcome, second.outcome, second.signals) == (Outcome.PASS, Outcome.FAIL, ("wrong-patient",))
