"""Invariants that ask what stands and what does not, as Python conditions over the object: most are settled by that, whatever else they ask.

A condition says when an expression is surely true (or surely false); it holds for objects whose members were all in order, so that a key stands for a value.
Expressions are known by their parts (FHIRPath 5.1 existence, 6.5 boolean logic); what has no such part has no condition.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.fhirpath import parse
from harness.fhirpath.ast import Binary, Call, Indexer, Literal, Member

if TYPE_CHECKING:
    from harness.fhirpath.ast import Expression
    from harness.validation.fhir.fastpath.written_source import WrittenSource
    from harness.validation.fhir.walk.plans import ValuePlan

# Functions of which an empty input makes an empty output.
_OF_NOTHING = frozenset(
    {"where", "select", "first", "last", "tail", "ofType", "as", "children", "descendants", "distinct", "skip", "take", "resolve", "extension"}
)


def surely_met(source: WrittenSource, plan: ValuePlan, expression: str) -> str | None:
    """The condition, over ``o``, under which an invariant of ``plan`` is surely met; None where there is none."""
    from harness.errors import FormatError

    try:
        parsed = parse(expression)
    except FormatError:
        return None
    return _Conditions(source, plan).true(parsed)


class _Conditions:
    def __init__(self, source: WrittenSource, plan: ValuePlan) -> None:
        self.source, self.plan = source, plan

    def true(self, part: Expression) -> str | None:
        """When ``part`` is surely true."""
        match part:
            case Literal(value=True):
                return "True"
            case Binary(operator="or", left=left, right=right):
                return _either(self.true(left), self.true(right))
            case Binary(operator="and", left=left, right=right):
                return _both(self.true(left), self.true(right))
            case Binary(operator="implies", left=left, right=right):
                return _either(self.false(left), self.true(right))
            case Binary(operator="!=" | "xor", left=left, right=right):
                return _either(_both(self.true(left), self.false(right)), _both(self.false(left), self.true(right)))
            case Call(name="exists", base=Member(base=None, name=name), arguments=()):
                return self._stands(name)
            case Binary(operator=">", left=left, right=Literal(value=0)):
                return self._counted(left)
            case Call(name="empty", base=base, arguments=()) | Call(name="all", base=base) if base is not None:
                return self._nothing(base)
            case Call(name="not", base=base, arguments=()) if base is not None:
                return self.false(base)
        return None

    def false(self, part: Expression) -> str | None:
        """When ``part`` is surely false."""
        match part:
            case Literal(value=False):
                return "True"
            case Binary(operator="or", left=left, right=right):
                return _both(self.false(left), self.false(right))
            case Binary(operator="and", left=left, right=right):
                return _either(self.false(left), self.false(right))
            case Binary(operator="implies", left=left, right=right):
                return _both(self.true(left), self.false(right))
            case Call(name="exists" | "hasValue", base=base) if base is not None:
                return self._nothing(base)
            case Call(name="empty", base=Member(base=None, name=name), arguments=()):
                return self._stands(name)
            case Call(name="not", base=base, arguments=()) if base is not None:
                return self.true(base)
        return None

    def _counted(self, part: Expression) -> str | None:
        """When a sum of counts is surely above nothing."""
        match part:
            case Binary(operator="+", left=left, right=right):
                return _either(self._counted(left), self._counted(right))
            case Call(name="count", base=Member(base=None, name=name), arguments=()):
                return self._stands(name)
        return None

    def _stands(self, name: str) -> str | None:
        keys = self._keys(name)
        if not keys:
            return None
        if len(keys) == 1:
            return f"{next(iter(keys))!r} in o"
        return f"not {self.source.constant(keys, 'KEYS')}.isdisjoint(o)"

    def _nothing(self, part: Expression) -> str | None:
        """When ``part`` is surely an empty collection: where the element that it begins with does not stand."""
        while True:
            match part:
                case Member(base=None, name=name):
                    keys = self._keys(name)
                    if not keys:
                        return None
                    return f"{next(iter(keys))!r} not in o" if len(keys) == 1 else f"{self.source.constant(keys, 'KEYS')}.isdisjoint(o)"
                case Member(base=base) | Indexer(base=base) if base is not None:
                    part = base
                case Call(name=name, base=base) if base is not None and name in _OF_NOTHING:
                    part = base
                case _:
                    return None

    def _keys(self, name: str) -> frozenset[str]:
        """The JSON keys under which an element stands; none for what is no element here."""
        found: set[str] = set()
        for key, (element, kind) in self.plan.keys.items():
            if element == name:
                found.add(key)
                if kind in self.plan.engine.primitive_types:
                    found.add(f"_{key}")
        return frozenset(found)


def _either(one: str | None, other: str | None) -> str | None:
    return f"({one} or {other})" if one and other else one or other


def _both(one: str | None, other: str | None) -> str | None:
    return f"({one} and {other})" if one and other else None
