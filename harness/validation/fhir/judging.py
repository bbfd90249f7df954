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
from harness.validation.fhir.content import Node, codes, objects, text
from harness.validation.fhir.references.lookup import References
from harness.validation.options import Options
from harness.validation.wording import worded

if TYPE_CHECKING:
    from harness.catalogue.fhir import Definitions, Structure
    from harness.fhirpath import ElementNode
    from harness.terminology import Terminology
    from harness.validation.fhir.engine import Engine
    from harness.validation.fhir.invariants.expression_answers import ExpressionAnswers
    from harness.validation.fhir.walk.judges import ObjectJudge

__all__ = ["RULES", "FhirJudging", "Function", "Node", "Rule", "codes", "objects", "rule", "rules_by_type", "text"]


@dataclass(slots=True)
class FhirJudging:
    """One document under judgement.

    ``root`` is its outermost resource; ``resource`` the resource being judged, at ``base``; ``container`` that resource,
    or the one it is contained in, at ``container_base`` (what FHIRPath calls %rootResource). ``engine`` holds what is kept between documents.
    ``undetermined`` counts what must hold and could not be answered offline. ``xml`` says that the document was written in XML;
    ``aside`` that it is only being asked whether something conforms: rule functions and claimed profiles are then left out.
    """

    root: Node
    options: Options
    resource: Node
    base: str
    engine: Engine
    issues: list[Issue] = field(default_factory=list)
    container: Node = field(default_factory=dict)
    container_base: str = ""
    undetermined: int = 0
    xml: bool = False
    aside: bool = False
    # Profiles the outermost resource is held to, whatever it claims itself.
    profiles: tuple[str, ...] = ()
    has_element_ids: bool = False
    # What was worked out of this document, for as long as it is judged. Keys that are ids are of objects of the document, which outlive them.
    busy: set[tuple[int, str]] = field(default_factory=set)
    conformance: dict[tuple[int, str], list[Issue]] = field(default_factory=dict)
    targets_followed: dict[tuple[str, str], bool] = field(default_factory=dict)
    references_in_order: dict[ObjectJudge, set[Any]] = field(default_factory=dict)
    structures: dict[int, Structure | None] = field(default_factory=dict)
    path_nodes: dict[int, ElementNode] = field(default_factory=dict)
    untold_invariants: set[tuple[str, str]] = field(default_factory=set)
    answers: ExpressionAnswers | None = None
    anchors: set[str] | None = None
    standing: str | None = None
    _references: References | None = None

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
        found = self._references
        if found is None:
            found = self._references = References(self.root, self.base.partition(".")[0] or text(self.root, "resourceType") or "Resource")
        return found

    def conforms(self, node: Node, canonical: str, path: str) -> list[Issue]:
        """The issues that ``node``, at ``path``, has against the definition ``canonical``: judged aside, not recorded. An unknown one is an error."""
        return self.engine.judges.conforms(self, node, canonical, path)

    def within(self, resource: Node, path: str, *, contained: bool) -> Within:
        """While it is open, ``resource``, at ``path``, is the one being judged, and unless it is contained, the one that contains."""
        return Within(self, resource, path, contained)

    def asking(self) -> Asking:
        """While it is open, nothing is recorded: what is said goes to the list that opening it gives."""
        return Asking(self)

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
        weight = severity or row.severity or Severity.ERROR
        if row.opinion or row.eased:
            if "hl7-validator" in self.options.rules:
                weight = severity or row.eased or weight
            elif row.opinion:
                return
        self.issues.append(worded(row, Location(at), words, severity=weight, clause=clause, expected=expected, actual=actual, remedy=remedy, profile=profile))


class Within:
    """Puts another resource in the place of the one being judged, and that one back."""

    __slots__ = ("_contained", "_held", "_judging", "_path", "_resource")

    def __init__(self, judging: FhirJudging, resource: Node, path: str, contained: bool) -> None:
        self._judging, self._resource, self._path, self._contained = judging, resource, path, contained

    def __enter__(self) -> None:
        judging = self._judging
        self._held = judging.resource, judging.base, judging.container, judging.container_base
        judging.resource, judging.base = self._resource, self._path
        if not self._contained:
            judging.container, judging.container_base = self._resource, self._path

    def __exit__(self, *_: object) -> None:
        judging = self._judging
        judging.resource, judging.base, judging.container, judging.container_base = self._held


class Asking:
    """Takes what is said aside: issues, and how much stayed undetermined, are afterwards what they were."""

    __slots__ = ("_held", "_judging")

    def __init__(self, judging: FhirJudging) -> None:
        self._judging = judging

    def __enter__(self) -> list[Issue]:
        judging = self._judging
        self._held = judging.issues, judging.undetermined, judging.aside
        found: list[Issue] = []
        judging.issues, judging.aside = found, True
        return found

    def __exit__(self, *_: object) -> None:
        judging = self._judging
        judging.issues, judging.undetermined, judging.aside = self._held


Function = Callable[[FhirJudging, Node, str], None]


@dataclass(frozen=True, slots=True)
class Rule:
    """``function`` is called with every value of the FHIR ``type`` and its path; with a ``rule_set``, only where that is asked for."""

    name: str
    type: str
    function: Function
    rule_set: str = ""


# What registers no rule, and is not needed for every document, is left to be imported when it is.
RULES: Registry[Rule] = Registry("FHIR rule", "harness.validation.fhir", but=("harness.validation.fhir.fastpath", "harness.validation.fhir.coverage"))


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
