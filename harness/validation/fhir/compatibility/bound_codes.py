"""Bindings: are the codes that one element rule allows among those that another binds to?

Only what makes a value invalid counts: required bindings and the maximum of weaker ones. An extensible binding breaks nothing.
"""

from __future__ import annotations

from typing import Any

from harness.validation.fhir.compatibility.comparison import Comparison
from harness.validation.fhir.element_rules import BindingRule, ElementRule

_SHOWN = 4


def compare_bindings(comparison: Comparison, first: ElementRule, second: ElementRule) -> None:
    """Obstacles in the codes allowed."""
    for wanted in _limits(second.binding):
        ours = _limits(first.binding)
        coded = _codes_of(first)
        if coded:
            _fixed_codes(comparison, second, wanted, coded)
        elif not ours:
            said = f"{first.binding.strength} binding" if first.binding else "any code"
            comparison.proved(second, "binding", said, wanted, "the second takes codes of one value set only, the first does not")
        else:
            answers = [_subset(comparison, one, wanted) for one in ours]
            if any(answer is True for answer, _ in answers):
                continue
            answer, why = next((found for found in answers if found[0] is None), answers[0])
            comparison.within(answer, second, "binding", ", ".join(ours), wanted, why)
    for one in second.binding.additional if second.binding else ():
        if one.purpose in ("required", "maximum") and one not in (first.binding.additional if first.binding else ()):
            comparison.untold(second, "binding", "", one.value_set, f"the second has an additional binding ({one.purpose}) that holds in some uses")


def _limits(binding: BindingRule | None) -> tuple[str, ...]:
    """The value sets that no value may leave."""
    if binding is None:
        return ()
    found = [binding.value_set] if binding.strength == "required" and binding.value_set else []
    return (*found, *([binding.max_value_set] if binding.max_value_set else []))


def _subset(comparison: Comparison, ours: str, theirs: str) -> tuple[bool | None, str]:
    """(whether every code of one value set is in the other, why not or why it cannot be told)."""
    if ours == theirs:
        return True, ""
    url, version = ours.partition("|")[::2]
    other_url, other_version = theirs.partition("|")[::2]
    if url == other_url and not (version and other_version):
        return True, ""
    terminology = comparison.engine.terminology
    codes = terminology.codes(ours)
    if codes is None:
        return None, f"the codes of {ours} cannot be listed offline: {terminology.why(ours) or 'they are not at hand'}"
    answers = {(system, code): terminology.member(theirs, code, system) for system, code in sorted(codes)}
    outside = [f"{code}" for (_, code), answer in answers.items() if answer.no]
    if outside:
        more = " …" if len(outside) > _SHOWN else ""
        return False, f"codes the first allows and the second does not: {', '.join(outside[:_SHOWN])}{more}"
    unknown = next((answer.reason for answer in answers.values() if not answer.yes), None)
    return (True, "") if unknown is None else (None, unknown)


def _codes_of(rule: ElementRule) -> list[tuple[str | None, str]]:
    """(system, code) of a code that the rule fixes."""
    said: Any = (rule.fixed or rule.pattern or ("", None))[1]
    if isinstance(said, str):
        return [(None, said)]
    codings = said.get("coding", [said]) if isinstance(said, dict) else []
    return [(one.get("system"), one["code"]) for one in codings if isinstance(one, dict) and isinstance(one.get("code"), str)]


def _fixed_codes(comparison: Comparison, second: ElementRule, wanted: str, coded: list[tuple[str | None, str]]) -> None:
    answers = [comparison.engine.terminology.member(wanted, code, system) for system, code in coded]
    if any(answer.yes for answer in answers):
        return
    answer = None if any(not one.no for one in answers) else False
    comparison.within(answer, second, "binding", ", ".join(code for _, code in coded), wanted, f"the code that the first fixes is not in {wanted}")
