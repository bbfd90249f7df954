"""NDJSON: one resource on each line, as in bulk extracts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any

from harness.errors import FormatError
from harness.formats.fhir.json import encode_json, parse_json

MAX_LINE = 10_000_000


@dataclass(frozen=True, slots=True)
class NdjsonLine:
    """One line that is not blank: ``number`` from 1, ``offset`` in bytes from 0, ``data`` without its line end."""

    number: int
    offset: int
    data: bytes


def lines(source: bytes | IO[bytes], *, max_line: int = MAX_LINE) -> Iterator[NdjsonLine]:
    """The lines of bytes or of an open binary file, which is read line by line. FormatError for a line above ``max_line`` bytes."""
    offset = 0
    for number, raw in enumerate(_raw(source, max_line), 1):
        data = raw.rstrip(b"\r\n")
        if number == 1:
            data = data.removeprefix(b"\xef\xbb\xbf")
        if len(data) > max_line:
            raise FormatError(f"line {number} is too long", offset=offset, expected=f"at most {max_line} bytes")
        if data.strip():
            yield NdjsonLine(number, offset + raw.find(data), data)
        offset += len(raw)


def read_ndjson(source: bytes | IO[bytes], *, max_line: int = MAX_LINE) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, resource) of each line that is not blank. FormatError with the offset in the whole, and the line, where one cannot be read."""
    for line in lines(source, max_line=max_line):
        try:
            yield line.number, parse_json(line.data)
        except FormatError as error:
            raise FormatError(error.what, offset=line.offset + error.offset, where=f"line {line.number}", expected=error.expected, do=error.do) from None


def write_ndjson(resources: Iterable[Any]) -> bytes:
    """One resource on each line, each ended by LF."""
    return b"".join(encode_json(one) + b"\n" for one in resources)


def _raw(source: bytes | IO[bytes], max_line: int) -> Iterator[bytes]:
    if not isinstance(source, bytes):
        while line := source.readline(max_line + 3):
            yield line
        return
    start = 0
    while start < len(source):
        end = source.find(b"\n", start)
        end = len(source) if end < 0 else end + 1
        yield source[start:end]
        start = end
