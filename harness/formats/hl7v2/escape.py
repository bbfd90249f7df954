"""Escape sequences of HL7 v2 text (v2.4 chapter 2.10, with ``\\P\\`` of v2.7): both ways."""

from __future__ import annotations

import re
from functools import lru_cache

from harness.errors import FormatError
from harness.formats.hl7v2.delimiters import STANDARD, Delimiters

# Designations of ISO 2022 that \Cxxyy\ and \Mxxyyzz\ carry, and the codec that reads what follows them.
_SWITCHED = {
    "2842": "ascii",
    "284A": "shift_jis",
    "2949": "shift_jis",
    "2D41": "iso8859-1",
    "2D42": "iso8859-2",
    "2D43": "iso8859-3",
    "2D44": "iso8859-4",
    "2D4C": "iso8859-5",
    "2D47": "iso8859-6",
    "2D46": "iso8859-7",
    "2D48": "iso8859-8",
    "2D4D": "iso8859-9",
    "2442": "iso2022_jp",
    "242844": "iso2022_jp_1",
}
_BREAK_OR_CONTROL = "\r\n|[\x00-\x08\x0a-\x1f]"


@lru_cache(maxsize=64)
def _writer(delimiters: Delimiters) -> tuple[re.Pattern[str], dict[str, str]]:
    letters = {
        delimiters.field: "F",
        delimiters.component: "S",
        delimiters.subcomponent: "T",
        delimiters.repetition: "R",
        delimiters.escape: "E",
        delimiters.truncation: "P",
    }
    letters.pop("", None)
    mark = delimiters.escape
    table = {character: f"{mark}{letter}{mark}" for character, letter in letters.items()}
    table |= {chr(code): f"{mark}X{code:02X}{mark}" for code in range(0x20)}
    table |= dict.fromkeys(("\r\n", "\r", "\n"), f"{mark}.br{mark}")
    return re.compile(_BREAK_OR_CONTROL + "|[" + re.escape("".join(letters)) + "]"), table


def escape(text: str, delimiters: Delimiters = STANDARD) -> str:
    """``text`` as it is written inside a component: delimiters escaped, line breaks as ``\\.br\\``, other control characters but tab as ``\\Xdd\\``.

    Raises FormatError where something needs escaping and the message declares no escape character.
    """
    pattern, table = _writer(delimiters)
    if not delimiters.escape and (found := pattern.search(text)):
        raise FormatError(f"{found[0]!r} cannot be written: MSH-2 declares no escape character", offset=0, where="MSH-2", do="declare one")
    return pattern.sub(lambda match: table[match[0]], text)


@lru_cache(maxsize=64)
def _reader(delimiters: Delimiters) -> tuple[re.Pattern[str], dict[str, str]]:
    """A pattern of all known sequences (group 1 what they say, group 2 a change of character set), and what the one-letter ones mean.

    Tried from left to right in one pass, because a mark that closes one sequence could be taken to open another.
    """
    mark = re.escape(delimiters.escape)
    hexa = "[0-9A-Fa-f]{2}"
    said = rf"[FSTREPHN]|\.[a-z]{{2}}[ +-]*[0-9]{{0,2}}|X(?:{hexa})+|Z[^{mark}\r\n]*"
    plain = {
        "F": delimiters.field,
        "S": delimiters.component,
        "T": delimiters.subcomponent or "&",
        "R": delimiters.repetition or "~",
        "E": delimiters.escape,
        "P": delimiters.truncation or "#",
        "H": "",
        "N": "",
    }
    return re.compile(f"{mark}(?:({said})|(C(?:{hexa}){{2}}|M(?:{hexa}){{2,3}})){mark}"), plain


def unescape(text: str, delimiters: Delimiters = STANDARD, codec: str = "utf-8") -> str:
    """The text that ``text`` means: ``\\.br\\`` and ``\\.sp\\`` become line breaks, highlighting goes, ``\\Xdd..\\`` is read by ``codec``.

    What follows ``\\Cxxyy\\`` or ``\\Mxxyyzz\\`` is read in the character set they name. Anything else (``\\Zdd..\\``, unknown or unfinished
    sequences, hexadecimal that is not text) stays as written. Never raises.
    """
    mark = delimiters.escape
    if not mark or mark not in text:
        return text
    pattern, plain = _reader(delimiters)
    switched = "" if f"{mark}C" in text or f"{mark}M" in text else None
    if switched is None:
        return pattern.sub(lambda match: _meaning(match[1], match[0], plain, codec) if match[1] else match[0], text)
    said, last = [], 0
    for match in pattern.finditer(text):
        said.append(_reread(text[last : match.start()], codec, switched))
        last = match.end()
        if match[1]:
            said.append(_meaning(match[1], match[0], plain, codec))
        else:
            switched = _SWITCHED.get(match[2][1:].upper(), "")
            said.append("" if switched else match[0])
    said.append(_reread(text[last:], codec, switched))
    return "".join(said)


def pieces(text: str, delimiters: Delimiters) -> list[tuple[str, str]]:
    """``text`` cut at its sequences for formatting, data and character sets: (text before, still escaped; what the sequence says), the last one's empty."""
    if not delimiters.escape:
        return [(text, "")]
    cut, last = [], 0
    for match in _reader(delimiters)[0].finditer(text):
        if match[2] or match[1][0] in "HNXZ.":
            cut.append((text[last : match.start()], match[1] or match[2]))
            last = match.end()
    return [*cut, (text[last:], "")]


def _meaning(code: str, written: str, plain: dict[str, str], codec: str) -> str:
    if (found := plain.get(code)) is not None:
        return found
    if code[0] == "X":
        return _hexadecimal(code[1:], codec, written)
    return _formatting(code, written) if code[0] == "." else written


def _hexadecimal(digits: str, codec: str, written: str) -> str:
    data = bytes.fromhex(digits)
    if 0 in data:
        # NUL is no text in any format this is carried to.
        return written
    try:
        return data.decode("ascii") if data.isascii() else data.decode(codec)
    except (UnicodeError, LookupError):
        return written


def _formatting(code: str, written: str) -> str:
    command, amount = code[1:3], code[3:].strip(" +-")
    if command in ("br", "ce"):
        return "\n"
    if command == "sp":
        return "\n" * int(amount or 1)
    if command == "sk":
        return " " * int(amount or 1)
    return "" if command in ("fi", "nf", "in", "ti") else written


def _reread(text: str, codec: str, switched: str) -> str:
    """``text``, read by ``codec``, as the character set switched to would read its bytes; itself where it cannot."""
    if not switched or not text:
        return text
    try:
        data = text.encode(codec, "surrogateescape")
        if switched.startswith("iso2022"):
            start = b"\x1b$B" if switched == "iso2022_jp" else b"\x1b$(D"
            return (start + data + b"\x1b(B").decode(switched)
        return data.decode(switched, "replace")
    except (UnicodeError, LookupError):
        return text
