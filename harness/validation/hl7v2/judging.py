"""What every v2 rule is handed: the message, the profile, the options, and one way to say an issue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from harness.model.issue import Issue, Severity
from harness.registry import Registry
from harness.validation.hl7v2.model import CrossRule, Profile
from harness.validation.hl7v2.view import View
from harness.validation.options import Options

_SHOWN = 120


@lru_cache(maxsize=1)
def templates() -> Mapping[str, Mapping[str, str]]:
    """What issues say, by key: ``profiles/issues/hl7v2.yaml``."""
    from harness.catalogue.load import data_root, load_yaml

    found: Mapping[str, Mapping[str, str]] = load_yaml(data_root() / "profiles" / "issues" / "hl7v2.yaml", "issues")["issues"]
    return found


@dataclass(slots=True)
class Judging:
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
        """Add an issue in the words given, at ``path``; severity and clause are those of the rule being judged unless given."""
        words = {"code": code, "message": message.replace("{", "{{").replace("}", "}}")}
        self.issues.append(self._issue(words, path, severity or self.severity, "", expected, actual, remedy, error_code, {}))

    def tell(
        self,
        key: str,
        path: str = "",
        *,
        severity: Severity | None = None,
        clause: str = "",
        expected: str = "",
        actual: str = "",
        remedy: str = "",
        error_code: str = "",
        **values: Any,
    ) -> None:
        """Add the issue that ``key`` words, at ``path``; severity and clause are those of the rule being judged unless given."""
        self.issues.append(self._issue(templates()[key], path, severity or self.severity, clause, expected, actual, remedy, error_code, values))

    def doubt(self, key: str, path: str = "", *, clause: str = "", expected: str = "", actual: str = "", **values: Any) -> None:
        """A question that could not be answered. It is counted, and said as information when the options ask for that."""
        self.doubts.append(self._issue(templates()[key], path, Severity.INFORMATION, clause, expected, actual, "", "", values))

    def _issue(
        self,
        words: Mapping[str, str],
        path: str,
        severity: Severity,
        clause: str,
        expected: str,
        actual: str,
        remedy: str,
        error_code: str,
        values: Mapping[str, Any],
    ) -> Issue:
        if len(actual) > _SHOWN:
            actual = actual[: _SHOWN - 1] + "…"
        return Issue(
            severity,
            words["code"],
            words["message"].format_map(values),
            self.view.locate(path),
            expected or words.get("expected", ""),
            actual,
            clause or self.clause,
            remedy or words.get("remedy", ""),
            error_code or words.get("error_code", ""),
        )


Rule = Callable[[Judging], None]
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
