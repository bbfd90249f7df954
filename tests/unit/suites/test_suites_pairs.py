"""Every check passes on a right answer and fails on a wrong one; and every check has such a pair."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import pytest
from pairs_kit import Pair, gather, said_of_wrong

from harness.case.check import CHECKS
from harness.model.outcome import Outcome

PAIRS = gather()
# Suites whose pairs are still to be written. A suite leaves this list with its pairs_<suite>.py, and none is added.
STILL_TO_COME: tuple[str, ...] = ()


@pytest.mark.parametrize("pair", list({(one.check, one.over, one.acknowledged): one for one in PAIRS}.values()), ids=lambda one: f"{one.check}-{one.over}")
def test_the_right_answer_passes(pair: Pair) -> None:
    said = pair.right_said()
    assert [(one.outcome, one.message) for one in said if one.outcome is not Outcome.PASS] == []
    assert said


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_the_wrong_answer_fails(pair: Pair) -> None:
    said = said_of_wrong(pair)
    found = {one.outcome for one in said}
    assert Outcome.FAIL in found, [(one.outcome, one.message) for one in said]
    assert Outcome.ERROR not in found


def without_pair(checks: Iterable[str], paired: Collection[str], still_to_come: Collection[str]) -> list[str]:
    """Checks that no pair is about, and suites that wait for nothing any more."""
    missing = [check for check in checks if check not in paired]
    waiting = {check.partition("/")[0] for check in missing}
    return [check for check in missing if check.partition("/")[0] not in still_to_come] + [
        f"{suite} is whole" for suite in still_to_come if suite not in waiting
    ]


def test_every_check_has_a_pair() -> None:
    assert without_pair(CHECKS, {one.check for one in PAIRS}, STILL_TO_COME) == []


def test_a_check_without_a_pair_is_found_and_so_is_a_suite_that_is_whole() -> None:
    assert without_pair(["a/x-1", "a/x-2", "b/y-1"], {"a/x-1", "b/y-1"}, ("b",)) == ["a/x-2", "b is whole"]
