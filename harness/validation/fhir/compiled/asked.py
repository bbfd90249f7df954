"""Source for what definitions ask of an object once its members are judged: values, bindings, references, invariants, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.validation.fhir.asked import judge_asked
from harness.validation.fhir.compiled.quiet import quiet_constraint, quiet_function

if TYPE_CHECKING:
    from harness.validation.fhir.compiled.source import Source
    from harness.validation.fhir.plans import Plan


def emit_asked(source: Source, plan: Plan, me: str) -> None:
    """Ask all at once where anything but invariants is asked; of invariants only what a quick look does not settle."""
    if plan.valued or plan.bindings or plan.references:
        source.line(f"{source.constant(judge_asked, 'asked')}(j, {me}, o, None, S(p))")
    elif plan.constraints:
        _emit_constraints(source, plan)
    if plan.functions:
        with source.block("if not j.aside:"):
            for function in plan.functions:
                call = f"{source.constant(function, 'rule')}(j, o, S(p))"
                quiet = quiet_function(function)
                source.line(f"if len(j.issues) != said or not {source.constant(quiet, 'quiet')}(o): {call}" if quiet else call)
    source.line("return")


def _emit_constraints(source: Source, plan: Plan) -> None:
    from harness.validation.fhir.invariants import broken

    tell = source.constant(broken, "broken")
    slow = []
    for constraint in plan.constraints:
        quiet = quiet_constraint(constraint.key, constraint.expression)
        if quiet is None:
            slow.append(constraint)
            continue
        one = source.constant((constraint,), "CONSTRAINT")
        source.line(f"if len(j.issues) != said or not {source.constant(quiet, 'met')}(o): {tell}(j, {one}, o, {plan.type!r}, S(p), None)")
    if slow:
        source.line(f"{tell}(j, {source.constant(tuple(slow), 'CONSTRAINTS')}, o, {plan.type!r}, S(p), None)")
