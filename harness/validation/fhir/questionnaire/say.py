"""How faults of answers are said."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.model.issue import Severity
from harness.validation.fhir.judging import Judging, Node, text
from harness.validation.fhir.questionnaire.items import Form

COMPLETE = ("completed", "amended")


@dataclass(slots=True)
class Hearing:
    """One response under judgement against one form: what is said of it goes through here."""

    judging: Judging
    form: Form
    response: Node
    path: str
    truths: dict[tuple[str, int], bool | None] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """Status of the response."""
        return text(self.response, "status")

    def say(
        self,
        severity: Severity,
        slug: str,
        message: str,
        path: str,
        remedy: str,
        *,
        issue_type: str = "invariant",
        expected: str = "",
        actual: object = "",
        clause: str = "QuestionnaireResponse.questionnaire",
        opinion: bool = False,
    ) -> None:
        """Add an issue of the response, with the Questionnaire as the definition whose rule it is."""
        self.judging.say(
            severity,
            f"fhir/questionnaire-{slug}",
            message,
            path,
            expected=expected,
            actual=actual,
            clause=clause,
            remedy=remedy,
            issue_type=issue_type,
            opinion=opinion,
            profile=self.form.url,
        )

    def error(
        self,
        slug: str,
        message: str,
        path: str,
        remedy: str,
        *,
        issue_type: str = "invariant",
        expected: str = "",
        actual: object = "",
        clause: str = "QuestionnaireResponse.questionnaire",
        opinion: bool = False,
        ours: bool = False,
    ) -> None:
        """An error of the response. ``ours``: the standard asks for it and the HL7 validator does not, so with its rule set it is a warning."""
        severity = Severity.WARNING if ours and "hl7-validator" in self.judging.options.rules else Severity.ERROR
        self.say(severity, slug, message, path, remedy, issue_type=issue_type, expected=expected, actual=actual, clause=clause, opinion=opinion)

    def lacking(self, slug: str, message: str, path: str, remedy: str, *, expected: str = "", actual: object = "", clause: str) -> None:
        """Something a completed response must have: an error there, a warning in one under way, stopped or withdrawn."""
        severity = Severity.ERROR if self.status in COMPLETE else Severity.WARNING
        self.say(severity, slug, message, path, remedy, issue_type="required", expected=expected, actual=actual, clause=clause)
