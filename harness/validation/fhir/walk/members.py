"""The walk over an object: each key by the slot of its plan, then what is missing, then what the definitions ask of the object as a whole."""

from __future__ import annotations

from typing import Any

from harness.validation.fhir.content import Data
from harness.validation.fhir.data.shape_faults import said
from harness.validation.fhir.element_rules import ElementRule
from harness.validation.fhir.judging import FhirJudging, Node
from harness.validation.fhir.slicing.sorting import sort_items
from harness.validation.fhir.walk.counts import judge_counts
from harness.validation.fhir.walk.demands import judge_asked
from harness.validation.fhir.walk.named_profiles import judge_alternatives, unknown_profile
from harness.validation.fhir.walk.plan_rules import typed, unique
from harness.validation.fhir.walk.plans import MemberPlan, ValuePlan

_NOTHING: Node = {}
_NO_CONTENT = frozenset({"id"})


def judge_object(judging: FhirJudging, plan: ValuePlan, value: Node, path: str, *, resource: bool = False, beside: bool = False) -> None:
    """Judge the members of an object by ``plan``. ``beside``: it is what stands beside a primitive under ``_name``."""
    slots = plan.slots
    choices: dict[str, str] | None = None
    if not resource and "id" in value:
        judging.has_element_ids = True
    for key, child in value.items():
        slot = slots.get(key) or plan.slot(key)
        if slot is None or (beside and slot.name == "value"):
            if not (resource and key == "resourceType"):
                say_unknown(judging, plan, key, path)
            continue
        if slot.choice:
            choices = note_choice(judging, plan, choices, slot, path)
        if slot.shadow:
            if key[1:] not in value:
                judge_member(judging, plan, slot, None, child, f"{path}.{slot.key}", f"{path}.{key}")
            elif child is None:
                said.null(judging, slot, f"{path}.{slot.key}")
        else:
            judge_member(judging, plan, slot, child, value.get(f"_{key}") if slot.plan.check else None, f"{path}.{key}", f"{path}._{key}")
    if not beside and (not value or (len(value) == 1 and not resource and "id" in value)):
        say_empty(judging, plan, path, resource)
    if plan.counts or plan.absent or plan.chosen:
        judge_counts(judging, plan, value, choices or _NOTHING, path)


def judge_value(judging: FhirJudging, plan: ValuePlan, value: Any, beside: Any, path: str, beside_path: str) -> None:
    """Judge one value of a data type: its form, its members, then what the definitions ask of it. ``value`` None: only ``beside`` is there."""
    if plan.check is not None:
        fault = "" if value is None else plan.check(value)
        if fault:
            said.primitive(judging, plan, value, path, fault)
        if beside is not None:
            if isinstance(beside, dict):
                judge_object(judging, plan, beside, beside_path, beside=True)
                if not beside or (value is None and beside.keys() <= _NO_CONTENT):
                    say_empty(judging, plan, path, False)
            else:
                said.not_an_object(judging, plan, beside, beside_path)
                beside = None
        elif plan.counts or plan.absent:
            judge_counts(judging, plan, _NOTHING, _NOTHING, beside_path)
        if plan.demanding and not fault:
            judge_asked(judging, plan, value, beside, path)
        for function in plan.functions if not judging.aside and value is not None else ():
            function(judging, value, path)
        return
    if not isinstance(value, dict):
        said.not_an_object(judging, plan, value, path)
        return
    judge_object(judging, plan, value, path)
    if plan.demanding:
        judge_asked(judging, plan, value, None, path)
    if not judging.aside:
        for function in plan.functions:
            function(judging, value, path)


def judge_member(judging: FhirJudging, plan: ValuePlan, slot: MemberPlan, value: Any, beside: Any, path: str, beside_path: str) -> None:
    """Judge what stands at one key: one value, or each of an array."""
    if slot.refused:
        said.refused(judging, slot, path)
    if not slot.many:
        if isinstance(value, list) or isinstance(beside, list):
            said.not_an_array(judging, slot, value if isinstance(value, list) else beside, path)
            if isinstance(value, list):
                for index, item in enumerate(value):
                    if item is not None:
                        judge_item(judging, plan, slot, item, None, f"{path}[{index}]", beside_path, ())
            return
        if value is None and beside is None:
            said.null(judging, slot, path)
            return
        extra: tuple[ElementRule, ...] = ()
        if slot.slicings:
            extra = sort_slot(judging, slot, [Data(value, beside, slot.type, path)], path)[0]
        judge_item(judging, plan, slot, value, beside, path, beside_path, extra)
        return
    values, shadows = _arrays(judging, slot, value, beside, path, beside_path)
    if values is None:
        return
    items = [
        Data(item, shadow, slot.type, f"{path}[{index}]")
        for index, (item, shadow) in enumerate(zip(values, shadows, strict=True))
        if item is not None or shadow is not None or said.null(judging, slot, f"{path}[{index}]")
    ]
    extras = sort_slot(judging, slot, items, path) if slot.slicings else [()] * len(items)
    for one, extra in zip(items, extras, strict=True):
        at = f"{beside_path}{one.path[len(path) :]}" if one.shadow is not None else beside_path
        judge_item(judging, plan, slot, one.value, one.shadow, one.path, at, extra)


