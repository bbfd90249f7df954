"""What the scale must say of known kinds of system (LEVELS, Known kinds of system), each measured over real sockets."""

from __future__ import annotations

from pathlib import Path

import pytest
from end_to_end_kit import PLACES

import harness
from harness.gate import decide
from harness.model.run import Run
from harness.model.verdict import CellVerdict

pytest_plugins = ["end_to_end_runs"]


def measured(name: str, folder: Path) -> tuple[Run, CellVerdict]:
    result = harness.run(PLACES / f"{name}.place.yaml", out=folder / name, jobs=1, reports=())
    assert not [finding for finding in result.findings if finding.outcome == "ERROR"]
    assert decide(result).code == 0, decide(result)
    (cell,) = result.verdict.cells
    return result, cell


def failed(result: Run, start: str) -> set[str]:
    return {finding.check for finding in result.findings if finding.outcome == "FAIL" and finding.check.startswith(start)}


@pytest.mark.parametrize("name", ["broadcast", "accepted-feed"])
def test_a_faithful_feed_without_merges_stops_below_l3c(runs: Path, name: str) -> None:
    result, cell = measured(name, runs)
    assert (cell.level, cell.uncapped, cell.caps) == (2, 2, ())
    assert "merge" in cell.stopped
    assert "Level 3 is out of reach" in cell.stopped
    assert {str(finding.outcome) for finding in result.findings} <= {"PASS", "NOT_APPLICABLE"}


def test_always_aa_is_l1_failing_l2c_and_l2d_with_the_cap(runs: Path) -> None:
    result, cell = measured("always-aa", runs)
    assert (cell.level, cell.uncapped) == (1, 1)
    assert failed(result, "acknowledgement/must-reject")
    assert failed(result, "acknowledgement/effect")
    assert ("acknowledged-without-effect", 1) in {(cap.signal, cap.level) for cap in cell.caps}
    assert not failed(result, "connection/")


def test_a_fixed_message_id_is_l0_uncorrelated(runs: Path) -> None:
    result, cell = measured("fixed-answer", runs)
    assert cell.level == 0
    assert cell.stopped.startswith("uncorrelated")
    assert "connection/answer-2" in failed(result, "connection/answer")


def test_dropped_allergies_are_l3_by_cap(runs: Path) -> None:
    result, cell = measured("no-allergies", runs)
    assert (cell.level, cell.uncapped) == (3, 3)
    assert {(cap.signal, cap.level, str(cap.attribution)) for cap in cell.caps} == {("critical-loss", 3, "target")}
    assert not [finding for finding in result.findings if finding.outcome == "FAIL" and finding.level <= 3]


def test_a_shown_sensitive_address_is_l2_by_cap_whatever_else_it_can_do(runs: Path) -> None:
    result, cell = measured("sensitive", runs)
    assert cell.level == 2
    assert ("sensitive-leak", 2) in {(cap.signal, cap.level) for cap in cell.caps}
    assert {finding.check.rpartition("-")[0] for finding in result.findings if finding.outcome == "FAIL"} == {"identity/sensitive"}
