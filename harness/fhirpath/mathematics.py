"""Mathematics (FHIRPath 5.7) and the summaries over numbers."""

# ruff: noqa: ARG001 - every function of FHIRPath is handed the state, whether it looks at it or not
from __future__ import annotations

import decimal
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from harness.fhirpath.equality import NUMBERS, compare, named
from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.evaluation import Items, State
from harness.fhirpath.functions import function, value_of, whole_of
from harness.fhirpath.nodes import system
from harness.fhirpath.operators import OPERATIONS
from harness.fhirpath.quantities import Quantity

_CONTEXT = decimal.Context(prec=34)
_LARGEST = 10_000


def _number(items: Items, *, quantities: bool = False) -> Any:
    value = value_of(items)
    if value is None or type(value) in NUMBERS or (quantities and type(value) is Quantity):
        return value
    raise EvaluationError(f"{named(value)} where a number is expected")


def _tidy(value: Decimal) -> Decimal:
    """Without the noise of the last digits, so that sqrt(81) is 9.0 and no more."""
    return (+value).normalize(_CONTEXT)


@function("abs")
def abs_(state: State, focus: Items) -> Items:
    """Without its sign."""
    value = _number(focus, quantities=True)
    if type(value) is Quantity:
        return [Quantity(abs(value.value), value.unit, value.calendar)]
    return [] if value is None else [abs(value)]


def _register_whole(name: str, rounding: str) -> None:
    def call(state: State, focus: Items) -> Items:
        value = _number(focus)
        return [] if value is None else [int(_sized(value).to_integral_value(rounding=rounding))]

    function(name)(call)


def _sized(value: int | Decimal) -> Decimal:
    number = Decimal(value)
    if not number.is_finite() or number.adjusted() > _LARGEST:
        raise EvaluationError("a number is too large")
    return number


_register_whole("ceiling", decimal.ROUND_CEILING)
_register_whole("floor", decimal.ROUND_FLOOR)
_register_whole("truncate", decimal.ROUND_DOWN)


def _register_real(name: str, work: Callable[[Decimal], Decimal]) -> None:
    def call(state: State, focus: Items) -> Items:
        value = _number(focus)
        if value is None:
            return []
        try:
            return [_tidy(work(Decimal(value)))]
        except decimal.DecimalException:
            return []

    function(name)(call)


_register_real("exp", lambda value: value.exp(_CONTEXT))
_register_real("ln", lambda value: value.ln(_CONTEXT) if value > 0 else Decimal(0) / 0)
_register_real("sqrt", lambda value: value.sqrt(_CONTEXT))


@function("log", "v")
def log(state: State, focus: Items, base: Items) -> Items:
    """The logarithm to a base; nothing where there is none."""
    value, of = _number(focus), _number(base)
    if value is None or of is None or value <= 0 or of <= 0 or of == 1:
        return []
    found = _CONTEXT.divide(Decimal(value).ln(_CONTEXT), Decimal(of).ln(_CONTEXT))
    return [round(found, 25).normalize()]


@function("power", "v")
def power(state: State, focus: Items, exponent: Items) -> Items:
    """The power; nothing where there is none. Of two Integers an Integer, where it is whole."""
    value, of = _number(focus), _number(exponent)
    if value is None or of is None:
        return []
    try:
        found = _CONTEXT.power(Decimal(value), Decimal(of))
    except decimal.DecimalException:
        return []
    if type(value) is int and type(of) is int and found == found.to_integral_value() and found.adjusted() < 34:
        return [int(found)]
    return [found]


@function("round", "v", least=0)
def round_(state: State, focus: Items, precision: Items | None = None) -> Items:
    """To ``precision`` digits after the point, halves away from zero."""
    value = _number(focus)
    places = whole_of(precision) if precision else 0
    if value is None:
        return []
    if places is None or places < 0:
        raise EvaluationError("the precision of round() is negative", expected="0 or more digits")
    number = _sized(value)
    if places == 0:
        return [int(number.to_integral_value(rounding=decimal.ROUND_HALF_UP))]
    if places > 30:
        return [number]
    return [number.quantize(Decimal(1).scaleb(-places), rounding=decimal.ROUND_HALF_UP, context=decimal.Context(prec=max(40, number.adjusted() + places + 2)))]


@function("sum")
def sum_(state: State, focus: Items) -> Items:
    """All items added."""
    if not focus:
        return []
    total = system(focus[0])
    for item in focus[1:]:
        added = OPERATIONS["+"](total, system(item), state.worth)
        if added is None:
            return []
        total = added
    return [total]


@function("min")
def min_(state: State, focus: Items) -> Items:
    """The least item."""
    return _furthest(state, focus, -1)


@function("max")
def max_(state: State, focus: Items) -> Items:
    """The greatest item."""
    return _furthest(state, focus, 1)


def _furthest(state: State, focus: Items, wanted: int) -> Items:
    found = focus[:1]
    for item in focus[1:]:
        order = compare(item, found[0], state.worth)
        if order is None:
            return []
        if order == wanted:
            found = [item]
    return found


@function("avg")
def avg(state: State, focus: Items) -> Items:
    """The mean of all items."""
    total = sum_(state, focus)
    found = OPERATIONS["/"](total[0], len(focus), state.worth) if total else None
    return [] if found is None else [found]
