"""WrittenSource for what definitions ask of an object once its members are judged: values, bindings, references, invariants, rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.validation.fhir.fastpath.existence_conditions import surely_met
from harness.validation.fhir.fastpath.quick_looks import ABOUT_ELEMENT_IDS, quiet_constraint, quiet_function
from harness.validation.fhir.fastpath.text_conditions import name_of
from harness.validation.fhir.invariants.constraints import broken, by_rules
from harness.validation.fhir.invariants.native import NATIVE
from harness.validation.fhir.walk.demands import judge_asked

if TYPE_CHECKING:
    from harness.validation.fhir.element_rules import ConstraintRule
    from harness.validation.fhir.fastpath.written_source import WrittenSource
    from harness.validation.fhir.walk.plans import ValuePlan


def emit_asked(source: WrittenSource, plan: ValuePlan, me: str, resource: bool) -> None:
    """Ask for values, bindings and references as the walk does; of invariants and rules only what a quick look does not settle."""
    if plan.valued or plan.bindings or plan.references:
        # A reference that neither leads anywhere nor says a type is of no wrong one.
        when = "" if plan.valued or plan.bindings else "if 'reference' in o or 'type' in o: "
        source.line(f"{when}{source.constant(judge_asked, 'asked')}(j, {me}, o, None, S(p), constraints=())")
    # Where something was said of a member, nothing can be told from a key's being there.
    if plan.constraints or plan.functions:
        source.line("clean = len(j.issues) == said")
    # A resource is told where it stands as text, since what is in it stands below.
    path = "p if type(p) is str else S(p)" if resource else "S(p)"
    slow: list[ConstraintRule] = []
    for constraint in plan.constraints:
        _emit_constraint(source, plan, constraint, slow)
    if slow:
        source.line(f"{source.constant(broken, 'broken')}(j, {source.constant(tuple(slow), 'CONSTRAINTS')}, o, {plan.type!r}, S(p), None)")
    if plan.functions:
        with source.block("if not j.aside:"):
            for function in plan.functions:
                call = f"{source.constant(function, 'rule')}(j, o, {path})"
                quiet = quiet_function(function)
                if name_of(function) == ABOUT_ELEMENT_IDS:
                    source.line(f"if j.has_element_ids or (not clean and erred(j, said)): {call}")
                else:
                    source.line(f"if not clean or not {source.constant(quiet, 'quiet')}(o): {call}" if quiet else call)
    source.line("return")


def _emit_constraint(source: WrittenSource, plan: ValuePlan, constraint: ConstraintRule, slow: list[ConstraintRule]) -> None:
    one = source.constant((constraint,), "CONSTRAINT")
    tell = f"{source.constant(broken, 'broken')}(j, {one}, o, {plan.type!r}, S(p), None)"
    look, native = quiet_constraint(constraint.key, constraint.expression), NATIVE.get(constraint.expression)
    if by_rules(constraint):
        source.line(f"if j.aside: {tell}")
        return
    met = f"{source.constant(look, 'met')}(o)" if look is not None else surely_met(source, plan, constraint.expression)
    conditions = [f"(not clean or not ({met}))"] if met else []
    if native is not None:
        conditions.append(f"not {source.constant(native, 'native')}(o, None, j.container)")
    if conditions:
        source.line(f"if {' and '.join(conditions)}: {tell}")
    else:
        slow.append(constraint)
