"""Filtering and projection (FHIRPath 5.2), ``aggregate`` (7), tree navigation (5.8)."""

# ruff: noqa: ARG001 - every function of FHIRPath is handed the state, whether it looks at it or not
from __future__ import annotations

from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.evaluation import Closure, Items, State, Truth
from harness.fhirpath.existence import distinct, holds
from harness.fhirpath.functions import each, function
from harness.fhirpath.kinds import of_type
from harness.fhirpath.nodes import ElementNode, members
from harness.fhirpath.quantities import Worth


@function("where", "t")
def where(state: State, focus: Items, criterion: Truth) -> Items:
    """The items for which the criterion is true."""
    return [item for item, answer in zip(focus, each(state, focus, criterion), strict=True) if answer]


@function("select", "e")
def select(state: State, focus: Items, projection: Closure) -> Items:
    """What the projection gives for each item, in one collection."""
    return [found for some in each(state, focus, projection) for found in some]


@function("repeat", "e")
def repeat(state: State, focus: Items, projection: Closure) -> Items:
    """The projection of the items, of those, and so on, without repeats; the input itself is not part of it."""
    found: Items = []
    front = focus
    while front:
        fresh: Items = []
        for item in select(state, front, projection):
            state.spend(1 + len(found))
            if not any(_same(item, known, state.worth) for known in found):
                found.append(item)
                fresh.append(item)
        front = fresh
    return found


def _same(item: object, known: object, worth: Worth | None) -> bool:
    if isinstance(item, ElementNode) and isinstance(known, ElementNode):
        return (item.value is known.value and item.shadow is known.shadow and type(item.value) is dict) or holds([known], item, worth)
    return holds([known], item, worth)


@function("repeatAll", "e")
def repeat_all(state: State, focus: Items, projection: Closure) -> Items:
    """As ``repeat``, repeats kept. EvaluationError when it does not end."""
    found: Items = []
    front = focus
    rounds = 0
    while front:
        rounds += 1
        if rounds > 1000:
            raise EvaluationError("repeatAll() does not end")
        front = select(state, front, projection)
        state.spend(len(front))
        found.extend(front)
    return found


@function("ofType", "T")
def of_type_(state: State, focus: Items, name: str) -> Items:
    """The items of a type."""
    return of_type(state, focus, name)


@function("coalesce", "eeeeeeeeee", least=1)
def coalesce(state: State, focus: Items, *choices: Closure) -> Items:
    """The first argument that is not empty."""
    for choice in choices:
        if found := choice(state):
            return found
    return []


@function("aggregate", "ev", least=1)
def aggregate(state: State, focus: Items, aggregator: Closure, start: Items | None = None) -> Items:
    """The aggregator run over the items with ``$total`` carried along."""
    total = state.total
    state.total = start or []

    def step(inner: State) -> Items:
        inner.total = aggregator(inner)
        return inner.total

    each(state, focus, step)
    found, state.total = state.total, total
    return found


@function("children")
def children(state: State, focus: Items) -> Items:
    """The direct children of the items."""
    found = [child for item in focus if isinstance(item, ElementNode) for child in members(item)]
    state.spend(len(found))
    return found


@function("descendants")
def descendants(state: State, focus: Items) -> Items:
    """Everything below the items."""
    found: Items = []
    front = focus
    while front:
        front = children(state, front)
        found.extend(front)
    return found


@function("combine", "v")
def combine(state: State, focus: Items, other: Items) -> Items:
    """Both collections, repeats kept."""
    return focus + other


@function("union", "v")
def union(state: State, focus: Items, other: Items) -> Items:
    """Both collections without repeats."""
    return distinct(state, focus + other)
