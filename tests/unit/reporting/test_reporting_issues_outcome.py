"""Issues as an OperationOutcome: FHIR R4, OperationOutcome."""

from __future__ import annotations

import json
from typing import Any

from harness.model.issue import Issue, Severity
from harness.model.judgement import Judgement
from harness.model.location import Location
from harness.reporting.issues import issue_report

WRONG = Issue(
    Severity.ERROR, "fhir/code", "gender is no code", Location("Patient.gender", 3, 7), "male | female", "man", "R4", "send a code", issue_type="code-invalid"
)
V2 = Issue(Severity.WARNING, "hl7v2/required-field", "PID-8 is required", Location("PID-8", 2), error_code="101")


def shown(*judgements: Judgement) -> dict[str, Any]:
    found: dict[str, Any] = json.loads("".join(issue_report("outcome")(judgements)))
    return found


def test_one_message_is_one_outcome() -> None:
    outcome = shown(Judgement("a.json", 1, (WRONG,)))
    assert outcome["resourceType"] == "OperationOutcome"
    (issue,) = outcome["issue"]
    assert (issue["severity"], issue["code"], issue["expression"]) == ("error", "code-invalid", ["Patient.gender"])
    assert issue["details"]["text"] == "gender is no code"
    assert "male | female" in issue["diagnostics"]
    assert "send a code" in issue["diagnostics"]
    assert {extension["url"].rpartition("-")[2]: extension.get("valueInteger", extension.get("valueString")) for extension in issue["extension"]} == {
        "line": 3,
        "col": "7",
        "id": "fhir/code",
    }


def test_no_issue_is_still_an_outcome_with_one() -> None:
    (issue,) = shown(Judgement("a.json", 1, ()))["issue"]
    assert (issue["severity"], issue["code"]) == ("information", "informational")


def test_hl7v2_keeps_its_own_address() -> None:
    (issue,) = shown(Judgement("a.hl7", 1, (V2,)))["issue"]
    assert (issue["code"], issue["location"]) == ("required", ["PID-8"])
    assert "expression" not in issue


def test_several_messages_are_a_collection() -> None:
    bundle = shown(Judgement("a.json", 1, ()), Judgement("a.json", 2, (WRONG,)), Judgement("b.json", 1, ()))
    assert (bundle["resourceType"], bundle["type"], len(bundle["entry"])) == ("Bundle", "collection", 3)
    assert bundle["entry"][1]["resource"]["extension"][0]["valueString"] == "a.json#2"


def test_nothing_judged_prints_nothing() -> None:
    assert "".join(issue_report("outcome")([])) == ""


def test_the_outcome_is_a_valid_resource() -> None:
    from harness.validation.dispatch import validate

    text = "".join(issue_report("outcome")([Judgement("a.json", 1, (WRONG, V2))]))
    assert [issue for issue in validate(text.encode()) if issue.is_error] == []
