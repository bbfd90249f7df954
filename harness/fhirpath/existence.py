"""Existence (FHIRPath 5.1) and ``not()`` (6.5)."""

# ruff: noqa: ARG001 - every function of FHIRPath is handed the state, whether it looks at it or not
from __future__ import annotations

from harness.fhirpath.equality import equal
from harness.fhirpath.evaluation import Items, State, Truth
from harness.fhirpath.functions import each, function, truth_of
from harness.fhirpath.nodes import ElementNode, RootNode, system
from harness.fhirpath.quantities import Worth


@function("empty")
def empty(state: State, focus: Items) -> Items:
    """Whether there is no item."""
    return [not focus]


@function("exists", "t", least=0)
def exists(state: State, focus: Items, criterion: Truth | None = None) -> Items:
    """Whether there is an item (for which the criterion is true)."""
    return [bool(focus) if criterion is None else any(each(state, focus, criterion))]


@function("all", "t")
def all_(state: State, focus: Items, criterion: Truth) -> Items:
    """Whether the criterion is true for every item; true for none."""
    return [all(each(state, focus, criterion))]


@function("not")
def not_(state: State, focus: Items) -> Items:
    """The opposite of a Boolean."""
    answer = truth_of(focus)
    return [] if answer is None else [not answer]


@function("allTrue")
def all_true(state: State, focus: Items) -> Items:
    """Whether every item is true."""
    return [all(system(item) is True for item in focus)]


@function("anyTrue")
def any_true(state: State, focus: Items) -> Items:
    """Whether an item is true."""
    return [any(system(item) is True for item in focus)]


@function("allFalse")
def all_false(state: State, focus: Items) -> Items:
    """Whether every item is false."""
    return [all(system(item) is False for item in focus)]


@function("anyFalse")
def any_false(state: State, focus: Items) -> Items:
    """Whether an item is false."""
    return [any(system(item) is False for item in focus)]


@function("subsetOf", "v")
def subset_of(state: State, focus: Items, other: Items) -> Items:
    """Whether every item of the input is among the other's."""
    among = Among(state, other)
    return [all(among.has(item) for item in focus)]


@function("supersetOf", "v")
def superset_of(state: State, focus: Items, other: Items) -> Items:
    """Whether every item of the other is among the input's."""
    among = Among(state, focus)
    return [all(among.has(item) for item in other)]


@function("count")
def count(state: State, focus: Items) -> Items:
    """How many items there are."""
    return [len(focus)]


@function("distinct")
def distinct_(state: State, focus: Items) -> Items:
    """The items without repeats."""
    return distinct(state, focus)


@function("isDistinct")
def is_distinct(state: State, focus: Items) -> Items:
    """Whether no two items are equal."""
    return [len(distinct(state, focus)) == len(focus)]


def holds(items: Items, wanted: object, worth: Worth | None) -> bool:
    """Whether an item equal to ``wanted`` is among ``items``."""
    return any(equal(item, wanted, worth) is True for item in items)


class Among:
    """Whether items equal to some of a collection: texts by a hash, the others one by one."""

    def __init__(self, state: State, items: Items) -> None:
        self._state = state
        self._texts: set[str] = set()
        self._others: Items = []
        for item in items:
            value = system(item)
            if type(value) is str:
                self._texts.add(value)
            else:
                self._others.append(item)

    def has(self, item: object) -> bool:
        """Whether an equal item is among them."""
        value = system(item)
        if type(value) is str:
            return value in self._texts
        self._state.spend(len(self._others) + 1)
        return holds(self._others, item, self._state.worth)


def distinct(state: State, items: Items) -> Items:
    """``items`` without repeats, the first of each kept; texts by a hash, the others one by one."""
    if len(items) < 2:
        return items
    texts: set[str] = set()
    others: Items = []
    found: Items = []
    for item in items:
        value = system(item)
        if type(value) is str:
            if value not in texts:
                texts.add(value)
                found.append(item)
            continue
        if type(value) in (ElementNode, RootNode) or value is None:
            value = item
        state.spend(len(others) + 1)
        if not holds(others, value, state.worth):
            others.append(value)
            found.append(item)
    return found