def _arrays(judging: FhirJudging, slot: MemberPlan, value: Any, beside: Any, path: str, beside_path: str) -> tuple[list[Any] | None, list[Any]]:
    """The values of an array and what stands beside each; None where it holds nothing to judge."""
    if value is not None and not isinstance(value, list):
        said.an_array(judging, slot, value, path)
        value = [value]
    if beside is not None and not isinstance(beside, list):
        said.an_array(judging, slot, beside, beside_path)
        beside = [beside]
    if value is None and beside is None:
        said.null(judging, slot, path)
        return None, []
    if not value and not beside:
        said.empty_array(judging, slot, path)
        return None, []
    if beside is None:
        return value, [None] * len(value)
    if value is None:
        return [None] * len(beside), beside
    if len(beside) != len(value):
        spare = all(one is None for one in beside[len(value) :])
        said.uneven(judging, slot, len(value), len(beside), beside_path, harmless=spare)
        beside = beside[: len(value)] if spare else beside
    size = max(len(value), len(beside))
    return value + [None] * (size - len(value)), beside + [None] * (size - len(beside))


def sort_slot(judging: FhirJudging, slot: MemberPlan, items: list[Data], path: str) -> list[tuple[ElementRule, ...]]:
    """The slices that each item of a slot falls under; what falls under none where it must, or under too many, is said."""
    found: list[list[ElementRule]] = [[] for _ in items]
    parent = path.rpartition(".")[0]
    for slicing in slot.slicings:
        for mine, more in zip(found, sort_items(judging, slicing, items, parent), strict=True):
            mine += more
    return [tuple(one) for one in found]


def judge_item(
    judging: FhirJudging, plan: ValuePlan, slot: MemberPlan, value: Any, beside: Any, path: str, beside_path: str, extra: tuple[ElementRule, ...]
) -> None:
    """Judge one item of a slot by its plan, with what the slices it falls under and the definition of an extension add."""
    if slot.resource:
        judging.engine.judges.resource(judging, value, path, (*slot.rules, *extra))
        return
    if slot.type == "Extension":
        judging.engine.judges.extension(judging, plan, slot, value, path, extra)
        return
    engine = plan.engine
    chosen = engine.plan(*typed(engine, slot.type, unique((*slot.rules, *extra)))) if extra else slot.plan
    if chosen.alternatives or chosen.missing:
        judge_alternatives(judging, chosen.alternatives, value, path)
        for _, canonical in chosen.missing:
            unknown_profile(judging, canonical, path)
    judge_value(judging, chosen, value, beside, path, beside_path)


def note_choice(judging: FhirJudging, plan: ValuePlan, choices: dict[str, str] | None, slot: MemberPlan, path: str) -> dict[str, str]:
    """Note which type of a choice stands; say it where another stood already."""
    choices = {} if choices is None else choices
    before = choices.setdefault(slot.name, slot.key)
    if before != slot.key:
        judging.tell("shape/choice", at=f"{path}.{slot.key}", actual=f"{before} and {slot.key}", type=plan.type, name=slot.name)
    return choices


def say_unknown(judging: FhirJudging, plan: ValuePlan, key: str, path: str) -> None:
    """Say that the type has no element of that name, and which it may be meant for."""
    from difflib import get_close_matches

    near = get_close_matches(key, plan.keys, n=1) if len(key) <= 64 else []
    judging.tell(
        "shape/unknown-element-near" if near else "shape/unknown-element",
        at=f"{path}.{key}",
        actual=key,
        type=plan.type,
        name=key[:64],
        near="".join(near),
    )


def say_empty(judging: FhirJudging, plan: ValuePlan, path: str, resource: bool) -> None:
    """Say that an object holds nothing."""
    judging.tell("shape/empty-resource" if resource else "shape/empty", at=path, actual="an empty object", type=plan.type)
