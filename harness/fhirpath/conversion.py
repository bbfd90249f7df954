"""Conversion (FHIRPath 5.5): ``iif``, ``to…`` and ``convertsTo…``."""

# ruff: noqa: ARG001 - every function of FHIRPath is handed the state, whether it looks at it or not
from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from harness.fhirpath import quantities
from harness.fhirpath.equality import named
from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.evaluation import Closure, Items, State, single
from harness.fhirpath.functions import function, text_of, value_of
from harness.fhirpath.moments import DATE, DATE_TIME, TIME, Moment, moment
from harness.fhirpath.nodes import ElementNode
from harness.fhirpath.quantities import FROM_UCUM, WORDS, Quantity

_TRUE, _FALSE = frozenset({"true", "t", "yes", "y", "1", "1.0"}), frozenset({"false", "f", "no", "n", "0", "0.0"})
_WHOLE = re.compile(r"[+-]?[0-9]+", re.ASCII)
_NUMBER = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?", re.ASCII)
_QUANTITY = re.compile(r"([+-]?[0-9]+(?:\.[0-9]+)?)(?:\s*(?:'([^']+)'|([a-zA-Z]+)))?", re.ASCII)
_LIMIT = 2**31
_LONGEST = 400


@function("iif", "eee", least=2)
def iif(state: State, focus: Items, criterion: Closure, then: Closure, otherwise: Closure | None = None) -> Items:
    """The one or the other, by the criterion; only that one is evaluated, with the only item of the input as ``$this``.

    EvaluationError for an input of several items and for a criterion that is neither true, false nor empty (FHIRPath 5.5.1).
    """
    single(focus)
    this = state.this
    state.this = focus
    answer = value_of(criterion(state))
    if answer is not None and type(answer) is not bool:
        raise EvaluationError(f"{named(answer)} as the criterion of iif()", expected="true, false or nothing", do="compare it, or say exists()")
    found = then(state) if answer else (otherwise(state) if otherwise is not None else [])
    state.this = this
    return found


def text(value: Any) -> str | None:
    """A system value as text; None for what has none."""
    if type(value) is bool:
        return "true" if value else "false"
    if type(value) is Decimal:
        return format(value, "f")
    return str(value) if type(value) in (str, int, Quantity, Moment) else None


def _boolean(value: Any) -> bool | None:
    if type(value) is bool:
        return value
    if type(value) in (int, Decimal):
        return bool(value) if value in (0, 1) else None
    if type(value) is str:
        return True if value.lower() in _TRUE else (False if value.lower() in _FALSE else None)
    return None


def _integer(value: Any, limit: int = _LIMIT) -> int | None:
    if type(value) in (bool, int):
        return int(value)
    if type(value) is str and len(value) < 30 and _WHOLE.fullmatch(value) and -limit <= int(value) < limit:
        return int(value)
    return None


def _long(value: Any) -> int | None:
    return _integer(value, 2**63)


def _decimal(value: Any) -> Decimal | None:
    if type(value) in (bool, int, Decimal):
        return Decimal(value)
    return Decimal(value) if type(value) is str and len(value) < _LONGEST and _NUMBER.fullmatch(value) else None


def _date(value: Any) -> Moment | None:
    if type(value) is Moment:
        return None if value.kind == TIME else Moment(DATE, value.parts[:3])
    if type(value) is not str:
        return None
    read = moment(value, DATE_TIME)
    return None if read is None else Moment(DATE, read.parts[:3])


def _date_time(value: Any) -> Moment | None:
    if type(value) is Moment:
        return None if value.kind == TIME else Moment(DATE_TIME, value.parts, value.offset, value.digits)
    return moment(value, DATE_TIME) if type(value) is str else None


def _time(value: Any) -> Moment | None:
    if type(value) is Moment:
        return value if value.kind == TIME else None
    return moment(value, TIME) if type(value) is str else None


def quantity(value: Any) -> Quantity | None:
    """A value, or a text such as ``4 'mg'`` and ``2 days``, as a Quantity."""
    if type(value) is Quantity:
        return value
    if type(value) in (bool, int, Decimal):
        return Quantity(Decimal(value))
    found = _QUANTITY.fullmatch(value) if type(value) is str and len(value) < _LONGEST else None
    if not found:
        return None
    if found[3]:
        return Quantity(Decimal(found[1]), WORDS[found[3]], calendar=True) if found[3] in WORDS else None
    return Quantity(Decimal(found[1]), found[2] or "1")


def _same_text(value: Any) -> Any:
    return text(value)


_TO: dict[str, Callable[[Any], Any]] = {
    "Boolean": _boolean, "Integer": _integer, "Long": _long, "Decimal": _decimal, "Date": _date, "DateTime": _date_time, "Time": _time, "String": _same_text,
}  # fmt: skip


def _value(focus: Items) -> Any:
    value = value_of(focus)
    # The text of a date as FHIR wrote it.
    return focus[0].value if type(value) is Moment and isinstance(focus[0], ElementNode) else value


def _register(name: str, convert: Callable[[Any], Any]) -> None:
    from_text = name == "String"

    def to(state: State, focus: Items) -> Items:
        value = _value(focus) if from_text else value_of(focus)
        found = None if value is None else convert(value)
        return [] if found is None else [found]

    def converts(state: State, focus: Items) -> Items:
        value = value_of(focus)
        return [] if value is None else [convert(value) is not None]

    function(f"to{name}")(to)
    function(f"convertsTo{name}")(converts)


for _name, _convert in _TO.items():
    _register(_name, _convert)


@function("toQuantity", "v", least=0)
def to_quantity(state: State, focus: Items, unit: Items | None = None) -> Items:
    """As a Quantity, in ``unit`` where given; nothing where it cannot be."""
    value = value_of(focus)
    found = None if value is None else quantity(value)
    if found is None:
        return []
    wanted = text_of(unit) if unit else None
    if wanted is None:
        return [found]
    calendar = wanted in WORDS
    target = Quantity(Decimal(1), WORDS[wanted] if calendar else wanted, calendar=calendar)
    if target.unit == found.unit or (calendar and FROM_UCUM.get(found.unit) == target.unit):
        return [Quantity(found.value, target.unit, calendar)]
    pair, factor = quantities.comparable(state.worth, found, target), quantities.canonical(state.worth, target.unit, calendar)
    return [] if pair is None or factor is None else [Quantity((pair[0] / factor[0]).normalize(), target.unit, calendar)]


@function("convertsToQuantity", "v", least=0)
def converts_to_quantity(state: State, focus: Items, unit: Items | None = None) -> Items:
    """Whether ``toQuantity`` would give something."""
    return [] if value_of(focus) is None else [bool(to_quantity(state, focus, unit))]
