"""FHIR R4 resources judged: base structure from the typed models' facts, commonest invariants, UK Core presence and national rules."""

from __future__ import annotations

from harness.model.issue import Issue
from harness.validation.options import DEFAULT, Options


def validate(data: bytes, options: Options = DEFAULT, *, kind: str = "fhir-json") -> list[Issue]:
    """Issues of one resource or Bundle, in document order; of every line of an NDJSON file.

    ``kind`` is what detection said: ``fhir-json``, ``fhir-xml`` or ``fhir-ndjson``. Locations are FHIRPath (``Patient.identifier[0].value``), with
    line and column for JSON. Never raises on content.
    """
    from harness.errors import FormatError
    from harness.validation.dispatch import unreadable
    from harness.validation.fhir.judge import judge

    if kind == "fhir-ndjson":
        return _lines(data, options)
    try:
        if kind == "fhir-xml":
            from harness.catalogue import catalogue
            from harness.formats.fhir.xml import parse_xml

            return judge(parse_xml(data, catalogue().fhir_facts("4.0.1")), options)
        from harness.formats.fhir import parse_json

        return judge(parse_json(data), options, data)
    except FormatError as error:
        return [unreadable(error, "fhir/unreadable")]


def _lines(data: bytes, options: Options) -> list[Issue]:
    from dataclasses import replace

    issues = []
    for number, line in enumerate(data.split(b"\n"), 1):
        for issue in validate(line, options) if line.strip() else ():
            issues.append(replace(issue, location=replace(issue.location, line=number)))
    return issues
