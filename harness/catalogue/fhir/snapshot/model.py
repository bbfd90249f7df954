"""What making a snapshot takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

Element: TypeAlias = Mapping[str, Any]

# Bounds on what a hostile or broken definition may cost, far above real ones.
MAX_ELEMENTS = 20_000  # elements of one snapshot, those of its parts included; the largest of the core has 256
MAX_DEPTH = 48  # parts of a path; the deepest of the core has 8
MAX_PROBLEMS = 200  # sentences told of one definition


class SnapshotSource(Protocol):
    """A definition with its snapshot, as generating needs it; ``catalogue.fhir.Structure`` is one."""

    @property
    def url(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def base(self) -> str: ...
    @property
    def elements(self) -> Sequence[Element]: ...


Find: TypeAlias = Callable[[str], SnapshotSource | None]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All elements of a definition, in order, and what of its differential does not fit its base: one plain sentence each, naming the element."""

    elements: tuple[dict[str, Any], ...]
    problems: tuple[str, ...]


class TooMuchError(Exception):
    """The definition asks for more elements than a definition may have."""


@dataclass(slots=True)
class Work:
    """One snapshot in the making: where definitions come from, how much may still be made, and what was found wrong."""

    find: Find
    url: str
    left: int = MAX_ELEMENTS
    problems: list[str] = field(default_factory=list)
    asked: dict[str, SnapshotSource | None] = field(default_factory=dict)

    def say(self, where: str, what: str) -> None:
        """Notes a problem at the element ``where``."""
        if len(self.problems) < MAX_PROBLEMS:
            text = f"{where or 'the definition'}: {what}"
            if text not in self.problems:
                self.problems.append(text)

    def spend(self, count: int = 1) -> None:
        """Counts elements made; TooMuchError when the bound is passed."""
        self.left -= count
        if self.left < 0:
            raise TooMuchError

    def source(self, canonical: str) -> SnapshotSource | None:
        """The definition ``canonical`` names, asked for once; None where it is not known or holds no elements."""
        if canonical not in self.asked:
            found = self.find(canonical)
            self.asked[canonical] = found if found is not None and found.elements else None
        return self.asked[canonical]
