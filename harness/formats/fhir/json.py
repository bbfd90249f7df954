"""FHIR JSON bytes ⇄ plain trees, decimals with every digit they were written with."""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from harness.errors import FormatError

MAX_DEPTH = 100
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_ESCAPES = re.compile(rb"\\(?:u([0-9A-Fa-f]{4})|.)", re.DOTALL)
_BYTE = re.compile(r"\(byte (\d+)\)")
_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


def parse_json(data: bytes, *, max_depth: int = MAX_DEPTH) -> dict[str, Any]:
    """The object in ``data``: dict, list, str, int, bool, None, and Decimal for every number with a fraction or exponent (``1.50`` stays).

    A UTF-8 byte order mark is skipped. FormatError, with the offset, for anything that is not one JSON object in UTF-8, for lone surrogates, and
    for nesting deeper than ``max_depth``. Of duplicate keys the last wins: ask ``duplicate_keys``.
    """
    text = data[3:] if data.startswith(_BYTE_ORDER_MARK) else data
    skipped = len(data) - len(text)
    try:
        tree = _decoder.decode(text)
    except (msgspec.MsgspecError, ValueError, RecursionError, InvalidOperation, OverflowError) as error:
        raise _fault(text, error, skipped, max_depth) from None
    if type(tree) is not dict:
        raise FormatError(f"the JSON is {_kind(tree)}", offset=skipped, expected="an object")
    if (b"\\ud" in text or b"\\uD" in text) and (lone := _lone_surrogate(text)) is not None:
        raise FormatError("half of a surrogate pair", offset=lone + skipped, expected="characters of Unicode")
    if text.count(b"{") + text.count(b"[") > max_depth:
        _check_depth(tree, max_depth, skipped)
    return tree


def encode_json(tree: Any) -> bytes:
    """``tree`` as JSON: key order kept, no white space, decimals as numbers with their digits. FormatError for what JSON cannot hold."""
    try:
        data = _encoder.encode(tree)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError) as error:
        raise FormatError(f"cannot be written as JSON: {error}", where="tree") from None
    if b"NaN" in data or b"Infinity" in data:
        _refuse_not_numbers(tree)
    return data


def duplicate_keys(data: bytes) -> list[str]:
    """The paths of keys that an object holds more than once (``Patient.name[0].family``), in document order. FormatError where it is no JSON."""
    tree = parse_json(data)
    text = data.removeprefix(_BYTE_ORDER_MARK).decode()
    keyed = json.loads(text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str)
    found: list[str] = []
    _walk_pairs(keyed, str(tree.get("resourceType", "$")), found)
    return found


class _Pairs(list[tuple[str, Any]]):
    """The members of one object in order, repeats included."""


def _walk_pairs(value: Any, path: str, found: list[str]) -> None:
    if isinstance(value, _Pairs):
        seen: set[str] = set()
        for key, inner in value:
            if key in seen:
                found.append(f"{path}.{key}")
            seen.add(key)
            _walk_pairs(inner, f"{path}.{key}", found)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            _walk_pairs(inner, f"{path}[{index}]", found)


def _kind(value: Any) -> str:
    names = {list: "an array", str: "a string", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _fault(text: bytes, error: Exception, skipped: int, max_depth: int) -> FormatError:
    """What is wrong with ``text``, said with an offset in the input."""
    if isinstance(error, RecursionError):
        return FormatError(f"nested deeper than {max_depth}", offset=skipped, expected=f"at most {max_depth} levels")
    try:
        text.decode()
    except UnicodeDecodeError as wrong:
        return FormatError(f"byte {text[wrong.start]:02X} is not UTF-8", offset=wrong.start + skipped, expected="UTF-8", do="write the file in UTF-8")
    if (lone := _lone_surrogate(text)) is not None:
        return FormatError("half of a surrogate pair", offset=lone + skipped, expected="characters of Unicode")
    if isinstance(error, msgspec.ValidationError | InvalidOperation | OverflowError):
        return FormatError("a number is too long to be read", offset=skipped, expected="numbers of at most 4,300 digits")
    what, offset = _malformed(text, str(error))
    return FormatError(what, offset=offset + skipped, expected="one JSON object")


def _malformed(text: bytes, said: str) -> tuple[str, int]:
    """What is wrong and where: as the standard library says it, which points at the token; by msgspec where that one would have read it."""
    if "truncated" in said:
        return "the JSON ends too soon", len(text)
    letters = text.decode()
    try:
        json.loads(letters, parse_int=str, parse_float=str)
    except json.JSONDecodeError as wrong:
        return f"the JSON is malformed: {wrong.msg.lower()}", len(letters[: wrong.pos].encode())
    except RecursionError:
        pass
    place = _BYTE.search(said)
    return f"the JSON is malformed: {_BYTE.sub('', said.removeprefix('JSON is malformed: ')).strip()}", int(place[1]) if place else 0


def _lone_surrogate(text: bytes) -> int | None:
    """The offset of the first ``\\uD8xx`` to ``\\uDFxx`` that is not half of a pair."""
    high: tuple[int, int] | None = None
    for match in _ESCAPES.finditer(text):
        code = int(match[1], 16) if match[1] else 0
        if high is not None:
            start, end = high
            if not (0xDC00 <= code <= 0xDFFF and match.start() == end):
                return start
            high = None
        elif 0xD800 <= code <= 0xDBFF:
            high = match.start(), match.end()
        elif 0xDC00 <= code <= 0xDFFF:
            return match.start()
    return high[0] if high else None


def _check_depth(tree: Any, max_depth: int, offset: int) -> None:
    level = [tree]
    for _ in range(max_depth):
        level = [value for one in level for value in (one.values() if type(one) is dict else one) if type(value) is dict or type(value) is list]
        if not level:
            return
    raise FormatError(f"nested deeper than {max_depth}", offset=offset, expected=f"at most {max_depth} levels")


def _refuse_not_numbers(tree: Any) -> None:
    """Walks without recursion: msgspec has already written the tree, so it is neither endless nor of other types."""
    waiting = [tree]
    while waiting:
        value = waiting.pop()
        if isinstance(value, Decimal) and not value.is_finite():
            raise FormatError(f"{value} cannot be written as JSON", where="tree", expected="a finite number")
        if isinstance(value, dict):
            waiting.extend(value.values())
        elif isinstance(value, list | tuple | set | frozenset):
            waiting.extend(value)
