"""``lowBoundary``, ``highBoundary`` and ``precision`` (FHIRPath 5.9, STU)."""

# ruff: noqa: ARG001 - every function of FHIRPath is handed the state, whether it looks at it or not
from __future__ import annotations

from calendar import monthrange
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal
from typing import Any

from harness.fhirpath.equality import named
from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.evaluation import Items, State
from harness.fhirpath.functions import function, value_of, whole_of
from harness.fhirpath.moments import DATE, DATE_TIME, TIME, Moment
from harness.fhirpath.quantities import Quantity

_MOST_DIGITS = 28
_DEFAULT_DIGITS = 8
# How many parts a date, time or date-time of so many digits has.
_DATES = {4: 1, 6: 2, 8: 3}
_DATE_TIMES = {4: 1, 6: 2, 8: 3, 10: 4, 12: 5, 14: 6, 17: 7}
_TIMES = {2: 1, 4: 2, 6: 3, 9: 4}
_DIGITS = {DATE: _DATES, DATE_TIME: _DATE_TIMES, TIME: _TIMES}
_EAST, _WEST = 14 * 60, -12 * 60


@function("lowBoundary", "v", least=0)
def low_boundary(state: State, focus: Items, digits: Items | None = None) -> Items:
    """The least value that the input, of its precision, may stand for."""
    return _boundary(focus, digits, -1)


@function("highBoundary", "v", least=0)
def high_boundary(state: State, focus: Items, digits: Items | None = None) -> Items:
    """The greatest value that the input, of its precision, may stand for."""
    return _boundary(focus, digits, 1)


def _boundary(focus: Items, digits: Items | None, side: int) -> Items:
    value = value_of(focus)
    wanted = whole_of(digits) if digits else None
    if value is None:
        return []
    if type(value) is Moment:
        found: Any = _of_moment(value, wanted, side)
    elif type(value) is Quantity:
        number = _of_number(value.value, wanted, side)
        found = None if number is None else Quantity(number, value.unit, value.calendar)
    elif type(value) in (int, Decimal):
        found = _of_number(Decimal(value), wanted, side)
    else:
        raise EvaluationError(f"{named(value)} has no boundaries", expected="a number, a quantity, a date or a time")
    return [] if found is None else [found]


def _written(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _of_number(value: Decimal, wanted: int | None, side: int) -> Decimal | None:
    digits = _DEFAULT_DIGITS if wanted is None else wanted
    if not 0 <= digits <= _MOST_DIGITS or value.adjusted() > 1000:
        return None
    context = Context(prec=1100)
    half = Decimal("0.5").scaleb(-_written(value), context)
    edge = context.add(value, half * side)
    return edge.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_FLOOR if side < 0 else ROUND_CEILING, context=context)


def _of_moment(value: Moment, wanted: int | None, side: int) -> Moment | None:
    steps = _DIGITS[value.kind]
    count = max(steps.values()) if wanted is None else steps.get(wanted)
    if count is None:
        return None
    parts = value.parts[:count]
    while len(parts) < count:
        parts = (*parts, _edge(parts, len(parts) + (3 if value.kind == TIME else 0), side))
    offset = value.offset
    if value.kind == DATE_TIME and offset is None and count > 3:
        # The day begins first in the east.
        offset = _EAST if side < 0 else _WEST
    return Moment(value.kind, parts, offset if count > 3 or value.kind == DATE_TIME else None, 3 if count == max(steps.values()) and value.kind != DATE else 0)


def _edge(parts: tuple[int, ...], place: int, side: int) -> int:
    if side < 0:
        return 1 if place in (1, 2) else 0
    if place == 2:
        return monthrange(parts[0], parts[1])[1]
    return {1: 12, 3: 23, 4: 59, 5: 59, 6: 999}[place]


@function("precision")
def precision(state: State, focus: Items) -> Items:
    """How many digits the number, date or time is written with."""
    value = value_of(focus)
    if value is None:
        return []
    if type(value) is Moment:
        return [next(digits for digits, count in _DIGITS[value.kind].items() if count == len(value.parts))]
    if type(value) is Quantity:
        return [_written(value.value)]
    if type(value) in (int, Decimal):
        return [_written(Decimal(value))]
    raise EvaluationError(f"{named(value)} has no precision", expected="a number, a date or a time")
