"""WrittenSource for one member of an object: passed where it is surely in order, handed to the walk where it may not be."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from harness.validation.fhir.fastpath.sliced_arrays import Sliced
from harness.validation.fhir.fastpath.text_conditions import CONDITIONS, CONTENT_ALONE, PLAIN_TEXT, REMEMBERED, name_of
from harness.validation.fhir.invariants.constraints import by_rules
from harness.validation.fhir.walk.resources import judge_resource

if TYPE_CHECKING:
    from harness.validation.fhir.fastpath.written_source import WrittenSource
    from harness.validation.fhir.walk.judges import PlanCompiler
    from harness.validation.fhir.walk.plans import MemberPlan, ValuePlan

Late = Callable[["WrittenSource", "ValuePlan"], str]


def emit_member(source: WrittenSource, plan: ValuePlan, slot: MemberPlan, late: Late, function_of: PlanCompiler, least: int, most: int | None) -> None:
    """What to do with the value at the slot's key: counted in ``n``; ``bad`` is set where it stands too seldom or too often."""
    holder, own = source.constant(plan, "PLAN"), source.constant(slot, "SLOT")
    hand = f"member(j, {holder}, {own}, o, v, p)"
    source.line(f"v = o.get({slot.key!r})")
    with source.block("if v is not None:"):
        source.line("n += 1")
        if slot.choice:
            source.line(f"ch = {{{slot.name!r}: {slot.key!r}}} if ch is None else chosen(j, {holder}, ch, {own}, p)")
        if slot.resource and not (slot.many or slot.refused or slot.slicings or slot.plan.alternatives):
            whole, rules = source.constant(judge_resource, "resource"), source.constant(slot.rules, "RULES")
            source.line(f"if type(v) is dict: {whole}(j, v, S(p) + {f'.{slot.key}'!r}, {rules})")
            source.line(f"else: {hand}")
        elif slot.refused or slot.plan.alternatives or slot.resource:
            source.line(hand)
        elif slot.plan.check is not None:
            _emit_primitive(source, slot, hand, holder, own)
        elif slot.slicings or slot.type == "Extension":
            sliced = source.constant(Sliced(plan, slot, function_of), "SLICED") if slot.many else ""
            source.line(f"if type(v) is list and v: {sliced}(v, p, j)" if sliced else hand)
            if sliced:
                source.line(f"else: {hand}")
        elif slot.many:
            _emit_objects(source, slot, late(source, slot.plan), hand, holder, own)
        else:
            function = late(source, slot.plan)
            source.line(f"if type(v) is dict: {function}(v, (p, {slot.key!r}, -1), j)")
            source.line(f"else: {hand}")
        if slot.many and most is not None:
            source.line(f"if type(v) is list and len(v) > {most}: bad = True")
        elif most == 0:
            source.line("bad = True")
        if slot.many and least > 1:
            source.line(f"if type(v) is not list or len(v) < {least}: bad = True")
        elif least:
            source.line("if v == []: bad = True")
    if least:
        with source.block("else:"):
            source.line("bad = True")


def _emit_primitive(source: WrittenSource, slot: MemberPlan, hand: str, holder: str, own: str) -> None:
    plan = slot.plan
    plain = not (plan.demanding or plan.counts or slot.slicings) and all(name_of(one) in PLAIN_TEXT for one in plan.functions)
    condition = CONDITIONS.get(slot.type) if plain else None
    if condition is not None and not slot.many:
        source.line(f"if not ({condition.format('v')}): {hand}")
    elif condition is not None:
        source.line(f"ok = type(v) is list and {f'_{slot.key}'!r} not in o and len(v) > 0")
        with source.block("if ok:"), source.block("for x in v:"):
            source.line(f"if not ({condition.format('x')}): ok = False; break")
        source.line(f"if not ok: {hand}")
    elif slot.type == "xhtml" and not slot.many and not plan.functions and not (plan.valued or plan.bindings) and all(map(by_rules, plan.constraints)):
        # The rule of narratives looks inside; here it only has to be text.
        source.line(f"if j.aside or type(v) is not str or not v.isprintable() or not 0 < len(v) < 500000 or v.isspace(): {hand}")
    elif not slot.slicings and (slot.type in REMEMBERED or plan.valued or plan.bindings) and _rememberable(slot):
        known = source.constant(set(), "KNOWN")
        if slot.many:
            source.line(f"if not remembered(v, {known}): recall_all(j, {holder}, {own}, o, v, p, {known})")
        else:
            source.line(f"if type(v) is not str or v not in {known}: recall(j, {holder}, {own}, o, v, p, {known})")
    else:
        source.line(hand)


def _rememberable(slot: MemberPlan) -> bool:
    """Whether what is said of a primitive depends on nothing but its value; fragments are left out where they are met."""
    plan = slot.plan
    return not plan.constraints and all(name_of(one) in CONTENT_ALONE for one in plan.functions) and (not plan.references or slot.type == "canonical")


def _emit_objects(source: WrittenSource, slot: MemberPlan, function: str, hand: str, holder: str, own: str) -> None:
    with source.block("if type(v) is list and v:"):
        source.line("i = 0")
        with source.block("for x in v:"):
            source.line(f"if type(x) is dict: {function}(x, (p, {slot.key!r}, i), j)")
            source.line(f"else: item(j, {holder}, {own}, x, p, i)")
            source.line("i += 1")
    source.line(f"else: {hand}")
