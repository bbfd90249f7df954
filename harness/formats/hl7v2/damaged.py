"""A segment with bytes that its character set does not hold: readable text outside, the very bytes within."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from harness.formats.hl7v2.address import Address
from harness.formats.hl7v2.delimiters import Delimiters
from harness.formats.hl7v2.segment import HEADERS, Segment

# An undecodable byte 80 to FF inside a decoded text, as Python's surrogateescape keeps it.
UNDECODABLE = re.compile("[\udc80-\udcff]")
_REPLACEMENT = "\ufffd"
# Where a byte of the wrong character set is most likely windows-1252, the commonest one of the systems that send it.
_LIKELY_1252 = ("utf-8", "ascii", "cp1252")
_AS_1252 = {0xDC00 + byte: bytes([byte]).decode("cp1252", "replace") for byte in range(0x80, 0x100)}
_AS_UNKNOWN = dict.fromkeys(_AS_1252, _REPLACEMENT)


class DamagedSegment(Segment):
    """A segment whose text is shown with each undecodable byte as windows-1252 (U+FFFD where that has no character, or another codec was declared).

    One character stands for one byte, so that columns hold. ``exact`` gives the bytes back; what is written to a field replaces that field's only.
    """

    __slots__ = ("_shown",)

    def __init__(self, text: str, terminator: str, delimiters: Delimiters, codec: str = "utf-8") -> None:
        super().__init__(text, terminator, delimiters, codec)
        self._shown = _AS_1252 if codec in _LIKELY_1252 else _AS_UNKNOWN
        self.name = self.name.translate(self._shown)

    @property
    def exact(self) -> str:
        """The segment with its undecodable bytes as lone surrogates."""
        return Segment.text.fget(self)  # type: ignore[attr-defined, no-any-return]

    @property
    def text(self) -> str:
        """The segment as it is shown, without its terminator."""
        return self.exact.translate(self._shown)

    @property
    def fields(self) -> Sequence[str]:
        """Every field as it is shown."""
        return [field.translate(self._shown) for field in self._split()]

    def leaves(self) -> Iterator[tuple[int, int, int, int, str]]:
        """See ``Segment.leaves``; the text as it is shown."""
        for field, repetition, component, sub, raw in super().leaves():
            yield field, repetition, component, sub, raw.translate(self._shown)

    def written(self, at: Address) -> str | None:
        """See ``Segment.written``; the text as it is shown."""
        found = super().written(at)
        return found and found.translate(self._shown)

    @property
    def read_as(self) -> str:
        """How its undecodable bytes are shown, as a person says it."""
        return "windows-1252" if self._shown is _AS_1252 else "U+FFFD"

    def damage(self) -> Iterator[tuple[int, int]]:
        """(field, 0 for the name; how many undecodable bytes) of each field that holds some, in order."""
        header = self.name in HEADERS
        for index, field in enumerate(self._split()):
            if found := UNDECODABLE.findall(field):
                yield index + 1 if header and index else index, len(found)
