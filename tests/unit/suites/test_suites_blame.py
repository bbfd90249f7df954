"""Whose fault a wrong answer is: the finding that says so first names the side that was made wrong."""

from __future__ import annotations

import pytest
from pairs_kit import Pair, gather
from scripted_link_kit import Source, findings

from harness.model.finding import Attribution
from harness.model.outcome import Outcome

SUITES = ("connection/", "acknowledgement/", "identity/", "process/")


@pytest.mark.parametrize("pair", [one for one in gather() if one.check.startswith(SUITES)], ids=str)
def test_the_side_that_is_wrong_is_blamed(pair: Pair) -> None:
    blamed = [one.attribution for one in findings(pair.check, pair.wrong, source=pair.source, **pair.way) if one.outcome is Outcome.FAIL]
    if pair.source is Source:
        assert set(blamed) == {Attribution.TARGET}
    else:
        assert blamed[0] is Attribution.SOURCE
