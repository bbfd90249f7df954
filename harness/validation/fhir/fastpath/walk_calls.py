"""What generated source hands to the walk: a member, what is left over, what is missing. Each says what the walk would have said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.validation.fhir.data.shape_faults import said
from harness.validation.fhir.fastpath.path_chains import text_of
from harness.validation.fhir.fastpath.sliced_arrays import Sliced
from harness.validation.fhir.walk import members as walk
from harness.validation.fhir.walk.counts import judge_counts

if TYPE_CHECKING:
    from harness.validation.fhir.judging import FhirJudging, Node
    from harness.validation.fhir.walk.plans import MemberPlan, ValuePlan

_MOST = 4096
_LONGEST = 400
_NOTHING: Node = {}


def member(judging: FhirJudging, plan: ValuePlan, slot: MemberPlan, holder: Node, value: Any, where: Any) -> None:
    """Judge what stands at a key, whatever it is."""
    key, path = slot.key, text_of(where)
    beside = holder.get(f"_{key}") if slot.plan.check is not None else None
    walk.judge_member(judging, plan, slot, value, beside, f"{path}.{key}", f"{path}._{key}")


def recall(judging: FhirJudging, plan: ValuePlan, slot: MemberPlan, holder: Node, value: Any, where: Any, known: set[str]) -> None:
    """Judge a primitive, and remember it where nothing was said of it and nothing around it matters."""
    before, unsure = len(judging.issues), judging.undetermined
    member(judging, plan, slot, holder, value, where)
    quiet = len(judging.issues) == before and judging.undetermined == unsure and not judging.aside
    if quiet and type(value) is str and value[:1] != "#" and len(value) < _LONGEST and len(known) < _MOST and f"_{slot.key}" not in holder:
        known.add(value)


def remembered(values: Any, known: set[str]) -> bool:
    """Whether an array holds nothing but what was found in order before."""
    return type(values) is list and bool(values) and all(type(value) is str and value in known for value in values)


def recall_all(judging: FhirJudging, plan: ValuePlan, slot: MemberPlan, holder: Node, values: Any, where: Any, known: set[str]) -> None:
    """Judge an array of primitives, and remember them where nothing was said of any."""
    before, unsure = len(judging.issues), judging.undetermined
    member(judging, plan, slot, holder, values, where)
    quiet = len(judging.issues) == before and judging.undetermined == unsure and not judging.aside
    if quiet and type(values) is list and len(known) + len(values) < _MOST and f"_{slot.key}" not in holder:
        known.update(value for value in values if type(value) is str and value[:1] != "#" and len(value) < _LONGEST)


def item(judging: FhirJudging, plan: ValuePlan, slot: MemberPlan, value: Any, where: Any, index: int) -> None:
    """Judge one item of an array that is not the object it should be, or that the walk alone can judge."""
    path = f"{text_of(where)}.{slot.key}"
    if value is None:
        said.null(judging, slot, f"{path}[{index}]")
    else:
        walk.judge_item(judging, plan, slot, value, None, f"{path}[{index}]", f"{path}[{index}]", ())


def rest(
    judging: FhirJudging, plan: ValuePlan, handled: frozenset[str], holder: Node, where: Any, resource: bool, choices: dict[str, str] | None
) -> dict[str, str] | None:
    """Judge the keys that were not asked for one by one; the key that stands for each choice, None where there is none."""
    path = text_of(where)
    if not resource and "id" in holder:
        judging.has_element_ids = True
    for key, value in holder.items():
        if key in handled and value is not None:
            continue
        slot = plan.slots.get(key) or plan.slot(key)
        if slot is None:
            if not (resource and key == "resourceType"):
                walk.say_unknown(judging, plan, key, path)
            continue
        if slot.choice:
            choices = walk.note_choice(judging, plan, choices, slot, path)
        if not slot.shadow:
            if (
                slot.choice
                and type(value) is dict
                and not (slot.refused or slot.slicings or slot.plan.alternatives or slot.plan.check or slot.resource or slot.type == "Extension")
            ):
                judging.engine.judges.compiled(slot.plan)(value, (where, key, -1), judging)
            else:
                member(judging, plan, slot, holder, value, where)
        elif key[1:] not in holder:
            walk.judge_member(judging, plan, slot, None, value, f"{path}.{slot.key}", f"{path}.{key}")
        elif value is None:
            said.null(judging, slot, f"{path}.{slot.key}")
        elif key[1:] in handled and holder[key[1:]] is not None:
            _beside(judging, plan, key[1:], holder, where)
    return choices


def _beside(judging: FhirJudging, plan: ValuePlan, key: str, holder: Node, where: Any) -> None:
    """Judge a primitive again together with what stands beside it; what was said of the value alone is not said twice."""
    slot = plan.slots.get(key) or plan.slot(key)
    if slot is None:
        return
    before = len(judging.issues)
    unsure = judging.undetermined
    if type(holder[key]) in (list, dict) or not _extended(judging, slot, holder[f"_{key}"], where):
        member(judging, plan, slot, holder, holder[key], where)
    if len(judging.issues) == before:
        return
    known = set(judging.issues[:before])
    again = [issue for issue in judging.issues[before:] if issue in known]
    if again:
        judging.issues[before:] = [issue for issue in judging.issues[before:] if issue not in known]
        judging.undetermined = min(judging.undetermined, unsure)


def _extended(judging: FhirJudging, slot: MemberPlan, beside: Any, where: Any) -> bool:
    """Judge what stands beside a single primitive where that is extensions and nothing else, and only they are left to judge. True where it was done."""
    inner = slot.plan
    extensions = beside.get("extension") if type(beside) is dict and len(beside) == 1 else None
    if (
        type(extensions) is not list
        or not extensions
        or slot.many
        or slot.slicings
        or inner.constraints
        or inner.valued
        or inner.counts
        or inner.absent
        or inner.alternatives
    ):
        return False
    kept = judging.engine.extensions_beside
    if id(inner) not in kept:
        own = inner.slot("extension")
        kept[id(inner)] = (inner, Sliced(inner, own, judging.engine.judges.compiled) if own is not None else None)
    sliced = kept[id(inner)][1]
    if sliced is None:
        return False
    sliced(extensions, (where, f"_{slot.key}", -1), judging)
    return True


def chosen(judging: FhirJudging, plan: ValuePlan, choices: dict[str, str], slot: MemberPlan, where: Any) -> dict[str, str]:
    """Note which type of a choice stands; say it where another stood already."""
    return walk.note_choice(judging, plan, choices, slot, text_of(where))


def slight(judging: FhirJudging, plan: ValuePlan, value: Node, where: Any, resource: bool) -> None:
    """Say it where an object is empty."""
    if not value or (not resource and "id" in value):
        walk.say_empty(judging, plan, text_of(where), resource)


def counts(judging: FhirJudging, plan: ValuePlan, value: Node, choices: dict[str, str] | None, where: Any) -> None:
    """Count what stands in an object, and say what is missing or too many."""
    judge_counts(judging, plan, value, choices or _NOTHING, text_of(where))


def erred(judging: FhirJudging, before: int) -> bool:
    """Whether an error was said since there were ``before`` issues: what could not be looked into may hold anything."""
    return any(issue.is_error for issue in judging.issues[before:])


NAMES = {
    "erred": erred,
    "chosen": chosen,
    "member": member,
    "recall": recall,
    "recall_all": recall_all,
    "remembered": remembered,
    "item": item,
    "rest": rest,
    "slight": slight,
    "counts": counts,
}
