"""The table of functions: each is registered by name with what it takes.

A letter an argument: ``v`` its value, evaluated against ``$this``; ``e`` its closure; ``t`` its closure as a truth (one that is evaluated once an item);
``T`` the name of a type; ``s`` a key to sort by: its closure, and whether the largest come first (``-key``, ``key desc``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, TypeVar

from harness.fhirpath.equality import named
from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.evaluation import Items, State, single
from harness.fhirpath.moments import Moment
from harness.fhirpath.nodes import system

MODULES = ("existence", "filtering", "subsetting", "conversion", "strings", "mathematics", "utility", "boundaries", "moment_parts", "fhir_functions")
_F = TypeVar("_F", bound=Callable[..., Items])


@dataclass(frozen=True, slots=True)
class Function:
    """``call(state, focus, *arguments)``; ``takes`` a letter an argument, of which ``least`` are needed."""

    name: str
    takes: str
    least: int
    call: Callable[..., Items]


_FUNCTIONS: dict[str, Function] = {}


def function(name: str, takes: str = "", *, least: int | None = None) -> Callable[[_F], _F]:
    """Register a function of FHIRPath."""

    def register(call: _F) -> _F:
        _FUNCTIONS[name] = Function(name, takes, len(takes) if least is None else least, call)
        return call

    return register


def functions() -> dict[str, Function]:
    """All functions by name."""
    if "where" not in _FUNCTIONS or "memberOf" not in _FUNCTIONS:
        for module in MODULES:
            import_module(f"harness.fhirpath.{module}")
    return _FUNCTIONS


def truth_of(items: Items) -> bool | None:
    """A collection where a Boolean is asked for: a single item that is no Boolean is true. EvaluationError for more than one."""
    if not items:
        return None
    if len(items) > 1:
        raise EvaluationError(f"{len(items)} items where true or false is expected", do="say exists(), all() or any of the other summaries")
    value = system(items[0])
    if type(value) is bool:
        return value
    return None if value is None else True


def value_of(items: Items) -> Any:
    """The only item as a system value, None for none."""
    item = single(items)
    return None if item is None else system(item)


def text_of(items: Items, what: str = "a String") -> str | None:
    """The only item, a String; None for none. EvaluationError for anything else."""
    value = value_of(items)
    if value is None or type(value) is str:
        return value
    if type(value) is Moment and not any(value is item for item in items):
        # The text of a FHIR date or time: FHIR's primitives are usable as texts where nothing else is meant.
        return str(items[0].value)
    raise EvaluationError(f"{named(value)} where {what} is expected")


def whole_of(items: Items, what: str = "an Integer") -> int | None:
    """The only item, an Integer; None for none. EvaluationError for anything else."""
    value = value_of(items)
    if value is None or type(value) is int:
        return value
    raise EvaluationError(f"{named(value)} where {what} is expected")


def each(state: State, focus: Items, closure: Callable[[State], Any]) -> list[Any]:
    """The closure's answer for each item as ``$this``, with ``$index``."""
    this, index, variables = state.this, state.index, state.variables
    state.spend(len(focus))
    answers: list[Any] = []
    for place, item in enumerate(focus):
        state.this, state.index = [item], place
        answers.append(closure(state))
        state.variables = variables
    state.this, state.index = this, index
    return answers
