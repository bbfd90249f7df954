"""From a row of the issue tables, and what was found, to the issue: the one place where issues are worded."""

from __future__ import annotations

from collections.abc import Mapping

from harness.catalogue.issues import issue_row
from harness.model.issue import Issue, Severity
from harness.model.issue_row import IssueRow
from harness.model.location import Location
from harness.model.remark import Remark

# Characters of what was found that are shown: enough to recognise it by, too few to fill a page.
SHOWN = 120


def worded(
    row: IssueRow,
    location: Location,
    words: Mapping[str, object],
    *,
    severity: Severity,
    clause: str = "",
    expected: str = "",
    actual: object = "",
    remedy: str = "",
    error_code: str = "",
    profile: str = "",
) -> Issue:
    """The issue that ``row`` words with ``words`` filled in. What is given here goes before what the row says. Raises KeyError for a word that is missing."""
    shown = actual if isinstance(actual, str) else str(actual)
    message = row.message
    if words:
        # What has no word to fill in is passed on sooner than filled in.
        if "{" in message:
            message = message.format_map(words)
        expected = expected or (row.expected.format_map(words) if "{" in row.expected else row.expected)
        clause = clause or (row.clause.format_map(words) if "{" in row.clause else row.clause)
        remedy = remedy or (row.remedy.format_map(words) if "{" in row.remedy else row.remedy)
    return Issue(
        severity,
        row.code,
        message,
        location,
        expected or row.expected,
        shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…",
        clause or row.clause,
        remedy or row.remedy,
        error_code or row.error_code,
        row.issue_type,
        row.opinion,
        profile,
    )


def told(
    key: str, *, at: Location, severity: Severity | None = None, clause: str = "", expected: str = "", actual: object = "", remedy: str = "", **words: object
) -> Issue:
    """The issue that the row ``key`` words, at a place: for what is found outside the judgement of one message. The row says its severity, unless given."""
    row = issue_row(key)
    return worded(row, at, words, severity=severity or row.severity or Severity.ERROR, clause=clause, expected=expected, actual=actual, remedy=remedy)


def remarked(remark: Remark) -> Issue:
    """What a reader of bytes remarked, as an issue."""
    row = issue_row(remark.key)
    return worded(row, remark.location, remark.words, severity=row.severity or Severity.ERROR, actual=remark.actual)
