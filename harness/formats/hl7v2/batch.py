"""Files of many messages: bare, in MLLP frames, or in the FHS/BHS envelopes of HL7 v2.4 chapter 2.15.3; whole or as a stream."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from harness.errors import FormatError
from harness.formats.hl7v2.envelope import Envelopes
from harness.formats.hl7v2.read import MAX_BYTES
from harness.formats.hl7v2.stream import CHUNK, Cut, Readable, cut
from harness.model.location import Location
from harness.model.remark import Remark


@dataclass(frozen=True, slots=True)
class FilePart:
    """One message or envelope segment of a file.

    ``kind`` is MSH, FHS, BHS, BTS, FTS, or END for what can only be said at the end; ``index`` counts messages from 0 (the next one's, for other kinds).
    ``data`` begins at byte ``offset``, ``line`` and ``column`` (from 1) of the file and holds no framing; it is empty where ``remarks`` say that
    the message is too large. ``whole`` is False for a message that was cut off: do not process it.
    """

    kind: str
    index: int
    offset: int
    line: int
    column: int
    data: bytes
    remarks: tuple[Remark, ...] = ()
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Batch:
    """A file taken apart: the messages, each with its offset, and what its envelopes say wrongly."""

    messages: tuple[tuple[int, int, bytes], ...]
    remarks: tuple[Remark, ...]


def split_batch(data: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Each message of ``data`` as (index from 0, byte offset, bytes without framing), in order; envelopes are left out.

    FormatError where there is neither a message nor an envelope. Nothing is checked of a message: give its bytes to ``parse``.
    """
    for part in _whole(data):
        if part.kind == "MSH":
            yield part.index, part.offset, part.data


def read_batch(data: bytes) -> Batch:
    """``split_batch`` at once, with remarks: counts in BTS-1 and FTS-1 that do not hold, envelopes left open or closed unopened, stray bytes, cut messages."""
    parts = list(_whole(data))
    return Batch(tuple((one.index, one.offset, one.data) for one in parts if one.kind == "MSH"), tuple(remark for one in parts for remark in one.remarks))


def read_stream(file: Readable, *, max_bytes: int = MAX_BYTES, chunk: int = CHUNK) -> Iterator[FilePart]:
    """The parts of an open binary file, in order, read ``chunk`` bytes at a time: memory holds one message and one chunk, however long the file.

    A message above ``max_bytes`` comes without its data; one that the end of the file, or the next frame, cut off is not ``whole``. Both say so in their
    remarks. FormatError where the file holds neither a message nor an envelope.
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
    if remarks := tuple(envelopes.left_open()):
        yield FilePart("END", index, pending.offset + pending.size, pending.line, pending.column, b"", remarks)


def _whole(data: bytes) -> Iterator[FilePart]:
    return read_stream(BytesIO(data), max_bytes=len(data) + 1, chunk=len(data) + 1)


def _part(one: Cut, index: int, envelopes: Envelopes, max_bytes: int, *, last: bool) -> FilePart:
    remarks = []
    if one.stray:
        remarks.append(Remark("file/stray-bytes", Location(offset=0), words={"count": one.stray}))
    whole = one.kind != "MSH" or (one.whole and not (last and not one.ended and envelopes.open))
    if one.size > max_bytes:
        remarks.append(Remark("file/message-too-large", Location(offset=one.offset), str(one.size), {"size": one.size, "most": max_bytes}))
    elif not whole:
        size = len(one.data)
        remarks.append(Remark("file/message-cut", Location(offset=one.offset + size), words={"size": size}))
    remarks += envelopes.next(one)
    return FilePart(one.kind, index, one.offset, one.line, one.column, one.data, tuple(remarks), whole)
