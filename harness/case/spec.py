"""What is to be examined: one check about one pairing over one interface."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256


@dataclass(frozen=True, slots=True)
class CaseSpec:
    """``ordinal`` is the case's place in the complete plan and decides its people and calendar; ``family`` is empty for L1–L3 clauses."""

    ordinal: int
    pairing: str
    interface: str
    family: str
    check: str
    attempt: int = 0

    @property
    def id(self) -> str:
        """``identity/merge-1[exemplar:follower/hl7v2]``, with the family and attempt where they matter."""
        place = "/".join(part for part in (self.pairing, self.interface, self.family) if part)
        return f"{self.check}[{place}]" + (f"#{self.attempt}" if self.attempt else "")


@dataclass(frozen=True, slots=True)
class Namespace:
    """Seed decides content, namespace identity, epoch the calendar. ``epoch`` is ``YYYY-MM-DD``."""

    seed: int
    name: str
    epoch: str

    def digest(self, *parts: object) -> int:
        """A number that depends on the namespace and ``parts`` alone."""
        text = "|".join([self.name, *map(str, parts)])
        return int.from_bytes(sha256(text.encode()).digest()[:8], "big")
