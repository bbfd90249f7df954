"""One repetition of a field as a transform sees it: what it takes is what is carried."""

from __future__ import annotations

from harness.formats.hl7v2 import Segment
from harness.formats.hl7v2.escape import unescape
from harness.mapping.carry.leaves import Account, Key, split


class Cell:
    """A repetition of a field, or one component of it: its parts count from 1, and each may hold parts of its own.

    ``take`` gives a part and notes that it was used; ``peek`` only looks. An explicit deletion (``""``) is empty here.
    """

    __slots__ = ("_component", "_field", "_index", "_others", "_parts", "_repetition", "_segment", "account", "raw", "used")

    def __init__(self, account: Account, index: int, segment: Segment, field: int, repetition: int, raw: str, component: int = 0) -> None:
        marks = segment.delimiters
        self.account, self._index, self._segment, self._field, self._repetition, self._component = account, index, segment, field, repetition, component
        self.raw = raw
        self._parts = split(raw, marks.subcomponent if component else marks.component)
        self.used: list[tuple[int, int]] = []
        self._others: list[Cell] = []

    @property
    def repetition(self) -> int:
        """Which repetition of its field it is, from 1."""
        return self._repetition

    @property
    def size(self) -> int:
        """How many parts it has."""
        return len(self._parts)

    @property
    def empty(self) -> bool:
        """Whether it holds nothing, or only a deletion."""
        return self.raw in ("", '""')

    def peek(self, part: int, sub: int = 0) -> str:
        """The text of a part, or of its sub-component; empty where there is none."""
        raw = self._parts[part - 1] if 0 < part <= len(self._parts) else ""
        if sub and not self._component:
            inner = split(raw, self._segment.delimiters.subcomponent)
            raw = inner[sub - 1] if sub <= len(inner) else ""
        return "" if raw == '""' else self._plain(raw)

    def take(self, part: int, sub: int = 0) -> str:
        """``peek``, and the part counts as used where it holds something."""
        text = self.peek(part, sub)
        if text:
            self.note(part, sub)
        return text

    def first(self) -> str:
        """The first part, or its first sub-component where it has several: the value of a simple type."""
        return self.take(1, 0 if self._component else 1)

    def whole(self) -> str:
        """All of it as one text, separators included."""
        if self.empty:
            return ""
        self.used.append((self._component, 0))
        return self._plain(self.raw)

    def sub(self, part: int) -> Cell:
        """A part as a cell whose parts are its sub-components; what is taken there is used here."""
        raw = self._parts[part - 1] if 0 < part <= len(self._parts) else ""
        inner = Cell(self.account, self._index, self._segment, self._field, self._repetition, raw, part)
        inner.used = self.used
        return inner

    def keys(self) -> list[Key]:
        """The leaves that were used."""
        found: list[Key] = []
        for part, sub in self.used:
            found += self.account.keys(self._index, self._field, self._repetition, part, sub)
        for other in self._others:
            found += other.keys()
        return found

    def all_keys(self) -> list[Key]:
        """Every leaf in it."""
        return self.account.keys(self._index, self._field, self._repetition, self._component)

    def note(self, part: int, sub: int = 0) -> None:
        """The part counts as used though its text was built otherwise."""
        self.used.append((self._component, part) if self._component else (part, sub))

    @property
    def kind(self) -> str:
        """The datatype that the segment's second field names: OBX-2 for a value of OBX-5."""
        return (self._segment.get("2.1") or "").upper()

    def beside(self, field: int) -> Cell | None:
        """Another field of the segment, its first repetition; what is taken there is settled with this cell."""
        raw = self._segment.raw(f"{field}[1]")
        if not raw:
            return None
        found = Cell(self.account, self._index, self._segment, field, 1, raw)
        self._others.append(found)
        return found

    def _plain(self, raw: str) -> str:
        return unescape(raw, self._segment.delimiters, self._segment.codec).strip()
