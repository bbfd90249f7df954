"""What ``harness fhirpath`` does: reads, evaluates, and says what was found."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from harness.errors import FormatError, HarnessError

_CARET_WIDTH = 60  # characters of the expression shown on each side of the caret


@dataclass(frozen=True, slots=True)
class Result:
    """One item: its ``value`` (JSON), the name of its ``type`` and, of an element, its ``path`` in FHIRPath."""

    value: Any
    type: str
    path: str


def evaluate(expression: str, file: str, version: str, *, packages: Sequence[str] = (), strict: bool = False) -> tuple[list[Result], list[str]]:
    """(results, lines of hints and traces) of an expression over the resource in ``file``. HarnessError for what cannot be read or evaluated.

    Names that no definition knows are hinted at; ``strict`` makes an error of the first. Value sets and profiles are asked of the standard's definitions and
    those of ``packages``.
    """
    from harness.fhirpath import Environment, Types, compile, node  # noqa: A004
    from harness.fhirpath.unknown_names import unknown_names
    from harness.terminology.ucum import canonical
    from harness.validation.fhir.invariants.expression_answers import ExpressionAnswers
    from harness.validation.fhir.judging import FhirJudging
    from harness.validation.fhir.validator import Validator

    try:
        compiled = compile(expression, version)
    except FormatError as error:
        raise _pointed(expression, error) from None
    validator = Validator(packages, version)
    known = validator.definitions
    tree = _read(file, version)
    types = Types(known, version)
    top = node(tree, "", types)
    unknown = unknown_names(expression, types, top.type)
    if strict and unknown:
        first = unknown[0]
        raise _pointed(expression, FormatError(first.what, offset=first.offset, do=first.do or "write a name that the definitions know"))
    traced = [f"hint: column {one.offset + 1}: {one.what}{f'; {one.do}' if one.do else ''}" for one in unknown]
    answers = ExpressionAnswers(FhirJudging(tree, validator.options, tree, top.type, validator.engine, container=tree, container_base=top.type))
    environment = Environment(
        types,
        resource=top,
        root=top,
        resolve=answers.resolve,
        member_of=answers.member_of,
        conforms_to=answers.conforms_to,
        subsumes=answers.subsumes,
        html_checks=answers.html_checks,
        definitions=known,
        now=datetime.now(UTC).isoformat(timespec="seconds"),
        worth=canonical,
        trace=lambda name, items: traced.append(f"trace {name}: {len(items)} items"),
    )
    return [_result(one) for one in compiled.evaluate(top, environment)], traced


def line(result: Result, *, as_json: bool) -> str:
    """One result as a line: JSON, or value, type and path between tabs."""
    from harness.formats.fhir import encode_json

    if as_json:
        told = {"value": result.value, "type": result.type} | ({"path": result.path} if result.path else {})
        return encode_json(told).decode()
    value = result.value if isinstance(result.value, str) else encode_json([result.value]).decode()[1:-1]
    return "\t".join([" ".join(value.split("\n")), result.type, *([result.path] if result.path else [])])


def _result(one: Any) -> Result:
    from harness.fhirpath.moments import Moment
    from harness.fhirpath.quantities import Quantity

    value = str(one.value) if isinstance(one.value, Moment | Quantity) else one.value
    return Result(value, one.type, _fhirpath(one) if one.parent is not None or not one.type.startswith("System.") else "")


def _fhirpath(one: Any) -> str:
    """Where an element is: ``Observation.value.ofType(Quantity).code``, ``Patient.name[0].given[1]``."""
    parts: list[str] = []
    while one.parent is not None:
        index = f"[{one.index}]" if one.index >= 0 else ""
        stem = one.key[: -len(one.type)] if one.type and one.key.endswith(one.type[:1].upper() + one.type[1:]) else ""
        choice = stem and (one.key, one.type) in one.types.choices(one.parent.type, stem)
        parts.append(f".{stem}.ofType({one.type})" if choice else f".{one.key}{index}")
        one = one.parent
    return str(one.path) + "".join(reversed(parts))


def _pointed(expression: str, error: FormatError) -> HarnessError:
    """The error with the column, and what stands there."""
    near = expression[error.offset : error.offset + _CARET_WIDTH] or "the end"
    return FormatError(error.what, offset=error.offset, where=f"column {error.offset + 1}, at {near!r}", expected=error.expected, do=error.do)


def _read(file: str, version: str) -> dict[str, Any]:
    from harness.formats.detect import detect
    from harness.formats.fhir import parse_json

    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise HarnessError(f"{file} cannot be read: {error.strerror}", do="name a file of FHIR JSON or XML") from None
    kind = detect(data, file)
    if kind == "fhir-xml":
        from harness.catalogue.fhir.facts import facts_of
        from harness.formats.fhir.xml import parse_xml

        return parse_xml(data, facts_of(version))
    if kind != "fhir-json":
        raise HarnessError(f"{file} is {kind}", expected="FHIR JSON or XML", do="name a file of FHIR JSON or XML")
    return parse_json(data)
