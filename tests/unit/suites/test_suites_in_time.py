"""A target may take its time, as long as it is within its effect limit: what comes a little later is as right as what comes at once."""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from pairs_kit import Pair, gather, said_of_wrong
from scripted_follower_kit import Follower
from scripted_link_kit import LIMITS, findings

from harness.model.message import Message
from harness.model.outcome import Outcome


class Later(Follower):
    """Says yes at once, and shows what it was told after half of its effect limit."""

    def __init__(self, *facts: Any) -> None:
        super().__init__(*facts)
        self.waiting: deque[tuple[float, Message]] = deque()

    def takes(self, message: Message) -> None:
        self.waiting.append((self.now() + LIMITS.effect / 2, message))

    def shows(self, kind: str, value: str) -> list[dict[str, Any]]:
        while self.waiting and self.waiting[0][0] <= self.now():
            super().takes(self.waiting.popleft()[1])
        return super().shows(kind, value)


WAYS = sorted({(one.check, one.over) for one in gather() if one.check.startswith("fidelity/")})
# Nothing is left of what each question of these checks is about.
WHOLLY_LOST = (
    "fidelity/allergies-1-fhir-DropsAllergies",
    "fidelity/encounter-2-fhir-DropsDestination",
    "fidelity/measures-1-fhir-RoundsDecimals",
    "fidelity/package-2-fhir-DropsAlerts",
)


@pytest.mark.parametrize(("check", "over"), WAYS)
def test_what_comes_in_time_passes(check: str, over: str) -> None:
    assert {one.outcome for one in findings(check, Later, over=over)} == {Outcome.PASS}


@pytest.mark.parametrize("pair", [one for one in gather() if str(one) in WHOLLY_LOST], ids=str)
def test_a_check_of_several_questions_fails_each_of_them(pair: Pair) -> None:
    assert {one.outcome for one in said_of_wrong(pair)} == {Outcome.FAIL}
