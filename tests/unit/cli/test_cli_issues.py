"""``harness list issues`` and ``harness explain CODE``."""

from __future__ import annotations

import json
import sys

import pytest

from harness.catalogue.issues import all_issue_rows
from harness.catalogue.load import data_root
from harness.cli.main import main
from harness.validation.dispatch import validate


def said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    monkeypatch.setattr(sys, "argv", ["harness", *arguments])
    with pytest.raises(SystemExit) as end:
        main()
    shown = capsys.readouterr()
    return shown.out if end.value.code == 0 else shown.err


def test_every_row_is_listed_with_code_severity_and_message(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    listed = {row["issue"]: row for row in json.loads(said(monkeypatch, capsys, "list", "issues", "--format", "json"))}
    assert list(listed) == [row.key for row in all_issue_rows(data_root())]
    assert listed["hl7v2/missing"] == {
        "issue": "hl7v2/missing",
        "code": "hl7v2/missing-segment",
        "severity": "error",
        "message": "{segment} is required in {type}^{event} and missing",
    }
    assert listed["hl7v2/practice"]["severity"] == "as the rule says"
    assert listed["hl7v2/unknown-grammar"]["severity"] == "undetermined"
    assert listed["format/xml-encoding"]["severity"] == "error, only under hl7-validator"


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("hl7v2/missing-segment", ["hl7v2/missing", "hl7v2-nist/too-few", "remedy: follow the structure of the event", "HL7 table 0357: 100"]),
        ("nhs-number/format", ["national/number-form", "national/number-separated", "clause: NHS Data Dictionary, NHS NUMBER", "expected: ten digits"]),
        ("national/number-form", ["nhs-number/format", "an NHS number is not ten digits"]),
        ("fhir/xml-order", ["FHIR issue-type: structure"]),
    ],
)
def test_an_issue_is_explained_by_its_code_and_by_its_key(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, lines: list[str]
) -> None:
    shown = said(monkeypatch, capsys, "explain", name)
    assert [line for line in lines if line not in shown] == []
    assert "national/number-separated" not in said(monkeypatch, capsys, "explain", "national/number-form")


def test_what_validation_says_can_be_explained(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    message = b"MSH|^~\\&|PAS|TRUST|TIE|TRUST|202601010900||ADT^A01|C1|P|2.4\rEVN|A01|202601010900\rPV1|1|I\r"
    issues = validate(message)
    assert "hl7v2/missing-segment" in {issue.code for issue in issues}
    for code in {issue.code for issue in issues}:
        assert code in said(monkeypatch, capsys, "explain", code)


def test_an_unknown_code_has_near_misses(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert "did you mean hl7v2/missing-segment" in said(monkeypatch, capsys, "explain", "hl7v2/missing-segmen")
