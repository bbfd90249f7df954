from dataclasses import replace

import pytest
from fake_rooms import pairing, system

from harness.gate import decide
from harness.model.finding import Finding
from harness.model.outcome import Outcome
from harness.model.place import Place
from harness.model.run import Run
from harness.model.verdict import Cap, CellVerdict, PlaceVerdict


def run(*outcomes: Outcome, level: int | None = 3, aim: int | None = 3, partial: bool = False, expect: tuple[str, ...] = (), caps: tuple[str, ...] = ()) -> Run:
    found = tuple(Finding("c/1", "c/1", 1, "a:b", "hl7v2", "", outcome) for outcome in outcomes)
    aims = {} if aim is None else {"identity": aim}
    place = Place("p", "P", (system("a"), system("b")), (pairing("a", "b", aim=aims, expect_caps={"identity": expect}),))
    cell = CellVerdict(
        "a:b", "a", "b", "identity", level, level, None, caps=tuple(Cap(1, c, c, "target", "c/1") for c in caps),
        aim=aim, aim_met=None if aim is None else level is not None and level >= aim,
    )  # fmt: skip
    verdict = PlaceVerdict("p", "1", level, (cell,), 1, 1, 0, 0, partial)
    return Run("r", place, verdict, found, {}, 1, "0", "2026-01-05", "0", len(found))


def test_aims_met() -> None:
    assert decide(run(Outcome.PASS, Outcome.FAIL)).code == 0


def test_an_aim_not_met_says_which() -> None:
    decision = decide(run(Outcome.PASS, level=2))
    assert decision.code == 1
    assert decision.reasons == ("a:b identity: L2, aim L3",)


def test_without_aims_it_warns() -> None:
    decision = decide(run(Outcome.PASS, aim=None))
    assert decision.code == 0
    assert decision.warnings


def test_an_expected_cap_that_was_not_seen_is_not_met() -> None:
    assert decide(run(Outcome.PASS, expect=("sensitive-leak",))).code == 1
    assert decide(run(Outcome.PASS, expect=("sensitive-leak",), caps=("sensitive-leak",))).code == 0


@pytest.mark.parametrize(("outcome", "code"), [(Outcome.PASS, 0), (Outcome.FAIL, 1), (Outcome.INCONCLUSIVE, 0)])
def test_a_partial_run_is_judged_by_its_checks(outcome: Outcome, code: int) -> None:
    assert decide(run(Outcome.PASS, outcome, level=None, partial=True)).code == code


@pytest.mark.parametrize("outcomes", [(), (Outcome.INCONCLUSIVE,), (Outcome.NOT_APPLICABLE,), (Outcome.PASS, Outcome.ERROR)])
def test_nothing_examined_or_a_broken_harness_is_two(outcomes: tuple[Outcome, ...]) -> None:
    assert decide(run(*outcomes)).code == 2


def test_a_pairing_that_could_not_be_reached_is_two() -> None:
    decision = decide(replace(run(Outcome.PASS), troubles=("a:b over hl7v2: refused",)))
    assert (decision.code, decision.reasons) == (2, ("a:b over hl7v2: refused",))
