"""The verdict on a place, partial runs, and the known kinds of system of the scale."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from scoring_world import REGISTER, F, P, cell, clause, finding, flow, pairing, passes, place, system, verdict

from harness.catalogue import catalogue
from harness.model.finding import Finding
from harness.model.place import Place

BACK = pairing("council", "hospital")
TWO = place(pairing(), BACK)


def back(findings: list[Finding]) -> list[Finding]:
    return [replace(each, pairing="council:hospital") for each in findings]


@pytest.mark.parametrize(("broken", "headline"), [(3, 2), (5, 4), (6, 5)])
def test_the_headline_is_the_lowest_required_cell(broken: int, headline: int) -> None:
    other = [finding(each, F if each.level == broken else P) for each in REGISTER]
    found = verdict([*passes(), *back(other)], of=TWO)
    assert (found.headline, found.required, found.run, found.partial) == (headline, 2, 2, False)
    assert [each.level for each in found.cells] == [5, headline]


def test_a_pairing_that_is_not_required_does_not_lower_the_headline() -> None:
    found = verdict(passes(), of=place(pairing(), replace(BACK, required=False)))
    assert (found.headline, found.required, [each.level for each in found.cells]) == (5, 1, [5, 0])


def test_a_required_pairing_without_a_finding_lowers_coverage_and_the_headline() -> None:
    found = verdict(passes(), of=TWO)
    assert (found.headline, found.required, found.run) == (0, 2, 1)


def test_social_care_coverage_counts_pairings_with_a_social_care_end() -> None:
    of = place(pairing(), BACK, pairing("hospital", "trust"))
    found = verdict(passes(), of=of)
    assert (found.social_care_required, found.social_care_run) == (2, 1)


def test_a_place_without_social_care_stops_at_4() -> None:
    findings = [replace(each, pairing="hospital:trust") for each in passes()]
    found = verdict(findings, of=place(pairing("hospital", "trust")))
    assert (found.headline, [each.level for each in found.cells]) == (4, [5])
    assert [cap.signal for cap in found.caps] == ["no-social-care"]
    assert any("social-care" in note for note in found.notes)
    assert verdict(passes()).caps == ()


def test_a_place_without_required_pairings_has_no_headline() -> None:
    assert verdict(passes(), of=place(pairing(required=False))).headline is None


def test_the_verdict_names_its_scale_and_what_no_machine_checked() -> None:
    found = verdict(passes())
    assert (found.place, found.scale_version) == ("a-place", catalogue().levels["scale_version"])
    assert any("Not machine-checked" in note for note in found.notes)


@dataclass(frozen=True)
class LeftOut:
    check: str
    pairing: str = "hospital:council"
    interface: str = "hl7v2"
    family: str = ""


@pytest.mark.parametrize("left_out", [LeftOut("suite/l2-1"), LeftOut("suite/l5-1", family="adt")])
def test_a_cell_with_anything_left_out_has_no_level(left_out: LeftOut) -> None:
    found = verdict([each for each in passes() if each.clause != left_out.check], not_selected=[left_out])
    (only,) = found.cells
    assert (only.level, only.uncapped, only.progress, only.stopped, only.not_selected) == (None, None, None, "not scored (partial)", 1)
    assert only.counts == {"PASS": 4}
    assert (found.headline, found.partial, found.run) == (None, True, 0)


def test_a_partial_cell_still_shows_its_caps() -> None:
    found = cell([finding(REGISTER[0], signals=("sensitive-leak",))], not_selected=[LeftOut("suite/l2-1")])
    assert (found.level, [cap.signal for cap in found.caps]) == (None, ["sensitive-leak"])


def test_what_another_pairing_or_family_left_out_does_not_matter() -> None:
    others = [LeftOut("suite/l2-1", pairing="council:hospital"), LeftOut("suite/l2-1", interface="fhir"), LeftOut("suite/l4-1", family="identity")]
    assert cell(passes(), not_selected=others).level == 5


def test_a_selection_may_be_a_function() -> None:
    assert cell(passes(), selected=lambda clause, *_: clause != "suite/l3-1").level is None
    assert cell(passes(), selected=lambda *_: True).level == 5


# The self-tests of the scale: what it must say of known kinds of system. (LEVELS, Known kinds of system)
ACT = (*REGISTER, clause(2, 2, negative="must-reject"), clause(2, 3))


def test_a_faithful_broadcast_feed_without_merges_stops_at_2() -> None:
    of = place(pairing(), systems=(system("hospital", "exemplar", capabilities=("sensitive",)), system("council", "social-care")))
    register = (*REGISTER, clause(3, 2, letter="c", applies={"capabilities": ("merge",)}))
    found = cell(passes(), register, of, flows=[flow("adt", "adt", "exemplar", {3: ("merge",)})])
    assert (found.level, found.ceiling_level) == (2, 2)
    assert "merge" in found.stopped


def test_a_receiver_that_always_says_yes_stops_at_1_twice_over() -> None:
    findings = [*passes(), finding(ACT[5], F, signals=("acknowledged",)), finding(ACT[6], F, signals=("acknowledged-without-effect",))]
    found = cell(findings, ACT)
    assert (found.level, found.uncapped, found.caps[0].level) == (1, 1, 1)
    assert found.blocked_by == ("suite/l2-2", "suite/l2-3")


def test_a_receiver_with_a_fixed_answer_is_uncorrelated() -> None:
    found = cell([finding(REGISTER[0], F, signals=("uncorrelated",)), *passes(REGISTER[1:])])
    assert found.level == 0
    assert found.stopped.startswith("uncorrelated")


def test_a_feed_that_drops_allergies_stops_at_3_by_a_cap() -> None:
    found = cell([*passes(), finding(REGISTER[3], F, signals=("critical-loss",))])
    assert (found.level, found.caps[0].level, found.progress) == (3, 3, None)


def test_a_receiver_that_shows_a_sensitive_address_stops_at_2_whatever_else_it_can_do() -> None:
    assert cell([*passes(), finding(REGISTER[2], F, signals=("sensitive-leak",))]).level == 2


def test_two_places_may_be_scored_from_the_same_findings() -> None:
    other: Place = replace(place(), id="b-place")
    assert verdict(passes(), of=other).place == "b-place"
