"""One requirement of a clause register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Strength(StrEnum):
    """RFC 2119 strength; only SHALL decides a level."""

    SHALL = "SHALL"
    SHOULD = "SHOULD"
    MAY = "MAY"


@dataclass(frozen=True, slots=True)
class Clause:
    """A requirement, identified as ``suite/section-number``, the same id as its check.

    ``level`` 1–5 and ``letter`` give its place in the scale (L3c is level 3, letter c). ``family`` is empty for clauses examined once per
    pairing and interface (L1–L3) and names the family for L4 and L5. ``applies`` is a predicate over declared capabilities: a mapping
    of ``transport``, ``format``, ``acknowledgement``, ``auth`` (lists of accepted values) and ``capabilities`` (all needed).
    ``cites`` are the documents and sections that the requirement rests on (``ITK-M PID-32``).
    """

    id: str
    text: str
    strength: Strength
    level: int
    letter: str
    suite: str
    section: str
    title: str
    cites: tuple[str, ...]
    remediation: str
    family: str = ""
    criticality: str = "normal"
    negative: str = ""
    weight: int = 1
    applies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
