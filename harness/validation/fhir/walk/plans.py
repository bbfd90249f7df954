"""Plans: what all rules in force at one place ask together, made once for each combination and kept.

A value is judged by one ValuePlan, whatever number of definitions it follows: the base fact is in it once, and each profile adds what differs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.validation.fhir.data.primitives import PRIMITIVES
from harness.validation.fhir.element_rules import ElementRule
from harness.validation.fhir.slicing.slices import by_type, choice_slices, shut_to, slicings
from harness.validation.fhir.walk.plan_rules import alternatives, bound, constraints, is_inner, keys_under, missing, shape_of, typed, unique

if TYPE_CHECKING:
    from harness.validation.fhir.engine import Engine
    from harness.validation.fhir.judging import Function
    from harness.validation.fhir.slicing.slices import Slicing
    from harness.validation.fhir.walk.judges import ObjectJudge

_REFERENCES = frozenset({"Reference", "canonical", "CodeableReference"})


class Count:
    """How often an element stands: at least ``min`` (asked by ``min_rule``), at most ``max`` (None: no limit; asked by ``max_rule``)."""

    __slots__ = ("choice", "max", "max_rule", "min", "min_rule", "name")

    def __init__(self, name: str, choice: bool) -> None:
        self.name, self.choice = name, choice
        self.min, self.min_rule = 0, None
        self.max, self.max_rule = None, None

    name: str
    choice: bool
    min: int
    min_rule: ElementRule | None
    max: int | None
    max_rule: ElementRule | None


class MemberPlan:
    """One JSON key of an object: the element and type it stands for, and the plan of what stands there."""

    __slots__ = ("choice", "key", "many", "name", "plan", "refused", "resource", "rules", "shadow", "slicings", "type")

    key: str
    name: str
    type: str
    choice: bool
    many: bool
    shadow: bool
    resource: bool
    rules: tuple[ElementRule, ...]
    plan: ValuePlan
    slicings: tuple[Slicing, ...]
    refused: tuple[ElementRule, ...]


class ValuePlan:
    """All that is asked of a value of ``type`` by ``rules``."""

    def __init__(self, engine: Engine, type_name: str, rules: tuple[ElementRule, ...]) -> None:
        self.engine = engine
        self.type = type_name
        self.rules = rules
        self.check: Callable[[object], str] | None = PRIMITIVES.get(type_name) if type_name in engine.primitive_types or type_name == "xhtml" else None
        self.shape = shape_of(engine, type_name, rules)
        self.slots: dict[str, MemberPlan] = {}
        self.uses = 0
        # Its functions once they are compiled: of the object as a resource, and as anything else.
        self.resource_function: ObjectJudge | None = None
        self.function: ObjectJudge | None = None
        self.keys = keys_under(self.shape)
        self.constraints = tuple(constraints(rules, engine.best_practice))
        self.fixed = tuple((rule.fixed[1], rule) for rule in rules if rule.fixed is not None)
        self.patterns = tuple((rule.pattern[1], rule) for rule in rules if rule.pattern is not None)
        self.bounds = tuple(rule for rule in rules if rule.min_value or rule.max_value)
        self.lengths = tuple(rule for rule in rules if rule.max_length is not None or rule.min_length is not None)
        self.regexes = tuple(rule for rule in rules if rule.regex and "." in rule.path and not rule.path.endswith(".value"))
        self.bindings = tuple(bound(rules))
        self.references = tuple(rule.types for rule in rules if any(one.code in _REFERENCES for one in rule.types)) if type_name in _REFERENCES else ()
        self.functions = self._functions()
        self.alternatives = tuple(alternatives(rules, type_name))
        self.missing = tuple(missing(engine, rules, type_name))
        self.counts, self.absent, self.chosen = self._counts()
        self.valued = bool(self.fixed or self.patterns or self.bounds or self.lengths or self.regexes)
        # Of a primitive: what must stand beside it (an extension of a slice) is asked even where nothing does.
        self.demanding = bool(self.valued or self.bindings or self.constraints or self.references or (self.check is not None and self.absent))

    def hot(self) -> bool:
        """Whether so many documents were judged by this plan that it pays to compile it."""
        self.uses += 1
        return self.uses > self.engine.patience

    def slot(self, key: str) -> MemberPlan | None:
        """The slot of a JSON key; None where the type has no such element."""
        shadow = key[:1] == "_"
        found = self.keys.get(key[1:] if shadow else key)
        if found is None:
            return None
        name, type_name = found
        slot = self._slot(key[1:] if shadow else key, name, type_name, shadow)
        if slot is not None:
            self.slots[key] = slot
        return slot

    def rules_of(self, name: str, key: str) -> tuple[ElementRule, ...]:
        """The rules in force that speak of a child element, the base first; with a choice's ``key`` its type slices as well."""
        found: list[ElementRule] = []
        for rule in self.rules if self.shape is None else (self.shape, *self.rules):
            found += [child for child in (rule.child(name), rule.child(key) if key != name else None) if child is not None]
        return unique(found)

    def _slot(self, key: str, name: str, type_name: str, shadow: bool) -> MemberPlan | None:
        rules = self.rules_of(name, key)
        base = rules[0]
        primitive = type_name in self.engine.primitive_types or type_name == "xhtml"
        if shadow and not primitive:
            return None
        slot = MemberPlan()
        slot.key, slot.name, slot.type = key, name, type_name
        slot.choice, slot.many, slot.shadow = base.choice, base.many, shadow
        slot.resource = type_name in ("Resource", "DomainResource") or type_name in self.engine.resource_types
        if base.choice:
            rules = (*rules, *choice_slices(rules, type_name))
        slot.rules = rules
        slot.slicings = slicings(rules) if not base.choice or any(rule.slicing for rule in rules if rule.slice_name) else ()
        slot.refused = tuple(rule for rule in rules[1:] if rule.types and not self._allows(rule, type_name, base)) if base.choice or slot.resource else ()
        if base.choice:
            slot.refused += tuple(rule for rule in rules if shut_to(rule, type_name))
        slot.plan = self.engine.plan(*typed(self.engine, type_name, rules))
        return slot

    def _allows(self, rule: ElementRule, type_name: str, base: ElementRule) -> bool:
        if rule.slice_name and base.choice:
            return True
        allowed = {one.code for one in rule.types}
        return bool(allowed & {"*", "Resource", "DomainResource"}) or type_name in allowed or type_name in ("Resource", "DomainResource")

    def _functions(self) -> tuple[Function, ...]:
        functions = self.engine.functions
        if is_inner(self.type):
            compact = "".join(part[:1].upper() + part[1:] for part in self.type.split("."))
            return (*functions.get(self.type, ()), *functions.get(compact, ()))
        names = self.engine.ancestors(self.type)
        return tuple(function for name in names for function in functions.get(name, ()))

    def _counts(self) -> tuple[tuple[Count, ...], tuple[tuple[str, Slicing], ...], tuple[tuple[str, ElementRule], ...]]:
        """How often elements stand; slicings with a slice that must stand; type slices of choices that must."""
        counts: dict[str, Count] = {}
        absent: list[tuple[str, Slicing]] = []
        chosen: list[tuple[str, ElementRule]] = []
        for rule in unique((self.shape, *self.rules) if self.shape is not None else self.rules):
            for name, child in (rule.children or (rule.refers.children if rule.refers is not None else None) or {}).items():
                if self.check is not None and name == "value":
                    continue
                self._count(counts, name, child)
                absent += [(child.name, found) for found in slicings((child,)) if found.required]
                if child.slices and by_type(child):
                    chosen += [(child.name, one) for one in child.slices if one.min and one.types]
        return tuple(count for count in counts.values() if count.min or count.max is not None), tuple(absent), tuple(chosen)

    def _count(self, counts: dict[str, Count], name: str, child: ElementRule) -> None:
        count = counts.get(name)
        if count is None:
            count = counts[name] = Count(name, child.choice)
        if child.min > count.min:
            count.min, count.min_rule = child.min, child
        limited = child.max is not None and (child.max == 0 or child.many)
        if limited and child.max is not None and (count.max is None or child.max < count.max):
            count.max, count.max_rule = child.max, child
