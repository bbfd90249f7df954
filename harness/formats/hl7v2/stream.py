"""Cuts a file of many messages at their headers, a piece at a time, so that a file of any length takes the memory of one message."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol

CHUNK = 1 << 20
# Between two MLLP frames that hold characters of two or four bytes, which the framing does not.
_NARROW_FRAME = b"\x1c\r\x0b"
# What is looked at again when more of a file was read: enough for a header and what stands before it.
_OVERLAP = 32
# More blanks than this before a header hide it.
_BLANKS = 1 << 17
_WIDE_END = re.compile(rb"\x1c\r?\n?\x0b?\Z")
_NOISE = b"\x0b\x1c\r\n\t \x00"
_BOMS = ((codecs.BOM_UTF8, ""), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF16_LE, "utf-16-le"))
_MARKS = (*_BOMS, (codecs.BOM_UTF16_BE, "utf-16-be"))
_WIDE = ("utf-32-le", "utf-32-be", "utf-16-le", "utf-16-be")
_KINDS = ("MSH", "FHS", "BHS", "BTS", "FTS")
_PUNCTUATION = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


class Readable(Protocol):
    """Anything with the ``read`` of a binary file."""

    def read(self, size: int = ..., /) -> bytes:
        """Up to ``size`` bytes; none at the end."""
        ...


@dataclass(frozen=True, slots=True)
class Cut:
    """One header segment and what follows it up to the next. ``kind`` is MSH, FHS, BHS, BTS or FTS; ``data`` begins at byte ``offset`` and holds no framing.

    ``size`` is the length with framing; ``data`` is empty where that is above the limit. ``whole`` is False where an MLLP frame was never closed,
    ``ended`` whether the last byte ends a line. ``stray`` bytes stood before it that are of no message.
    """

    kind: str
    offset: int
    line: int
    column: int
    data: bytes
    size: int
    codec: str
    whole: bool = True
    ended: bool = True
    stray: int = 0


class _Text:
    """How to find headers and line ends in bytes of one codec (empty: any whose ASCII is ASCII)."""

    def __init__(self, codec: str) -> None:
        self.codec = codec
        self.width = 4 if "32" in codec else 2 if codec else 1
        self.crlf = self._bytes("\r\n")
        one = {character: re.escape(self._bytes(character)) for character in "\r\n\x0b\x1c \t"}
        before = b"|".join((*([re.escape(_NARROW_FRAME)] if codec else []), *(one[character] for character in "\r\n\x0b\x1c")))
        blank = b"(?:" + one[" "] + b"|" + one["\t"] + b")*"
        marks = b"|".join(re.escape(self._bytes(character)) for character in _PUNCTUATION)
        ends = b"|".join(one[character] for character in "\r\n\x1c")
        heads = b"|".join(re.escape(self._bytes(kind)) for kind in _KINDS)
        tails = b"|".join(re.escape(self._bytes(kind)) for kind in _KINDS[3:])
        # A set of characters in front is looked for several times as fast as an alternation.
        before = b"([\r\n\x0b\x1c])" if not codec else b"(" + before + b")"
        first = rb"(\A\x0b?|" + before.removeprefix(b"(")
        rest = blank + b"(?:(" + heads + b")(?=" + marks + b")|(" + tails + b")(?=" + ends
        # By whether anything came before, and whether anything can come after.
        ways = {(fresh, last): (first if fresh else before) + rest + (rb"|\Z))" if last else b"))") for fresh in (False, True) for last in (False, True)}
        self.heads = {way: re.compile(pattern) for way, pattern in ways.items()}
        self.begins = re.compile(blank.replace(b"(?:", b"(?:" + one["\r"] + b"|" + one["\n"] + b"|" + one["\x0b"] + b"|") + b"(?:" + heads + b")")

    def _bytes(self, text: str) -> bytes:
        return text.encode(self.codec or "ascii")

    def lines(self, data: bytes) -> int:
        """How many lines end in ``data``."""
        if not self.codec:
            return data.count(b"\r") + data.count(b"\n") - data.count(b"\r\n")
        text = data.decode(self.codec, "replace")
        return text.count("\r") + text.count("\n") - text.count("\r\n")

    def settled(self, data: bytes, start: int) -> int:
        """Up to where ``data`` holds no part of a header of which the rest is still to be read; not between CR and LF, and not in a character."""
        tail = len(data[: len(data) - 4 * self.width].rstrip(b" \t\0")) - _OVERLAP
        if len(data) - tail > _BLANKS:
            tail = len(data) - 4 * self.width
        at = max(start + (tail - start) // self.width * self.width, start)
        return at - self.width if at - self.width >= start and data.startswith(self.crlf, at - self.width) else at

    def column(self, before: int, data: bytes) -> int:
        """The column after ``data``, which begins in column ``before``."""
        ended = max(data.rfind(self._bytes(mark)) for mark in "\r\n")
        return 1 + (len(data) - ended) // self.width - 1 if ended >= 0 else before + len(data) // self.width


@lru_cache(maxsize=8)
def _text(codec: str) -> _Text:
    return _Text(codec)


def codec_and_mark(data: bytes) -> tuple[str, int]:
    """(codec of two or four bytes a character, or empty; bytes of byte order mark) as the first bytes of a file show them."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return codec, len(mark)
    for bare in (data, data.removeprefix(b"\x0b")):
        if found := next((codec for codec in _WIDE if _text(codec).begins.match(bare)), ""):
            return found, 0
    return "", 0


