"""What is given is brought about, verified, and kept as what was before."""

from __future__ import annotations

from typing import Any

import pytest
from case_kit import opened
from scripted_events_kit import telling_nobody_of
from scripted_follower_kit import Answer, Follower

from harness.case.blocked import Blocked
from harness.case.given import known
from harness.model.message import Message
from harness.model.record import UNSAID, Record
from harness.suites.process.stays import admitted


class Forgetful(Follower):
    def takes(self, message: Message) -> None:
        """Nothing is kept."""


class Silent(Follower):
    def hears(self, message: Message) -> Answer | None:
        return None


class Twice(Follower):
    def shows(self, kind: str, value: str) -> list[dict[str, Any]]:
        shown = super().shows(kind, value)
        return [*shown, *({**one, "id": f"{one['id']}-2"} for one in shown if one["resourceType"] == "Patient")]


class NoStays(Follower):
    def keeps(self, record: Record, trigger: str) -> None:
        super().keeps(Record({name: entries for name, entries in record.groups.items() if name != "encounter"}), trigger)


def test_a_person_known_is_seen_at_the_target_and_kept_as_before() -> None:
    case, follower, _ = opened()
    known("A", {"person.marital_status": "W", "person.religion": UNSAID}).satisfy(case)
    assert case.before["A"].found
    (held,) = follower.people.values()
    assert (held.text("person.marital_status"), held.text("person.religion")) == ("W", "")
    assert case.person("A").record.text("person.marital_status") == "W"


@pytest.mark.parametrize(
    ("follower", "why"),
    [(Forgetful, r"\(AA; 0 current records observed\)"), (Silent, r"\(time-out; 0 current records observed\)"), (Twice, r"\(AA; 2 current records observed\)")],
)
def test_a_person_who_cannot_be_put_in_place_blocks(follower: type[Follower], why: str) -> None:
    case, _, _ = opened(follower)
    with pytest.raises(Blocked, match=f"person A could not be put in place {why}") as caught:
        known("A").satisfy(case)
    assert caught.value.blocked_by == "acknowledgement/effect-1"
    assert "A" not in case.before


def test_a_source_that_says_nothing_is_told_as_such() -> None:
    case, _, _ = opened(source=telling_nobody_of("register"))
    with pytest.raises(Blocked, match=r"person A could not be put in place \(nothing was sent; 0 current records observed\)"):
        known("A").satisfy(case)


def test_a_person_admitted_has_an_encounter_under_way() -> None:
    case, _, _ = opened()
    admitted("A").satisfy(case)
    assert [one["status"] for one in case.before["A"].of("Encounter")] == ["in-progress"]


def test_an_admission_without_effect_blocks() -> None:
    case, _, _ = opened(NoStays)
    with pytest.raises(Blocked, match="person A could not be admitted: the target answered AA and shows no encounter under way") as caught:
        admitted("A").satisfy(case)
    assert caught.value.blocked_by == "acknowledgement/effect-3"


def test_nobody_of_that_letter_blocks() -> None:
    case, _, _ = opened()
    with pytest.raises(Blocked, match="no person Z among the people given to this run"):
        known("Z").satisfy(case)
