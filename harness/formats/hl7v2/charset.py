"""Which Python codec reads a message, by MSH-18 (table 0211), and what is wrong with that choice."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from harness.errors import FormatError
from harness.formats.hl7v2.damaged import UNDECODABLE

# Table 0211, v2.4 to v2.8. UNICODE alone names no encoding: UTF-8 is tried, unless the bytes show UTF-16 or UTF-32.
TABLE_0211 = {
    "ASCII": "ascii",
    **{f"8859/{part}": f"iso8859-{part}" for part in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15)},
    "UNICODE": "utf-8",
    "UNICODE UTF-8": "utf-8",
    "UNICODE UTF-16": "utf-16",
    "UNICODE UTF-32": "utf-32",
    "ISO IR6": "ascii",
    "ISO IR14": "shift_jis",
    "ISO IR87": "iso2022_jp",
    "ISO IR159": "iso2022_jp_1",
    "GB 18030-2000": "gb18030",
    "KS X 1001": "euc_kr",
    "BIG-5": "big5",
}
# Values in use that table 0211 does not hold; read, and said.
SPELLINGS = {"UTF-8": "utf-8", "UTF8": "utf-8", "WINDOWS-1252": "cp1252", "CP1252": "cp1252", "US-ASCII": "ascii", "LATIN1": "iso8859-1"}
_8859 = re.compile(r"(?:ISO)?[ _-]?8859[ /_-](1[013456]|[1-9])$")
# Codecs under which decoding with surrogateescape is undone exactly by encoding with it.
_EXACT = frozenset({"ascii", "utf-8", "cp1252", *(f"iso8859-{part}" for part in range(1, 17))})
_C1 = re.compile("[\x80-\x9f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text, the codec that gives the same bytes back, and what to say about it (empty: nothing). ``undecodable`` are byte offsets."""

    text: str
    codec: str
    issue: str = ""
    undecodable: tuple[int, ...] = ()


def codec_of(declared: str) -> str | None:
    """The Python codec of an MSH-18 value, forgiving common misspellings; None where nobody knows it."""
    name = declared.strip().upper()
    if found := TABLE_0211.get(name) or SPELLINGS.get(name):
        return found
    match = _8859.match(name)
    return f"iso8859-{match[1]}" if match else None


def wide_codec(data: bytes) -> str | None:
    """``utf-16-le`` and its like where the first bytes show characters of two or four bytes; else None."""
    if data.startswith(b"MSH"):
        return None
    marks = ((codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
    for mark, codec in marks:
        if data.startswith((mark, "MSH".encode(codec))):
            return codec
    return None


def decode(data: bytes, declared: str, override: str | None = None, *, offset: int = 0) -> Decoded:
    """Text of ``data`` under the MSH-18 value ``declared`` (empty: absent), or under the Python codec ``override``.

    Absent and ASCII are judged as ASCII; bytes above 7F are then read as UTF-8, else as windows-1252, and that is said. Undecodable bytes become
    lone surrogates, so that encoding gives them back. ``offset`` is where ``data`` begins in the input. Raises FormatError for an unknown override.
    """
    if override is not None:
        try:
            return _exact(data, codecs.lookup(override).name, "", offset)
        except LookupError:
            raise FormatError(f"there is no character set {override!r}", expected="a Python codec name such as utf-8") from None
    if wide := wide_codec(data):
        fits = declared.strip().upper().startswith("UNICODE")
        return _exact(data, wide, "" if fits else f"MSH-18 is {declared!r}, but the bytes are {wide.upper()}", offset)
    codec, issue = codec_of(declared) if declared else "ascii", ""
    if codec is None:
        codec, issue = "ascii", f"MSH-18 {declared!r} is not a value of table 0211"
    elif declared and declared not in TABLE_0211:
        issue = f"MSH-18 {declared!r} is not written as in table 0211; read as {codec}"
    if codec in ("utf-16", "utf-32"):
        codec, issue = "ascii", f"MSH-18 is {declared!r}, but the bytes are not"
    if codec in _EXACT and data.isascii():
        return Decoded(data.decode("ascii"), codec if declared else "utf-8", issue)
    if codec == "ascii" or declared.strip().upper() == "UNICODE":
        return _guess(data, declared, issue, offset)
    return _exact(data, codec, issue, offset)


def _guess(data: bytes, declared: str, issue: str, offset: int) -> Decoded:
    try:
        text, codec = data.decode("utf-8"), "utf-8"
        if declared.strip().upper() == "UNICODE":
            return Decoded(text, codec, issue)
    except UnicodeDecodeError:
        text, codec = data.decode("cp1252", "surrogateescape"), "cp1252"
    said = f"MSH-18 is {declared!r}" if declared else "MSH-18 is absent, which means ASCII"
    first = next((place for place, byte in enumerate(data) if byte > 0x7F), 0) + offset
    why = "the bytes are not UTF-8" if declared.strip().upper() == "UNICODE" else f"byte {first} is above 7F"
    said = f"{issue or said}, but {why}; read as {'UTF-8' if codec == 'utf-8' else 'windows-1252'}"
    return _said(Decoded(text, codec, said), offset)


def _exact(data: bytes, codec: str, issue: str, offset: int) -> Decoded:
    try:
        text = data.decode(codec, "surrogateescape")
        kept = codec in _EXACT or text.encode(codec, "surrogateescape") == data
    except (UnicodeError, LookupError):
        kept = False
    if not kept:
        said = f"the bytes cannot be read as {codec} and written back the same; read byte by byte"
        return Decoded(data.decode("iso8859-1"), "iso8859-1", f"{issue}; {said}" if issue else said)
    if codec == "iso8859-1" and not issue and _C1.search(text):
        issue = "bytes 80 to 9F are control characters in 8859/1; they may be meant as windows-1252"
    return _said(Decoded(text, codec, issue), offset)


def _said(decoded: Decoded, offset: int) -> Decoded:
    """``decoded`` with its undecodable bytes found."""
    text, codec = decoded.text, decoded.codec
    if text.isascii() or not UNDECODABLE.search(text):
        return decoded
    places, last, at = [], 0, offset
    for match in UNDECODABLE.finditer(text):
        at += len(text[last : match.start()].encode(codec, "surrogateescape"))
        places.append(at)
        last = match.start()
    return Decoded(text, codec, decoded.issue, tuple(places))