def cut(file: Readable, *, max_bytes: int, chunk: int = CHUNK) -> Iterator[Cut]:
    """The header segments of ``file`` with what follows each, in order; nothing where there is none. Reads ``chunk`` bytes at a time.

    Holds at most ``max_bytes`` and a chunk. Of a message above ``max_bytes`` only the size is given, once its end is found.
    """
    return _Cutter(file, max_bytes, chunk).run()


class _Cutter:
    def __init__(self, file: Readable, max_bytes: int, chunk: int) -> None:
        self.file, self.max_bytes, self.chunk = file, max_bytes, chunk
        self.buffer, self.base, self.scan = b"", 0, 0
        self.line, self.kind, self.column, self.reached = 1, "", 1, 1
        self.framed, self.fresh = False, True
        self.stray = self.skipped = self.passed = self.start = 0
        self.text = _text("")

    def run(self) -> Iterator[Cut]:
        more = self.file.read(self.chunk)
        while len(more.lstrip(_NOISE)) < 16 and len(more) < CHUNK and (further := self.file.read(self.chunk)):
            more += further
        codec, mark = codec_and_mark(more)
        self.text = _text(codec)
        self.base, self.buffer = mark, more[mark:]
        while True:
            more = self.file.read(self.chunk)
            yield from self._found(last=not more)
            if not more:
                break
            self._forget()
            self.buffer += more
        if self.kind:
            yield self._made(len(self.buffer))

    def _found(self, *, last: bool) -> Iterator[Cut]:
        """Each part that another header ends."""
        pattern = self.text.heads[self.fresh and not self.kind, last]
        for match in pattern.finditer(self.buffer, self.scan):
            at, framed = match.start(match.lastindex or 0), match[1][-1:] == b"\x0b"
            if (self.kind and at <= self.start) or ((at - self.start) % self.text.width and not framed):
                continue
            if self.kind:
                yield self._made(at)
            else:
                self.stray += len(self.buffer[self.start : at].translate(None, _NOISE))
            self.line += self.passed + self.text.lines(self.buffer[self.start : at])
            self.column = self.reached = self.text.column(self.reached, self.buffer[self.start : at])
            self.kind = match[match.lastindex or 0].decode(self.text.codec or "ascii")
            self.framed, self.start, self.skipped, self.passed = framed, at, 0, 0
        self.scan = self.text.settled(self.buffer, self.start)

    def _made(self, at: int) -> Cut:
        raw = self.buffer[self.start : at]
        size = self.skipped + len(raw)
        stray, self.stray = self.stray, 0
        offset = self.base + self.start - self.skipped
        if size > self.max_bytes:
            return Cut(self.kind, offset, self.line, self.column, b"", size, self.text.codec, stray=stray)
        closing = _WIDE_END.search(raw) if self.text.codec and self.framed else None
        data = raw[: closing.start() if closing else len(raw)] if self.text.codec else _unframed(raw)
        whole = not self.framed or b"\x1c" in raw
        return Cut(self.kind, offset, self.line, self.column, data, size, self.text.codec, whole, raw[-1:] in (b"\r", b"\n", b"\x1c", b"\0"), stray)

    def _forget(self) -> None:
        """Drop what came before the open part; of an open part above the limit, or where there is none, all but what the next header may need."""
        drop = self.start
        if not self.kind or self.skipped or len(self.buffer) - self.start > self.max_bytes:
            keep = self.scan
            if self.kind:
                self.skipped += keep - self.start
            else:
                self.stray += len(self.buffer[self.start : keep].translate(None, _NOISE))
            self.passed += self.text.lines(self.buffer[self.start : keep])
            self.reached = self.text.column(self.reached, self.buffer[self.start : keep])
            drop = keep
        self.buffer = self.buffer[drop:]
        self.base += drop
        self.scan = max(self.scan - drop, 0)
        self.start, self.fresh = 0, self.fresh and not drop


def _unframed(data: bytes) -> bytes:
    """``data`` up to a frame's end, if nothing but noise follows that, and without the frame start of what comes next."""
    body = data.rstrip(b"\x0b \t")
    inner = body.find(b"\x1c")
    return body[:inner] if inner >= 0 and not body[inner:].strip(_NOISE) else body
