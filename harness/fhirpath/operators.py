"""Arithmetic (FHIRPath 6.6), of numbers, texts, quantities, dates and times: each operation takes two system values and gives one, or None for none."""

# ruff: noqa: ARG001 - every operation is handed what units are worth, whether it converts or not
from __future__ import annotations

import decimal
from calendar import monthrange
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from harness.fhirpath import quantities
from harness.fhirpath.equality import NUMBERS, as_quantity, named
from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.moments import DATE, TIME, Moment
from harness.fhirpath.quantities import FROM_UCUM, Quantity, Worth

_CONTEXT = decimal.Context(prec=34, Emax=100_000, Emin=-100_000)
_MEASURES = (*NUMBERS, Quantity)
_ORDER = ("year", "month", "day", "hour", "minute", "second", "millisecond")
_LENGTH = {"hour": 3_600_000, "minute": 60_000, "second": 1000, "millisecond": 1, "day": 86_400_000, "month": 30 * 86_400_000, "year": 365 * 86_400_000}
_MAX_DIGITS = 4000


def _refuse(sign: str, left: Any, right: Any) -> EvaluationError:
    return EvaluationError(f"{named(left)} {sign} {named(right)} has no meaning")


def _numbers(left: Any, right: Any) -> bool:
    return type(left) in NUMBERS and type(right) in NUMBERS


def _counted(value: Any) -> Any:
    """``value``, refused where it grows beyond reason."""
    if type(value) is int and value.bit_length() > 4 * _MAX_DIGITS:
        raise EvaluationError("a number is too large")
    return value


def add(left: Any, right: Any, worth: Worth | None) -> Any:
    """``+``: numbers, texts, quantities, and a date or time with a duration."""
    if _numbers(left, right):
        return _counted(left + right) if type(left) is type(right) is int else _CONTEXT.add(Decimal(left), Decimal(right))
    if type(left) is str and type(right) is str:
        if len(left) + len(right) > 10_000_000:
            raise EvaluationError("a text grows too long")
        return left + right
    if type(left) is Moment and type(right) is Quantity:
        return moved(left, right, 1)
    if type(left) in _MEASURES and type(right) in _MEASURES:
        return quantities.add(worth, as_quantity(left), as_quantity(right))
    raise _refuse("+", left, right)


def subtract(left: Any, right: Any, worth: Worth | None) -> Any:
    """``-``: numbers, quantities, and a duration from a date or time."""
    if _numbers(left, right):
        return _counted(left - right) if type(left) is type(right) is int else _CONTEXT.subtract(Decimal(left), Decimal(right))
    if type(left) is Moment and type(right) is Quantity:
        return moved(left, right, -1)
    if type(left) in _MEASURES and type(right) in _MEASURES:
        other = as_quantity(right)
        return quantities.add(worth, as_quantity(left), Quantity(-other.value, other.unit, other.calendar))
    raise _refuse("-", left, right)


def multiply(left: Any, right: Any, worth: Worth | None) -> Any:
    """``*``: numbers and quantities."""
    if _numbers(left, right):
        if type(left) is type(right) is int:
            return _counted(left * right) if left.bit_length() + right.bit_length() < 4 * _MAX_DIGITS else _counted(1 << 8 * _MAX_DIGITS)
        return _CONTEXT.multiply(Decimal(left), Decimal(right))
    if type(left) in _MEASURES and type(right) in _MEASURES:
        return quantities.multiply(as_quantity(left), as_quantity(right))
    raise _refuse("*", left, right)


def divide(left: Any, right: Any, worth: Worth | None) -> Any:
    """``/``: always a Decimal; None for a division by zero."""
    if _numbers(left, right):
        return None if right == 0 else _CONTEXT.divide(Decimal(left), Decimal(right))
    if type(left) in _MEASURES and type(right) in _MEASURES:
        return quantities.divide(as_quantity(left), as_quantity(right))
    raise _refuse("/", left, right)


def whole(left: Any, right: Any, worth: Worth | None) -> Any:
    """``div``: truncated towards zero; None for a division by zero."""
    if not _numbers(left, right):
        raise _refuse("div", left, right)
    if right == 0:
        return None
    if type(left) is type(right) is int:
        found = abs(left) // abs(right)
        return found if (left < 0) == (right < 0) else -found
    return int(_CONTEXT.divide(Decimal(left), Decimal(right)).to_integral_value(rounding=decimal.ROUND_DOWN))


