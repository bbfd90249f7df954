"""Invariants: FHIRPath constraints of definitions, judged: the commonest natively, the rest by the engine. What cannot be evaluated is said, never passed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from harness.errors import HarnessError
from harness.fhirpath import ElementNode, Environment, EvaluationError, compile, node  # noqa: A004
from harness.fhirpath.expression import Expression
from harness.model.issue import Severity
from harness.terminology.ucum import canonical
from harness.validation.fhir.invariants.corrections import corrected
from harness.validation.fhir.invariants.expression_answers import ExpressionAnswers
from harness.validation.fhir.invariants.native import NATIVE, Native
from harness.validation.fhir.invariants.sentences import SENTENCES, SENTENCES_STU3

if TYPE_CHECKING:
    from harness.validation.fhir.element_rules import ConstraintRule
    from harness.validation.fhir.judging import FhirJudging

# Judged where they can be said more exactly than of the whole element, by rules of those types.
BY_RULES = frozenset(
    {"ele-1", "txt-1", "txt-2", "att-1", "ref-1", "dom-3", *(f"bdl-{number}" for number in (1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 12))},
)
_CORE = "http://hl7.org/fhir/StructureDefinition/"
_SHOWN = 300


class _Ready(NamedTuple):
    """One expression made ready: in Python where there is such a function, and compiled (None: ``fault`` says why it cannot be)."""

    native: Native | None
    compiled: Expression | None
    fault: str


_READY: dict[str, _Ready] = {}
_MOST = 20_000


def _ready(expression: str) -> _Ready:
    try:
        compiled, fault = compile(corrected(expression)), ""
    except HarnessError as error:
        compiled, fault = None, str(error)
    made = _Ready(NATIVE.get(expression), compiled, fault)
    if len(_READY) > _MOST:
        _READY.clear()
    _READY[expression] = made
    return made


def broken(
    judging: FhirJudging,
    constraints: Iterable[ConstraintRule],
    value: Any,
    type_name: str,
    path: str,
    shadow: Any = None,
    *,
    extension: Any = None,
) -> None:
    """Say every constraint that ``value`` (of ``type_name``, at ``path``, with its ``_`` shadow) does not meet, and every one that cannot be evaluated.

    ``%resource`` is the resource judged, ``%rootResource`` the one it is contained in; ``extension`` is ``%extension`` of context invariants.
    """
    start: ElementNode | None = None
    environment: Environment | None = None
    for constraint in constraints:
        expression = constraint.expression
        ready = _READY.get(expression) or _ready(expression)
        if not judging.aside and by_rules(constraint):
            continue
        answer: bool | None = None
        if ready.native is not None:
            answer = ready.native(value, shadow, judging.container)
            if answer:
                continue
        if answer is None:
            if ready.compiled is None and extension is None:
                _undetermined(judging, constraint, path, ready.fault)
                if not _is_core(constraint) and "there is no function" not in ready.fault and "there is no variable" not in ready.fault:
                    _unreadable(judging, constraint, path, ready.fault)
                continue
            if start is None or environment is None:
                start = node(value, type_name, judging.types, shadow=shadow, path=path)
                environment = environment_of(judging, start, extension)
            try:
                answer = (ready.compiled or compile(expression, judging.version, frozenset({"extension"}))).truth(start, environment)
            except EvaluationError as error:
                _undetermined(judging, constraint, path, str(error))
                continue
            except HarnessError as error:
                _undetermined(judging, constraint, path, str(error))
                continue
        if not answer:
            _not_met(judging, constraint, path)


def select(judging: FhirJudging, expression: str, value: Any, type_name: str, path: str, shadow: Any = None) -> list[ElementNode]:
    """What an expression gives of ``value``. FormatError for one that cannot be read, EvaluationError for one that cannot be evaluated."""
    start = node(value, type_name, judging.types, shadow=shadow, path=path)
    return compile(expression, judging.version).evaluate(start, environment_of(judging, start))


def environment_of(judging: FhirJudging, start: ElementNode, extension: Any = None) -> Environment:
    """What expressions of definitions may ask of the document under judgement."""
    resource = _resource(judging, judging.resource, judging.base)
    root = _resource(judging, judging.container, judging.container_base) if judging.container and judging.container is not judging.resource else resource
    answers = judging.answers
    if answers is None:
        answers = judging.answers = ExpressionAnswers(judging)
    return Environment(
        types=judging.types,
        resource=resource,
        root=root,
        context=start,
        resolve=answers.resolve,
        member_of=answers.member_of,
        conforms_to=answers.conforms_to,
        subsumes=answers.subsumes,
        html_checks=answers.html_checks,
        definitions=judging.definitions,
        now=answers.now,
        worth=canonical,
        variables={} if extension is None else {"extension": node(extension, "Extension", judging.types, path=f"{start.path}.extension")},
    )


def _resource(judging: FhirJudging, tree: Any, path: str) -> ElementNode:
    found = judging.path_nodes.get(id(tree))
    if found is None or found.value is not tree:
        found = judging.path_nodes[id(tree)] = node(tree, "", judging.types, path=path)
    return found


def by_rules(constraint: ConstraintRule) -> bool:
    """Whether a rule says more exactly what this constraint of the core asks."""
    return constraint.key in BY_RULES and _is_core(constraint)


def _is_core(constraint: ConstraintRule) -> bool:
    return not constraint.source or constraint.source.startswith(_CORE)


def _sentence(judging: FhirJudging, constraint: ConstraintRule) -> tuple[str, str]:
    """What is wrong and what to change; empty for what is no invariant of FHIR itself."""
    if not _is_core(constraint):
        return "", ""
    older = SENTENCES_STU3.get(constraint.key) if judging.version == "3.0.2" else None
    return older or SENTENCES.get(constraint.key, ("", ""))


def _not_met(judging: FhirJudging, constraint: ConstraintRule, path: str) -> None:
    warning = constraint.severity == "warning" or constraint.best_practice
    what, remedy = _sentence(judging, constraint)
    told = what or constraint.human or constraint.expression
    judging.tell(
        "invariants/not-met",
        at=path,
        severity=Severity.WARNING if warning else None,
        clause=constraint.key,
        expected=constraint.expression[:_SHOWN],
        remedy=remedy,
        profile=constraint.source,
        name=constraint.key,
        told=told[:_SHOWN],
    )


def _unreadable(judging: FhirJudging, constraint: ConstraintRule, path: str, why: str) -> None:
    judging.tell(
        "invariants/unreadable",
        at=path,
        clause=constraint.key,
        expected=constraint.expression[:_SHOWN],
        profile=constraint.source,
        name=constraint.key,
        why=why[:_SHOWN],
    )


def _undetermined(judging: FhirJudging, constraint: ConstraintRule, path: str, why: str) -> None:
    said = judging.untold_invariants
    if (constraint.key, why) in said:
        return
    said.add((constraint.key, why))
    judging.tell(
        "invariants/untold",
        at=path,
        clause=constraint.key,
        expected=constraint.expression[:_SHOWN],
        profile=constraint.source,
        name=constraint.key,
        why=why[:_SHOWN],
    )
