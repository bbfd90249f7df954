"""Whoever is wrong is blamed: the target of a pair, or its source where that is the one that differs."""

from __future__ import annotations

import pytest
from pairs_kit import Pair, gather
from scripted_link_kit import Source, findings

from harness.model.finding import Attribution
from harness.model.outcome import Outcome

# Suites in which everything said of a wrong pair is the fault of the side that was made wrong.
ALONE = ("fidelity/",)
SUITES = ("connection/", "acknowledgement/", "identity/", "process/")


@pytest.mark.parametrize("pair", [one for one in gather() if one.check.startswith(SUITES)], ids=str)
def test_the_side_that_is_wrong_is_blamed(pair: Pair) -> None:
    blamed = [one.attribution for one in findings(pair.check, pair.wrong, source=pair.source, **pair.way) if one.outcome is Outcome.FAIL]
    if pair.source is Source:
        assert set(blamed) == {Attribution.TARGET}
    else:
        assert blamed[0] is Attribution.SOURCE


@pytest.mark.parametrize("pair", [one for one in gather() if one.check.startswith(ALONE)], ids=str)
def test_the_one_that_is_wrong_is_blamed(pair: Pair) -> None:
    said = findings(pair.check, pair.wrong, source=pair.source, **pair.way)
    wrong = Attribution.TARGET if pair.source is Source else Attribution.SOURCE
    assert {one.attribution for one in said if one.outcome is Outcome.FAIL} == {wrong}
