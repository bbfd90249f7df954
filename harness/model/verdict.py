"""What scoring says of cells, pairings and places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Cap:
    """A hard gate: ``level`` the cell cannot pass, ``reason`` as shown, the ``signal`` it was read from, whose fault, and the check."""

    level: int
    reason: str
    signal: str
    attribution: str
    check: str


@dataclass(frozen=True, slots=True)
class CellVerdict:
    """The level of pairing × family.

    ``level`` is None when not scored (partial run). ``uncapped`` is the level before caps. ``progress`` is the passed share of the next
    level's weight, None when capped or at the top. ``blocked_by`` are the clause ids that stop the next level; ``stopped`` a sentence
    (missing capability, L0 reason). ``counts`` maps outcome to number of clause answers. ``fidelity`` is the minimum F, ``fidelity_mean`` the mean.
    """

    pairing: str
    source: str
    target: str
    family: str
    level: int | None
    uncapped: int | None
    progress: float | None
    caps: tuple[Cap, ...] = ()
    ceiling: float | None = None
    ceiling_level: int = 5
    blocked_by: tuple[str, ...] = ()
    stopped: str = ""
    fidelity: float | None = None
    fidelity_mean: float | None = None
    aim: int | None = None
    aim_met: bool | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    not_selected: int = 0


@dataclass(frozen=True, slots=True)
class PlaceVerdict:
    """A place: ``headline`` is the minimum over required cells (None when partial), with coverage and what no machine checked.

    ``required`` and ``run`` count required pairings; ``caps`` hold for the place as a whole.
    """

    place: str
    scale_version: str
    headline: int | None
    cells: tuple[CellVerdict, ...]
    required: int
    run: int
    social_care_required: int
    social_care_run: int
    partial: bool
    notes: tuple[str, ...] = ()
    caps: tuple[Cap, ...] = ()
