"""Subsetting (FHIRPath 5.3)."""

# ruff: noqa: ARG001 - every function of FHIRPath is handed the state, whether it looks at it or not
from __future__ import annotations

from harness.fhirpath.evaluation import Items, State, single
from harness.fhirpath.existence import Among, distinct
from harness.fhirpath.functions import function, whole_of


@function("single")
def single_(state: State, focus: Items) -> Items:
    """The only item; an error for more."""
    single(focus)
    return focus


@function("first")
def first(state: State, focus: Items) -> Items:
    """The first item."""
    return focus[:1]


@function("last")
def last(state: State, focus: Items) -> Items:
    """The last item."""
    return focus[-1:]


@function("tail")
def tail(state: State, focus: Items) -> Items:
    """All but the first item."""
    return focus[1:]


@function("skip", "v")
def skip(state: State, focus: Items, number: Items) -> Items:
    """All but the first ``number`` items."""
    count = whole_of(number)
    return [] if count is None else focus[max(count, 0) :]


@function("take", "v")
def take(state: State, focus: Items, number: Items) -> Items:
    """The first ``number`` items."""
    count = whole_of(number)
    return [] if count is None else focus[: max(count, 0)]


@function("intersect", "v")
def intersect(state: State, focus: Items, other: Items) -> Items:
    """The items that are in both, without repeats."""
    among = Among(state, other)
    return distinct(state, [item for item in focus if among.has(item)])


@function("exclude", "v")
def exclude(state: State, focus: Items, other: Items) -> Items:
    """The items that are not in the other, repeats kept."""
    among = Among(state, other)
    return [item for item in focus if not among.has(item)]
