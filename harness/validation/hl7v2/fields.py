"""Fields, components and sub-components by their rules: usage, repetitions, data types, tables, lengths. The tier that explains."""

from __future__ import annotations

from collections.abc import Callable

from harness.model.issue import Severity
from harness.validation.hl7v2.judging import Hl7v2Judging
from harness.validation.hl7v2.model import FieldRule, Hl7Table, SegmentRule
from harness.validation.hl7v2.value_forms import OutOfForm, count_fault, date_fault, lost_hour, number_fault, time_fault, timestamp_fault
from harness.validation.hl7v2.view import DELETE, Line

# What says that a value of a type is out of form, and what is expected.
_FORMS: dict[str, tuple[Callable[[str], OutOfForm | None], str]] = {
    "TS": (timestamp_fault, "a real date or time YYYY[MM[DD[HHMM[SS]]]]"),
    "DTM": (timestamp_fault, "a real date or time YYYY[MM[DD[HHMM[SS]]]]"),
    "DT": (date_fault, "a real date YYYY[MM[DD]]"),
    "TM": (time_fault, "a time HH[MM[SS]]"),
    "NM": (number_fault, "a number"),
    "SI": (count_fault, "a whole number"),
}
_OUT_OF_FORM = {
    "form": "hl7v2/date-form",
    "day-form": "hl7v2/date-day-form",
    "month": "hl7v2/date-month",
    "year": "hl7v2/date-year",
    "day": "hl7v2/date-day",
    "time": "hl7v2/date-time",
    "offset": "hl7v2/date-offset",
    "clock": "hl7v2/time-form",
    "number": "hl7v2/number",
    "count": "hl7v2/whole-number",
}


def judge_segment(judging: Hl7v2Judging, line: Line, segment: SegmentRule) -> None:
    """Every field of one segment, in order."""
    fields, count = line.fields, len(line.fields)
    relaxed = judging.relaxed
    for rule in segment.fields:
        raw = fields[rule.number] if rule.number < count else ""
        judging.checked += 1
        if not raw or raw == DELETE:
            if rule.use == "R" and not (relaxed and f"{line.name}-{rule.number}" in relaxed):
                _required(judging, line, rule, (rule.number, 0, 0), raw)
        elif rule.use == "X":
            _not_used(judging, line, rule, (rule.number, 0, 0), raw)
        else:
            _field(judging, line, rule, raw)
    if segment.complete and segment.fields and count > segment.fields[-1].number + 1:
        _extra(judging, line, fields, segment.fields[-1].number + 1)


def judge_conditions(judging: Hl7v2Judging, line: Line, rules: tuple[FieldRule, ...]) -> None:
    """The fields of one segment whose usage hangs on a predicate."""
    for rule in rules:
        condition = rule.condition
        if condition is None:
            continue
        judging.checked += 1
        raw = line.raw(rule.number)
        there = raw not in ("", DELETE)
        said = condition.holds(judging, line)
        path = judging.view.path(line, rule.number)
        if said is None:
            judging.tell("hl7v2/condition", at=path, place=f"{line.name}-{rule.number}", condition=condition.text)
            continue
        use = condition.then if said else condition.otherwise
        if (use == "R" and not there) or (use == "X" and there):
            negated = "" if said else "not so that "
            judging.tell(
                "hl7v2/condition-missing" if use == "R" else "hl7v2/condition-present",
                at=path,
                severity=rule.severity or (Severity.ERROR if use == "R" or judging.creator else Severity.WARNING),
                place=f"{line.name}-{rule.number}",
                condition=negated + condition.text,
                actual=raw or "empty",
            )


def _field(judging: Hl7v2Judging, line: Line, rule: FieldRule, raw: str) -> None:
    # MSH-2 aside, a separator in a field always starts another repetition.
    repetitions = [raw] if rule.number == 2 and line.name == "MSH" else judging.view.repetitions(raw)
    if rule.use == "C" and rule.condition is None:
        judging.tell("hl7v2/condition", at=judging.view.path(line, rule.number), place=f"{line.name}-{rule.number}", condition="what the profile says in words")
    count = len(repetitions)
    if (rule.max is not None and count > rule.max) or count < rule.min:
        few = count < rule.min
        judging.tell(
            "hl7v2/too-few" if few else "hl7v2/repetitions",
            at=judging.view.path(line, rule.number),
            severity=rule.severity if rule.source else None,
            clause=rule.source,
            actual=count,
            place=f"{line.name}-{rule.number}",
            count=count,
            least=rule.min,
            most=rule.max,
        )
    for number, repetition in enumerate(repetitions, 1):
        if repetition and repetition != DELETE:
            _element(judging, line, rule, repetition, (rule.number, number, 0), judging.view.delimiters.component)


