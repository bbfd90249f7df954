"""What identity says of a wrong answer beyond that it is wrong, and when it says that it cannot tell."""

from __future__ import annotations

from typing import Any

import pytest
from pairs_acknowledgement import Forgetful, KeepsTheFirst, NoStays
from pairs_identity_content import EverybodyLives, HoldsNoFlag, NobodyComesBack, NoDateOfDeath, ShowsNobody, ShowsPractice, Without
from pairs_identity_matching import (
    ByNumberAlone,
    ByResemblance,
    DropsNhsNumber,
    GuessesPseudoPeople,
    NumberedOnly,
    OpensAnother,
    OpensTwo,
    OverwritesByNumberAlone,
    TrustsAnyNumber,
)
from pairs_identity_merge import EndsBoth, LeavesAllergies, LeavesEncounters, LoserLives, Revives, TakesTheLosersName
from scripted_events_kit import ignoring, telling_nobody_of
from scripted_follower_kit import Follower
from scripted_link_kit import KEYS, Source, findings

from harness.model.message import Message
from harness.model.outcome import Outcome


class NoAllergies(Without):
    """Keeps no allergy: what never came cannot follow a survivor."""

    items = ("allergy.code", "allergy.type", "allergy.severity", "allergy.reaction", "allergy.onset")


class HidesEverybody(Follower):
    """Shows of nobody where they are."""

    def visible(self, record: Any) -> Any:
        return super().visible(record.replaced({"person.sensitive": "national"}))


class TwoAtMost(Follower):
    """Takes nobody any more when it knows two people."""

    def takes(self, message: Message) -> None:
        if len(self.people) < 2:
            super().takes(message)


LOSS, MIXED, LEAK = ("critical-loss",), ("wrong-patient",), ("sensitive-leak",)


@pytest.mark.parametrize("over", KEYS)
@pytest.mark.parametrize(
    ("check", "wrong", "actual", "signals"),
    [
        ("verified-1", DropsNhsNumber, "0 current records", ()),
        ("verified-1", OpensTwo, "2 current records", ()),
        ("verified-2", KeepsTheFirst, "the old content", ()),
        ("verified-2", OpensAnother, "2 records", ()),
        ("verified-3", ByResemblance, "1 people", MIXED),
        ("unverified-1", TrustsAnyNumber, "the message (accepted) was linked to the verified person", MIXED),
        ("authority-1", ByNumberAlone, "one person for both", MIXED),
        ("authority-1", OverwritesByNumberAlone, "one person for both", MIXED),
        ("pseudo-1", GuessesPseudoPeople, "matched to the person alike", MIXED),
        ("pseudo-1", NumberedOnly, "not found at all", ()),
        ("death-1", EverybodyLives, "alive", LOSS),
        ("death-1", NoDateOfDeath, "dead, without the date", LOSS),
        ("death-2", NobodyComesBack, "dead still", LOSS),
        ("merge-1", LoserLives, "2 live, surviving number held", ()),
        ("merge-1", EndsBoth, "0 live, surviving number not held", ()),
        ("merge-1", TakesTheLosersName, "replaced", ()),
        ("merge-3", LeavesEncounters, "not there", ()),
        ("merge-3", LeavesAllergies, "0 of 1", LOSS),
        ("sensitive-1", HoldsNoFlag, "shown: address, address.postcode, contact, practice, telecom, telecom.value", LEAK),
        ("sensitive-1", ShowsPractice, "shown: practice", LEAK),
        ("sensitive-2", ShowsNobody, "the person was not found", ()),
        ("unnumbered-1", NumberedOnly, "0 records; the message was refused", ()),
        ("unnumbered-1", OpensTwo, "2 records; the message was accepted", ()),
    ],
)
def test_what_is_wrong_is_told(check: str, wrong: type[Follower], actual: str, signals: tuple[str, ...], over: str) -> None:
    told = [(one.actual, one.signals) for one in findings(f"identity/{check}", wrong, over=over) if one.outcome is Outcome.FAIL]
    assert (actual, signals) in told


def test_a_revived_number_is_told() -> None:
    assert [one.actual for one in findings("identity/merge-4", Revives)] == ["a current record again"]


def test_what_never_arrived_need_not_follow_the_survivor() -> None:
    assert {one.outcome for one in findings("identity/merge-3", NoAllergies)} == {Outcome.PASS}


@pytest.mark.parametrize("over", KEYS)
@pytest.mark.parametrize(
    ("check", "target", "source", "root"),
    [
        ("merge-1", Forgetful, Source, "acknowledgement/effect-1"),
        ("merge-3", NoStays, Source, "acknowledgement/effect-3"),
        ("death-2", EverybodyLives, Source, "identity/death-1"),
        ("sensitive-2", HidesEverybody, Source, "fidelity/person-1"),
        ("unverified-1", TwoAtMost, Source, "acknowledgement/effect-1"),
        ("verified-2", Follower, telling_nobody_of("register"), "acknowledgement/effect-1"),
    ],
)
def test_what_cannot_be_told_names_the_check_that_asks_for_it(check: str, target: type[Follower], source: type[Source], root: str, over: str) -> None:
    said = findings(f"identity/{check}", target, source=source, over=over)
    assert [(one.outcome, one.blocked_by) for one in said] == [(Outcome.INCONCLUSIVE, root)]


def test_a_late_update_that_was_never_said_cannot_revive() -> None:
    said = findings("identity/merge-4", source=telling_nobody_of("update-person"))
    assert [(one.outcome, one.blocked_by) for one in said] == [(Outcome.INCONCLUSIVE, "acknowledgement/events-1")]
    assert {one.outcome for one in findings("identity/merge-4", ignoring("update-person"))} == {Outcome.PASS}
