"""Hard gates, reasons of level 0, negatives and missing capabilities."""

from __future__ import annotations

import pytest
from scoring_world import CAN, REGISTER, E, F, N, P, U, cell, clause, finding, flow, pairing, passes, place, system

from harness.model.finding import Attribution
from harness.model.outcome import Outcome

GATES = [
    ("wrong-patient", 0),
    ("acknowledged-without-effect", 1),
    ("sensitive-leak", 2),
    ("critical-loss", 3),
]


@pytest.mark.parametrize(("signal", "level"), GATES)
def test_a_gate_holds_the_level_and_shows_what_it_would_have_been(signal: str, level: int) -> None:
    found = cell([*passes(), finding(REGISTER[1], signals=(signal,), attribution=Attribution.TARGET)])
    assert (found.level, found.uncapped, found.progress) == (level, 5, None)
    (cap,) = found.caps
    assert (cap.level, cap.signal, cap.attribution, cap.check) == (level, signal, "target", "suite/l2-1")


@pytest.mark.parametrize(("signal", "level"), GATES)
def test_a_gate_never_lifts(signal: str, level: int) -> None:
    found = cell([finding(REGISTER[0], F, signals=(signal,))])
    assert (found.level, found.uncapped) == (0, 0)


def test_a_gate_is_read_before_folding_even_from_a_pass_or_a_finding_without_a_clause() -> None:
    assert cell([*passes(), finding(REGISTER[4], N, signals=("critical-loss",))]).level == 3
    assert cell([*passes(), finding(REGISTER[1], clause="", signals=("sensitive-leak",))]).level == 2
    assert cell([*passes(), finding(REGISTER[4], attempt=7, signals=("critical-loss",))]).level == 3


def test_the_lowest_gate_holds_and_all_are_shown() -> None:
    found = cell([*passes(), finding(REGISTER[3], signals=("critical-loss", "sensitive-leak"))])
    assert (found.level, [cap.signal for cap in found.caps]) == (2, ["sensitive-leak", "critical-loss"])


def test_a_gate_above_what_was_reached_leaves_the_progress() -> None:
    found = cell([finding(REGISTER[0]), finding(REGISTER[1], F, signals=("critical-loss",))])
    assert (found.level, found.progress, len(found.caps)) == (1, 0.0, 1)


def test_a_gate_at_the_level_reached_leaves_no_progress() -> None:
    found = cell([finding(REGISTER[0]), finding(REGISTER[1], F, signals=("acknowledged-without-effect",))])
    assert (found.level, found.uncapped, found.progress) == (1, 1, None)


def test_a_gate_raised_in_one_family_does_not_hold_another() -> None:
    of = place(pairing(families={"adt": ("hl7v2",), "identity": ("hl7v2",)}))
    findings = [*passes(), *(finding(each, family="identity") for each in REGISTER[3:]), finding(REGISTER[3], family="identity", signals=("critical-loss",))]
    assert [cell(findings, of=of, family=family).level for family in ("adt", "identity")] == [5, 3]


def test_a_gate_raised_below_level_4_holds_every_family_that_uses_the_interface() -> None:
    of = place(pairing(families={"adt": ("hl7v2",), "identity": ("fhir",)}))
    findings = [
        finding(each, interface=way, family=family if each.level > 3 else "") for each in REGISTER for way, family in (("hl7v2", "adt"), ("fhir", "identity"))
    ]
    findings.append(finding(REGISTER[1], signals=("acknowledged-without-effect",)))
    assert [cell(findings, of=of, family=family).level for family in ("adt", "identity")] == [1, 5]


def test_an_unknown_signal_holds_nothing() -> None:
    assert cell([*passes(), finding(REGISTER[0], signals=("late",))]).level == 5


def test_a_read_only_pairing_stops_at_4_by_declaration() -> None:
    found = cell(passes(), of=place(pairing(read_only=True)))
    assert (found.level, found.uncapped, found.ceiling_level, found.caps[0].signal) == (4, 5, 4, "read-only")


@pytest.mark.parametrize(
    ("signals", "reason"),
    [
        (("uncorrelated",), "uncorrelated"),
        (("unreachable",), "unreachable"),
        (("uncorrelated", "unreachable"), "unreachable"),
        ((), "unproven"),
        (("wrong-patient", "unreachable"), "unsafe"),
    ],
)
def test_level_0_always_has_its_reason(signals: tuple[str, ...], reason: str) -> None:
    found = cell([finding(REGISTER[0], F, signals=signals)])
    assert found.level == 0
    assert found.stopped.startswith(f"{reason}: ")


def test_a_reason_of_level_0_is_not_given_above_it() -> None:
    assert cell([*passes(), finding(REGISTER[4], signals=("unreachable",))]).stopped == ""


@pytest.mark.parametrize(
    "of", [place(pairing(interfaces=())), place(pairing(), systems=(system("hospital", "exemplar", endpoints=()), system("council", "social-care")))]
)
def test_a_way_that_is_not_there_is_undeclared(of: object) -> None:
    found = cell(passes(), of=of)  # type: ignore[arg-type]
    assert (found.level, found.counts) == (0, {})
    assert found.stopped.startswith("undeclared: ")


