"""What terminology says of one code, and of one value set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["yes", "no", "unknown"]


@dataclass(frozen=True, slots=True)
class CodeAnswer:
    """Whether a code belongs. ``unknown``: no answer can be given offline, and ``reason`` says why.

    ``display`` is the text the code has (of a display that was asked about and is one of the code's own, that one); ``displays`` are all of them, with
    designations in other languages. ``inactive``: the code is retired or deprecated; ``abstract``: it groups others and is not meant to be recorded.
    """

    status: Status
    reason: str = ""
    display: str | None = None
    inactive: bool = False
    abstract: bool = False
    displays: tuple[str, ...] = ()

    @property
    def yes(self) -> bool:
        """True where the code belongs."""
        return self.status == "yes"

    @property
    def no(self) -> bool:
        """True where the code does not belong."""
        return self.status == "no"

    def right_display(self, display: str) -> bool | None:
        """Whether ``display`` is one of the code's texts (case and runs of space aside); None where no text is known."""
        if not self.displays:
            return None
        return plain(display) in {plain(one) for one in self.displays}


@dataclass(frozen=True, slots=True)
class Expansion:
    """The codes of a value set, each with its display (empty where none is known), by (system, code)."""

    codes: Mapping[tuple[str, str], str]
    inactive: frozenset[tuple[str, str]] = field(default_factory=frozenset)
    abstract: frozenset[tuple[str, str]] = field(default_factory=frozenset)


def plain(text: str) -> str:
    """A display as displays are compared: case folded, runs of space made one."""
    return " ".join(text.casefold().split())


def texts(value: object) -> list[str]:
    """The non-empty texts of a list; none where it is anything else."""
    return [item for item in value if isinstance(item, str) and item] if isinstance(value, list) else []


def objects(value: object) -> list[dict[str, object]]:
    """The objects of a list; none where it is anything else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def text(holder: Mapping[str, object], name: str) -> str:
    """A text member; empty where it is absent or anything else."""
    value = holder.get(name)
    return value if isinstance(value, str) else ""
