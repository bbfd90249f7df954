"""Utility functions (FHIRPath 5.9), ``is`` and ``as`` as functions, ``type()``, ``comparable()``."""

# ruff: noqa: ARG001 - every function of FHIRPath is handed the state, whether it looks at it or not
from __future__ import annotations

from typing import Any

from harness.fhirpath import quantities
from harness.fhirpath.equality import as_quantity, named
from harness.fhirpath.errors import EvaluationError, UnsupportedError
from harness.fhirpath.evaluation import Closure, Items, State, single
from harness.fhirpath.functions import function, text_of, value_of
from harness.fhirpath.kinds import is_of, of_type, system_name
from harness.fhirpath.moments import DATE, DATE_TIME, TIME, Moment, moment
from harness.fhirpath.nodes import ElementNode, node, system
from harness.fhirpath.quantities import Quantity
from harness.fhirpath.types import Types


@function("is", "T")
def is_(state: State, focus: Items, name: str) -> Items:
    """Whether the only item is of a type."""
    item = single(focus)
    return [] if item is None else [is_of(state, item, name)]


@function("as", "T")
def as_(state: State, focus: Items, name: str) -> Items:
    """The items of a type."""
    return of_type(state, focus, name)


@function("type")
def type_(state: State, focus: Items) -> Items:
    """``namespace`` and ``name`` of each item's type, with ``baseType``."""
    found: Items = []
    for item in focus:
        if isinstance(item, ElementNode):
            base = state.types.base(item.type)
            told = {"namespace": "FHIR", "name": item.type, "baseType": f"FHIR.{base}" if base else "System.Any"}
        else:
            told = {"namespace": "System", "name": system_name(item), "baseType": "System.Any"}
        found.append(node(told, "SimpleTypeInfo" if told["name"][:1].islower() else "ClassInfo", _NO_TYPES, path="type()"))
    return found


_NO_TYPES = Types()


@function("trace", "ve", least=1)
def trace(state: State, focus: Items, name: Items, projection: Closure | None = None) -> Items:
    """The input, told to the caller's ``trace``."""
    told = state.environment.trace
    if told is not None:
        shown = focus
        if projection is not None:
            this = state.this
            state.this = focus
            shown = projection(state)
            state.this = this
        told(text_of(name) or "", shown)
    return focus


@function("defineVariable", "ve", least=1)
def define_variable(state: State, focus: Items, name: Items, value: Closure | None = None) -> Items:
    """The input; ``%name`` stands for it (or for the value) in what follows."""
    known = text_of(name)
    if not known:
        raise EvaluationError("a variable needs a name")
    if known in state.variables or known in state.environment.variables or known in ("resource", "rootResource", "context", "ucum", "sct", "loinc"):
        raise EvaluationError(f"there is a variable %{known} already", do="choose another name")
    held = focus
    if value is not None:
        this = state.this
        state.this = focus
        held = value(state)
        state.this = this
    state.variables = {**state.variables, known: held}
    return focus


def _now(state: State) -> Moment:
    told = state.environment.now
    read = moment(told, DATE_TIME) if told else None
    if read is None:
        raise UnsupportedError("what time it is was not said", do="give Environment.now as YYYY-MM-DDTHH:MM:SS+HH:MM")
    return read


@function("now")
def now(state: State, focus: Items) -> Items:
    """The date and time."""
    return [_now(state)]


@function("today")
def today(state: State, focus: Items) -> Items:
    """The date."""
    return [Moment(DATE, _now(state).parts[:3])]


@function("timeOfDay")
def time_of_day(state: State, focus: Items) -> Items:
    """The time."""
    read = _now(state)
    return [Moment(TIME, read.parts[3:] or (0, 0, 0), None, read.digits)]


@function("comparable", "v")
def comparable(state: State, focus: Items, other: Items) -> Items:
    """Whether two quantities have units that can be converted."""
    one, two = value_of(focus), value_of(other)
    if one is None or two is None:
        return []
    for value in (one, two):
        if isinstance(value, ElementNode | str | bool | Moment):
            raise EvaluationError(f"{named(value)} where a quantity is expected")
    return [quantities.comparable(state.worth, as_quantity(one), as_quantity(two)) is not None]


@function("getValue")
def get_value(state: State, focus: Items) -> Items:
    """The System value of the only element; nothing where it has none."""
    value: Any = _primitive(focus)
    return [] if value is None else [value]


@function("hasValue")
def has_value(state: State, focus: Items) -> Items:
    """Whether the input is one primitive with a value."""
    return [_primitive(focus) is not None]


def _primitive(focus: Items) -> Any:
    if len(focus) != 1:
        return None
    item = focus[0]
    if isinstance(item, ElementNode) and type(item.value) in (dict, list):
        return None
    value = system(item)
    return None if isinstance(value, ElementNode | Quantity) and isinstance(item, ElementNode) else value
