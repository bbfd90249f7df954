"""How faults of conformance resources are said."""

from __future__ import annotations

from harness.model.issue import Severity
from harness.validation.fhir.judging import Judging

ERROR, WARNING, INFORMATION = Severity.ERROR, Severity.WARNING, Severity.INFORMATION


def tell(
    judging: Judging,
    severity: Severity,
    kind: str,
    message: str,
    path: str,
    remedy: str,
    *,
    issue_type: str = "business-rule",
    expected: str = "",
    actual: object = "",
    clause: str = "",
    opinion: bool = False,
) -> None:
    """Add an issue of a conformance resource of type ``kind`` (``CodeSystem``): its code is ``fhir/code-system``."""
    slug = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in kind).lstrip("-")
    judging.say(
        severity,
        f"fhir/{slug}",
        message,
        path,
        expected=expected,
        actual=actual,
        clause=clause or f"FHIR {kind}",
        remedy=remedy,
        issue_type=issue_type,
        opinion=opinion,
    )
