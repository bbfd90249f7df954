"""What is known of a kind of issue before it is found: one row of a table under ``profiles/issues``."""

from __future__ import annotations

from dataclasses import dataclass

from harness.model.issue import Severity


@dataclass(frozen=True, slots=True)
class IssueRow:
    """One way in which a message can depart from a rule.

    ``key`` is ``file/row`` (``bundle/total``) and names the row to whoever finds the departure; ``code`` is the slug that everybody sees, which several rows
    may share. ``message``, ``expected``, ``clause`` and ``remedy`` may hold ``{words}`` that the finder fills in. ``severity`` is None where the rule under
    judgement decides it; ``eased`` is what it becomes under the rule set ``hl7-validator`` (None: the same). ``error_code`` is of table 0357, ``issue_type`` of
    FHIR's issue-type table. An ``opinion`` is said only under that rule set; what is ``undetermined`` could not be told, and is no departure.
    """

    key: str
    code: str
    message: str
    severity: Severity | None = None
    clause: str = ""
    expected: str = ""
    remedy: str = ""
    error_code: str = ""
    issue_type: str = ""
    opinion: bool = False
    eased: Severity | None = None
    undetermined: bool = False
