"""The closed vocabulary of what a check can say."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Outcome(StrEnum):
    """Worst first. ERROR: the harness failed; INCONCLUSIVE: could not tell; NOT_APPLICABLE: need not be asked."""

    ERROR = "ERROR"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    PASS = "PASS"  # noqa: S105
    NOT_APPLICABLE = "NOT_APPLICABLE"


_RANK = {outcome: rank for rank, outcome in enumerate(Outcome)}


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """The worst of ``outcomes``; nothing observed is INCONCLUSIVE, never a pass."""
    return min(outcomes, key=_RANK.__getitem__, default=Outcome.INCONCLUSIVE)
