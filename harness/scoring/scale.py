"""profiles/levels.yaml as one typed thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Gate:
    """A cap of the scale: ``signal`` raises it, ``level`` cannot be passed, ``reason`` as shown."""

    signal: str
    level: int
    reason: str


@dataclass(frozen=True, slots=True)
class Scale:
    """Levels of a cell run from ``lowest`` to ``highest``; clauses up to ``per_interface`` are examined once per pairing and interface.

    ``unproven`` maps a reason to its signal and meaning, most serious first. ``must_refuse`` is the share of the negatives called ``group``
    that must be refused as expected, none of them with the signal ``forbidden``.
    """

    version: str
    levels: tuple[int, ...]
    per_interface: int
    names: Mapping[int, str]
    must_refuse: float
    group: str
    forbidden: str
    unproven: Mapping[str, tuple[str, str]]
    caps: tuple[Gate, ...]
    of_pairing: tuple[Gate, ...]
    of_place: tuple[Gate, ...]
    not_examined: tuple[str, ...]

    @property
    def lowest(self) -> int:
        """The level of a cell of which nothing is proven."""
        return self.levels[0]

    @property
    def highest(self) -> int:
        """The highest level of a cell."""
        return self.levels[-1]

    def above(self, level: int) -> int | None:
        """The next level, None at the top."""
        higher = [other for other in self.levels if other > level]
        return higher[0] if higher else None

    def below(self, level: int) -> int:
        """The level under ``level``; the lowest is its own."""
        return max((other for other in self.levels if other < level), default=self.lowest)

    @staticmethod
    def of(data: Mapping[str, Any]) -> Scale:
        """The scale that schema-checked ``data`` describes."""
        negatives = data["negatives"]
        declared = [(raw["scope"], Gate(raw["signal"], raw["level"], raw["reason"])) for raw in data["declared_caps"]]
        return Scale(
            version=data["scale_version"],
            levels=tuple(sorted(raw["level"] for raw in data["levels"] if raw["level"] <= data["cell"]["highest"])),
            per_interface=data["cell"]["per_interface"],
            names={raw["level"]: raw["name"] for raw in data["levels"]},
            must_refuse=data["thresholds"][negatives["share"]],
            group=negatives["group"],
            forbidden=negatives["forbidden"],
            unproven={raw["reason"]: (raw["signal"], raw["means"]) for raw in data["unproven"]},
            caps=tuple(Gate(raw["signal"], raw["level"], raw["reason"]) for raw in data["caps"]),
            of_pairing=tuple(gate for scope, gate in declared if scope == "pairing"),
            of_place=tuple(gate for scope, gate in declared if scope == "place"),
            not_examined=tuple(data["not_examined"]),
        )
