"""The fate of items in one exchange."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from harness.model.finding import Attribution


class Fate(StrEnum):
    """What became of an item. KEPT and EQUIVALENT score 1, NARROWED and BROADENED ½, the rest 0 (LEVELS, Fidelity)."""

    KEPT = "kept"
    EQUIVALENT = "equivalent"
    NARROWED = "narrowed"
    BROADENED = "broadened"
    LOST = "lost"
    WRONG = "wrong"
    INVENTED = "invented"


@dataclass(frozen=True, slots=True)
class Difference:
    """One item's fate. ``entry`` is the key of its group entry; ``excused`` when a shipped row states the loss; weight 5, 2 or 1."""

    item: str
    entry: str
    fate: Fate
    sent: str
    received: str
    weight: int
    attribution: Attribution
    location: str = ""
    excused: bool = False
    reason: str = ""

    @property
    def costs(self) -> bool:
        """Whether it costs fidelity: neither kept nor equivalent, nor excused by the standard."""
        return not self.excused and self.fate not in (Fate.KEPT, Fate.EQUIVALENT)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every item's fate for one person and exchange.

    ``fidelity`` is F, None when the denominator is empty; ``critical`` is F over safety-critical items alone;
    ``ceiling`` is the share of the source's weight that the standard can carry. ``not_compared``: by group, how many entries of both sides
    could not be held against each other for their number; all three are None then.
    """

    differences: tuple[Difference, ...]
    fidelity: float | None
    critical: float | None
    ceiling: float | None
    not_compared: tuple[tuple[str, int], ...] = ()

    @property
    def faults(self) -> tuple[Difference, ...]:
        """Differences that cost fidelity."""
        return tuple(difference for difference in self.differences if difference.costs)
