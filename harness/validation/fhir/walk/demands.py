"""What the definitions ask of a value once it has the right shape: values, bindings, references, invariants."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from harness.validation.fhir.data.bindings import judge_binding
from harness.validation.fhir.data.fixed_and_bounds import judge_values
from harness.validation.fhir.invariants.constraints import broken
from harness.validation.fhir.references.targets import judge_canonical, judge_reference

_OTHER = re.compile(r"http://hl7\.org/fhir/(\d\.\d/StructureDefinition/extension-|StructureDefinition/alternate-codes$)")
_UK_CORE = "https://fhir.hl7.org.uk/CodeSystem/"

if TYPE_CHECKING:
    from harness.validation.fhir.element_rules import ConstraintRule, ElementRule
    from harness.validation.fhir.judging import FhirJudging
    from harness.validation.fhir.walk.plans import ValuePlan


def judge_asked(judging: FhirJudging, plan: ValuePlan, value: Any, beside: Any, path: str, *, constraints: tuple[ConstraintRule, ...] | None = None) -> None:
    """Judge a value of the right type by all that ``plan`` asks. ``value`` None: a primitive that has only ``beside``.

    ``constraints`` are those to judge where they are not all of the plan's.
    """
    if value is not None and plan.valued:
        judge_values(judging, plan, value, path, beside)
    if plan.bindings and value is not None:
        for rule in plan.bindings:
            if not (isinstance(value, dict) and _bound_nationally(judging, rule, value)):
                judge_binding(judging, rule, plan.type, value, path)
    elif plan.bindings and value is None and "hl7-validator" in judging.options.rules:
        _no_code(judging, plan, beside, path)
    if plan.references and isinstance(value, dict):
        judge_reference(judging, plan.references, value, path)
    elif plan.references and isinstance(value, str):
        judge_canonical(judging, plan.references, value, path)
    constraints = plan.constraints if constraints is None else constraints
    if constraints:
        broken(judging, constraints, value, plan.type, path, beside)


def _bound_nationally(judging: FhirJudging, rule: ElementRule, value: dict[str, Any]) -> bool:
    """Whether a maximum of the base gives way: UK Core binds languages to its own code system, which R4's limit to BCP 47 does not hold."""
    binding = rule.binding
    if binding is None or binding.strength == "required" or not binding.max_value_set or "national" not in judging.options.rules:
        return False
    codings = value.get("coding")
    return isinstance(codings, list) and any(isinstance(one, dict) and str(one.get("system", "")).startswith(_UK_CORE) for one in codings)


def _no_code(judging: FhirJudging, plan: ValuePlan, beside: Any, path: str) -> None:
    """An extension in place of a code. The standard lets it stand (R4 2.4.1); the reference validator asks for the code where a binding is required.

    What stands there for a code of another FHIR version is taken as one.
    """
    extensions = beside.get("extension") if isinstance(beside, dict) else None
    if isinstance(extensions, list) and any(isinstance(one, dict) and _OTHER.match(str(one.get("url", ""))) for one in extensions):
        return
    for rule in plan.bindings:
        if rule.binding is not None and rule.binding.strength == "required":
            judging.tell("data/binding-extension", at=path, expected=rule.binding.value_set, actual="no value", profile=rule.profile)
            return
