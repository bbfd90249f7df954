"""What every v2 rule is handed: the message, the profile, the options, and one way to say an issue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from harness.model.issue import Issue, Severity
from harness.registry import Registry
from harness.validation.hl7v2.profile import CrossRule, Profile
from harness.validation.hl7v2.view import View
from harness.validation.options import Options


@dataclass(slots=True)
class Judging:
    """One message under judgement. ``data`` are its bytes as received; empty when they were not ER7."""

    view: View
    profile: Profile
    options: Options
    data: bytes
    type: str
    event: str
    severity: Severity = Severity.ERROR
    clause: str = ""
    issues: list[Issue] = field(default_factory=list)

    @property
    def creator(self) -> bool:
        """True when the side that made the message is judged."""
        return self.options.side == "creator"

    def say(
        self,
        code: str,
        message: str,
        path: str = "",
        *,
        severity: Severity | None = None,
        expected: str = "",
        actual: str = "",
        remedy: str = "",
        error_code: str = "",
    ) -> None:
        """Add an issue at ``path``; severity and clause are those of the rule being judged unless given."""
        if len(actual) > 120:
            actual = actual[:119] + "…"
        location = self.view.locate(path)
        self.issues.append(Issue(severity or self.severity, code, message, location, expected, actual, self.clause, remedy, error_code))


Rule = Callable[[Judging], None]
RULES: Registry[Rule] = Registry("HL7 v2 rule", "harness.validation.hl7v2.rules")


def rule(name: str) -> Callable[[Rule], Rule]:
    """Register a rule over several fields under the name that profiles use."""
    return lambda function: RULES.add(name, function)


def judge_rule(judging: Judging, cross: CrossRule) -> None:
    """Run one rule of a profile with its severity and clause."""
    if cross.strict and not judging.options.strict:
        return
    judging.severity, judging.clause = cross.severity, cross.source
    RULES.get(cross.name)(judging)
