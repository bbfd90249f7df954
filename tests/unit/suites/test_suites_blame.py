"""Whoever is wrong is blamed: the target of a pair, or its source where that is the one that differs."""

from __future__ import annotations

import pytest
from pairs_kit import Pair, gather

from harness.model.finding import Attribution
from harness.model.outcome import Outcome

# Suites in which everything said of a wrong pair is the fault of the side that was made wrong.
ALONE = ("fidelity/", "social-care/")
SUITES = ("connection/", "acknowledgement/", "identity/", "process/")


@pytest.mark.parametrize("pair", [one for one in gather() if one.check.startswith(SUITES)], ids=str)
def test_the_side_that_is_wrong_is_blamed(pair: Pair) -> None:
    blamed = [one.attribution for one in pair.wrong_said() if one.outcome is Outcome.FAIL]
    # What a wrong source leaves out, the target cannot show: it is told after the cause.
    assert blamed[0] is pair.whose
    assert pair.whose is Attribution.SOURCE or set(blamed) == {Attribution.TARGET}


@pytest.mark.parametrize("pair", [one for one in gather() if one.check.startswith(ALONE)], ids=str)
def test_the_one_that_is_wrong_is_blamed(pair: Pair) -> None:
    assert {one.attribution for one in pair.wrong_said() if one.outcome is Outcome.FAIL} == {pair.whose}
