"""Primitive types of FHIR R4 in JSON: each function gives the key of the row that says what is wrong with a value, or nothing."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import lru_cache

_TIME = r"([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
_ZONE = r"(Z|[+-]((0\d|1[0-3]):[0-5]\d|14:00))"
_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?", re.ASCII)
_DATETIME = re.compile(rf"\d{{4}}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01])(T{_TIME}{_ZONE})?)?)?", re.ASCII)
_INSTANT = re.compile(rf"\d{{4}}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T{_TIME}{_ZONE}", re.ASCII)
_CLOCK = re.compile(_TIME, re.ASCII)
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_CODE = re.compile(r"[^\s]+( [^\s]+)*")
_OID = re.compile(r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+")
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_LIMIT = 1_048_576
# Said of text that holds nothing but white space.
BLANK = "data/only-white-space"
# R4 2.24.0.1: strings should not hold these; the form that they shall have does not keep them out.
CONTROL = "data/control-characters"
MILD = frozenset({BLANK, CONTROL})


@lru_cache(maxsize=4096)
def date_fault(value: str, pattern: re.Pattern[str] = _DATE) -> str:
    """What is wrong with a date: its form, or a day the calendar does not have."""
    if not pattern.fullmatch(value):
        return "data/not-a-date" if pattern is _DATE else "data/not-a-date-time" if pattern is _DATETIME else "data/not-an-instant"
    if value.startswith("0000"):
        return "data/year-zero"
    if len(value) >= 10:
        try:
            date(int(value[:4]), int(value[5:7]), int(value[8:10]))
        except ValueError:
            return "data/no-such-day"
    return ""


def _text(value: object) -> str:
    if not isinstance(value, str):
        return "data/not-text"
    if not value:
        return "data/empty-text"
    if not value.strip():
        return BLANK
    if len(value) > _LIMIT:
        return "data/longer-than-a-megabyte"
    if not value.isprintable() and any(ord(character) < 32 and character not in "\t\r\n" for character in value):
        return "data/form-feed" if "\f" in value or "\v" in value else CONTROL
    return ""


def _markup(value: object) -> str:
    """Text of any length: only strings are limited."""
    return _text(value[:_LIMIT]) if isinstance(value, str) else _text(value)


def _matched(pattern: re.Pattern[str], said: str) -> Callable[[object], str]:
    def fault(value: object) -> str:
        found = _text(value)
        if found and found not in MILD:
            return found
        return "" if isinstance(value, str) and pattern.fullmatch(value) else said

    return fault


def _dated(pattern: re.Pattern[str]) -> Callable[[object], str]:
    def fault(value: object) -> str:
        return date_fault(value, pattern) if isinstance(value, str) else "data/not-text"

    return fault


def _whole(low: int, high: int, said: str) -> Callable[[object], str]:
    def fault(value: object) -> str:
        return "" if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high else said

    return fault


def _boolean(value: object) -> str:
    return "" if isinstance(value, bool) else "data/not-boolean"


def _decimal(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return "data/not-a-number"
    number = Decimal(value)
    if not number.is_finite():
        return "data/not-finite"
    # Beyond these, receivers that read numbers as IEEE doubles, as JSON's own readers do, get infinity or zero.
    return "" if -324 <= number.adjusted() <= 308 or not number else "data/number-too-large"


def _uri(value: object) -> str:
    if not isinstance(value, str):
        return "data/not-text"
    return "data/empty-text" if not value else "data/white-space-inside" if any(character.isspace() for character in value) else ""


def _base64(value: object) -> str:
    if not isinstance(value, str):
        return "data/not-text"
    # White space may stand between groups of four, as the form in R4 2.24.0.1 has it.
    return "" if value.strip() and _BASE64.fullmatch(value) else "data/not-base64"


_BASE64 = re.compile(r"(?:\s*+[0-9A-Za-z+/]{4})*+\s*+(?:[0-9A-Za-z+/]{2}==|[0-9A-Za-z+/]{3}=)?+\s*+", re.ASCII)

PRIMITIVES: dict[str, Callable[[object], str]] = {
    "boolean": _boolean,
    "integer": _whole(-(2**31), 2**31 - 1, "data/not-whole"),
    "positiveInt": _whole(1, 2**31 - 1, "data/not-positive"),
    "unsignedInt": _whole(0, 2**31 - 1, "data/not-unsigned"),
    "integer64": _whole(-(2**63), 2**63 - 1, "data/not-whole"),
    "decimal": _decimal,
    "string": _text,
    "markdown": _text,
    "xhtml": _markup,
    "code": _matched(_CODE, "data/code-white-space"),
    "id": _matched(_ID, "data/not-an-id"),
    "uri": _uri,
    "url": _uri,
    "canonical": _uri,
    "oid": _matched(_OID, "data/not-an-oid"),
    "uuid": _matched(_UUID, "data/not-a-uuid"),
    "base64Binary": _base64,
    "date": _dated(_DATE),
    "dateTime": _dated(_DATETIME),
    "instant": _dated(_INSTANT),
    "time": _matched(_CLOCK, "data/not-a-time"),
}
