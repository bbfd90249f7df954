"""A question that cannot be asked is inconclusive and names the check that examines what is missing; it is nobody's failure."""

from __future__ import annotations

import pytest
from conversation_kit import Council, Hospital, Party
from pairs_fidelity_stay import NeverFinishes
from pairs_social_care_notice import DEAF
from scripted_follower_kit import Follower
from scripted_link_kit import Source, findings
from wrong_content_kit import bare, dropping
from wrong_party_kit import PartyPair, silent, staying
from wrong_party_kit import dropping as keeping_no

from harness.model.outcome import Outcome

NO_ONE = bare("KeepsNobody")


@pytest.mark.parametrize(
    ("check", "target", "root"),
    [
        ("fidelity/person-1", NO_ONE, "acknowledgement/effect-1"),
        ("fidelity/encounter-1", dropping("NoStays", "encounter"), "acknowledgement/effect-3"),
        ("fidelity/encounter-5", NeverFinishes, "process/encounter-1"),
        ("fidelity/served-2", dropping("NoStays", "encounter"), "acknowledgement/effect-3"),
    ],
)
def test_a_target_that_shows_nothing_blocks_what_is_asked_of_it(check: str, target: type[Follower], root: str) -> None:
    said = findings(check, target)
    assert {(one.outcome, one.blocked_by) for one in said} == {(Outcome.INCONCLUSIVE, root)}


@pytest.mark.parametrize(
    ("check", "party", "root"),
    [
        ("social-care/notice-2", keeping_no(Council, "AnswersNobody", "Task"), "social-care/notice-1"),
        ("social-care/notice-4", staying(Council, "NeverAccepts", "Task", "accepted"), "social-care/notice-2"),
        ("social-care/notice-7", keeping_no(Council, "AnswersNobody", "Task"), "social-care/notice-1"),
        ("social-care/notice-13", keeping_no(Council, "PlansNothing", "EpisodeOfCare"), "social-care/notice-2"),
        ("social-care/package-4", keeping_no(Hospital, "ShowsNoPackage", "EpisodeOfCare"), "social-care/package-1"),
        ("social-care/package-5", staying(Council, "NeverSuspends", "EpisodeOfCare", "onhold"), "social-care/package-4"),
        ("social-care/package-6", silent(Council, "TellsNobody", "EpisodeOfCare", "active"), "social-care/package-1"),
    ],
)
def test_a_conversation_that_does_not_get_there_blocks_what_follows(check: str, party: type[Party], root: str) -> None:
    said = PartyPair(check, "fhir", True, party, Source, party).wrong_said()
    assert {(one.outcome, one.blocked_by) for one in said} == {(Outcome.INCONCLUSIVE, root)}


def test_a_hospital_that_does_not_hear_blocks_no_question_about_the_council() -> None:
    said = PartyPair("social-care/notice-7", "fhir", True, DEAF, Source, DEAF).wrong_said()
    assert {one.outcome for one in said} == {Outcome.PASS}
