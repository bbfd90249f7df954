"""One comparison under way: what it asks definitions of, and what it has found to stand in the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.model.compatibility import Obstacle
from harness.validation.fhir.element_rules import ElementRule

if TYPE_CHECKING:
    from harness.validation.fhir.engine import Engine


@dataclass(slots=True)
class Comparison:
    """``busy`` are pairs of definitions under comparison: while they are, the first is taken to be within the second, for definitions go round in circles."""

    engine: Engine
    busy: frozenset[tuple[str, str]] = frozenset()
    obstacles: list[Obstacle] = field(default_factory=list)

    def proved(self, rule: ElementRule, aspect: str, first: object, second: object, reason: str) -> None:
        """What the first allows at ``rule`` (the second's) and the second does not."""
        self.obstacles.append(Obstacle(rule.id, aspect, str(first), str(second), reason))

    def untold(self, rule: ElementRule, aspect: str, first: object, second: object, reason: str) -> None:
        """What may stand in the way at ``rule`` (the second's) and cannot be told."""
        self.obstacles.append(Obstacle(rule.id, aspect, str(first), str(second), reason, proved=False))

    def within(self, answer: bool | None, rule: ElementRule, aspect: str, first: object, second: object, reason: str) -> None:
        """Nothing where ``answer`` is True; else what is proved (False) or untold (None)."""
        if answer is False:
            self.proved(rule, aspect, first, second, reason)
        elif answer is None:
            self.untold(rule, aspect, first, second, reason)

    def aside(self, pair: tuple[str, str]) -> Comparison:
        """An empty comparison below this one, with ``pair`` under way."""
        return Comparison(self.engine, self.busy | {pair})
