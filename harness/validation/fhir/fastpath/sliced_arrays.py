"""Arrays sorted into slices: by one look where a text tells them apart (an extension's url, an identifier's system), else by the walk."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from harness.validation.fhir.content import Data
from harness.validation.fhir.fastpath.path_chains import text_of
from harness.validation.fhir.slicing.matching import demands
from harness.validation.fhir.slicing.slices import Slicing
from harness.validation.fhir.slicing.sorting import count
from harness.validation.fhir.walk import members as walk
from harness.validation.fhir.walk.extension_contexts import allowed_here
from harness.validation.fhir.walk.plan_rules import typed, unique

if TYPE_CHECKING:
    from harness.validation.fhir.element_rules import ElementRule
    from harness.validation.fhir.judging import FhirJudging
    from harness.validation.fhir.walk.judges import ObjectJudge, PlanCompiler
    from harness.validation.fhir.walk.plans import MemberPlan, ValuePlan

_MOST = 512
# (function of an item, which slices it counts for) or None: the walk must see to it.
Way: TypeAlias = "tuple[ObjectJudge, tuple[int, ...]] | None"


class Sliced:
    """Judges the items of one slot: ``sliced(items, where, judging)`` for an array of objects."""

    def __init__(self, plan: ValuePlan, slot: MemberPlan, function_of: PlanCompiler) -> None:
        self.plan, self.slot, self._function_of = plan, slot, function_of
        self.extension = slot.type == "Extension"
        self.paths = (("url",),) if self.extension else _paths(slot)
        self.slices = tuple(one for slicing in slot.slicings for one in slicing.slices)
        self.single = self.paths[0][0] if self.paths is not None and len(self.paths) == 1 and len(self.paths[0]) == 1 else ""
        self.ways: dict[Any, Way] = {}
        self.simple = self.paths is not None and all(map(_plain, slot.slicings)) and not slot.resource
        self.bounds = tuple((number, one) for number, one in enumerate(self.slices) if one.rule.min or one.rule.max is not None)

    def __call__(self, items: list[Any], where: Any, judging: FhirJudging) -> None:
        """Judge the items that stand at the slot's key of the object at ``where``."""
        ways = self._ways(items, where, judging) if self.simple else None
        if ways is None:
            self._sorted(items, where, judging)
            return
        key = self.slot.key
        counts = [0] * len(self.slices)
        for index, (item, way) in enumerate(zip(items, ways, strict=True)):
            way[0](item, (where, key, index), judging)
            for number in way[1]:
                counts[number] += 1
        for number, one in self.bounds:
            if counts[number] < one.rule.min or (one.rule.max is not None and counts[number] > one.rule.max):
                count(judging, one, counts[number], text_of(where))

    def _ways(self, items: list[Any], where: Any, judging: FhirJudging) -> list[tuple[ObjectJudge, tuple[int, ...]]] | None:
        """How each item is to be judged; None where one of them needs the walk."""
        found = []
        known, single = self.ways, self.single
        for index, item in enumerate(items):
            if type(item) is not dict:
                return None
            # One text under one key is the usual case, and known by itself.
            short = item.get(single) if single else None
            way = known.get(short) if type(short) is str else None
            if way is None:
                key = _key(item, self.paths or ())
                if key is None:
                    return None
                short = key[0] if single and key[0] is not None else key
                if short in known:
                    way = known[short]
                else:
                    way = self._learn(key, where, index, judging)
                    if len(known) < _MOST and (way is not None or not self.extension):
                        known[short] = way
                if way is None:
                    return None
            found.append(way)
        return found

    def _learn(self, key: tuple[Any, ...], where: Any, index: int, judging: FhirJudging) -> Way:
        extra: list[ElementRule] = []
        numbers: list[int] = []
        number = 0
        for slicing in self.slot.slicings:
            matched = False
            for one in slicing.slices:
                wanted = _wanted(judging, one.rule, slicing)
                if wanted is None:
                    return None
                if wanted == key:
                    if matched:
                        return None
                    matched = True
                    extra.append(one.rule)
                    numbers.append(number)
                number += 1
            if not matched and slicing.closed:
                return None
        rules = (*self.slot.rules, *extra)
        if self.extension:
            defined = self._defined(key[0], where, index, judging, bool(extra))
            if defined is None:
                return None
            rules = (*rules, *defined)
        engine = self.plan.engine
        chosen = engine.plan(*typed(engine, self.slot.type, unique(rules))) if len(rules) > len(self.slot.rules) else self.slot.plan
        return None if chosen.alternatives else (self._function_of(chosen), tuple(numbers))

    def _defined(self, url: Any, where: Any, index: int, judging: FhirJudging, sliced: bool) -> tuple[ElementRule, ...] | None:
        """The rules of an extension's definition; None where its place, or the lack of a definition, must be judged each time."""
        if not isinstance(url, str):
            return None
        if ":" not in url:
            known = any(rule.slices for rule in self.slot.rules)
            return () if self.plan.type == "Extension" and (sliced or not known) else None
        engine = self.plan.engine
        structure, tree = engine.structure(url), engine.tree(url)
        if structure is None or tree is None or structure.type != "Extension" or structure.context_invariants:
            return None
        if tree.is_modifier != (self.slot.name == "modifierExtension"):
            return None
        if structure.contexts:
            allowed_here(judging, self.plan, structure, f"{text_of(where)}.{self.slot.key}[{index}]")
            if (structure.url, structure.version, id(self.plan)) not in engine.contexts_met:
                return None
        return (tree,)

    def _sorted(self, items: list[Any], where: Any, judging: FhirJudging) -> None:
        """Sort by the walk, which says what does not fit, then judge each item by its own function where it has one."""
        slot, path = self.slot, f"{text_of(where)}.{self.slot.key}"
        held = [Data(item, None, slot.type, f"{path}[{index}]") for index, item in enumerate(items)]
        if any(item.value is None for item in held):
            walk.judge_member(judging, self.plan, slot, items, None, path, path)
            return
        extras: Sequence[tuple[ElementRule, ...]] = walk.sort_slot(judging, slot, held, path) if slot.slicings else [()] * len(held)
        engine = self.plan.engine
        for index, (item, extra) in enumerate(zip(items, extras, strict=True)):
            if self.extension or slot.resource or type(item) is not dict:
                walk.judge_item(judging, self.plan, slot, item, None, held[index].path, held[index].path, extra)
                continue
            chosen = engine.plan(*typed(engine, slot.type, unique((*slot.rules, *extra)))) if extra else slot.plan
            if chosen.alternatives:
                walk.judge_item(judging, self.plan, slot, item, None, held[index].path, held[index].path, extra)
            else:
                self._function_of(chosen)(item, (where, slot.key, index), judging)


