"""One segment: its text and terminator, split into fields when first asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from harness.errors import FormatError
from harness.formats.hl7v2.address import Address, part
from harness.formats.hl7v2.delimiters import Delimiters
from harness.formats.hl7v2.escape import escape, unescape

HEADERS = frozenset({"MSH", "BHS", "FHS"})
# Characters from which on the parts of a text are kept: below, splitting again costs less than looking whether it was split.
_LONG = 256
# Fields from which on their beginnings are kept: before, adding up is quicker.
_MANY = 64


class Segment:
    """``PID|1||…`` and the line ends that follow it, blank lines included. Fields count from 1; in headers field 1 is the field separator.

    ``name`` is what stands before the first field separator. ``changes`` is the message's count of changes, which ``write`` adds to.
    """

    __slots__ = ("_fields", "_long", "_starts", "_text", "changes", "codec", "delimiters", "name", "terminator")
    _long: dict[str, _Parts]
    _starts: list[int]

    def __init__(self, text: str, terminator: str, delimiters: Delimiters, codec: str = "utf-8") -> None:
        self._text = text
        self._fields: list[str] | None = None
        self.name = text[:3] if text[3:4] == delimiters.field else text.partition(delimiters.field)[0]
        self.terminator, self.delimiters, self.codec = terminator, delimiters, codec
        self.changes: list[int] | None = None

    def __repr__(self) -> str:
        return f"<Segment {self.name}>"

    @property
    def text(self) -> str:
        """The segment as written, without its terminator, escapes left alone."""
        return self._text if self._fields is None else self.delimiters.field.join(self._fields)

    @property
    def exact(self) -> str:
        """``text`` as it encodes to the bytes that were read."""
        return self.text

    @property
    def fields(self) -> Sequence[str]:
        """Every field as written, for reading only: ``fields[n]`` is field n, ``fields[0]`` the name; in headers ``fields[n]`` is field n + 1."""
        return self._fields or self._split()

    def leaves(self) -> Iterator[tuple[int, int, int, int, str]]:
        """Every part that holds no other: (field, repetition, component, sub-component, text as written), each number from 1, empty parts included.

        Field 1 and 2 of a header are left out. Joined by their separators they are the segment.
        """
        marks, header = self.delimiters, self.name in HEADERS
        repetition, component, subcomponent = marks.repetition, marks.component, marks.subcomponent
        fields = self._fields or self._split()
        for number, whole in enumerate(fields[2:], 3) if header else enumerate(fields[1:], 1):
            if not whole or not (repetition in whole or component in whole or subcomponent in whole):
                yield number, 1, 1, 1, whole
                continue
            for r, one in enumerate(whole.split(repetition) if repetition else (whole,), 1):
                for c, piece in enumerate(one.split(component) if component else (one,), 1):
                    if subcomponent and subcomponent in piece:
                        for sub, leaf in enumerate(piece.split(subcomponent), 1):
                            yield number, r, c, sub, leaf
                    else:
                        yield number, r, c, 1, piece

    @property
    def last(self) -> int:
        """The number of its last field, empty or not; 0 where it has none."""
        return len(self._split()) - (0 if self.name in HEADERS else 1)

    def get(self, path: str) -> str | None:
        """Unescaped text at ``field[repetition].component.subcomponent``; None where absent or empty, ``""`` (two quotation marks) as itself."""
        return self.read(part(path))

    def raw(self, path: str) -> str:
        """Text at the path as written, escapes left alone; empty where absent."""
        return self.written(part(path)) or ""

    def set(self, path: str, value: str | None) -> None:
        """Write ``value`` there, escaped; None empties it. See ``write``."""
        self.write(part(path), "" if value is None else escape(value, self.delimiters))

    def set_raw(self, path: str, raw: str) -> None:
        """Write text there as it is, separators and escapes included."""
        self.write(part(path), raw)

    def repetitions(self, field: int) -> int:
        """How many repetitions a field has; 0 where it is absent or empty."""
        whole = self.written(Address("", field=field))
        if not whole:
            return 0
        mark = self.delimiters.repetition
        return 1 if not mark or (field == 2 and self.name in HEADERS) else whole.count(mark) + 1

    def components(self, field: int, repetition: int = 1) -> int:
        """How many components that repetition has, trailing empty ones included; 0 where it is absent or empty."""
        whole = self.written(Address("", field=field, repetition=repetition))
        return whole.count(self.delimiters.component) + 1 if whole and self.delimiters.component else 1 if whole else 0

    def read(self, at: Address) -> str | None:
        """``get`` for a compiled address; its segment and occurrence are not looked at."""
        found = self.written(at)
        if not found:
            return None
        return found if self.name in HEADERS and at.field <= 2 else unescape(found, self.delimiters, self.codec)

    def written(self, at: Address) -> str | None:
        """``raw`` for a compiled address; None where there is no such place."""
        if at.field == 0:
            return self.text
        fields, header = self._split(), self.name in HEADERS
        if header and at.field <= 2:
            found = self.delimiters.field if at.field == 1 else self.delimiters.encoding
            return found if at.repetition <= 1 and at.component <= 1 and at.subcomponent <= 1 else None
        index = at.field - 1 if header else at.field
        if index >= len(fields):
            return None
        text: str | None = fields[index]
        for mark, number in self._levels(at):
            if text is None:
                return None
            parts = self._parts(text, mark)
            text = parts[number - 1] if number <= len(parts) else None
        return text

    def write(self, at: Address, raw: str) -> None:
        """Put ``raw`` at a compiled address, adding empty fields, repetitions and components before it where needed; nothing else changes.

        FormatError for another MSH-1 or MSH-2 than the message has, and where the separator needed is not in use.
        """
        fields, header = self._split(), self.name in HEADERS
        if header and at.field <= 2:
            if raw == self.written(at) or raw == escape(self.written(at) or "", self.delimiters):
                return
            raise FormatError(f"{self.name}-{at.field} cannot change in a message", where=f"{self.name}-{at.field}", do="build one with Tree.new(delimiters)")
        if at.field == 0:
            raise FormatError("a whole segment cannot be set", where=self.name, do="set its fields, or remove it and add another")
        index = at.field - 1 if header else at.field
        if index >= len(fields):
            if not raw:
                return
            fields.extend([""] * (index + 1 - len(fields)))
        fields[index] = _replaced(fields[index], self._levels(at), raw)
        self._starts = []
        if self.changes is not None:
            self.changes[0] += 1

    def start(self, at: Address) -> int:
        """Characters before that place in ``text``; of an absent place, before the nearest level that is there."""
        header, mark = self.name in HEADERS, self.delimiters.field
        if at.field == 0 or (header and at.field == 1):
            return 3 if at.field else 0
        fields = self._split()
        index = at.field - 1 if header else at.field
        if index >= len(fields):
            return 0
        before = sum(map(len, fields[:index])) + len(mark) * index if index < _MANY else self._starts_of(fields)[index]
        text = fields[index]
        for level, number in [] if header and at.field == 2 else self._levels(at):
            parts = self._parts(text, level)
            if number > len(parts):
                break
            before += self._before(text, level, parts, number)
            text = parts[number - 1]
        return before

    def _split(self) -> list[str]:
        if self._fields is None:
            self._fields = self._text.split(self.delimiters.field)
            self._text = ""
        return self._fields

    def _parts(self, text: str, mark: str) -> list[str]:
        """``text`` at its separators. Those of the last long text of each level are kept: whoever asks for one of 20,000 repetitions asks for the next."""
        if len(text) < _LONG:
            return _parts(text, mark)
        return self._kept(text, mark).parts

    def _kept(self, text: str, mark: str) -> _Parts:
        # Few segments have a long text: the slot is filled by the first that has, and costs the others nothing.
        try:
            long = self._long
        except AttributeError:
            long = self._long = {}
        kept = long.get(mark)
        if kept is None or kept.text is not text:
            kept = long[mark] = _Parts(text, _parts(text, mark))
        return kept

    def _starts_of(self, fields: Sequence[str]) -> list[int]:
        """Where each field begins; kept until something is written."""
        try:
            starts = self._starts
        except AttributeError:
            starts = []
        if not starts:
            starts = self._starts = list(accumulate((len(one) + len(self.delimiters.field) for one in fields), initial=0))
        return starts

    def _before(self, text: str, mark: str, parts: list[str], number: int) -> int:
        """Characters of ``text`` before its part ``number``."""
        if len(text) < _LONG:
            return sum(len(one) + len(mark) for one in parts[: number - 1])
        kept = self._kept(text, mark)
        if not kept.starts:
            kept.starts = list(accumulate((len(one) + len(mark) for one in parts), initial=0))
        return kept.starts[number - 1]

    def _levels(self, at: Address) -> list[tuple[str, int]]:
        marks = self.delimiters
        levels = ((marks.repetition, at.repetition), (marks.component, at.component), (marks.subcomponent, at.subcomponent))
        return [level for level in levels if level[1]]


class _Parts:
    """A long text, its parts, and where each begins once somebody asked."""

    __slots__ = ("parts", "starts", "text")

    def __init__(self, text: str, parts: list[str]) -> None:
        self.text, self.parts = text, parts
        self.starts: list[int] = []


def _parts(text: str, mark: str) -> list[str]:
    return text.split(mark) if mark else [text]


def _replaced(text: str, levels: list[tuple[str, int]], raw: str) -> str:
    if not levels:
        return raw
    (mark, number), *deeper = levels
    parts = _parts(text, mark)
    if number > len(parts):
        if not raw:
            return text
        if not mark:
            raise FormatError("the separator needed there is not in use", where="MSH-2", do="declare all four encoding characters")
        parts.extend([""] * (number - len(parts)))
    parts[number - 1] = _replaced(parts[number - 1], deeper, raw)
    return mark.join(parts)
