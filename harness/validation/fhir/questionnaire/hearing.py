"""How faults of answers are said."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from harness.model.issue import Severity
from harness.validation.fhir.judging import FhirJudging, Node, text
from harness.validation.fhir.questionnaire.items import Form

COMPLETE = ("completed", "amended")


@dataclass(slots=True)
class Hearing:
    """One response under judgement against one form: what is said of it goes through here."""

    judging: FhirJudging
    form: Form
    response: Node
    path: str
    truths: dict[tuple[str, int], bool | None] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """Status of the response."""
        return text(self.response, "status")

    @property
    def lacking(self) -> Severity:
        """Severity of what only a completed response must have: an error there, a warning in one under way, stopped or withdrawn."""
        return Severity.ERROR if self.status in COMPLETE else Severity.WARNING

    def tell(
        self,
        key: str,
        *,
        at: str,
        severity: Severity | None = None,
        expected: str = "",
        actual: object = "",
        remedy: str = "",
        **words: Any,
    ) -> None:
        """Add the issue that the row ``key`` words, with the Questionnaire as the definition whose rule it is."""
        self.judging.tell(key, at=at, severity=severity, expected=expected, actual=actual, remedy=remedy, profile=self.form.url, **words)
