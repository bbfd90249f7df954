"""Bytes to a tree. Nothing is normalised: what cannot be kept is refused with its offset."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import chain, repeat

from harness.errors import FormatError
from harness.formats.hl7v2.charset import Decoded, decode, wide_codec
from harness.formats.hl7v2.damaged import UNDECODABLE, DamagedSegment
from harness.formats.hl7v2.delimiters import read_delimiters
from harness.formats.hl7v2.segment import Segment
from harness.formats.hl7v2.tree import Tree

MAX_BYTES = 10_000_000
_BEFORE = re.compile(rb"[\x0b\r\n\t ]*(?:\xef\xbb\xbf)?[\x0b\r\n\t ]*")
_WIDE_AFTER = re.compile(rb"\x1c\r?\n?\Z")
_AFTER = re.compile(rb"\x1c[\r\n]*\Z")
_WIDE_MARKS = re.compile(rb"\xff\xfe\x00\x00|\x00\x00\xfe\xff|\xff\xfe|\xfe\xff")
_CR_ENDS = re.compile("(\r[\r\n]*(?:[ \t]+[\r\n]+)*)")
_LINE_ENDS = re.compile("([\r\n]+(?:[ \t]+[\r\n]+)*)")
# A segment after line ends: its name and a field separator.
_SEGMENT_AFTER = re.compile(r"[\r\n]+[ \t]*[A-Z][A-Z0-9]{2}[!-/:-@\[-`{-~]")
_USUAL = b"MSH|^~\\&|"
_UTF8_MARK = b"\xef\xbb\xbf"


def parse(data: bytes, *, charset: str | None = None, max_bytes: int = MAX_BYTES) -> Tree:
    """The message in ``data``: one, with or without MLLP framing, its segments ended by CR (LF inside is then content), or throughout by LF or CRLF.

    ``charset``: a Python codec that overrides MSH-18. ``parse(data).encode() == data`` whenever it does not raise. FormatError, with the offset,
    where it is no message, more than one, larger than ``max_bytes``, holds NUL, or its MSH-1 and MSH-2 do not hold.
    """
    data = bytes(data)
    if len(data) > max_bytes:
        raise FormatError(f"the message has {len(data)} bytes", offset=max_bytes, expected=f"at most {max_bytes}", do="split it or raise the limit")
    start, end = _bounds(data)
    body = data if end - start == len(data) else data[start:end]
    decoded = decode(body, "" if charset else _declared(body, start), charset, offset=start)
    text = decoded.text
    if not text.startswith("MSH"):
        raise FormatError(f"there is no MSH segment but {text[:8]!r}", offset=start, expected="a message that begins with MSH|^~\\&")
    if "\0" in text:
        raise FormatError("the message holds NUL", offset=start + _bytes_before(text, decoded.codec), expected="text", do="take the NUL out")
    lines, ends, line_ends = _lines(text)
    delimiters = read_delimiters(lines[0], offset=start)
    codec, header = decoded.codec, "MSH" + delimiters.field
    segments = [Segment(line, end, delimiters, codec) for line, end in zip(lines, ends, strict=False) if line]
    if decoded.undecodable:
        segments = [DamagedSegment(one.text, one.terminator, delimiters, codec) if UNDECODABLE.search(one.text) else one for one in segments]
    tree = Tree(segments, delimiters, codec)
    tree.line_ends = line_ends
    tree.prefix, tree.suffix, tree.undecodable = data[:start], data[end:], decoded.undecodable
    tree.charset_issue = _with_mark(tree.prefix, decoded)
    if len(segments) > 1 and text.find(header, 3) > 0:
        _refuse_second(tree, header)
    return tree


def _lines(text: str) -> tuple[list[str], Iterable[str], str]:
    """The segments of ``text``, what ends each (blank lines counted to the end of the one before), and what that is where it is not CR.

    CR ends a segment (HL7 v2.4 §2.8, v2.5.1 §2.5.4) and LF is content, but where a message shows by its first line that it is written with LF.
    """
    if "\n" not in text:
        # What nearly every message looks like, many times as fast as the general case. Blank lines sort before any other.
        lines = text.split("\r")
        if len(lines) < 2 or min(lines[:-1]) >= "!":
            return lines, chain(repeat("\r", len(lines) - 1), ("",)), ""
    ends = _first_end(text)
    if ends == "LF":
        pieces = _LINE_ENDS.split(text)
        return pieces[0::2], [*pieces[1::2], ""], ends
    # Nothing follows the last line ends: they are no content, CR or not.
    body = text.rstrip("\n")
    body = text if body.endswith("\r") else body
    pieces = _CR_ENDS.split(body)
    return pieces[0::2], [*pieces[1::2], text[len(body) :]], ends


def _first_end(text: str) -> str:
    """What ends the first segment where it is not CR: LF, if a segment follows it or there is no CR, or CRLF."""
    carriage = text.find("\r")
    feed = text.find("\n", 0, carriage if carriage >= 0 else len(text))
    if feed >= 0 and (carriage < 0 or _SEGMENT_AFTER.match(text, feed)):
        return "LF"
    return "CRLF" if carriage >= 0 and text.startswith("\n", carriage + 1) else ""


def _bytes_before(text: str, codec: str) -> int:
    return len(text[: text.index("\0")].encode(codec, "surrogateescape"))


def _bounds(data: bytes) -> tuple[int, int]:
    """Where the message begins after framing, blanks and byte order mark, and where it ends before closing framing."""
    if data.startswith(b"MSH") and b"\x1c" not in data:
        return 0, len(data)
    if mark := _WIDE_MARKS.match(data):
        return mark.end(), len(data)
    before = _BEFORE.match(data)
    start = before.end() if before else 0
    if wide_codec(data[start : start + 16]):
        closing = _WIDE_AFTER.search(data, start) if b"\x0b" in data[:start] else None
        return start, closing.start() if closing else len(data)
    after = _AFTER.search(data, start) if b"\x1c" in data else None
    end = after.start() if after else len(data)
    if b"\x0b" in data[:start] and (inner := data.find(b"\x1c", start, end)) >= 0:
        raise FormatError("more bytes follow the end of the frame", offset=inner, expected="one message", do="take frames apart with split_batch")
    return start, end


def _declared(body: bytes, start: int) -> str:
    """The first repetition of MSH-18, read before anything is decoded."""
    if body.startswith(_USUAL):
        usual = body[: _line_end(body)].split(b"|", 18)
        return usual[17].partition(b"~")[0].decode("latin-1") if len(usual) > 17 else ""
    wide = wide_codec(body)
    text = body.decode(wide, "replace") if wide else body[: _line_end(body)].decode("latin-1")
    if not text.startswith("MSH"):
        raise FormatError(f"there is no MSH segment but {body[:8]!r}", offset=start, expected="a message that begins with MSH|^~\\&", do=_hint(body))
    line = _LINE_ENDS.split(text, maxsplit=1)[0]
    delimiters = read_delimiters(line, offset=start)
    fields = line.split(delimiters.field, 18)
    found = fields[17] if len(fields) > 17 else ""
    return found.partition(delimiters.repetition)[0] if delimiters.repetition else found


def _line_end(body: bytes) -> int:
    end = body.find(b"\r")
    other = body.find(b"\n", 0, end if end >= 0 else len(body))
    if other >= 0 and (end < 0 or _SEGMENT_AFTER.match(body[other : other + 40].decode("latin-1"))):
        return other
    return end if end >= 0 else len(body)


def _hint(body: bytes) -> str:
    return "take it apart with split_batch" if body[:3] in (b"FHS", b"BHS") else ""


def _with_mark(prefix: bytes, decoded: Decoded) -> str:
    if _UTF8_MARK not in prefix:
        return decoded.issue
    said = "a UTF-8 byte order mark stands before MSH"
    return f"{decoded.issue}; {said}" if decoded.issue else said


def _refuse_second(tree: Tree, header: str) -> None:
    for index, segment in enumerate(tree.segments):
        if index and segment.text.startswith(header):
            offset = tree.locate(f"MSH[{sum(one.name == 'MSH' for one in tree.segments[: index + 1])}]").offset or 0
            raise FormatError("a second message begins", offset=offset, expected="one message", do="take them apart with split_batch")
