"""Files of many messages: bare, in MLLP frames, or in the FHS/BHS envelopes of HL7 v2.4 chapter 2.15.3; whole or as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from harness.errors import FormatError
from harness.formats.hl7v2.envelope import Envelopes, said
from harness.formats.hl7v2.read import MAX_BYTES
from harness.formats.hl7v2.stream import CHUNK, Cut, Readable, cut
from harness.model.issue import Issue, Severity


@dataclass(frozen=True, slots=True)
class Part:
    """One message or envelope segment of a file.

    ``kind`` is MSH, FHS, BHS, BTS, FTS, or END for what can only be said at the end; ``index`` counts messages from 0 (the next one's, for other kinds).
    ``data`` begins at byte ``offset``, ``line`` and ``column`` (from 1) of the file and holds no framing; it is empty where ``issues`` say that
    the message is too large. ``whole`` is False for a message that was cut off: do not process it.
    """

    kind: str
    index: int
    offset: int
    line: int
    column: int
    data: bytes
    issues: tuple[Issue, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Batch:
    """A file taken apart: the messages, each with its offset, and what its envelopes say wrongly."""

    messages: tuple[tuple[int, int, bytes], ...]
    issues: tuple[Issue, ...]


def split_batch(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each message of ``data`` as (index from 0, byte offset, bytes without framing), in order; envelopes are left out.

    FormatError where there is neither a message nor an envelope. Nothing is checked of a message: give its bytes to ``parse``.
    """
    for part in _whole(data):
        if part.kind == "MSH":
            yield part.index, part.offset, part.data


def read_batch(data: bytes) -> Batch:
    """``split_batch`` at once, with issues: counts in BTS-1 and FTS-1 that do not hold, envelopes left open or closed unopened, stray bytes, cut messages."""
    parts = list(_whole(data))
    return Batch(tuple((one.index, one.offset, one.data) for one in parts if one.kind == "MSH"), tuple(issue for one in parts for issue in one.issues))


def read_stream(file: Readable, *, max_bytes: int = MAX_BYTES, chunk: int = CHUNK) -> Iterator[Part]:
    """The parts of an open binary file, in order, read ``chunk`` bytes at a time: memory holds one message and one chunk, however long the file.

    A message above ``max_bytes`` comes without its data; one that the end of the file, or the next frame, cut off is not ``whole``. Both say so in their
    issues. FormatError where the file holds neither a message nor an envelope.
    """
    envelopes, index, found = Envelopes(), 0, False
    pending: Cut | None = None
    for one in cut(file, max_bytes=max_bytes, chunk=chunk):
        if pending is not None:
            yield _part(pending, index, envelopes, max_bytes, last=False)
            index += pending.kind == "MSH"
        pending, found = one, True
    if not found or pending is None:
        raise FormatError("there is no message", offset=0, expected="segments MSH, FHS or BHS at the start of a line")
    yield _part(pending, index, envelopes, max_bytes, last=True)
    index += pending.kind == "MSH"
    if issues := tuple(envelopes.left_open()):
        yield Part("END", index, pending.offset + pending.size, pending.line, pending.column, b"", issues)


def _whole(data: bytes) -> Iterator[Part]:
    return read_stream(BytesIO(data), max_bytes=len(data) + 1, chunk=len(data) + 1)


def _part(one: Cut, index: int, envelopes: Envelopes, max_bytes: int, *, last: bool) -> Part:
    issues = []
    if one.stray:
        issues.append(said("stray-bytes", f"{one.stray} bytes stand before the first message", 0, severity=Severity.WARNING))
    whole = one.kind != "MSH" or (one.whole and not (last and not one.ended and envelopes.open))
    if one.size > max_bytes:
        problem = f"the message has {one.size} bytes"
        issues.append(said("too-large", problem, one.offset, expected=f"at most {max_bytes}", actual=str(one.size), remedy="split it or raise the limit"))
    elif not whole:
        problem = f"the message is cut off after {len(one.data)} bytes"
        issues.append(said("message-cut", problem, one.offset + len(one.data), expected="the rest of it", remedy="send the file again, whole"))
    issues += envelopes.next(one)
    return Part(one.kind, index, one.offset, one.line, one.column, one.data, tuple(issues), whole)
