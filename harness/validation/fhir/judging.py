"""What every FHIR rule is handed, and how rules are found by the type they judge."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from harness.catalogue.issues import issue_row
from harness.model.issue import Issue, Severity
from harness.model.location import Location
from harness.registry import Registry
from harness.validation.options import Options
from harness.validation.wording import worded

if TYPE_CHECKING:
    from harness.catalogue.fhir import Definitions
    from harness.terminology import Terminology
    from harness.validation.fhir.engine import Engine
    from harness.validation.fhir.references.lookup import References

Node = dict[str, Any]
_SHOWN = 120


@dataclass(slots=True)
class Judging:
    """One document under judgement.

    ``root`` is its outermost resource, whose paths begin with ``root_path``; ``resource`` the resource being judged, at ``base``; ``container`` that resource,
    or the one it is contained in, at ``container_base`` (what FHIRPath calls %rootResource). ``engine`` holds what is kept between documents.
    ``undetermined`` counts what must hold and could not be answered offline. ``xml`` says that the document was written in XML;
    ``aside`` that it is only being asked whether something conforms: rule functions and claimed profiles are then left out.
    """

    root: Node
    options: Options
    resource: Node
    base: str
    issues: list[Issue] = field(default_factory=list)
    engine: Engine = None  # type: ignore[assignment]
    container: Node = field(default_factory=dict)
    container_base: str = ""
    undetermined: int = 0
    xml: bool = False
    aside: bool = False
    busy: set[tuple[int, str]] = field(default_factory=set)
    kept: dict[Any, Any] = field(default_factory=dict)

    @property
    def definitions(self) -> Definitions:
        """The definitions in force."""
        return self.engine.definitions

    @property
    def version(self) -> str:
        """The FHIR version judged by: 4.0.1 or 3.0.2."""
        return self.engine.definitions.version

    @property
    def terminology(self) -> Terminology:
        """Value sets and code systems of the definitions in force."""
        return self.engine.terminology

    @property
    def types(self) -> Any:
        """What FHIRPath knows of types, over the definitions in force."""
        return self.engine.types

    @property
    def references(self) -> References:
        """Resolves the references of this document; made when first asked for."""
        found: References | None = self.kept.get("references")
        if found is None:
            from harness.validation.fhir.references.lookup import References

            found = self.kept["references"] = References(self)
        return found

    def conforms(self, node: Node, canonical: str, path: str) -> list[Issue]:
        """The issues that ``node``, at ``path``, has against the definition ``canonical``: judged aside, not recorded. An unknown one is an error."""
        from harness.validation.fhir.walk.resources import conforms

        return conforms(self, node, canonical, path)

    def type_at(self, path: str) -> str:
        """The FHIR type of the element at a path of JSON keys (``HumanName``, ``Patient.contact``); empty where there is none."""
        from harness.validation.fhir.walk.resources import type_at

        return type_at(self, path)

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
        profile: str = "",
        **words: object,
    ) -> None:
        """Add the issue that the row ``key`` (``bundle/total``) words, at a path of JSON keys. What is given goes before what the row says.

        A row that is an opinion is passed over unless the rule set ``hl7-validator`` is asked for.
        """
        row = issue_row(key)
        lenient = "hl7-validator" in self.options.rules
        if row.opinion and not lenient:
            return
        weight = severity or (row.eased if lenient and row.eased else row.severity) or Severity.ERROR
        self.issues.append(worded(row, Location(at), words, severity=weight, clause=clause, expected=expected, actual=actual, remedy=remedy, profile=profile))

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
        shown = shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
        self.issues.append(Issue(severity, code, message, Location(path), expected, shown, clause, remedy, error_code, issue_type, opinion, profile))


Function = Callable[[Judging, Node, str], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """``function`` is called with every value of the FHIR ``type`` and its path; with a ``rule_set``, only where that is asked for."""

    name: str
    type: str
    function: Function
    rule_set: str = ""


RULES: Registry[Rule] = Registry("FHIR rule", "harness.validation.fhir")


def rule(name: str, *types: str, rule_set: str = "") -> Callable[[Function], Function]:
    """Register a rule for values of ``types``: resource types, data types, ``Resource`` (any), backbone elements (``Patient.contact``, ``PatientContact``)."""

    def register(function: Function) -> Function:
        for judged in types:
            RULES.add(f"{name} {judged}", Rule(name, judged, function, rule_set))
        return function

    return register


@lru_cache(maxsize=8)
def rules_by_type(rule_sets: tuple[str, ...] = ("national",)) -> Mapping[str, tuple[Function, ...]]:
    """Functions to call for each type, with ``rule_sets`` in force."""
    found: dict[str, tuple[Function, ...]] = {}
    for _, entry in RULES.items():
        if not entry.rule_set or entry.rule_set in rule_sets:
            found[entry.type] = (*found.get(entry.type, ()), entry.function)
    return found


def objects(node: Node, name: str) -> list[tuple[int, Node]]:
    """The members of a repeating element that are objects, with their index; none where it is absent or misshapen."""
    value = node.get(name)
    return [(index, item) for index, item in enumerate(value) if isinstance(item, dict)] if isinstance(value, list) else []


def text(node: object, name: str) -> str:
    """A text member of an object; empty where it is anything else."""
    # Parsed documents hold plain dicts and plain texts, which ``type`` tells soonest.
    value = node.get(name) if type(node) is dict or isinstance(node, dict) else None
    return value if type(value) is str or isinstance(value, str) else ""


def codes(concept: object, system: str = "") -> list[str]:
    """Codes of a CodeableConcept, of one system where given."""
    if not isinstance(concept, dict):
        return []
    return [text(coding, "code") for _, coding in objects(concept, "coding") if text(coding, "code") and (not system or text(coding, "system") == system)]
