"""What is kept while a value set is read, and of it once it has been."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.terminology.answer import CodeAnswer

Pair = tuple[str, str]
Listing = dict[Pair, tuple[str, ...]]
_MOST_OPENED = 50_000
_MOST_NOTES = 3


@dataclass(frozen=True, slots=True)
class MemberTable:
    """A value set ready to be asked. ``whole``: every member is in ``pairs`` (and by code alone in ``codes``); ``folds``: case may differ."""

    pairs: Mapping[Pair, CodeAnswer] = field(default_factory=dict)
    codes: Mapping[str, CodeAnswer] = field(default_factory=dict)
    whole: bool = False
    folds: bool = False
    members: frozenset[Pair] | None = None
    absent: CodeAnswer = CodeAnswer("no")  # noqa: RUF009  # frozen
    why: str = ""


class Trail:
    """What was met on the way to an answer: why it cannot be given, what was found of each value set, and how many were opened.

    Imports that fork at every step would never end otherwise. What is kept of a value set in a circle is that nothing can be said, from wherever it is entered.
    """

    __slots__ = ("left", "listings", "notes", "verdicts")

    def __init__(self) -> None:
        self.listings: dict[str, Listing | None] = {}
        self.verdicts: dict[tuple[str, str, str], bool | None] = {}
        self.notes: dict[str, None] = {}
        self.left = _MOST_OPENED

    def note(self, text: str) -> None:
        """Keep a reason."""
        if text and len(self.notes) < _MOST_NOTES:
            self.notes[text] = None

    def spent(self) -> bool:
        """Count one value set more; True where that was too many."""
        self.left -= 1
        return self.left < 0

    def reason(self, canonical: str) -> str:
        """The reasons in one sentence."""
        return "; ".join(self.notes) or f"the value set {canonical} cannot be answered offline"
