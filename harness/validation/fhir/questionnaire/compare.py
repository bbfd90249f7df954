"""Values of answers against values of conditions, options and limits."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from harness.validation.fhir.content import number

_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?")
_TIME = re.compile(r"\d\d:\d\d(:\d\d(\.\d+)?)?")
_UCUM = "http://unitsofmeasure.org"
NUMBERS = ("Integer", "Decimal")
DATES = ("Date", "DateTime", "Instant")


def order(kind: str, left: object, right: object) -> int | None:
    """-1, 0 or 1 as ``left`` is before, equal to or after ``right``; None where the two cannot be told apart or compared."""
    if kind in NUMBERS:
        first, second = number(left), number(right)
        return None if first is None or second is None else (first > second) - (first < second)
    if kind == "Quantity":
        return _quantities(left, right)
    if not isinstance(left, str) or not isinstance(right, str):
        return None
    if kind in DATES:
        return _dates(left, right)
    if kind == "Time" and not (_TIME.fullmatch(left) and _TIME.fullmatch(right)):
        return None
    return (left > right) - (left < right)


def _quantities(left: object, right: object) -> int | None:
    if not isinstance(left, Mapping) or not isinstance(right, Mapping) or left.get("comparator") or right.get("comparator"):
        return None
    units = [(held.get("system"), held.get("code")) if held.get("code") else ("", held.get("unit")) for held in (left, right)]
    if units[0] == units[1]:
        return order("Decimal", left.get("value"), right.get("value"))
    values = [number(held.get("value")) for held in (left, right)]
    if None in values or any(system != _UCUM or not isinstance(code, str) for system, code in units):
        return None
    from harness.fhirpath.quantities import Quantity, comparable
    from harness.terminology.ucum import canonical

    pair = comparable(canonical, *(Quantity(value or Decimal(0), str(code)) for value, (_, code) in zip(values, units, strict=True)))
    return None if pair is None else (pair[0] > pair[1]) - (pair[0] < pair[1])


def _dates(left: str, right: str) -> int | None:
    """Compared at their common precision; times only where both or neither say their offset."""
    first, second = _DATE.fullmatch(left), _DATE.fullmatch(right)
    if first is None or second is None:
        return None
    for place in range(1, 4):
        if first[place] is None or second[place] is None:
            return None if first[place] != second[place] else 0
        if first[place] != second[place]:
            return 1 if first[place] > second[place] else -1
    if first[4] is None or second[4] is None:
        return None if first[4] != second[4] else 0
    if first[7] == second[7]:
        return (left > right) - (left < right)
    return None if first[7] is None or second[7] is None else _moments(left, right)


def _moments(left: str, right: str) -> int | None:
    from datetime import datetime

    try:
        first, second = datetime.fromisoformat(left), datetime.fromisoformat(right)
        return (first > second) - (first < second)
    except (ValueError, TypeError, OverflowError):
        return None


def same(kind: str, left: Any, right: Any) -> bool | None:
    """True where an answer is the value of a condition or an option; None where that cannot be told."""
    if kind == "Coding":
        if not isinstance(left, Mapping) or not isinstance(right, Mapping):
            return None
        if not left.get("code") and not right.get("code"):
            shown = [each.get("display") for each in (left, right)]
            return all(isinstance(each, str) for each in shown) and str(shown[0]).casefold() == str(shown[1]).casefold()
        return left.get("code") == right.get("code") and (not right.get("system") or left.get("system") == right.get("system"))
    if kind == "Reference":
        if not isinstance(left, Mapping) or not isinstance(right, Mapping):
            return None
        return left.get("reference") == right.get("reference") if left.get("reference") else None
    if kind in (*NUMBERS, *DATES, "Quantity", "Time"):
        found = order(kind, left, right)
        return None if found is None else found == 0
    return bool(left == right)


def exact(kind: str, left: Any, right: Any) -> bool:
    """True where a Coding has the very system and code of another, both or neither given; True for other types, which ``same`` decides."""
    if kind != "Coding" or not isinstance(left, Mapping) or not isinstance(right, Mapping):
        return True
    return bool(left.get("code") == right.get("code") and left.get("system") == right.get("system"))


def first_moment(value: object) -> str:
    """A date or date-time of any precision as the first day or moment it covers; empty for anything else."""
    found = _DATE.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return ""
    return found[0] if found[3] else f"{found[1]}-{found[2] or '01'}-01"
