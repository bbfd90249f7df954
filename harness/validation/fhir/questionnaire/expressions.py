"""Expressions in the extensions of a Questionnaire: conditions and questionnaire-constraint."""

from __future__ import annotations

from typing import Any

from harness.errors import HarnessError
from harness.model.issue import Severity
from harness.validation.fhir.content import value_of
from harness.validation.fhir.judging import Node, objects, text
from harness.validation.fhir.questionnaire.enable import Truth
from harness.validation.fhir.questionnaire.hearing import COMPLETE, Hearing
from harness.validation.fhir.questionnaire.limits import CORE

# Characters of a constraint's name and of why it cannot be evaluated: with the words around them, three hundred.
_REASON = 244
_CONSTRAINTS = (f"{CORE}questionnaire-constraint", f"{CORE}targetConstraint")


def truth_of(hearing: Hearing) -> Truth:
    """What evaluates a condition over the response; None where it cannot be evaluated."""

    def truth(expression: str) -> bool | None:
        try:
            return evaluate(hearing, expression, hearing.response, hearing.path) if expression else None
        except HarnessError:
            return None

    return truth


def evaluate(hearing: Hearing, expression: str, focus: Node, path: str) -> bool | None:
    """Truth of a FHIRPath expression at ``focus``; None where it is empty. Raises HarnessError where it cannot be evaluated."""
    from harness.fhirpath import Environment, compile, node  # noqa: A004
    from harness.terminology.ucum import canonical

    judging = hearing.judging
    kind = "QuestionnaireResponse" if focus is hearing.response else "QuestionnaireResponse.item"
    here = node(focus, kind, judging.types, path=path)
    response = here if focus is hearing.response else node(hearing.response, "QuestionnaireResponse", judging.types, path=hearing.path)
    environment = Environment(types=judging.types, resource=response, root=response, context=here, worth=canonical)
    return compile(expression, judging.version).truth(here, environment)


def check_constraints(hearing: Hearing, holder: Node, focus: Node, path: str) -> None:
    """questionnaire-constraint: what must hold before the response can be called complete."""
    for _, extension in objects(holder, "extension"):
        if text(extension, "url") not in _CONSTRAINTS:
            continue
        parts: dict[str, Any] = {text(part, "url"): value_of(part)[1] for _, part in objects(extension, "extension")}
        expression, human = parts.get("expression"), parts.get("human")
        if isinstance(expression, dict):
            expression = text(expression, "expression")
        if not isinstance(expression, str):
            continue
        try:
            if evaluate(hearing, expression, focus, path) is not False:
                continue
        except HarnessError as error:
            name = str(parts.get("key"))[:60]
            hearing.tell("questionnaire/constraint-untold", at=path, name=name, error=str(error)[: _REASON - len(name)])
            continue
        hearing.tell(
            "questionnaire/constraint",
            at=path,
            severity=Severity.ERROR if parts.get("severity") == "error" and hearing.status in COMPLETE else None,
            expected=expression,
            remedy=human if isinstance(human, str) else f"change the answers so that {expression[:120]} is true",
            name=str(parts.get("key"))[:60],
        )
