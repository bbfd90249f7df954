"""What every FHIR rule is handed, and how rules are found by the type they judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from harness.model.issue import Issue, Severity
from harness.model.location import Location
from harness.registry import Registry
from harness.validation.options import Options

Node = dict[str, Any]


@dataclass(slots=True)
class Judging:
    """One document under judgement. ``root`` is its outermost resource; ``resource`` the resource being judged, at ``base``."""

    root: Node
    options: Options
    resource: Node
    base: str
    issues: list[Issue] = field(default_factory=list)

    def say(
        self,
        severity: Severity,
        code: str,
        message: str,
        path: str,
        *,
        expected: str = "",
        actual: object = "",
        clause: str = "",
        remedy: str = "",
        error_code: str = "",
        issue_type: str = "",
        opinion: bool = False,
        profile: str = "",
    ) -> None:
        """Add an issue at a path of JSON keys. An opinion is added only where the rule set ``hl7-validator`` is asked for."""
        if opinion and "hl7-validator" not in self.options.rules:
            return
        shown = actual if isinstance(actual, str) else str(actual)
        shown = shown if len(shown) <= 120 else shown[:119] + "…"
        self.issues.append(Issue(severity, code, message, Location(path), expected, shown, clause, remedy, error_code, issue_type, opinion, profile))


Function = Callable[[Judging, Node, str], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """``function`` is called with every value of the FHIR ``type`` and its path."""

    name: str
    type: str
    function: Function


RULES: Registry[Rule] = Registry("FHIR rule", "harness.validation.fhir.rules")


def rule(name: str, *types: str) -> Callable[[Function], Function]:
    """Register a rule for values of ``types`` (resource types or data types)."""

    def register(function: Function) -> Function:
        for judged in types:
            RULES.add(f"{name} {judged}", Rule(name, judged, function))
        return function

    return register


@lru_cache(maxsize=1)
def rules_by_type() -> Mapping[str, tuple[Function, ...]]:
    """Functions to call for each type."""
    found: dict[str, tuple[Function, ...]] = {}
    for _, entry in RULES.items():
        found[entry.type] = (*found.get(entry.type, ()), entry.function)
    return found


def objects(node: Node, name: str) -> list[tuple[int, Node]]:
    """The members of a repeating element that are objects, with their index; none where it is absent or misshapen."""
    value = node.get(name)
    return [(index, item) for index, item in enumerate(value) if isinstance(item, dict)] if isinstance(value, list) else []


def text(node: object, name: str) -> str:
    """A text member of an object; empty where it is anything else."""
    value = node.get(name) if isinstance(node, dict) else None
    return value if isinstance(value, str) else ""


def codes(concept: object, system: str = "") -> list[str]:
    """Codes of a CodeableConcept, of one system where given."""
    if not isinstance(concept, dict):
        return []
    return [text(coding, "code") for _, coding in objects(concept, "coding") if text(coding, "code") and (not system or text(coding, "system") == system)]
