"""From a row of the issue tables, and what was found, to the issue: the one place where issues are worded."""

from __future__ import annotations

from collections.abc import Mapping

from harness.model.issue import Issue, Severity
from harness.model.issue_row import IssueRow
from harness.model.location import Location

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
    profile: str = "",
) -> Issue:
    """The issue that ``row`` words with ``words`` filled in. What is given here goes before what the row says. Raises KeyError for a word that is missing."""
    shown = actual if isinstance(actual, str) else str(actual)
    # Most of what rows say is plain text, which is passed on sooner than filled in.
    return Issue(
        severity,
        row.code,
        row.message.format_map(words) if "{" in row.message else row.message,
        location,
        expected or (row.expected.format_map(words) if "{" in row.expected else row.expected),
        shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…",
        clause or (row.clause.format_map(words) if "{" in row.clause else row.clause),
        remedy or (row.remedy.format_map(words) if "{" in row.remedy else row.remedy),
        row.error_code,
        row.issue_type,
        row.opinion,
        profile,
    )
