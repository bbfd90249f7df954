"""Whether something follows a definition or a rule: judged aside, so that nothing is said of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.model.issue import Issue
from harness.validation.fhir.walk.members import judge_value
from harness.validation.fhir.walk.plan_rules import typed, unique
from harness.validation.fhir.walk.resources import judge_resource

if TYPE_CHECKING:
    from harness.validation.fhir.content import Data
    from harness.validation.fhir.element_rules import ElementRule
    from harness.validation.fhir.judging import FhirJudging

_ANY = ("Resource", "DomainResource")
_DEEPEST = 24


def conforms(judging: FhirJudging, value: Any, canonical: str, path: str) -> list[Issue]:
    """The issues of ``value`` against one definition, judged aside; kept, because slices and references ask again and again."""
    structure, tree = judging.engine.structure(canonical), judging.engine.tree(canonical)
    if structure is None or tree is None:
        with judging.asking() as unknown:
            judging.tell("shape/profile-unknown-aside", at=path, actual=canonical, canonical=canonical)
        return unknown
    key = (id(value), canonical)
    known = judging.conformance.get(key)
    if known is not None:
        return known
    if len(judging.busy) > _DEEPEST:
        return []
    # While it is being judged it is taken as followed: definitions and references may go round in circles.
    judging.conformance[key] = []
    return _aside(judging, value, structure.type, canonical, tree, path)


def _aside(judging: FhirJudging, value: Any, type_name: str, canonical: str, tree: ElementRule, path: str) -> list[Issue]:
    busy = (id(value), canonical)
    judging.busy.add(busy)
    try:
        with judging.asking() as found:
            if type_name in judging.engine.resource_types or type_name in _ANY:
                judge_resource(judging, value, path, (), (canonical,))
            else:
                base = judging.engine.tree(type_name)
                rules = unique((base, tree)) if base is not None else (tree,)
                judge_value(judging, judging.engine.plan(type_name, rules), value, None, path, path)
    finally:
        judging.busy.discard(busy)
    judging.conformance[busy] = found
    return found


def follows_rule(judging: FhirJudging, rule: ElementRule, item: Data) -> bool | None:
    """Whether an item meets an element rule by itself (a slice without discriminator)."""
    codes = [one.code for one in rule.types]
    if not codes:
        return None
    type_name = item.type or codes[0]
    with judging.asking() as found:
        plan = judging.engine.plan(*typed(judging.engine, type_name, (rule,)))
        judge_value(judging, plan, item.value, item.shadow, item.path, item.path)
    return not any(issue.is_error for issue in found)