def negatives(*outcomes: tuple[Outcome, tuple[str, ...]]) -> tuple[int | None, tuple[str, ...]]:
    register = [*REGISTER, *(clause(2, number + 2, negative="must-reject") for number in range(len(outcomes)))]
    findings = [*passes(), *(finding(each, outcome, signals=signals) for each, (outcome, signals) in zip(register[5:], outcomes, strict=True))]
    found = cell(findings, register)
    return found.level, found.blocked_by


GOOD, WRONG_CLASS, TAKEN = (P, ()), (F, ()), (F, ("acknowledged",))


@pytest.mark.parametrize(
    ("outcomes", "level"),
    [
        ((GOOD,) * 20, 5),
        ((GOOD,) * 19 + (WRONG_CLASS,), 5),
        ((GOOD,) * 18 + (WRONG_CLASS,) * 2, 1),
        ((GOOD,) * 38 + (WRONG_CLASS,) * 2, 5),
        ((GOOD,) * 39 + (TAKEN,), 1),
        ((WRONG_CLASS,), 1),
        ((GOOD,) * 39 + ((U, ()),), 1),
        ((GOOD,) * 39 + ((E, ()),), 1),
        ((GOOD,) * 19 + ((N, ()),), 5),
        ((GOOD,) * 18 + (WRONG_CLASS, (N, ())), 1),
    ],
)
def test_95_of_100_must_be_refused_as_expected_and_none_acknowledged(outcomes: tuple[tuple[Outcome, tuple[str, ...]], ...], level: int) -> None:
    assert negatives(*outcomes)[0] == level


def test_an_acknowledged_negative_takes_the_others_pardon_away() -> None:
    assert negatives(*(GOOD,) * 38, WRONG_CLASS, TAKEN)[1] == ("suite/l2-40", "suite/l2-41")


def test_the_share_is_of_must_reject_negatives_alone() -> None:
    register = [*REGISTER, *(clause(2, number, negative="may-accept") for number in range(2, 42))]
    assert cell([*passes(register), finding(register[-1], F)], register).level == 1


def test_the_share_is_counted_per_interface() -> None:
    register = [*REGISTER, *(clause(2, number, negative="must-reject") for number in range(2, 22))]
    of = place(pairing(families={"adt": ("hl7v2", "fhir")}))
    findings = [finding(each, interface=way) for each in register for way in ("hl7v2", "fhir")]
    two = [finding(register[5], F), finding(register[6], F)]
    assert cell([*findings, *two[:1]], register, of).level == 5
    assert cell([*findings, *two], register, of).level == 1


FLOW = flow("inpatient", "adt", "exemplar", {3: ("merge",), 5: ("target:replies",)})


@pytest.mark.parametrize(
    ("of_source", "of_target", "level", "said"),
    [
        (("merge",), ("merge", "replies"), 5, ""),
        ((), ("merge", "replies"), 2, "hospital declares no 'merge'"),
        (("merge",), ("replies",), 2, "council declares no 'merge'"),
        ((), (), 2, "hospital and council declare no 'merge'"),
        (("merge", "replies"), ("merge",), 4, "council declares no 'replies'"),
    ],
)
def test_a_missing_capability_stops_the_level_with_a_sentence(of_source: tuple[str, ...], of_target: tuple[str, ...], level: int, said: str) -> None:
    of = place(pairing(), systems=(system("hospital", "exemplar", capabilities=of_source), system("council", "social-care", capabilities=of_target)))
    found = cell(passes(), of=of, flows=[FLOW])
    assert (found.level, found.ceiling_level) == (level, level)
    assert said in found.stopped
    assert bool(said) is bool(found.stopped)


def test_capabilities_may_be_handed_in() -> None:
    assert cell(passes(), flows=[FLOW], capabilities={"hospital": CAN, "council": ()}).level == 2


def test_a_flow_of_another_family_or_role_asks_nothing() -> None:
    for other in (flow("x", "identity", "exemplar", {1: ("flying",)}), flow("y", "adt", "social-care", {1: ("flying",)})):
        assert cell(passes(), flows=[flow("z", "adt", "exemplar"), other]).level == 5


def test_a_lower_failure_is_said_before_a_missing_capability() -> None:
    of = place(pairing(), systems=(system("hospital", "exemplar", capabilities=()), system("council", "social-care")))
    found = cell([finding(REGISTER[0]), finding(REGISTER[1], F)], of=of, flows=[FLOW])
    assert (found.level, found.stopped, found.ceiling_level) == (1, "", 2)


def test_a_flaky_refusal_is_not_forgiven() -> None:
    register = [*REGISTER, *(clause(2, number, negative="must-reject") for number in range(2, 42))]
    assert cell([*passes(register), finding(register[-1], F, attempt=1)], register).level == 1
    assert cell([*passes(register[:-1]), finding(register[-1], F), finding(register[-1], F, attempt=1)], register).level == 5


def test_a_gate_raised_by_a_low_clause_of_one_family_does_not_hold_another() -> None:
    of = place(pairing(families={"adt": ("hl7v2",), "identity": ("hl7v2",)}))
    own = clause(3, 2, family="identity")
    findings = [*passes(), *(finding(each, family="identity") for each in REGISTER[3:]), finding(own, signals=("sensitive-leak",))]
    assert [cell(findings, [*REGISTER, own], of, family).level for family in ("adt", "identity")] == [5, 2]
