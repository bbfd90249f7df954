"""Which level a cell reaches, truth table by truth table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from scoring_world import REGISTER, E, F, N, P, U, cell, clause, finding, pairing, passes, place

from harness.catalogue import catalogue
from harness.model.clause import Strength
from harness.model.outcome import Outcome


@pytest.mark.parametrize("top", range(6))
def test_the_level_is_the_last_of_an_unbroken_run_of_passed_levels(top: int) -> None:
    findings = [finding(each, P if each.level <= top else F) for each in REGISTER]
    found = cell(findings)
    assert (found.level, found.uncapped) == (top, top)
    assert found.blocked_by == ((f"suite/l{top + 1}-1",) if top < 5 else ())
    assert found.progress == (0.0 if top < 5 else None)


@pytest.mark.parametrize("broken", range(1, 6))
def test_levels_are_cumulative(broken: int) -> None:
    findings = [finding(each, F if each.level == broken else P) for each in REGISTER]
    assert cell(findings).level == broken - 1


@pytest.mark.parametrize(("outcome", "level"), [(P, 5), (F, 1), (E, 1), (U, 1)])
def test_only_a_pass_is_passed(outcome: Outcome, level: int) -> None:
    assert cell([finding(each, outcome if each.level == 2 else P) for each in REGISTER]).level == level


def test_a_clause_that_was_not_run_is_not_passed() -> None:
    found = cell([finding(each) for each in REGISTER if each.level != 3])
    assert (found.level, found.blocked_by, found.counts) == (2, ("suite/l3-1",), {"PASS": 4, "NOT_RUN": 1})


def test_no_finding_at_all_is_unproven() -> None:
    assert cell([]).level == 0


def test_a_level_without_an_applicable_requirement_is_not_reached() -> None:
    register = [each for each in REGISTER if each.level != 3]
    assert cell(passes(register), register).level == 2
    findings = [finding(each, N if each.level == 3 else P) for each in REGISTER]
    assert cell(findings).level == 2


def test_a_clause_found_not_to_apply_does_not_hold_its_level_back() -> None:
    register = (*REGISTER, clause(2, 2))
    findings = [*passes(), finding(register[-1], N)]
    assert cell(findings, register).level == 5


@pytest.mark.parametrize(("strength", "level"), [(Strength.SHALL, 1), (Strength.SHOULD, 5), (Strength.MAY, 5)])
def test_only_shall_decides(strength: Strength, level: int) -> None:
    register = (*REGISTER, clause(2, 2, strength))
    found = cell([*passes(), finding(register[-1], F)], register)
    assert found.level == level
    assert found.counts == {"FAIL": 1, "PASS": 5}


def test_a_passed_should_does_not_stand_in_for_a_missing_shall() -> None:
    register = tuple(clause(each.level, 1, Strength.SHOULD if each.level == 2 else Strength.SHALL) for each in REGISTER)
    assert cell(passes(register), register).level == 1


def test_the_worst_finding_of_a_clause_counts() -> None:
    assert cell([*passes(), finding(REGISTER[1], F)]).level == 1
    assert cell([*passes(), finding(REGISTER[1], N)]).level == 5


def test_a_finding_of_another_pairing_or_interface_does_not_count() -> None:
    assert cell([*passes(), finding(REGISTER[0], F, pairing="trust:council")]).level == 5
    assert cell([*passes(), finding(REGISTER[0], F, interface="fhir")]).level == 5


BOTH = place(pairing(families={"adt": ("hl7v2", "fhir"), "identity": ("hl7v2",), "social-care": ("fhir",)}))


def full() -> list[object]:
    return [
        finding(each, interface=interface, family=family if each.level > 3 else "")
        for each in REGISTER
        for interface in ("hl7v2", "fhir")
        for family in (BOTH.pairings[0].families if each.level > 3 else ("",))
    ]


def test_every_interface_of_a_family_must_pass() -> None:
    broken = [replace(each, outcome=F) if (each.level, each.interface) == (2, "fhir") else each for each in full()]  # type: ignore[type-var, attr-defined]
    levels = {family: cell(broken, of=BOTH, family=family).level for family in BOTH.pairings[0].families}  # type: ignore[arg-type]
    assert levels == {"adt": 1, "identity": 5, "social-care": 1}


def test_the_low_levels_count_in_every_family_and_the_high_ones_in_their_own() -> None:
    broken = [replace(each, outcome=F) if (each.level, each.family) == (4, "identity") else each for each in full()]  # type: ignore[type-var, attr-defined]
    levels = {family: cell(broken, of=BOTH, family=family).level for family in BOTH.pairings[0].families}  # type: ignore[arg-type]
    assert levels == {"adt": 5, "identity": 3, "social-care": 5}


def test_a_clause_of_another_family_is_not_asked() -> None:
    register = (*REGISTER, clause(4, 2, family="social-care"))
    assert cell(passes(), register).level == 5
    assert cell([], (*REGISTER, clause(4, 2, family="adt"))).counts == {"NOT_RUN": 6}


def test_progress_is_the_passed_weight_of_the_next_level_alone() -> None:
    register = (*REGISTER, clause(3, 2, weight=2), clause(3, 3, weight=5), clause(3, 4, Strength.MAY, weight=50), clause(4, 2, weight=7))
    outcome = {"suite/l3-1": P, "suite/l3-2": P, "suite/l3-3": F}
    found = cell([finding(each, outcome.get(each.id, P)) for each in register], register)
    assert (found.level, found.blocked_by) == (2, ("suite/l3-3",))
    assert found.progress == pytest.approx(3 / 8)


@pytest.mark.parametrize(
    ("attempts", "level", "flaky"),
    [((P, P), 5, False), ((P, F), 1, True), ((P, U), 1, True), ((P, N), 1, True), ((F, F), 1, False), ((N, N), 1, False)],
)
def test_attempts_that_disagree_fail_and_are_said_to_be_flaky(attempts: tuple[Outcome, ...], level: int, flaky: bool) -> None:
    others = [finding(each) for each in REGISTER if each.level != 2]
    found = cell([*others, *(finding(REGISTER[1], outcome, attempt=attempt) for attempt, outcome in enumerate(attempts))])
    assert found.level == level
    assert ("Flaky, so failed: suite/l2-1" in found.stopped) is flaky


def test_two_findings_of_one_attempt_are_not_flaky() -> None:
    found = cell([*passes(), finding(REGISTER[1], F)])
    assert "laky" not in found.stopped


def test_fidelity_shows_its_minimum_and_mean_and_the_ceiling() -> None:
    changes: list[dict[str, Any]] = [{"fidelity": 0.9, "ceiling": 0.7}, {"fidelity": 1.0, "ceiling": 0.8}, {}]
    found = cell([*passes(), *(finding(REGISTER[3], **each) for each in changes)])
    assert (found.fidelity, found.ceiling) == (0.9, 0.7)
    assert found.fidelity_mean == pytest.approx(0.95)


@pytest.mark.parametrize(("aim", "met"), [(5, True), (4, True), (None, None)])
def test_an_aim(aim: int | None, met: bool | None) -> None:
    of = place(pairing(aim={} if aim is None else {"adt": aim}))
    assert (cell(passes(), of=of).aim, cell(passes(), of=of).aim_met) == (aim, met)
    assert cell([], of=of).aim_met is (None if aim is None else False)


def test_the_scale_is_data() -> None:
    levels = {**catalogue().levels, "scale_version": "9", "cell": {"highest": 3, "per_interface": 3}}
    found = cell(passes(), levels=levels)
    assert (found.level, found.progress) == (3, None)