def _plain(slicing: Slicing) -> bool:
    """Whether where an item stands, and what else there is, does not matter to its slice."""
    return slicing.default is None and not slicing.how.ordered and slicing.how.rules in ("open", "closed") and not any(one.nested for one in slicing.slices)


def _paths(slot: MemberPlan) -> tuple[tuple[str, ...], ...] | None:
    """The keys that lead to each discriminator's value; None where they are not plain keys of objects."""
    found: list[tuple[str, ...]] = []
    if len(slot.slicings) != 1:
        return None
    for one in slot.slicings[0].how.discriminators:
        steps = tuple(one.path.split("."))
        plan: ValuePlan | None = slot.plan
        for step in steps:
            inner = plan.slot(step) if plan is not None and step in plan.keys else None
            if inner is None or inner.choice or inner.many:
                return None
            plan = inner.plan
        if one.type not in ("value", "pattern"):
            return None
        found.append(steps)
    return tuple(found) or None


def _wanted(judging: FhirJudging, rule: ElementRule, slicing: Slicing) -> tuple[Any, ...] | None:
    """The texts that an item of a slice has at the discriminators' paths; None where the slice asks for something else than one text each."""
    found = []
    for demand in demands(judging.engine, rule, slicing.how):
        if demand.tokens is None or demand.facts is None or len(demand.facts) != 1 or any(argument for _, argument in demand.tokens):
            return None
        fact = demand.facts[0]
        if fact.kind not in ("fixed", "pattern") or not isinstance(fact.value[1], str):
            return None
        found.append(fact.value[1])
    return tuple(found) or None


def _key(item: Any, paths: tuple[tuple[str, ...], ...]) -> tuple[Any, ...] | None:
    """The texts of an item at ``paths``, None for what is absent; None instead where something else stands there."""
    found: list[str | None] = []
    for path in paths:
        value = item
        for step in path:
            value = value.get(step) if type(value) is dict else None
        if value is not None and type(value) is not str:
            return None
        found.append(value)
    return tuple(found)
