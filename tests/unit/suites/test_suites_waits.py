"""A right target need not be a quick one: what it does within its effect limit is waited for, by every check that looks for an effect."""

from __future__ import annotations

from typing import Any

import pytest
from scripted_follower_kit import Follower
from scripted_link_kit import KEYS, LIMITS, findings

from harness.case.check import CHECKS
from harness.catalogue import catalogue
from harness.model.message import Message
from harness.model.outcome import Outcome

SUITES = ("identity/", "process/")


class Unhurried(Follower):
    """Says yes at once, and does what it was told half an effect limit later, in the order in which it was told."""

    def __init__(self, *facts: Any) -> None:
        super().__init__(*facts)
        self.waiting: list[tuple[float, Message]] = []

    def takes(self, message: Message) -> None:
        self.waiting.append((self.now() + LIMITS.effect / 2, message))

    def shows(self, kind: str, value: str) -> list[dict[str, Any]]:
        while self.waiting and self.waiting[0][0] <= self.now():
            super().takes(self.waiting.pop(0)[1])
        return super().shows(kind, value)


def asked() -> list[tuple[str, str]]:
    """Each check with each format that its clause is about."""
    applies = {name: catalogue().clauses[name].applies for name in CHECKS if name.startswith(SUITES)}
    return [(name, over) for name, to in sorted(applies.items()) for over in to.get("format", tuple(KEYS))]


@pytest.mark.parametrize(("check", "over"), asked())
def test_an_unhurried_target_passes(check: str, over: str) -> None:
    said = findings(check, Unhurried, over=over)
    assert [(one.outcome, one.actual) for one in said if one.outcome is not Outcome.PASS] == []
