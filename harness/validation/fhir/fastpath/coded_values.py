"""Coded values: the same few come again and again, so one of which nothing was said is remembered by what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.validation.fhir.fastpath.path_chains import text_of
from harness.validation.fhir.fastpath.text_conditions import NAMES
from harness.validation.fhir.walk import members as walk

if TYPE_CHECKING:
    from harness.validation.fhir.judging import FhirJudging, Node
    from harness.validation.fhir.walk.judges import ObjectJudge
    from harness.validation.fhir.walk.plans import ValuePlan

_MOST = 8192
_PLAIN = NAMES["PLAIN"]


def coded_function(plan: ValuePlan) -> ObjectJudge | None:
    """The function of a plan for Coding or CodeableConcept; None for another type."""
    key_of = {"Coding": coding_key, "CodeableConcept": concept_key}.get(plan.type)
    if key_of is None:
        return None
    known: set[Any] = set()

    def judge(value: Node, where: Any, judging: FhirJudging) -> None:
        key = key_of(value)
        if key is not None and key in known:
            return
        before, unsure = len(judging.issues), judging.undetermined
        walk.judge_value(judging, plan, value, None, text_of(where), "")
        if key is not None and len(judging.issues) == before and judging.undetermined == unsure and not judging.aside and len(known) < _MOST:
            known.add(key)

    return judge


def coding_key(value: Any) -> Any:
    """All that a Coding holds, where it holds nothing but texts under the names of a Coding; None for any other."""
    if type(value) is not dict:
        return None
    system, code, display = value.get("system"), value.get("code"), value.get("display")
    held = (system is not None) + (code is not None) + (display is not None)
    if held != len(value) or not (type(code) is str and (system is None or type(system) is str) and (display is None or type(display) is str)):
        return None
    return system, code, display


def concept_key(value: Node) -> Any:
    """All that decides about a CodeableConcept with codings; None where it holds anything unusual. Its text, where plain, decides nothing."""
    codings, text = value.get("coding"), value.get("text")
    if type(codings) is not list or not codings or len(value) != (1 if text is None else 2):
        return None
    if text is not None and not (type(text) is str and len(text) < 4096 and _PLAIN(text)):
        return None
    if len(codings) == 1:
        return coding_key(codings[0])
    keys = tuple([coding_key(one) for one in codings])
    return None if None in keys else keys
