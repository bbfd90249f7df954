"""How often elements stand: the missing are reported at their parent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.validation.fhir.slicing.sorting import count as count_slice

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.validation.fhir.judging import FhirJudging, Node
    from harness.validation.fhir.walk.plans import Count, ValuePlan


def judge_counts(judging: FhirJudging, plan: ValuePlan, value: Node, choices: Mapping[str, str], path: str) -> None:
    """Judge how often each element of an object stands; ``choices`` gives the key that stands for a choice."""
    for one in plan.counts:
        key = choices.get(one.name, "") if one.choice else one.name
        number = number_of(value, key) if key else 0
        if number < one.min:
            _missing(judging, plan, one, number, path)
        elif one.max is not None and number > one.max:
            _too_many(judging, plan, one, number, f"{path}.{key}")
    for name, slicing in plan.absent:
        if name not in value and f"_{name}" not in value and not choices.get(name):
            for part in slicing.slices:
                if part.rule.min:
                    count_slice(judging, part, 0, path)
    for name, rule in plan.chosen:
        key = choices.get(name, "")
        if (key and not any(key == f"{name}{one.code[:1].upper()}{one.code[1:]}" for one in rule.types)) or not key:
            judging.tell(
                "slicing/type-missing",
                at=path,
                clause=rule.id,
                expected=" | ".join(f"{name}{one.code[:1].upper()}{one.code[1:]}" for one in rule.types),
                actual=key or "absent",
                profile=rule.profile,
                element=rule.path,
                slice=rule.slice_name,
            )


def number_of(value: Node, key: str) -> int:
    """How many values stand at a key; those that have only extensions count."""
    held, beside = value.get(key), value.get(f"_{key}")
    return max(_size(held), _size(beside))


def _size(held: Any) -> int:
    return len(held) if isinstance(held, list) else 0 if held is None else 1


def _missing(judging: FhirJudging, plan: ValuePlan, one: Count, number: int, path: str) -> None:
    rule = one.min_rule
    name = f"{one.name}[x]" if one.choice else one.name
    judging.tell(
        "shape/too-few" if number else "shape/missing",
        at=path,
        clause=rule.id if rule is not None else "",
        expected=f"{one.min} or more of {name}" if one.min > 1 else name,
        actual=number or "absent",
        profile=rule.profile if rule is not None else "",
        type=plan.type,
        name=name,
        least=one.min,
    )


def _too_many(judging: FhirJudging, plan: ValuePlan, one: Count, number: int, path: str) -> None:
    rule = one.max_rule
    judging.tell(
        "shape/not-allowed" if one.max == 0 else "shape/too-many",
        at=path,
        clause=rule.id if rule is not None else "",
        actual=number,
        profile=rule.profile if rule is not None else "",
        type=plan.type,
        name=one.name,
        most=one.max,
    )