def _element(judging: Hl7v2Judging, line: Line, rule: FieldRule, text: str, at: tuple[int, int, int], mark: str, deep: str = "") -> None:
    """A repetition or a component: its own first value, then what stands one level down. ``deep`` names the component a sub-component is of."""
    pieces = text.split(mark) if mark and mark in text else [text]
    if rule.valued:
        _value(judging, line, rule, judging.view.part(text, 1) if not at[2] else pieces[0], at, deep)
    inner = judging.view.delimiters.subcomponent
    for part in rule.parts:
        piece = pieces[part.number - 1] if part.number <= len(pieces) else ""
        place = (at[0], at[1], part.number) if not at[2] else at
        sub = f"{at[2]}.{part.number}" if at[2] else ""
        judging.checked += 1
        if not piece or piece == DELETE:
            if part.use == "R":
                _required(judging, line, part, place, piece, sub)
        elif part.use == "X":
            _not_used(judging, line, part, place, piece, sub)
        elif at[2]:
            if part.valued:
                _value(judging, line, part, piece, place, sub)
        elif part.valued or part.parts or part.complete:
            _element(judging, line, part, piece, place, inner)
    last = rule.parts[-1].number if rule.parts else 1
    if rule.complete and len(pieces) > last and any(pieces[last:]):
        judging.tell(
            "hl7v2/extra-component",
            at=_path(judging, line, at, deep),
            clause=rule.source or f"data type {rule.datatype}",
            actual=text,
            place=_name(line, at, deep),
            datatype=rule.datatype,
            most=last,
        )


def _value(judging: Hl7v2Judging, line: Line, rule: FieldRule, text: str, at: tuple[int, int, int], deep: str) -> None:
    if not text or text == DELETE:
        return
    name = _name(line, at, deep)
    if rule.type:
        fault, expected = _FORMS[rule.type]
        judging.checked += 1
        if said := fault(text):
            judging.tell(
                _OUT_OF_FORM[said.what],
                at=_path(judging, line, at, deep),
                clause=rule.source,
                expected=expected,
                actual=text,
                place=name,
                found=said.found,
            )
        elif rule.type in ("TS", "DTM") and lost_hour(text):
            judging.tell("hl7v2/local-time", at=_path(judging, line, at, deep), clause=rule.source, actual=text, place=name)
    if rule.fixed and text != rule.fixed:
        severity = rule.severity or (Severity.ERROR if judging.creator else Severity.WARNING)
        judging.tell("hl7v2/fixed", at=_path(judging, line, at, deep), severity=severity, clause=rule.source, expected=rule.fixed, actual=text, place=name)
    if rule.table is not None:
        judging.checked += 1
        _table(judging, line, rule, rule.table, at, deep, text)
    elif rule.unknown_table:
        judging.tell("hl7v2/unknown-table", at=_path(judging, line, at, deep), place=name, table=rule.unknown_table)
    if rule.length and len(text) > rule.length and judging.creator:
        judging.tell(
            "hl7v2/length",
            at=_path(judging, line, at, deep),
            clause=rule.source,
            actual=f"{len(text)} characters",
            place=name,
            most=rule.length,
        )


def _table(judging: Hl7v2Judging, line: Line, rule: FieldRule, table: Hl7Table, at: tuple[int, int, int], deep: str, text: str) -> None:
    if table.holds(text) or (table.strict and not judging.options.strict):
        return
    if table.open:
        judging.tell("hl7v2/open-table", at=_path(judging, line, at, deep), place=_name(line, at, deep), table=table.id)
        return
    severity = rule.table_severity or rule.severity or (Severity.WARNING if table.local or not judging.creator else Severity.ERROR)
    if rule.error_code:
        severity = Severity.ERROR
    elif not judging.creator:
        severity = Severity.WARNING
    judging.tell(
        "hl7v2/table-value",
        at=_path(judging, line, at, deep),
        severity=severity,
        clause=rule.source,
        expected=table.expected,
        actual=text,
        error_code=rule.error_code,
        place=_name(line, at, deep),
        table=table.id,
        title=table.title,
    )


def _required(judging: Hl7v2Judging, line: Line, rule: FieldRule, at: tuple[int, int, int], raw: str, deep: str = "") -> None:
    if rule.strict and not judging.options.strict:
        return
    judging.tell(
        "hl7v2/required-field",
        at=_path(judging, line, at, deep),
        severity=rule.severity,
        clause=rule.source,
        actual="an explicit delete" if raw else "empty",
        place=_name(line, at, deep),
    )


def _not_used(judging: Hl7v2Judging, line: Line, rule: FieldRule, at: tuple[int, int, int], raw: str, deep: str = "") -> None:
    judging.tell(
        "hl7v2/not-used",
        at=_path(judging, line, at, deep),
        severity=rule.severity if judging.creator else Severity.INFORMATION,
        clause=rule.source,
        actual=raw,
        place=_name(line, at, deep),
    )


def _extra(judging: Hl7v2Judging, line: Line, fields: list[str], first: int) -> None:
    for number in range(first, len(fields)):
        if fields[number]:
            judging.tell(
                "hl7v2/extra-field",
                at=judging.view.path(line, number),
                actual=fields[number],
                place=f"{line.name}-{number}",
                segment=line.name,
                most=first - 1,
            )
            return


def _name(line: Line, at: tuple[int, int, int], deep: str) -> str:
    field, _, component = at
    return f"{line.name}-{field}.{deep}" if deep else f"{line.name}-{field}.{component}" if component else f"{line.name}-{field}"


def _path(judging: Hl7v2Judging, line: Line, at: tuple[int, int, int], deep: str) -> str:
    path = judging.view.path(line, *at)
    return f"{path}.{deep.partition('.')[2]}" if deep else path
