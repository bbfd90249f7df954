"""Takes files apart into what is judged one by one, reading no more of them than that needs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from harness.errors import FormatError
from harness.model.issue import Issue
from harness.model.location import Location
from harness.validation.wording import remarked, told

MAX_WHOLE = 50_000_000  # bytes of a file that has to be in memory whole, with its tree, which takes many times as much
_HEAD = 1 << 16  # bytes looked at to tell what a file is: a Bundle names its type well within them
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe\x00\x00", b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Unit:
    """One message or resource: its bytes, the format they are in, and where in the file they begin; ``issues`` are known beforehand.

    ``kind`` is empty where there is nothing to judge but the issues. ``index`` 0 is the file itself.
    """

    file: str
    index: int
    kind: str
    data: bytes
    line: int = 1
    column: int = 1
    offset: int = 0
    issues: tuple[Issue, ...] = ()


def units(file: IO[bytes], name: str) -> Iterator[Unit]:
    """The units of an open binary file, in order. HL7 v2 and NDJSON are read as they come, whatever their length; other formats whole."""
    from harness.formats.detect import detect

    stream = io.BufferedReader(_Again(file), _HEAD)
    head = stream.peek(_HEAD)[:_HEAD]
    start = head
    for mark in _MARKS:
        start = start.removeprefix(mark)
    begins = start.lstrip(b"\x0b\r\n\t \x00")[:1]
    try:
        if begins in (b"M", b"F", b"B") and detect(head, name).startswith("hl7v2"):
            yield from _messages(stream, name)
            return
        if begins == b"{" and (name.lower().endswith(".ndjson") or (b"\n" in head and detect(head, name) == "fhir-ndjson")):
            yield from _lines(stream, name)
            return
        data = stream.read(MAX_WHOLE + 1)
        if len(data) > MAX_WHOLE:
            yield _too_large(stream, name)
            return
        kind = detect(data, name)
    except FormatError as error:
        yield Unit(
            name, 1, "", b"", issues=(told("file/unknown-format", at=Location(offset=error.offset), expected=error.expected, remedy=error.do, what=error.what),)
        )
        return
    yield Unit(name, 1, kind, data)


def _messages(stream: IO[bytes], name: str) -> Iterator[Unit]:
    from harness.formats.hl7v2 import read_stream

    try:
        for part in read_stream(stream):
            message = part.kind == "MSH"
            issues = tuple([_placed(remarked(remark), part.line, part.column) for remark in part.remarks])
            if message or issues:
                kind = "hl7v2" if message and part.whole and part.data else ""
                yield Unit(name, part.index + 1 if message else 0, kind, part.data if kind else b"", part.line, part.column, part.offset, issues)
    except FormatError as error:
        yield Unit(
            name, 1, "", b"", issues=(told("file/no-message", at=Location(offset=error.offset), expected=error.expected, remedy=error.do, what=error.what),)
        )


def _lines(stream: IO[bytes], name: str) -> Iterator[Unit]:
    from harness.formats.fhir.ndjson import lines

    index = 0
    try:
        for index, line in enumerate(lines(stream), 1):
            yield Unit(name, index, "fhir-json", line.data, line.number, 1, line.offset)
    except FormatError as error:
        yield Unit(
            name,
            index + 1,
            "",
            b"",
            issues=(told("file/unreadable-line", at=Location(offset=error.offset), expected=error.expected, remedy=error.do, what=error.what),),
        )


def _too_large(stream: IO[bytes], name: str) -> Unit:
    size = MAX_WHOLE + 1
    while more := stream.read(1 << 20):
        size += len(more)
    return Unit(name, 1, "", b"", issues=(told("file/too-large", at=Location(offset=MAX_WHOLE), size=size, most=MAX_WHOLE),))


def _placed(issue: Issue, line: int, column: int) -> Issue:
    from dataclasses import replace

    return issue if issue.location.line else replace(issue, location=replace(issue.location, line=line, column=column))


class _Again(io.RawIOBase):
    """A file seen through ``read`` alone, so that anything that can be read can be buffered; never closes it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        view = memoryview(buffer)  # type: ignore[arg-type]
        data = self._file.read(len(view))
        view[: len(data)] = data
        return len(data)
