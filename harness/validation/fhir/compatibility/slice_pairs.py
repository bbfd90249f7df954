"""Slices: each of the second profile's is held against the first's slice for the same items, or against all items where the first has none."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.validation.fhir.compatibility.comparison import Comparison
from harness.validation.fhir.element_rules import ElementRule
from harness.validation.fhir.slicing.discriminators import Fact, demand

if TYPE_CHECKING:
    from harness.validation.fhir.engine import Engine

Signature = tuple[tuple[Fact, ...], ...]
Whole = Callable[[Comparison, ElementRule, ElementRule], None]
Content = Callable[..., None]


def compare_slices(comparison: Comparison, first: ElementRule, second: ElementRule, whole: Whole, content: Content) -> None:
    """Obstacles in the slices of an element. ``whole`` compares two rules with how often they may stand, ``content`` without."""
    if second.slicing is None and not second.slices:
        return
    closed = first.slicing is not None and first.slicing.rules == "closed"
    answered: set[int] = set()
    for theirs in second.slices:
        ours = _same(comparison.engine, first, second, theirs)
        if ours is not None:
            answered.add(id(ours))
            whole(comparison, ours, theirs)
            continue
        wanted = _signature(comparison.engine, second, theirs)
        if theirs.min > first.min:
            comparison.proved(theirs, "slice", "no such slice", f"at least {theirs.min}", "the second asks for an item of this slice, the first does not")
        elif theirs.min:
            # Items there must be, and what the first asks of all of them may make them items of this slice.
            comparison.untold(
                theirs, "slice", "no such slice", f"at least {theirs.min}", "the first asks for items, and does not say that they are of this slice"
            )
        elif wanted is None:
            comparison.untold(theirs, "slice", "no such slice", theirs.slice_name, "nothing in the second says which items are of this slice")
        elif first.max == 0 or (closed and _told_alike(comparison.engine, first, second)):
            continue
        elif closed:
            comparison.untold(
                theirs, "slice", "other slices", theirs.slice_name, "the two tell slices apart by different things, so items of the one may be of the other"
            )
        elif theirs.max is not None and (first.max is None or first.max > theirs.max):
            reason = "the second forbids such items" if theirs.max == 0 else "the first lets more of them stand"
            comparison.proved(theirs, "slice", "any number", f"at most {theirs.max}", reason)
        else:
            content(comparison, first, theirs, told_apart=_told_apart(second))
    if second.slicing is not None and second.slicing.rules == "closed":
        if not closed and first.max != 0:
            comparison.proved(second, "slice", "open", "closed", "the second allows no item outside its slices, the first does")
        for ours in first.slices if closed else ():
            if id(ours) not in answered and ours.max != 0:
                comparison.proved(second, "slice", ours.slice_name, "no such slice", "the first has a slice that the second, which is closed, has not")
    if second.slicing is not None and second.slicing.ordered and not (first.slicing is not None and first.slicing.ordered):
        comparison.untold(second, "slice", "unordered", "ordered", "the second asks for an order of its slices")


def _same(engine: Engine, first: ElementRule, second: ElementRule, theirs: ElementRule) -> ElementRule | None:
    """The slice of ``first`` that takes the same items: told apart by the same, or, where nothing tells, of the same name."""
    wanted = _signature(engine, second, theirs)
    for ours in first.slices:
        said = _signature(engine, first, ours)
        if said == wanted if wanted is not None and said is not None else ours.slice_name == theirs.slice_name:
            return ours
    return None


def _signature(engine: Engine, holder: ElementRule, one: ElementRule) -> Signature | None:
    """What tells the items of a slice apart, by discriminator; None where something does not tell."""
    if holder.slicing is None or not holder.slicing.discriminators:
        return None
    facts = [demand(engine, one, discriminator).facts for discriminator in holder.slicing.discriminators]
    return None if any(found is None for found in facts) else tuple((path, *(found or ())) for path, found in zip(_paths(holder), facts, strict=True))


def _told_alike(engine: Engine, first: ElementRule, second: ElementRule) -> bool:
    """Whether the two tell their slices apart by the same discriminators, and each slice of the first says by what: only then does a closed one shut out."""
    return _paths(first) == _paths(second) and all(_signature(engine, first, one) is not None for one in first.slices)


def _paths(holder: ElementRule) -> list[Fact]:
    discriminators = holder.slicing.discriminators if holder.slicing is not None else ()
    return [Fact(f"{one.type} {one.path}") for one in discriminators]


def _told_apart(holder: ElementRule) -> frozenset[str]:
    """The first step of each discriminator's path."""
    discriminators = holder.slicing.discriminators if holder.slicing is not None else ()
    return frozenset(one.path.partition(".")[0].partition("(")[0] for one in discriminators)
