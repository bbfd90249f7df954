"""What a check says of a system."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from harness.model.location import Location
from harness.model.outcome import Outcome


class Attribution(StrEnum):
    """Whose fault a finding is. NONE goes with PASS and NOT_APPLICABLE."""

    SOURCE = "source"
    TARGET = "target"
    NETWORK = "network"
    STANDARD = "standard"
    BLUEPRINT = "blueprint"
    HARNESS = "harness"
    UNKNOWN = "unknown"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Evidence:
    """Stored bytes a finding rests on: ``sha256`` names the file under ``OUT/evidence``; ``title`` says what they are."""

    sha256: str
    media_type: str
    title: str
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of one check about one pairing (and interface, and family). It never names a level of the pairing.

    ``signals`` are facts that caps and reasons of level 0 are read from, words of ``profiles/vocabulary.yaml``. ``blocked_by`` is the id of the check that
    examines what was missing. ``location`` is a place in the evidence whose hash is ``within``, ``excerpt`` the lines around it.
    ``differences`` and ``fidelity`` are there for fidelity checks. ``seconds`` is busy time.
    """

    check: str
    clause: str
    level: int
    pairing: str
    interface: str
    family: str
    outcome: Outcome
    message: str = ""
    person: str = ""
    location: Location | None = None
    expected: str = ""
    actual: str = ""
    attribution: Attribution = Attribution.NONE
    evidence: tuple[Evidence, ...] = ()
    blocked_by: str = ""
    signals: tuple[str, ...] = ()
    fidelity: float | None = None
    ceiling: float | None = None
    differences: tuple[tuple[str, str, str, str, str], ...] = ()
    attempt: int = 0
    within: str = ""
    excerpt: tuple[str, ...] = ()
    seconds: float = field(default=0.0, compare=False)
    waited: float = field(default=0.0, compare=False)
