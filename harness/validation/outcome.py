"""Issues as FHIR says them: an OperationOutcome, for whatever format was judged."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from harness.model.issue import Issue, Severity

# HL7 table 0357 (message error condition codes) in terms of FHIR's issue-type, for what was judged as HL7 v2.
_OF_TABLE_0357 = {
    "100": "structure",
    "101": "required",
    "102": "value",
    "103": "code-invalid",
    "104": "too-long",
    "200": "not-supported",
    "201": "not-supported",
    "202": "not-supported",
    "203": "not-supported",
    "204": "not-found",
    "205": "duplicate",
    "206": "conflict",
    "207": "exception",
}
# Extensions of OperationOutcome.issue in HL7's extensions pack.
_LINE = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-line"
_COLUMN = "http://hl7.org/fhir/StructureDefinition/operationoutcome-issue-col"
_MESSAGE_ID = "http://hl7.org/fhir/StructureDefinition/operationoutcome-message-id"


def operation_outcome(issues: Iterable[Issue]) -> dict[str, Any]:
    """An R4 OperationOutcome of ``issues``; one information issue where there is none, as the resource cannot be empty.

    A FHIR place goes to ``expression``, an HL7 v2 one to ``location``; line and column to HL7's extensions.
    """
    found = [_issue(issue) for issue in issues]
    if not found:
        found = [{"severity": "information", "code": "informational", "diagnostics": "no issue was found"}]
    return {"resourceType": "OperationOutcome", "issue": found}


def issue_type(issue: Issue) -> str:
    """The code of FHIR's issue-type table that an issue deserves."""
    if issue.issue_type:
        return issue.issue_type
    if issue.severity is Severity.INFORMATION:
        return "informational"
    return _OF_TABLE_0357.get(issue.error_code, "invalid")


def _issue(issue: Issue) -> dict[str, Any]:
    place = issue.location
    extensions: list[dict[str, Any]] = [{"url": _LINE, "valueInteger": place.line}] if place.line else []
    if place.column:
        extensions.append({"url": _COLUMN, "valueString": str(place.column)})
    extensions.append({"url": _MESSAGE_ID, "valueString": issue.code})
    said = [issue.message, f"expected {issue.expected}" if issue.expected else "", f"found {issue.actual}" if issue.actual else "", issue.remedy]
    detail = {"text": issue.message}
    found: dict[str, Any] = {
        "extension": extensions,
        "severity": str(issue.severity),
        "code": issue_type(issue),
        "details": detail,
        "diagnostics": "; ".join(part for part in said if part) + (f" [{issue.clause}]" if issue.clause else ""),
    }
    if place.path:
        # A FHIRPath begins with a type's name and goes on with a dot; an HL7 v2 address has its hyphen there.
        found["expression" if "-" not in place.path.partition(".")[0] else "location"] = [place.path]
    return found
