"""Stimulate: what a system is told, and what keeps an event from being caused."""

from __future__ import annotations

from typing import Any

import pytest
from case_kit import opened

from harness.case.blocked import Blocked
from harness.case.case import Case
from harness.errors import TransportError
from harness.model.finding import Attribution


class Listening:
    """A control interface that keeps what it was asked."""

    available = True

    def __init__(self, answer: tuple[int, str] = (0, "")) -> None:
        self.answer, self.asked = answer, list[tuple[str, Any, dict[str, Any]]]()

    def event(self, name: str, record: Any, **more: Any) -> tuple[int, str]:
        self.asked.append((name, record, more))
        return self.answer

    def pending(self) -> int:
        return 0


def hears(case: Case, control: Any = None) -> Any:
    """Put a control interface in place of the source's."""
    side: Any = case.side("source")
    side.control = control or Listening()
    return side.control


def test_a_system_is_told_what_the_event_is_about_and_when() -> None:
    case, _, _ = opened()
    control = hears(case)
    person, other = case.person("A"), case.person("B")
    case.stimulate("admit", person)
    case.stimulate("merge", person, loser=other, note="x")
    (first, told, about), (_, merged, details) = control.asked
    assert (first, about["to"], about["interface"]) == ("admit", case.side("target").system.id, "hl7v2")
    assert (about["occurred"], about["now"]) == ("2026-01-05T06:45:01", "2026-01-05T06:45:01")
    assert (set(told.groups) >= {"person", "encounter"}, "encounter" in merged.groups) == (True, False)
    assert about["control_id"] != details["control_id"]
    assert set(details["details"]) == {"loser", "note"}
    assert "encounter" not in details["details"]["loser"]
    assert details["details"]["loser"]["person"][0]["person.nhs_number"] == other.nhs_number


def test_an_event_may_have_happened_at_another_time() -> None:
    case, _, _ = opened()
    control = hears(case)
    case.stimulate("admit", case.person("A"), occurred="2026-01-01T10:00:00")
    assert control.asked[0][2]["occurred"] == "2026-01-01T10:00:00"
    assert case.clock.at() == "2026-01-05T06:45:00"


def test_a_refusal_blocks_with_its_reason() -> None:
    case, _, _ = opened()
    hears(case, Listening((0, "EPRA answered 422 to the event admit")))
    with pytest.raises(Blocked, match="EPRA answered 422"):
        case.stimulate("admit", case.person("A"))


def test_a_system_without_control_is_the_set_ups_lack() -> None:
    case, _, _ = opened()
    hears(case).available = False
    with pytest.raises(Blocked, match="declares no control interface") as caught:
        case.stimulate("admit", case.person("A"))
    assert caught.value.attribution is Attribution.HARNESS


def test_a_control_interface_that_fails_is_unreachable() -> None:
    class Broken(Listening):
        def event(self, name: str, record: Any, **more: Any) -> tuple[int, str]:
            raise TransportError("the connection was lost", reason="closed")

    case, _, _ = opened()
    hears(case, Broken())
    with pytest.raises(Blocked, match="the control interface failed") as caught:
        case.stimulate("admit", case.person("A"))
    assert caught.value.signals == ("unreachable",)


def test_a_capture_of_nothing_blocks() -> None:
    case, _, _ = opened()
    hears(case)
    with pytest.raises(Blocked, match="emitted nothing for admit") as caught:
        case.capture("admit", case.person("A"))
    assert caught.value.blocked_by == "acknowledgement/events-1"
