"""The function of a plan: a line or two of source for each element, and what the definitions ask of the object as a whole."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from harness.validation.fhir.fastpath import walk_calls
from harness.validation.fhir.fastpath.coded_values import coded_function
from harness.validation.fhir.fastpath.demands import emit_asked
from harness.validation.fhir.fastpath.members import emit_member
from harness.validation.fhir.fastpath.path_chains import text_of
from harness.validation.fhir.fastpath.remembered_references import remembering
from harness.validation.fhir.fastpath.text_conditions import NAMES
from harness.validation.fhir.fastpath.written_source import WrittenSource

if TYPE_CHECKING:
    from harness.validation.fhir.judging import FhirJudging
    from harness.validation.fhir.walk.judges import ObjectJudge
    from harness.validation.fhir.walk.plans import ValuePlan

# A choice of more types than this is looked up by key instead of asked for key by key.
_FEW = 12
_SELDOM = frozenset({"id", "modifierExtension"})
_SELDOM_OF_RESOURCES = frozenset({"modifierExtension", "implicitRules", "language", "contained"})


def function_of(plan: ValuePlan, *, resource: bool = False) -> ObjectJudge:
    """``f(value, where, judging)`` for objects judged by ``plan`` as the walk would; ``value`` is known to be an object.

    Made once for each plan, those of other plans when they are first called. ``resource``: it is one, which may hold ``resourceType``.
    """
    if resource:
        found = plan.resource_function
        if found is None:
            found = plan.resource_function = _compile(plan, True)
        return found
    found = plan.function
    if found is None:
        found = plan.function = _made(plan)
    return found


def _made(plan: ValuePlan) -> ObjectJudge:
    coded = coded_function(plan)
    if coded is not None:
        return coded
    made = _compile(plan, False)
    return remembering(made) if plan.type == "Reference" else made


def late(source: WrittenSource, plan: ValuePlan) -> str:
    """The name in ``source`` of the function of another plan, which is made when it is first called."""

    def first(value: Any, where: Any, judging: FhirJudging) -> None:
        made = source.namespace[name] = function_of(plan)
        made(value, where, judging)

    name = source.constant(first, "f")
    return name


def _compile(plan: ValuePlan, resource: bool) -> ObjectJudge:
    source = WrittenSource({**NAMES, "Decimal": Decimal, "S": text_of, **walk_calls.NAMES})
    me = source.constant(plan, "PLAN")
    inline = _inline(plan, _SELDOM_OF_RESOURCES if resource else _SELDOM)
    needed, limited = _limits(plan)
    with source.block("def judge(o, p, j):"):
        source.line("n = 1 if 'resourceType' in o else 0" if resource else "n = 0")
        source.line("bad, ch, said = False, None, len(j.issues)")
        for key in inline:
            slot = plan.slot(key)
            if slot is not None:
                emit_member(source, plan, slot, late, function_of, 0 if slot.choice else needed.get(key, 0), None if slot.choice else limited.get(key))
        handled = source.constant(frozenset(inline), "HANDLED")
        with source.block("if n != len(o):"):
            source.line(f"ch = rest(j, {me}, {handled}, o, p, {resource}, ch)")
        with source.block("if len(o) < 2:"):
            source.line(f"slight(j, {me}, o, p, {resource})")
        _emit_counts(source, plan, me, inline)
        emit_asked(source, plan, me, resource)
    source.compile(plan.type)
    made: ObjectJudge = source.namespace["judge"]
    return made


def _inline(plan: ValuePlan, seldom: frozenset[str]) -> list[str]:
    """The keys that are asked for one by one; others are rare, and met as what is left over."""
    kinds: dict[str, list[str]] = {}
    for key, (name, _) in plan.keys.items():
        kinds.setdefault(name, []).append(key)
    found = []
    for name, keys in kinds.items():
        if keys == [name]:
            found += [] if name in seldom else keys
            continue
        allowed = [key for key in keys if _may_stand(plan, key, name)]
        found += allowed if len(allowed) <= _FEW else []
    return found


def _may_stand(plan: ValuePlan, key: str, name: str) -> bool:
    """Whether all rules in force allow the type that a key of a choice stands for."""
    code = plan.keys[key][1]
    return all(not rule.types or any(one.code == code for one in rule.types) for rule in plan.rules_of(name, name))


def _limits(plan: ValuePlan) -> tuple[dict[str, int], dict[str, int]]:
    """Least and greatest number of values by key, of elements that are no choice."""
    least = {one.name: one.min for one in plan.counts if one.min and not one.choice}
    most = {one.name: one.max for one in plan.counts if one.max is not None and not one.choice}
    return least, most


def _emit_counts(source: WrittenSource, plan: ValuePlan, me: str, inline: list[str]) -> None:
    """What is missing is counted by the walk; here it is only noticed."""
    conditions = ["bad"]
    for one in plan.counts:
        if one.min and one.choice:
            conditions.append(f"ch is None or {one.name!r} not in ch or not o.get(ch[{one.name!r}])")
        elif one.min and one.name not in inline:
            conditions.append(f"{one.name!r} not in o")
        elif one.max is not None and one.name not in inline:
            conditions.append(f"ch is not None and {one.name!r} in ch" if one.choice else f"{one.name!r} in o")
    for name, _ in plan.absent:
        conditions.append(f"{name!r} not in o")
    if plan.chosen:
        conditions.append("True")
    with source.block(f"if {' or '.join(dict.fromkeys(conditions))}:"):
        source.line(f"counts(j, {me}, o, ch, p)")
