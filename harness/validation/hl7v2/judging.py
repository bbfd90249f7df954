"""What every v2 rule is handed: the message, the profile, the options, and the one way to tell an issue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

from harness.catalogue.issues import issue_row
from harness.model.issue import Issue, Severity
from harness.registry import Registry
from harness.validation.hl7v2.model import CrossRule, Profile
from harness.validation.hl7v2.view import View
from harness.validation.options import Options
from harness.validation.wording import worded


@dataclass(slots=True)
class Hl7v2Judging:
    """One message under judgement. ``data`` gives its bytes as received; empty when they were not ER7.

    ``relaxed`` are required fields that its structure does not ask for. ``checked`` counts the questions asked, ``doubts`` those that could not be
    answered.
    """

    view: View
    profile: Profile
    options: Options
    data: Callable[[], bytes]
    type: str
    event: str
    severity: Severity = Severity.ERROR
    clause: str = ""
    relaxed: frozenset[str] = frozenset()
    issues: list[Issue] = field(default_factory=list)
    checked: int = 0
    doubts: list[Issue] = field(default_factory=list)

    @property
    def creator(self) -> bool:
        """True when the side that made the message is judged."""
        return self.options.side == "creator"

    def tell(
        self,
        key: str,
        *,
        at: str,
        severity: Severity | None = None,
        clause: str = "",
        expected: str = "",
        actual: object = "",
        remedy: str = "",
        error_code: str = "",
        **words: object,
    ) -> None:
        """Add the issue that the row ``key`` (``hl7v2/missing``) words, at an address. What is given goes before what the row says.

        Severity and clause that neither gives are those of the rule being judged. A question that could not be answered is no issue: it is counted among
        the doubts, and said as information when the options ask for that.
        """
        row = issue_row(key)
        into = self.doubts if row.undetermined else self.issues
        into.append(
            worded(
                row,
                self.view.locate(at),
                words,
                severity=severity or row.severity or self.severity,
                clause=clause or ("" if row.clause else self.clause),
                expected=expected,
                actual=actual,
                remedy=remedy,
                error_code=error_code,
            )
        )


Rule = Callable[[Hl7v2Judging], None]
RULES: Registry[Rule] = Registry("HL7 v2 rule", "harness.validation.hl7v2.rules")


_NEEDS: dict[str, frozenset[str]] = {}


def rule(name: str, *, needs: tuple[str, ...] = ()) -> Callable[[Rule], Rule]:
    """Register a rule over several fields under the name that profiles use.

    ``needs`` are segments without any of which it has nothing to say; empty: it may always have.
    """
    if needs:
        _NEEDS[name] = frozenset(needs)
    return lambda function: RULES.add(name, function)


@lru_cache(maxsize=64)
def functions(profile: Profile) -> tuple[tuple[CrossRule, Rule], ...]:
    """The rules over several fields that a profile names, each with the function that judges it."""
    return tuple((cross, RULES.get(cross.name)) for cross in profile.rules)


@lru_cache(maxsize=1024)
def applicable(profile: Profile, strict: bool, names: frozenset[str]) -> tuple[tuple[Severity, str, Rule], ...]:
    """Of the rules over several fields, those that may have something to say of a message of these segments: (severity, clause, function)."""
    return tuple(
        (cross.severity, cross.source, function)
        for cross, function in functions(profile)
        if (strict or not cross.strict) and not (cross.name in _NEEDS and _NEEDS[cross.name].isdisjoint(names))
    )
