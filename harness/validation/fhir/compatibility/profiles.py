"""Two profiles, element by element: whatever the first lets through must be let through by the second."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from harness.errors import UnknownNameError
from harness.model.compatibility import Compatibility
from harness.validation.fhir.compatibility.allowed_values import compare_values
from harness.validation.fhir.compatibility.bound_codes import compare_bindings
from harness.validation.fhir.compatibility.comparison import Comparison
from harness.validation.fhir.compatibility.element_types import compare_types
from harness.validation.fhir.compatibility.slice_pairs import compare_slices
from harness.validation.fhir.element_rules import ElementRule
from harness.validation.fhir.slicing.discriminators import profiles_of

if TYPE_CHECKING:
    from harness.validation.fhir.engine import Engine


def compare_fhir_profiles(engine: Engine, first: str, second: str) -> Compatibility:
    """Is everything valid under the profile ``first`` valid under ``second``? Both are canonicals. Raises UnknownNameError for one that is not at hand."""
    comparison = Comparison(engine, frozenset({(first, second)}))
    ours, theirs = _root(engine, first), _root(engine, second)
    structures = engine.structure(first), engine.structure(second)
    types = [structure.type if structure is not None else "" for structure in structures]
    if types[1] not in engine.ancestors(types[0]):
        comparison.proved(theirs, "type", types[0], types[1], f"the first is about {types[0]}, the second about {types[1]}")
    else:
        compare_elements(comparison, ours, theirs)
    for canonical, structure in zip((first, second), structures, strict=True):
        for problem in structure.problems if structure is not None else ():
            comparison.untold(theirs, "definition", canonical, "", f"{canonical} is not sound: {problem}")
    return Compatibility(first, second, tuple(comparison.obstacles))


def _root(engine: Engine, canonical: str) -> ElementRule:
    tree = engine.tree(canonical)
    if tree is None:
        raise UnknownNameError("profile", canonical, ())
    return tree


def compare_elements(comparison: Comparison, first: ElementRule, second: ElementRule, *, told_apart: frozenset[str] = frozenset()) -> None:
    """Obstacles at an element and below. ``told_apart`` are the members (``$this`` for itself) by which the items compared were chosen: they agree."""
    if second.min > first.min:
        comparison.proved(second, "cardinality", _cardinality(first), _cardinality(second), "the second asks for it, the first lets it be left out")
    if first.max == 0:
        return
    if second.max is not None and (first.max is None or first.max > second.max):
        reason = "the second forbids it" if second.max == 0 else "the first lets it stand more often"
        comparison.proved(second, "cardinality", _cardinality(first), _cardinality(second), reason)
        if second.max == 0:
            return
    compare_content(comparison, first, second, told_apart=told_apart)


def compare_content(comparison: Comparison, first: ElementRule, second: ElementRule, *, told_apart: frozenset[str] = frozenset()) -> None:
    """Obstacles in what an element may hold, however often it stands."""

    def child(rule: ElementRule, name: str) -> ElementRule | None:
        return member(comparison.engine, rule, name)

    if "$this" not in told_apart:
        compare_types(comparison, first, second, compare_content)
        compare_values(comparison, first, second, child)
        compare_bindings(comparison, first, second)
    _invariants(comparison, first, second)
    for name, theirs in (second.children or {}).items():
        if name in told_apart:
            continue
        ours = child(first, name)
        if ours is None:
            comparison.untold(theirs, "definition", "", theirs.id, "the first's definition of this element is not at hand")
        else:
            compare_elements(comparison, ours, theirs)
    compare_slices(comparison, first, second, compare_elements, compare_content)


def member(engine: Engine, rule: ElementRule, name: str) -> ElementRule | None:
    """The rule of a member under ``rule``: its own, or that of the profile or type it has; with what a fixed or pattern value of the whole says of it."""
    found = rule.child(name)
    if found is None:
        found = next((child for tree in _below(engine, rule) if (child := tree.child(name)) is not None), None)
    if found is None:
        return None
    for said in (rule.fixed, rule.pattern):
        value = said[1].get(name) if said is not None and isinstance(said[1], dict) else None
        if isinstance(value, list):
            found = replace(found, min=max(found.min, len(value)))
        elif value is not None and said is rule.fixed:
            found = replace(found, min=1, fixed=("", value))
        elif value is not None:
            found = replace(found, min=1, pattern=("", value))
    return found


def _below(engine: Engine, rule: ElementRule) -> Iterator[ElementRule]:
    yield from profiles_of(engine, rule)
    for kind in rule.types:
        if (tree := engine.tree(kind.code)) is not None:
            yield tree


def _invariants(comparison: Comparison, first: ElementRule, second: ElementRule) -> None:
    held = {constraint.key: _squeezed(constraint.expression) for constraint in first.constraints if constraint.severity == "error"}
    for constraint in second.constraints:
        if constraint.severity != "error" or constraint.best_practice:
            continue
        if constraint.key not in held:
            comparison.untold(second, "invariant", "", constraint.key, f"the second asks for the invariant {constraint.key}, which the first does not name")
        elif held[constraint.key] != _squeezed(constraint.expression):
            comparison.untold(second, "invariant", constraint.key, constraint.key, f"the two write the invariant {constraint.key} differently")


def _squeezed(expression: str) -> str:
    return "".join(expression.split())


def _cardinality(rule: ElementRule) -> str:
    return f"{rule.min}..{'*' if rule.max is None else rule.max}"
