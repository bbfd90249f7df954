"""What validation says of one message."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from harness.model.location import Location


class Severity(StrEnum):
    """FHIR issue-severity; HL7 v2 table 0516 maps onto it."""

    FATAL = "fatal"
    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Issue:
    """One departure of a message from a rule.

    ``code`` is a stable slug (``hl7v2/required-field``, ``nhs-number/check-digit``); ``clause`` the id or section of the rule;
    ``remedy`` says what to change. ``error_code`` is the table 0357 code the fault deserves, where there is one.
    ``issue_type`` is a code of FHIR's issue-type table (``structure``, ``code-invalid``); empty for HL7 v2. ``opinion`` marks what one mature
    validator reports although no sentence of the standard asks for it. ``profile`` is the canonical of the definition whose rule it is.
    """

    severity: Severity
    code: str
    message: str
    location: Location = field(default_factory=Location)
    expected: str = ""
    actual: str = ""
    clause: str = ""
    remedy: str = ""
    error_code: str = ""
    issue_type: str = ""
    opinion: bool = False
    profile: str = ""

    @property
    def is_error(self) -> bool:
        """True for fatal and error."""
        return self.severity in (Severity.FATAL, Severity.ERROR)
