"""System.Quantity: a number with a UCUM unit or a calendar duration, and what can be said of two of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias

# Calendar words, singular, and the UCUM unit each corresponds to.
CALENDAR = {
    "year": "a", "month": "mo", "week": "wk", "day": "d", "hour": "h", "minute": "min", "second": "s", "millisecond": "ms",
}  # fmt: skip
WORDS = {word: word for word in CALENDAR} | {f"{word}s": word for word in CALENDAR}
FROM_UCUM = {unit: word for word, unit in CALENDAR.items()}
# A year and a month of the calendar have no fixed length in seconds.
_OPEN = {"year": Decimal(12), "month": Decimal(1)}
_SECONDS = {
    "week": Decimal(604800), "day": Decimal(86400), "hour": Decimal(3600), "minute": Decimal(60), "second": Decimal(1), "millisecond": Decimal("0.001"),
}  # fmt: skip
# What one of a UCUM unit is worth in base units, and its dimension; None for what is no unit or no multiple. Handed in by whoever evaluates.
Worth: TypeAlias = Callable[[str], "tuple[Decimal, object] | None"]


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """``unit`` is a UCUM code, or a calendar word in the singular where ``calendar``. ``1`` is the unit of no unit."""

    value: Decimal
    unit: str = "1"
    calendar: bool = False

    def __str__(self) -> str:
        number = format(self.value, "f")
        if self.calendar:
            return f"{number} {self.unit}{'' if self.value == 1 else 's'}"
        return f"{number} '{self.unit}'"


@lru_cache(maxsize=2048)
def canonical(worth: Worth | None, unit: str, calendar: bool = False) -> tuple[Decimal, str] | None:
    """The factor to base units, and the dimension; None where the unit is unknown (without ``worth``: any but those of the calendar)."""
    if calendar:
        return (_OPEN[unit], "calendar month") if unit in _OPEN else (_SECONDS[unit], "time")
    if unit in ("1", ""):
        return Decimal(1), "1"
    word = FROM_UCUM.get(unit)
    if word in _SECONDS:
        return _SECONDS[word], "time"
    try:
        found = worth(unit) if worth else None
    except (ValueError, ArithmeticError):
        return None
    if worth is None or found is None:
        return None
    return (Decimal(found[0]), _time(worth, found[1]))


def _time(worth: Worth, dimension: object) -> str:
    second = _dimension(worth, "s")
    return "time" if second is not None and dimension == second else ("1" if dimension == _dimension(worth, "10*") else repr(dimension))


@lru_cache(maxsize=8)
def _dimension(worth: Worth, unit: str) -> object:
    found = worth(unit)
    return None if found is None else found[1]


def comparable(worth: Worth | None, left: Quantity, right: Quantity) -> tuple[Decimal, Decimal] | None:
    """Both values in one unit; None where the units cannot be converted into one another."""
    if left.unit == right.unit and left.calendar == right.calendar:
        return left.value, right.value
    one, other = canonical(worth, left.unit, left.calendar), canonical(worth, right.unit, right.calendar)
    if one is None or other is None or one[1] != other[1]:
        return None
    return left.value * one[0], right.value * other[0]


def equivalent(worth: Worth | None, left: Quantity, right: Quantity) -> bool:
    """``~``: equal to the digits of the less precise, calendar words and UCUM units of the same name being the same."""
    one, other = _definite(left), _definite(right)
    pair = comparable(worth, one, other)
    if pair is None:
        return False
    # In the unit of the value written with fewer digits, so that 4 'g' ~ 4040 'mg'.
    first, second = canonical(worth, one.unit), canonical(worth, other.unit)
    if one.unit != other.unit and first and second:
        coarse, unit = (one, first[0]) if _digits(one.value) <= _digits(other.value) and first[0] >= second[0] else (other, second[0])
        places = _digits(coarse.value)
        return round(pair[0] / unit, places) == round(pair[1] / unit, places)
    places = min(_digits(pair[0]), _digits(pair[1]))
    return round(pair[0], places) == round(pair[1], places)


def _definite(quantity: Quantity) -> Quantity:
    return Quantity(quantity.value, CALENDAR[quantity.unit]) if quantity.calendar else quantity


def _digits(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def multiply(left: Quantity, right: Quantity) -> Quantity:
    """The product, its unit written out (``cm.m``)."""
    one, other = _definite(left), _definite(right)
    if one.unit in ("1", ""):
        return Quantity(one.value * other.value, right.unit, right.calendar)
    if other.unit in ("1", ""):
        return Quantity(one.value * other.value, left.unit, left.calendar)
    return Quantity(one.value * other.value, f"{one.unit}.{other.unit}")


def divide(left: Quantity, right: Quantity) -> Quantity | None:
    """The quotient; of like units a plain number. None for a division by zero."""
    if right.value == 0:
        return None
    one, other = _definite(left), _definite(right)
    if other.unit in ("1", ""):
        return Quantity(one.value / other.value, left.unit, left.calendar)
    if one.unit == other.unit:
        return Quantity(one.value / other.value)
    divisor = f"({other.unit})" if "." in other.unit or "/" in other.unit else other.unit
    return Quantity(one.value / other.value, f"/{divisor}" if one.unit in ("1", "") else f"{one.unit}/{divisor}")


def add(worth: Worth | None, left: Quantity, right: Quantity) -> Quantity | None:
    """The sum in the unit of the left; None where the units cannot be converted."""
    if left.unit == right.unit and left.calendar == right.calendar:
        return Quantity(left.value + right.value, left.unit, left.calendar)
    pair, unit = comparable(worth, left, right), canonical(worth, left.unit, left.calendar)
    return None if pair is None or unit is None else Quantity(((pair[0] + pair[1]) / unit[0]).normalize(), left.unit, left.calendar)
