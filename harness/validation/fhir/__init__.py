"""FHIR R4 and STU3 resources judged by their definitions, by the profiles they claim, by terminology, references and invariants, and by national rules.

``validator`` is asked, ``document`` judges one document by an ``engine`` (what is kept between documents), and ``FhirJudging`` is what every rule is handed.
``rule_tree`` makes ``element_rules`` of a definition, ``walk`` goes by them over the document, and ``fastpath`` passes what is surely in order. The other
rooms each judge one thing; rules in them are found by discovery. No room imports what stands on it: what is nested is judged through ``walk.judges``,
which the engine hands in. May import floors 0 to 2, ``harness.fhirpath`` and ``harness.terminology``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.model.issue import Issue
from harness.validation.options import DEFAULT, Options

if TYPE_CHECKING:
    from harness.model.validation import Validation
    from harness.validation.fhir.validator import Validator


def validate(data: bytes, options: Options = DEFAULT, *, kind: str = "fhir-json") -> list[Issue]:
    """Issues of one resource or Bundle, in document order; of every line of an NDJSON file.

    ``kind`` is what detection said: ``fhir-json``, ``fhir-xml`` or ``fhir-ndjson``. Locations are FHIRPath (``Patient.identifier[0].value``), with
    line and column. Never raises on content; HarnessError for packages that cannot be had.
    """
    return _lines(data, options) if kind == "fhir-ndjson" else list(validation(data, options, kind=kind).issues)


def validation(data: bytes, options: Options = DEFAULT, *, kind: str = "fhir-json") -> Validation:
    """The same of one resource or Bundle, with whether it is valid as far as that can be told offline."""
    from harness.validation.fhir.validator import version_of

    return _validator(options, version_of(data, options)).validate(data, kind=kind)


def _validator(options: Options, version: str) -> Validator:
    from harness.validation.fhir.validator import Validator

    return Validator(options.packages, version, options=options)


def _lines(data: bytes, options: Options) -> list[Issue]:
    from dataclasses import replace

    issues = []
    for number, line in enumerate(data.split(b"\n"), 1):
        for issue in validate(line, options) if line.strip() else ():
            issues.append(replace(issue, location=replace(issue.location, line=number)))
    return issues
