"""Types, the profiles they follow, and what references may point at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.validation.fhir.compatibility.comparison import Comparison
from harness.validation.fhir.element_rules import ElementRule, TypeRule

if TYPE_CHECKING:
    from harness.validation.fhir.engine import Engine

_ANY = frozenset({"Resource", "DomainResource", "Element"})
Nested = Callable[[Comparison, ElementRule, ElementRule], None]


def compare_types(comparison: Comparison, first: ElementRule, second: ElementRule, nested: Nested) -> None:
    """Obstacles in the types allowed; ``nested`` compares two trees."""
    if not second.types:
        return
    for ours in first.types:
        theirs = next((one for one in second.types if one.code == ours.code), None) or next(
            (one for one in second.types if one.code in comparison.engine.ancestors(ours.code) or one.code in _ANY), None
        )
        if theirs is None:
            allowed = " | ".join(one.code for one in second.types)
            comparison.proved(second, "type", ours.code, allowed, f"the first allows a {ours.code} here")
            continue
        _profiles(comparison, ours, theirs, second, nested)
        _targets(comparison, ours, theirs, second)
        if theirs.aggregation and not set(ours.aggregation or ("contained", "referenced", "bundled")) <= set(theirs.aggregation):
            comparison.proved(second, "aggregation", " ".join(ours.aggregation) or "any", " ".join(theirs.aggregation), "the first lets it be held elsewhere")


def _profiles(comparison: Comparison, ours: TypeRule, theirs: TypeRule, second: ElementRule, nested: Nested) -> None:
    if not theirs.profiles:
        return
    for one in ours.profiles or (ours.code,):
        answers = [implied(comparison, one, other, nested) for other in theirs.profiles]
        answer = True if True in answers else None if None in answers else False
        comparison.within(answer, second, "profile", one, " | ".join(theirs.profiles), "what follows the first's definition need not follow the second's")


def implied(comparison: Comparison, one: str, other: str, nested: Nested) -> bool | None:
    """Whether what follows the definition ``one`` follows ``other``; None where that cannot be told."""
    engine = comparison.engine
    if _bare(one) == _bare(other) or _bare(other) in lineage(engine, one) or (one, other) in comparison.busy:
        return True
    first, second = engine.tree(one), engine.tree(other)
    if first is None or second is None:
        return None
    below = comparison.aside((one, other))
    nested(below, first, second)
    return True if not below.obstacles else False if any(obstacle.proved for obstacle in below.obstacles) else None


def lineage(engine: Engine, canonical: str) -> tuple[str, ...]:
    """The definitions that one is derived from, nearest first, by url."""
    found: list[str] = []
    structure = engine.structure(canonical)
    while structure is not None and structure.base and structure.base not in found:
        found.append(_bare(structure.base))
        structure = engine.structure(structure.base)
    return tuple(found)


def _targets(comparison: Comparison, ours: TypeRule, theirs: TypeRule, second: ElementRule) -> None:
    if not theirs.targets or any(_name(one) in _ANY for one in theirs.targets):
        return
    wanted = " | ".join(map(_name, theirs.targets))
    if not ours.targets:
        comparison.proved(second, "target", "anything", wanted, "the first lets the reference point at anything")
    for one in ours.targets:
        allowed = {_bare(other) for other in theirs.targets}
        if _bare(one) in allowed or not allowed.isdisjoint(lineage(comparison.engine, one)):
            continue
        answer = None if comparison.engine.structure(one) is None else False
        comparison.within(answer, second, "target", _name(one), wanted, f"the first lets the reference point at a {_name(one)}")


def _bare(canonical: str) -> str:
    url = canonical.partition("|")[0]
    return url if "/" in url else f"http://hl7.org/fhir/StructureDefinition/{url}"


def _name(canonical: str) -> str:
    return canonical.partition("|")[0].rpartition("/")[2]
