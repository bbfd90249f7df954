"""Statements of a conformance profile judged: constraints, predicates, and how often segments and groups may stand."""

from __future__ import annotations

from collections.abc import Iterator

from harness.model.issue import Severity
from harness.validation.hl7v2.judging import Hl7v2Judging
from harness.validation.hl7v2.nist.assertions import Evaluator
from harness.validation.hl7v2.nist.contexts import PlacedPart, StatementContext, contexts, place
from harness.validation.hl7v2.nist.model import Assertion, Bundle, MessageOf, MessagePart, Statement

_ABSENT, _PRESENT = ("X", "W"), ("R",)


def judge_statements(judging: Hl7v2Judging, bundle: Bundle) -> None:
    """Every statement of ``bundle`` that speaks of something in the message; what cannot be told is a doubt."""
    message = _message(judging, bundle)
    if message is None:
        return
    root = place(message.root, judging.view.lines)
    _counts(judging, root)
    evaluator = Evaluator(bundle.valuesets)
    for statement in bundle.statements:
        for context in contexts(bundle, root, judging.view, statement):
            _judge(judging, statement, context, evaluator.holds(statement.assertion, context))
    for name in bundle.unread:
        judging.tell("hl7v2-nist/unread", at="MSH", name=name)


def _message(judging: Hl7v2Judging, bundle: Bundle) -> MessageOf | None:
    """The message of the profile that this one is, by type and event, and by structure where several are."""
    fitting = [one for one in bundle.messages if one.type == judging.type and one.event in ("*", judging.event)]
    named = [one for one in fitting if one.structure == judging.view.value("MSH", 9, 3)]
    return next(iter(named or fitting), None)


def _judge(judging: Hl7v2Judging, statement: Statement, context: StatementContext, said: bool | None) -> None:
    judging.clause = " ".join(part for part in (f"conformance statement {statement.id}", statement.source) if part)
    severity = Severity.ERROR if statement.strong else Severity.WARNING
    if said is None:
        judging.tell("hl7v2-nist/undecided", at=context.path, place=context.path, condition=statement.text)
    elif not (statement.then or statement.otherwise):
        if not said:
            judging.tell(
                "hl7v2-nist/statement",
                at=context.path,
                severity=severity,
                expected=statement.text,
                actual=_reached(statement.assertion, context) or "nothing there",
                place=context.path or "the message",
                id=statement.id,
            )
    else:
        use = statement.then if said else statement.otherwise
        there = context.at(statement.target)
        if (use in _PRESENT and not there) or (use in _ABSENT and there):
            missing = use in _PRESENT
            path = there[0][0] if there else _address(context, statement.target)
            judging.tell(
                "hl7v2-nist/predicate-missing" if missing else "hl7v2-nist/predicate-present",
                at=path,
                severity=severity if missing or judging.creator else Severity.WARNING,
                expected=statement.text if said else f"not so that {statement.text}",
                actual="empty" if missing else there[0][1],
                place=path,
            )


def _reached(assertion: Assertion, context: StatementContext) -> str:
    """What stands where the paths of an assertion lead."""
    paths = [assertion.attributes[key] for key in ("Path", "Path1", "Path2") if key in assertion.attributes]
    own = [f"{address} {raw}" for path in paths for address, raw in context.at(path)]
    inner = [said for operand in assertion.operands if (said := _reached(operand, context))]
    return "; ".join(dict.fromkeys([*own, *inner]))


def _address(context: StatementContext, target: str) -> str:
    """Where an absent target would stand."""
    if context.line is None:
        return context.path
    numbers = [step.partition("[")[0] for step in target.split(".")]
    if context.field:
        return f"{context.path}.{numbers[0]}"
    return f"{context.path}-{'.'.join(numbers)}" if numbers[0] else context.path


def _counts(judging: Hl7v2Judging, placed: PlacedPart) -> None:
    """Numbers of repeats that a structure cannot say: at least two, or at most two or more."""
    for part, turns in _positions(placed):
        most = int(part.max) if part.max.isdigit() else None
        few = bool(turns) and len(turns) < part.min
        if few or (most is not None and most > 1 and len(turns) > most):
            path = StatementContext(judging.view, turns[-1]).path
            judging.clause = f"conformance profile, {part.id or part.name}"
            judging.tell(
                "hl7v2-nist/too-few" if few else "hl7v2-nist/too-many",
                at=path,
                actual=len(turns),
                segment=part.name,
                count=len(turns),
                least=part.min,
                most=part.max,
            )


def _positions(placed: PlacedPart) -> Iterator[tuple[MessagePart, list[PlacedPart]]]:
    for position, turns in placed.children.items():
        yield placed.part.children[position - 1], turns
        for turn in turns:
            if turn.children:
                yield from _positions(turn)
