"""Whoever is wrong is blamed: the target of a pair, or its source where that is the one that differs; and a safety-critical loss is told as one."""

from __future__ import annotations

import pytest
from pairs_kit import Pair, gather, said_of_wrong

from harness.catalogue import catalogue
from harness.model.finding import Attribution
from harness.model.outcome import Outcome

# Suites in which everything said of a wrong pair is the fault of the side that was made wrong.
ALONE = [one for one in gather() if one.check.startswith(("fidelity/", "social-care/"))]
FIRST = [one for one in gather() if one.check.startswith(("connection/", "acknowledgement/", "identity/", "process/"))]
# A cut address is a fault, and no critical loss.
NO_LOSS = "CutsAddresses"


@pytest.mark.parametrize("pair", FIRST, ids=str)
def test_the_side_that_is_wrong_is_blamed_first(pair: Pair) -> None:
    blamed = [one.attribution for one in said_of_wrong(pair) if one.outcome is Outcome.FAIL]
    # What a wrong source leaves out, the target cannot show: it is told after the cause.
    assert blamed[0] is pair.whose
    assert pair.whose is Attribution.SOURCE or set(blamed) == {Attribution.TARGET}


@pytest.mark.parametrize("pair", ALONE, ids=str)
def test_the_one_that_is_wrong_is_blamed(pair: Pair) -> None:
    assert {one.attribution for one in said_of_wrong(pair) if one.outcome is Outcome.FAIL} == {pair.whose}


@pytest.mark.parametrize("pair", [one for one in ALONE if catalogue().clauses[one.check].criticality == "critical"], ids=str)
def test_a_critical_loss_is_told_as_one(pair: Pair) -> None:
    signals = {signal for one in said_of_wrong(pair) for signal in one.signals}
    assert signals == (set() if pair.wrong.__name__ == NO_LOSS else {"critical-loss"})
