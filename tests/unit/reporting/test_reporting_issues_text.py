"""The text report of issues: a line an issue, and a line that sums up each file."""

from __future__ import annotations

import pytest

from harness.model.issue import Issue, Severity
from harness.model.judgement import Judgement
from harness.reporting.issues import issue_report

ERROR = Issue(Severity.ERROR, "hl7v2/date", "not a day of the calendar")
WARNING = Issue(Severity.WARNING, "hl7v2/table-value", "not in the table")
NOTE = Issue(Severity.INFORMATION, "nhs-number/not-synthetic", "outside the range of test numbers")


@pytest.mark.parametrize(
    ("judgements", "sums"),
    [
        ([Judgement("a.hl7", 1, (ERROR, WARNING, NOTE))], ["a.hl7: 1 errors, 2 other issues"]),
        ([Judgement("a.hl7", 1, ())], ["a.hl7: 0 errors, 0 other issues"]),
        ([Judgement("a.hl7", 1, (ERROR, ERROR)), Judgement("a.hl7", 2, (ERROR, NOTE))], ["a.hl7: 2 messages, 3 errors, 1 other issues"]),
        ([Judgement("a.hl7", 1, (WARNING,)), Judgement("b.json", 1, (ERROR,))], ["a.hl7: 0 errors, 1 other issues", "b.json: 1 errors, 0 other issues"]),
        ([Judgement("a\r.hl7", 1, (ERROR,))], ["a .hl7: 1 errors, 0 other issues"]),
    ],
)
def test_each_file_is_summed_up_behind_its_issues(judgements: list[Judgement], sums: list[str]) -> None:
    lines = "".join(issue_report("text")(judgements)).splitlines()
    assert [line for line in lines if line.endswith("other issues")] == sums
    assert lines[-1] == sums[-1]
    assert len(lines) == sum(len(judgement.issues) for judgement in judgements) + len(sums)


def test_what_could_not_be_told_is_in_the_sum() -> None:
    lines = "".join(issue_report("text")([Judgement("a.json", 1, (WARNING,), undetermined=1)])).splitlines()
    assert lines[-1] == "a.json: 0 errors, 1 other issues, 1 that must hold and could not be told"
