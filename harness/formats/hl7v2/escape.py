"""Escape sequences of HL7 v2 text (v2.4 chapter 2.10, with ``\\P\\`` of v2.7): both ways."""

from __future__ import annotations

import re
from collections.abc import Callable
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
def _reader(delimiters: Delimiters) -> tuple[re.Pattern[str], re.Pattern[str], dict[str, str]]:
    mark = re.escape(delimiters.escape)
    known = rf"{mark}([FSTREPHN]|\.[a-z]{{2}}[ +-]*[0-9]{{0,3}}|X(?:[0-9A-Fa-f]{{2}})+|Z[^{mark}\r\n]*){mark}"
    switch = rf"{mark}(?:C([0-9A-Fa-f]{{4}})|M([0-9A-Fa-f]{{4}}(?:[0-9A-Fa-f]{{2}})?)){mark}"
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
    return re.compile(known), re.compile(switch), plain


def unescape(text: str, delimiters: Delimiters = STANDARD, codec: str = "utf-8") -> str:
    """The text that ``text`` means: ``\\.br\\`` and ``\\.sp\\`` become line breaks, highlighting goes, ``\\Xdd..\\`` is read by ``codec``.

    What follows ``\\Cxxyy\\`` or ``\\Mxxyyzz\\`` is read in the character set they name. Anything else (``\\Zdd..\\``, unknown or unfinished
    sequences, hexadecimal that is not text) stays as written. Never raises.
    """
    if not delimiters.escape or delimiters.escape not in text:
        return text
    known, switch, plain = _reader(delimiters)
    if switch.search(text) is None:
        return known.sub(_meaning(plain, codec), text)
    said, meaning, last = [], codec, 0
    for match in switch.finditer(text):
        said.append(_span(text[last : match.start()], meaning, codec, known, plain))
        code, last = (match[1] or match[2]).upper(), match.end()
        meaning = _SWITCHED.get(code, "")
        if not meaning:
            said.append(match[0])
            meaning = codec
    said.append(_span(text[last:], meaning, codec, known, plain))
    return "".join(said)


def _meaning(plain: dict[str, str], codec: str) -> Callable[[re.Match[str]], str]:
    def replace(match: re.Match[str]) -> str:
        code = match[1]
        if (found := plain.get(code)) is not None:
            return found
        if code[0] == "X":
            return _hexadecimal(code[1:], codec, match[0])
        return _formatting(code, match[0]) if code[0] == "." else match[0]

    return replace


def _hexadecimal(digits: str, codec: str, written: str) -> str:
    data = bytes.fromhex(digits)
    try:
        return data.decode("ascii") if data.isascii() else data.decode(codec)
    except UnicodeError:
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


def _span(text: str, meaning: str, codec: str, known: re.Pattern[str], plain: dict[str, str]) -> str:
    if meaning != codec:
        try:
            data = text.encode(codec, "surrogateescape")
            if meaning.startswith("iso2022"):
                return (b"\x1b$B" + data + b"\x1b(B" if meaning == "iso2022_jp" else b"\x1b$(D" + data + b"\x1b(B").decode(meaning)
            text = data.decode(meaning, "surrogateescape")
        except UnicodeError:
            return text
    return known.sub(_meaning(plain, codec), text)
