"""What process says of a wrong answer beyond that it is wrong, and when it says that it cannot tell."""

from __future__ import annotations

import pytest
from pairs_acknowledgement import Doubles, NeverMerges, NoStays
from pairs_process_encounter import EndStays, ForgetsThePerson, NeverEnds, NeverMoves, OpensAnotherStay
from pairs_process_person import AddsAddresses, AddsAllergies, LosesAllergies
from scripted_events_kit import NeverRepeats, RefusesRepeats, ignoring, late, refusing, telling_nobody_of
from scripted_follower_kit import Follower
from scripted_link_kit import KEYS, Source, findings

from harness.model.outcome import Outcome

UNTOLD, GIVEN_UP = "nothing was sent", "sent once and given up"


@pytest.mark.parametrize("over", KEYS)
@pytest.mark.parametrize(
    ("check", "wrong", "actual"),
    [
        ("person-1", NeverMerges, "2 live records"),
        ("person-1", AddsAddresses, "1 records, not all so"),
        ("person-2", LosesAllergies, "0 for 1"),
        ("person-4", Doubles, "2 records"),
        ("person-5", late("update-person"), "not in time for 1 of 3 or more"),
        ("encounter-1", NeverMoves, "one encounter, in-progress, without an end, ward medical-1"),
        ("encounter-1", NeverEnds, "one encounter, finished, without an end, ward surgical-1"),
        ("encounter-1", NoStays, "0 encounters, 1 current records"),
        ("encounter-1", OpensAnotherStay, "2 encounters, 1 current records"),
        ("encounter-2", ForgetsThePerson, "the person is not found"),
        ("encounter-3", EndStays, "one encounter, in-progress, with an end, ward medical-1"),
        ("encounter-11", late("admit"), "not in time for 1 of 3 or more"),
    ],
)
def test_what_is_wrong_is_told(check: str, wrong: type[Follower], actual: str, over: str) -> None:
    assert actual in [one.actual for one in findings(f"process/{check}", wrong, over=over) if one.outcome is Outcome.FAIL]


def test_allergies_that_a_repeated_merge_adds_again_are_counted() -> None:
    assert "2 for 1" in [one.actual for one in findings("process/person-2", AddsAllergies)]


@pytest.mark.parametrize("over", KEYS)
@pytest.mark.parametrize(
    ("check", "source", "actual"),
    [
        ("person-1", telling_nobody_of("merge"), UNTOLD),
        ("person-2", telling_nobody_of("merge"), UNTOLD),
        ("person-3", telling_nobody_of("update-person"), UNTOLD),
        ("person-3", NeverRepeats, GIVEN_UP),
        ("person-4", NeverRepeats, GIVEN_UP),
        ("encounter-1", telling_nobody_of("transfer"), UNTOLD),
        ("encounter-2", telling_nobody_of("cancel-admit"), UNTOLD),
        ("encounter-5", telling_nobody_of("update-encounter"), UNTOLD),
        ("encounter-7", telling_nobody_of("admit"), UNTOLD),
        ("encounter-8", NeverRepeats, GIVEN_UP),
        ("encounter-9", NeverRepeats, GIVEN_UP),
    ],
)
def test_a_source_that_says_nothing_is_told_from_one_that_gives_up(check: str, source: type[Source], actual: str, over: str) -> None:
    assert actual in [one.actual for one in findings(f"process/{check}", source=source, over=over) if one.outcome is Outcome.FAIL]


@pytest.mark.parametrize(("over", "said"), [("hl7v2", "AE/205"), ("fhir", "409/duplicate")])
def test_a_repeat_that_is_refused_is_told_by_its_answer(over: str, said: str) -> None:
    assert [one.actual for one in findings("process/encounter-9", RefusesRepeats, over=over)] == [said]


@pytest.mark.parametrize("check", ["person-3", "person-4", "encounter-8", "encounter-9"])
def test_who_awaits_no_acknowledgement_need_not_repeat(check: str) -> None:
    assert {one.outcome for one in findings(f"process/{check}", source=NeverRepeats, acknowledged=False)} == {Outcome.PASS}


@pytest.mark.parametrize("over", KEYS)
@pytest.mark.parametrize(
    ("check", "target", "root"),
    [
        ("person-5", refusing("update-person"), "acknowledgement/events-1"),
        ("encounter-2", NoStays, "acknowledgement/effect-3"),
        ("encounter-3", ignoring("discharge"), "process/encounter-1"),
        ("encounter-4", NeverMoves, "process/encounter-1"),
        ("encounter-11", refusing("admit"), "acknowledgement/events-1"),
    ],
)
def test_what_cannot_be_told_names_the_check_that_asks_for_it(check: str, target: type[Follower], root: str, over: str) -> None:
    said = findings(f"process/{check}", target, over=over)
    assert [(one.outcome, one.blocked_by) for one in said] == [(Outcome.INCONCLUSIVE, root)]


@pytest.mark.parametrize("event", ["transfer", "discharge"])
def test_what_was_never_said_cannot_come_in_the_wrong_order(event: str) -> None:
    said = findings("process/encounter-10", source=telling_nobody_of(event))
    assert [(one.outcome, one.blocked_by) for one in said] == [(Outcome.INCONCLUSIVE, "acknowledgement/events-1")]