def remainder(left: Any, right: Any, worth: Worth | None) -> Any:
    """``mod``: what is left of the truncated division, with the sign of the left."""
    if not _numbers(left, right):
        raise _refuse("mod", left, right)
    if right == 0:
        return None
    if type(left) is type(right) is int:
        found = abs(left) % abs(right)
        return -found if left < 0 else found
    return _CONTEXT.remainder(Decimal(left), Decimal(right))


OPERATIONS: dict[str, Callable[[Any, Any, Worth | None], Any]] = {"+": add, "-": subtract, "*": multiply, "/": divide, "div": whole, "mod": remainder}


def moved(start: Moment, by: Quantity, sign: int) -> Moment | None:
    """A date or time moved by a duration, its precision kept; a duration finer than the precision counts by whole units of the precision.

    None where the calendar has no such date. EvaluationError for a quantity that is no duration, and for the definite year and month (``'a'``, ``'mo'``).
    """
    unit = by.unit if by.calendar else FROM_UCUM.get(by.unit, "")
    if not unit or (not by.calendar and unit in ("year", "month")):
        raise EvaluationError(f"{by} is no duration of the calendar", expected="years, months, weeks, days, hours, minutes, seconds or milliseconds")
    amount = by.value if unit == "second" else Decimal(int(by.value))
    if abs(amount) > 10**15:
        return None
    if unit == "week":
        unit, amount = "day", amount * 7
    if start.kind == TIME:
        return _moved_time(start, int(amount * sign * _LENGTH[unit])) if unit in _ORDER[3:] else None
    finest = _ORDER[min(len(start.parts), 6 if start.kind != DATE else 3) - 1]
    if _ORDER.index(unit) > _ORDER.index(finest) and not (finest == "second" and unit == "millisecond"):
        amount, unit = _coarser(amount, unit, finest)
    if unit in ("year", "month"):
        return _months(start, int(amount) * (12 if unit == "year" else 1) * sign)
    milliseconds = int(amount * _LENGTH[unit]) * sign
    return _moved_date(start, milliseconds)


def _coarser(amount: Decimal, unit: str, finest: str) -> tuple[Decimal, str]:
    months = {"year": 12, "month": 1}
    if finest in months and unit in months:
        return Decimal(int(amount / (months[finest] / Decimal(months[unit])))), finest
    return Decimal(int(amount * _LENGTH[unit] / _LENGTH[finest])), finest


def _months(start: Moment, months: int) -> Moment | None:
    count = start.parts[0] * 12 + (start.parts[1] - 1 if len(start.parts) > 1 else 0) + months
    year, month = count // 12, count % 12 + 1
    if not 1 <= year <= 9999:
        return None
    day = (min(start.parts[2], monthrange(year, month)[1]),) if len(start.parts) > 2 else ()
    return Moment(start.kind, ((year, month)[: len(start.parts)] + day + start.parts[3:]), start.offset, start.digits)


def _moved_date(start: Moment, milliseconds: int) -> Moment | None:
    full = (*start.parts, *(1, 1, 1, 0, 0, 0, 0)[len(start.parts) :])
    try:
        then = datetime(full[0], full[1], full[2], full[3], full[4]) + timedelta(seconds=full[5], milliseconds=full[6] + milliseconds)  # noqa: DTZ001 - moved within one offset
    except (OverflowError, ValueError):
        return None
    fraction = then.microsecond // 1000
    count = 7 if len(start.parts) == 6 and fraction else len(start.parts)
    parts = (then.year, then.month, then.day, then.hour, then.minute, then.second, fraction)[:count]
    return Moment(start.kind, parts, start.offset, start.digits or (3 if count == 7 else 0))


def _moved_time(start: Moment, milliseconds: int) -> Moment:
    full = (*start.parts, 0, 0, 0, 0)[:4]
    total = (((full[0] * 60 + full[1]) * 60 + full[2]) * 1000 + full[3] + milliseconds) % 86_400_000
    seconds, fraction = divmod(total, 1000)
    count = 4 if len(start.parts) == 3 and fraction else len(start.parts)
    parts = (seconds // 3600, seconds // 60 % 60, seconds % 60, fraction)[:count]
    return Moment(TIME, parts, None, start.digits or (3 if count == 4 else 0))
