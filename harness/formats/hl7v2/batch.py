"""Files of many messages: bare, in MLLP frames, or in the FHS/BHS envelopes of HL7 v2.4 chapter 2.15.3."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from harness.errors import FormatError
from harness.formats.hl7v2.charset import wide_codec
from harness.model.issue import Issue, Severity
from harness.model.location import Location

_HEAD = re.compile(rb"(?:(?<=[\r\n\x0b\x1c])|\A)[ \t]*(MSH|FHS|BHS|BTS|FTS)(?=[!-/:-@\[-`{-~])|(?:(?<=[\r\n\x0b\x1c])|\A)(BTS|FTS)(?=[\r\n\x1c]|\Z)")
_START = re.compile(rb"(?:\xef\xbb\xbf)?")
_NOISE = b"\x0b\x1c\r\n\t \x00"


@dataclass(frozen=True, slots=True)
class Part:
    """One line group of a batch file: ``kind`` is MSH, FHS, BHS, BTS or FTS; ``data`` begins at byte ``offset`` and holds no framing."""

    kind: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """A file taken apart: the messages, each with its offset, and what its envelopes say wrongly."""

    messages: tuple[tuple[int, int, bytes], ...]
    issues: tuple[Issue, ...]


def split_batch(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each message of ``data`` as (index from 0, byte offset, bytes without framing), in order; envelopes are left out.

    FormatError where there is neither a message nor an envelope. Nothing is checked of a message: give its bytes to ``parse``. A file of
    two-byte or four-byte characters is taken to be one message.
    """
    index = 0
    for part in _parts(data):
        if part.kind == "MSH":
            yield index, part.offset, part.data
            index += 1


def read_batch(data: bytes) -> Batch:
    """``split_batch`` at once, with issues: counts in BTS-1 and FTS-1 that do not hold, envelopes left open or closed unopened, stray bytes."""
    return Batch(tuple(split_batch(data)), tuple(_issues(data)))


def _parts(data: bytes) -> Iterator[Part]:
    if (wide := wide_codec(data)) and "MSH".encode(wide) in data[:16]:
        yield Part("MSH", 0, data)
        return
    first = _START.match(data)
    begin = first.end() if first else 0
    heads = [(match.start(match.lastindex or 0), match[match.lastindex or 0].decode()) for match in _HEAD.finditer(data, begin)]
    if begin and data[begin : begin + 3] in (b"MSH", b"FHS", b"BHS") and (not heads or heads[0][0] != begin):
        heads.insert(0, (begin, data[begin : begin + 3].decode()))
    if not heads:
        raise FormatError("there is no message", offset=0, expected="segments MSH, FHS or BHS at the start of a line")
    for (start, kind), end in zip(heads, [*(at for at, _ in heads[1:]), len(data)], strict=True):
        yield Part(kind, start, _unframed(data[start:end]))


def _unframed(data: bytes) -> bytes:
    """``data`` up to a frame's end, if nothing but noise follows that, and without the frame start of what comes next."""
    body = data.rstrip(b"\x0b \t")
    inner = body.find(b"\x1c")
    return body[:inner] if inner >= 0 and not body[inner:].strip(_NOISE) else body


def _issues(data: bytes) -> Iterator[Issue]:
    parts = list(_parts(data))
    if stray := data[: parts[0].offset].removeprefix(b"\xef\xbb\xbf").strip(_NOISE):
        yield _issue("stray-bytes", f"{len(stray)} bytes stand before the first message", 0, Severity.WARNING)
    messages = batches = 0
    opened: dict[str, Part] = {}
    for part in parts:
        if part.kind == "MSH":
            messages += 1
        elif part.kind in ("FHS", "BHS"):
            if part.kind in opened:
                yield _issue("envelope-open", f"{part.kind} begins before the one at byte {opened[part.kind].offset} was closed", part.offset)
            opened[part.kind] = part
            batches, messages = (batches + 1, 0) if part.kind == "BHS" else (0, 0)
        else:
            head = opened.pop("BHS" if part.kind == "BTS" else "FHS", None)
            if head is None:
                yield _issue("envelope-unopened", f"{part.kind} closes what was not opened", part.offset)
            yield from _count(part, head, messages if part.kind == "BTS" else batches)
    for part in opened.values():
        yield _issue("envelope-open", f"{part.kind} is never closed", part.offset)


def _count(trailer: Part, head: Part | None, found: int) -> Iterator[Issue]:
    mark = (head or trailer).data[3:4] or b"|"
    line = re.split(rb"[\r\n]", trailer.data, maxsplit=1)[0].split(mark)
    said = line[1].decode("latin-1").strip() if len(line) > 1 else ""
    what = "messages" if trailer.kind == "BTS" else "batches"
    if said and (not said.isdecimal() or int(said[:18]) != found):
        yield _issue("batch-count", f"{trailer.kind}-1 says {said[:20]!r} {what}, but there are {found}", trailer.offset, expected=str(found), actual=said)


def _issue(code: str, message: str, offset: int, severity: Severity = Severity.ERROR, expected: str = "", actual: str = "") -> Issue:
    return Issue(severity, f"hl7v2/{code}", message, Location(offset=offset), expected, actual, clause="HL7 v2.4 2.15.3")
