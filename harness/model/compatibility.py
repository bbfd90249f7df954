"""Whether everything that one profile allows is allowed by another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One element in which the second profile asks for more than the first gives.

    ``place`` is the element's id in the second profile (``Patient.name:official.family``), or an HL7 v2 address; ``aspect`` what of it
    (cardinality, type, binding …); ``first`` and ``second`` what each says. ``proved`` False: it could not be told whether it stands in the way.
    """

    place: str
    aspect: str
    first: str
    second: str
    reason: str
    proved: bool = True


@dataclass(frozen=True, slots=True)
class Compatibility:
    """What stands between the profile ``first`` and the profile ``second``, in the order of the second's elements."""

    first: str
    second: str
    obstacles: tuple[Obstacle, ...] = ()

    @property
    def answer(self) -> Literal["compatible", "incompatible", "undetermined"]:
        """Incompatible with any proved obstacle; undetermined with any that could not be told; else compatible."""
        if any(one.proved for one in self.obstacles):
            return "incompatible"
        return "undetermined" if self.obstacles else "compatible"

    @property
    def elements(self) -> tuple[str, ...]:
        """The places of what was proved, each once."""
        return tuple(dict.fromkeys(one.place for one in self.obstacles if one.proved))
