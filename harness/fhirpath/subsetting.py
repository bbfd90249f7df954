"""Subsetting (FHIRPath 5.3)."""

# ruff: noqa: ARG001 - every function of FHIRPath is handed the state, whether it looks at it or not
from __future__ import annotations

from functools import cmp_to_key
from typing import Any

from harness.fhirpath.equality import compare, named
from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.evaluation import Closure, Items, State, single
from harness.fhirpath.existence import Among, distinct
from harness.fhirpath.functions import each, function, value_of, whole_of


@function("sort", "s" * 10, least=0)
def sort(state: State, focus: Items, *keys: tuple[Closure, bool]) -> Items:
    """The items in the order of the keys, the first before the next; of an item without a key, first. A key is (closure, whether the largest come first).

    EvaluationError for a key of several items, and for keys that cannot be compared.
    """
    asked = [(each(state, focus, key), descending) for key, descending in keys] or [([[item] for item in focus], False)]
    state.spend(len(focus) * len(asked))
    valued = [([value_of(items) for items in answers], descending) for answers, descending in asked]

    def order(one: int, other: int) -> int:
        for answers, descending in valued:
            found = _order(state, answers[one], answers[other])
            if found:
                return -found if descending else found
        return 0

    return [focus[place] for place in sorted(range(len(focus)), key=cmp_to_key(order))]


def _order(state: State, one: Any, other: Any) -> int:
    if one is None or other is None:
        return (one is not None) - (other is not None)
    found = compare(one, other, state.worth)
    if found is None:
        raise EvaluationError(f"{named(one)} and {named(other)} cannot be put in order", do="give a key that is of one type and precision")
    return found


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
