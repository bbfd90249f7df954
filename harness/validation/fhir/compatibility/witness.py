"""Small resources made of a profile: what one of them shows under another profile is shown, whatever else the definitions leave open.

What is made of rules alone may break what they do not say: whoever asks hands in what holds.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from harness.validation.fhir.element_rules import ElementRule
from harness.validation.fhir.slicing.discriminators import profiles_of

if TYPE_CHECKING:
    from harness.validation.fhir.engine import Engine

# Resources tried for one comparison, and levels below the root that are filled in.
_MOST = 300
_DEEPEST = 6
# One value of each primitive type (datatypes.html#primitive).
_PRIMITIVES: dict[str, Any] = {
    "base64Binary": "eA==",
    "boolean": True,
    "canonical": "http://example.org/definition",
    "code": "x",
    "date": "2026-01-05",
    "dateTime": "2026-01-05",
    "decimal": 1,
    "id": "x",
    "instant": "2026-01-05T09:00:00Z",
    "integer": 1,
    "markdown": "x",
    "oid": "urn:oid:2.16.840.1",
    "positiveInt": 1,
    "string": "x",
    "time": "09:00:00",
    "unsignedInt": 1,
    "uri": "http://example.org/thing",
    "url": "http://example.org/thing",
    "uuid": "urn:uuid:c757873d-ec9a-4326-a141-556f43239520",
    "http://hl7.org/fhirpath/System.String": "x",
}
# What stands in a data type of which nothing is required, so that it is not empty.
_SOMETHING: dict[str, dict[str, Any]] = {
    "Reference": {"display": "x"},
    "CodeableConcept": {"text": "x"},
    "Identifier": {"system": "http://example.org/numbers", "value": "x"},
    "HumanName": {"text": "x"},
    "Coding": {"display": "x"},
    "Period": {"start": "2026"},
    "Quantity": {"value": 1},
}


def witnesses(engine: Engine, profile: str, holds: Callable[[dict[str, Any]], bool]) -> Iterator[dict[str, Any]]:
    """The least resource that ``profile`` asks for, then it with one more element each, at the root and one level below: those that ``holds`` lets through.

    Where the least does not hold (an invariant may ask for more than the cardinalities do), the first that holds takes its place.
    """
    tree = engine.tree(profile)
    structure = engine.structure(profile)
    if tree is None or structure is None:
        return
    making = _Making(engine)
    least = {"resourceType": structure.type, **making.members(tree, 0)}
    if not holds(least):
        least = next((one for one in making.with_more(least, tree) if holds(one)), {})
    if least:
        yield least
        yield from (one for one in making.with_more(least, tree) if holds(one))


class _Making:
    """Values made by the rules of one set of definitions."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def with_more(self, least: dict[str, Any], tree: ElementRule) -> Iterator[dict[str, Any]]:
        """``least`` with one more element each."""
        made = 0
        for name, rule in sorted((tree.children or {}).items()):
            if rule.max == 0 or name in ("id", "contained", "implicitRules"):
                continue
            for written, value in self.more(name, rule):
                if least.get(written) == value:
                    continue
                yield {**copy.deepcopy(least), written: value}
                made += 1
                if made >= _MOST:
                    return

    def members(self, rule: ElementRule, depth: int) -> dict[str, Any]:
        """What must stand in an element: as its own rules say, and below them its type's."""
        made: dict[str, Any] = {}
        if depth > _DEEPEST:
            return made
        for name in self._names(rule):
            child = self._child(rule, name)
            if child is None or not (child.min or any(one.min for one in child.slices)):
                continue
            for written, value in self.each(name, child, depth):
                made[written] = value
                break
        return made

    def each(self, name: str, rule: ElementRule, depth: int = 0) -> Iterator[tuple[str, Any]]:
        """(name in JSON, value) by each type that the element may have; as many items as it must have."""
        for kind in rule.types or ():
            written = name + kind.code[:1].upper() + kind.code[1:] if rule.choice else name
            value = self._value(rule, kind.code, depth)
            if value is None:
                continue
            if not rule.many:
                yield written, value
                continue
            items = [self._value(one, (one.types or rule.types)[0].code, depth) for one in rule.slices for _ in range(one.min)]
            items += [copy.deepcopy(value) for _ in range(max(rule.min, 1) - len(items))]
            yield written, [item for item in items if item is not None]

    def more(self, name: str, rule: ElementRule) -> Iterator[tuple[str, Any]]:
        """What ``each`` makes, and that with one more member each."""
        yield from self.each(name, rule)
        for kind in rule.types:
            if kind.code in _PRIMITIVES or kind.code == "Reference" or rule.fixed is not None:
                continue
            written = name + kind.code[:1].upper() + kind.code[1:] if rule.choice else name
            held = self._value(rule, kind.code, 0) or {}
            for below in self._names(rule):
                child = self._child(rule, below)
                if child is None or child.max == 0 or below in ("id", "extension", "modifierExtension"):
                    continue
                for inner, value in self.each(below, child, 1):
                    made = {**copy.deepcopy(held), inner: value}
                    yield written, [made] if rule.many else made

    def _value(self, rule: ElementRule, code: str, depth: int) -> Any:
        if rule.fixed is not None:
            return copy.deepcopy(rule.fixed[1])
        said = copy.deepcopy(rule.pattern[1]) if rule.pattern is not None else None
        if said is not None and not isinstance(said, dict):
            return said
        for bound in (rule.min_value, rule.max_value):
            if bound is not None and not isinstance(bound[1], dict):
                return bound[1]
        if code in _PRIMITIVES:
            return self._code(rule) or _PRIMITIVES[code]
        made = self.members(rule, depth + 1)
        if said is None and not made and (coded := self._coded(rule, code)) is not None:
            return coded
        return {**made, **(said or {})} or copy.deepcopy(_SOMETHING.get(code, {})) or None

    def _coded(self, rule: ElementRule, code: str) -> dict[str, Any] | None:
        if code not in ("CodeableConcept", "Coding") or rule.binding is None or rule.binding.strength != "required":
            return None
        known = self._engine.terminology.codes(rule.binding.value_set)
        if not known:
            return None
        system, first = min(known)
        coding = {"system": system, "code": first}
        return coding if code == "Coding" else {"coding": [coding]}

    def _code(self, rule: ElementRule) -> str | None:
        if rule.binding is None or rule.binding.strength != "required":
            return None
        known = self._engine.terminology.codes(rule.binding.value_set)
        return min(code for _, code in known) if known else None

    def _names(self, rule: ElementRule) -> list[str]:
        names = dict.fromkeys(rule.children or ())
        for tree in self._below(rule):
            names.update(dict.fromkeys(tree.children or ()))
        return list(names)

    def _child(self, rule: ElementRule, name: str) -> ElementRule | None:
        return rule.child(name) or next((child for tree in self._below(rule) if (child := tree.child(name)) is not None), None)

    def _below(self, rule: ElementRule) -> Iterator[ElementRule]:
        if rule.refers is not None:
            yield rule.refers
        yield from profiles_of(self._engine, rule)
        for kind in rule.types[:1]:
            if kind.code not in _PRIMITIVES and (tree := self._engine.tree(kind.code)) is not None:
                yield tree
