"""Fields and components by a profile: usage, repetitions, data types, tables, lengths."""

from __future__ import annotations

from collections.abc import Callable

from harness.model.issue import Severity
from harness.validation.hl7v2.judging import Judging
from harness.validation.hl7v2.profile import FieldRule, SegmentRule, Table
from harness.validation.hl7v2.values import count_fault, lost_hour, number_fault, timestamp_fault
from harness.validation.hl7v2.view import DELETE, Line

_TYPES: dict[str, tuple[Callable[[str], str], str]] = {
    "TS": (timestamp_fault, "a real date or time YYYY[MM[DD[HHMM[SS]]]]"),
    "NM": (number_fault, "a number"),
    "SI": (count_fault, "a whole number"),
}


def judge_fields(judging: Judging) -> None:
    """Every segment the profile knows, once."""
    segments = judging.profile.segments
    structure = judging.profile.structure(judging.type, judging.event)
    relaxed = structure.relaxed if structure else ()
    for line in judging.view.lines:
        segment = segments.get(line.name)
        if segment is not None:
            judging.clause = segment.source
            _segment(judging, line, segment, relaxed)


def _segment(judging: Judging, line: Line, segment: SegmentRule, relaxed: tuple[str, ...]) -> None:
    fields, count = line.fields, len(line.fields)
    for rule in segment.fields:
        raw = fields[rule.number] if rule.number < count else ""
        if not raw or raw == DELETE:
            if rule.use == "R" and f"{line.name}-{rule.number}" not in relaxed:
                _required(judging, line, rule, 0, 0, raw)
            continue
        if rule.use == "X":
            _not_used(judging, line, rule, raw)
            continue
        if rule.type or rule.table or rule.length or rule.parts or rule.max is not None:
            _field(judging, line, rule, raw)


def _field(judging: Judging, line: Line, rule: FieldRule, raw: str) -> None:
    view = judging.view
    # MSH-2 aside, a separator in a field always starts another repetition.
    repetitions = view.repetitions(raw)
    if rule.max is not None and len(repetitions) > rule.max:
        judging.say(
            "hl7v2/repetitions",
            f"{line.name}-{rule.number} repeats {len(repetitions)} times",
            view.path(line, rule.number),
            severity=Severity.ERROR,
            expected=f"at most {rule.max}",
            actual=str(len(repetitions)),
            remedy="send one",
            error_code="102",
        )
    for number, repetition in enumerate(repetitions, 1):
        if not repetition or repetition == DELETE:
            continue
        if rule.type or rule.table or rule.length:
            _value(judging, line, rule, number, 0, view.part(repetition, 1))
        for part in rule.parts:
            text = view.part(repetition, part.number)
            if not text or text == DELETE:
                if part.use == "R":
                    _required(judging, line, part, rule.number, number, text)
            elif part.type or part.table or part.length:
                _value(judging, line, part, number, rule.number, text)


def _value(judging: Judging, line: Line, rule: FieldRule, repetition: int, field: int, text: str) -> None:
    if rule.type in _TYPES and text:
        fault, expected = _TYPES[rule.type]
        said = fault(text)
        if said:
            judging.say(
                f"hl7v2/{'date' if rule.type == 'TS' else 'number'}",
                f"{_name(line, rule, field)} {said}",
                _path(judging, line, rule, repetition, field),
                severity=Severity.ERROR,
                expected=expected,
                actual=text,
                remedy="send a value of the data type, or leave the field empty",
                error_code="102",
            )
        elif rule.type == "TS" and lost_hour(text):
            judging.say(
                "hl7v2/local-time",
                f"{_name(line, rule, field)} is a local time that the clocks skip",
                _path(judging, line, rule, repetition, field),
                severity=Severity.WARNING,
                expected="a local time of the United Kingdom",
                actual=text,
                remedy="send local time, not UTC",
                error_code="102",
            )
    if rule.table is not None and text:
        _table(judging, line, rule, rule.table, repetition, field, text)
    if rule.length and len(text) > rule.length and judging.creator:
        judging.say(
            "hl7v2/length",
            f"{_name(line, rule, field)} is longer than recommended",
            _path(judging, line, rule, repetition, field),
            severity=Severity.WARNING,
            expected=f"at most {rule.length} characters",
            actual=f"{len(text)} characters",
            remedy="expect receivers to cut it short",
        )


def _table(judging: Judging, line: Line, rule: FieldRule, table: Table, repetition: int, field: int, text: str) -> None:
    if table.holds(text) or (table.strict and not judging.options.strict):
        return
    severity = rule.severity or (Severity.WARNING if table.local or not judging.creator else Severity.ERROR)
    if rule.error_code:
        severity = Severity.ERROR
    judging.say(
        "hl7v2/table-value",
        f"{_name(line, rule, field)} is not in table {table.id} ({table.title})",
        _path(judging, line, rule, repetition, field),
        severity=severity,
        expected=table.expected,
        actual=text,
        remedy="send a code of the table; a receiver keeps the original code and text",
        error_code=rule.error_code or "103",
    )


def _required(judging: Judging, line: Line, rule: FieldRule, field: int, repetition: int, raw: str) -> None:
    if rule.strict and not judging.options.strict:
        return
    path = judging.view.path(line, field, repetition, rule.number) if field else judging.view.path(line, rule.number)
    judging.say(
        "hl7v2/required-field",
        f"{_name(line, rule, field)} is required",
        path,
        severity=rule.severity or Severity.ERROR,
        expected="a value",
        actual="an explicit delete" if raw else "empty",
        remedy="send it",
        error_code="101",
    )


def _not_used(judging: Judging, line: Line, rule: FieldRule, raw: str) -> None:
    severity = rule.severity or Severity.WARNING
    judging.say(
        "hl7v2/not-used",
        f"{line.name}-{rule.number} must not be populated",
        judging.view.path(line, rule.number),
        severity=severity if judging.creator else Severity.INFORMATION,
        expected="empty",
        actual=raw,
        remedy="leave it empty",
        error_code="102",
    )


def _name(line: Line, rule: FieldRule, field: int) -> str:
    return f"{line.name}-{field}.{rule.number}" if field else f"{line.name}-{rule.number}"


def _path(judging: Judging, line: Line, rule: FieldRule, repetition: int, field: int) -> str:
    return judging.view.path(line, field, repetition, rule.number) if field else judging.view.path(line, rule.number, repetition)
