"""What the rules in force at one place come to: the type they are about, its keys, and which of what they ask stands once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from harness.validation.fhir.element_rules import ConstraintRule, ElementRule

if TYPE_CHECKING:
    from harness.validation.fhir.engine import Engine

_BACKBONES = frozenset({"BackboneElement", "Element", "BackboneType"})
# Judged without FHIRPath by the walk itself: every element has a value or children.
_NATIVE = frozenset({"ele-1"})


def typed(engine: Engine, type_name: str, rules: tuple[ElementRule, ...]) -> tuple[str, tuple[ElementRule, ...]]:
    """(type, rules) of a value of ``type_name`` that the element rules ``rules`` speak of, with what its type and its one profile ask added."""
    base = rules[0]
    if type_name in _BACKBONES or not type_name:
        held = base if base.children is not None or base.refers is None else base.refers
        if held.children is not None:
            return held.path, unique((*rules, *(rule.refers for rule in rules if rule.children is None and rule.refers is not None)))
    found: list[ElementRule] = list(rules)
    root = engine.tree(type_name)
    if root is not None:
        found.append(root)
    for rule in rules:
        for one in rule.types:
            if one.code == type_name and len(one.profiles) == 1 and (profile := engine.tree(one.profiles[0])) is not None:
                found.append(profile)
    return type_name, unique(found)


def is_inner(type_name: str) -> bool:
    """Whether a type is that of a backbone element (``Patient.contact``)."""
    return "." in type_name and "/" not in type_name


def alternatives(rules: Iterable[ElementRule], type_name: str) -> Iterable[tuple[ElementRule, tuple[str, ...]]]:
    """Rules by which a value follows one of several profiles."""
    for rule in rules:
        for one in rule.types:
            if one.code == type_name and len(one.profiles) > 1:
                yield rule, one.profiles


def missing(engine: Engine, rules: Iterable[ElementRule], type_name: str) -> Iterable[tuple[ElementRule, str]]:
    """The one profile of a type that is not known here; extensions say so by their url."""
    for rule in rules if type_name != "Extension" else ():
        for one in rule.types:
            if one.code == type_name and len(one.profiles) == 1 and engine.tree(one.profiles[0]) is None:
                yield rule, one.profiles[0]


def unique(rules: Iterable[ElementRule]) -> tuple[ElementRule, ...]:
    """Each rule once, in the order first met."""
    return tuple({id(rule): rule for rule in rules}.values())


def shape_of(engine: Engine, type_name: str, rules: tuple[ElementRule, ...]) -> ElementRule | None:
    """The rule that says which elements there are."""
    if is_inner(type_name):
        held = rules[0]
        return held if held.children is not None or held.refers is None else held.refers
    return engine.tree(type_name) or (rules[0] if rules else None)


def keys_under(shape: ElementRule | None) -> dict[str, tuple[str, str]]:
    """JSON key → (element name, type code)."""
    found: dict[str, tuple[str, str]] = {}
    held = shape if shape is None or shape.children is not None or shape.refers is None else shape.refers
    for name, child in ((held.children if held is not None else None) or {}).items():
        if child.choice:
            for one in child.types:
                found[f"{name}{one.code[:1].upper()}{one.code[1:]}"] = name, one.code
        else:
            found[name] = name, child.types[0].code if child.types else ""
    return found


def keys_of(engine: Engine, type_name: str) -> dict[str, tuple[str, str]]:
    """JSON key → (element name, type) of a type or of a backbone element (``Patient.contact``); the type of a backbone element is its path."""
    found = engine.type_keys.get(type_name)
    if found is None:
        root, *steps = type_name.split(".") if is_inner(type_name) else [type_name]
        shape = engine.tree(root) if root else None
        for step in steps:
            shape = shape.child(step) if shape is not None else None
        found = {}
        for held, (name, kind) in keys_under(shape).items():
            child = shape.child(name) if shape is not None else None
            target = child.refers if child is not None and child.refers is not None else child
            found[held] = name, target.path if target is not None and target.children is not None else kind
        if shape is not None:
            engine.type_keys[type_name] = found
    return found


def constraints(rules: Iterable[ElementRule], best_practice: bool) -> Iterable[ConstraintRule]:
    seen: set[tuple[str, str]] = set()
    for rule in rules:
        for constraint in rule.constraints:
            if (best_practice or not constraint.best_practice) and constraint.key not in _NATIVE and (constraint.key, constraint.expression) not in seen:
                seen.add((constraint.key, constraint.expression))
                yield constraint


def bound(rules: tuple[ElementRule, ...]) -> list[ElementRule]:
    """The rules whose bindings are to be judged, each value set once; what a base merely prefers gives way to what a profile binds."""
    found: dict[tuple[str, str], ElementRule] = {}
    for rule in rules:
        if rule.binding is not None and (rule.binding.strength != "example" or rule.binding.additional or rule.binding.max_value_set):
            found.setdefault((rule.binding.strength, rule.binding.value_set), rule)
    strong = [rule for (strength, _), rule in found.items() if strength in ("required", "extensible")]
    return [rule for rule in found.values() if not strong or rule in strong or (rule.binding is not None and rule.binding.max_value_set)]
