"""What a FHIR type allows, from the compiled facts that the catalogue reads; made when a type is first met, then kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

# The models cut long lists of codes short with a plus sign; these are the lists in full (FHIR R4 value sets of the same names).
_OBSERVATION_STATUS = frozenset({"registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"})
_ENCOUNTER_STATUS = frozenset({"planned", "arrived", "triaged", "in-progress", "onleave", "finished", "cancelled", "entered-in-error", "unknown"})
_TASK_STATUS = frozenset(
    {"draft", "requested", "received", "accepted", "rejected", "ready", "cancelled", "in-progress", "on-hold", "failed", "completed", "entered-in-error"}
)
_IN_FULL = {
    ("Observation", "status"): _OBSERVATION_STATUS,
    ("RiskAssessment", "status"): _OBSERVATION_STATUS,
    ("Encounter", "status"): _ENCOUNTER_STATUS,
    ("EncounterStatusHistory", "status"): _ENCOUNTER_STATUS,
    ("Task", "status"): _TASK_STATUS,
    ("DiagnosticReport", "status"): frozenset(
        {"registered", "partial", "preliminary", "final", "amended", "corrected", "appended", "cancelled", "entered-in-error", "unknown"}
    ),
    ("OperationOutcomeIssue", "severity"): frozenset({"fatal", "error", "warning", "information"}),
    ("Quantity", "comparator"): frozenset({"<", "<=", ">=", ">"}),
}


@dataclass(frozen=True, slots=True)
class Element:
    """One element. ``codes`` is None where any code may stand; ``targets`` is empty where any resource may be referred to."""

    name: str
    type: str
    many: bool
    codes: frozenset[str] | None
    targets: frozenset[str]
    choice: str


@dataclass(frozen=True, slots=True)
class TypeFacts:
    """One type: its elements by name, the required ones, and groups of which at most (or exactly) one may stand."""

    name: str
    elements: Mapping[str, Element]
    required: tuple[str, ...]
    choices: Mapping[str, tuple[str, ...]]
    required_choices: tuple[str, ...]
    resource: bool


@lru_cache(maxsize=2048)
def type_facts(type_name: str) -> TypeFacts | None:
    """Facts of a resource or data type (``Patient``, ``PatientContact``, ``HumanName``); None for a primitive or an unknown name."""
    from harness.catalogue import catalogue

    found = catalogue().fhir_types("4.0.1").get(type_name)
    if found is None:
        return None
    elements: dict[str, Element] = {}
    choices: dict[str, list[str]] = {}
    required_choices: dict[str, None] = {}
    for name, (kind, many, _, choice, choice_required, codes, targets) in found["elements"].items():
        allowed = _IN_FULL.get((type_name, name)) or (frozenset(codes) if codes else None)
        elements[name] = Element(name, kind, many, allowed, frozenset() if "Resource" in targets else frozenset(targets), choice)
        if choice:
            choices.setdefault(choice, []).append(name)
        if choice_required:
            required_choices[choice] = None
    required = tuple(name for name, fact in found["elements"].items() if fact[2])
    return TypeFacts(type_name, elements, required, {name: tuple(names) for name, names in choices.items()}, tuple(required_choices), found["resource"])


def resource_facts(type_name: object) -> TypeFacts | None:
    """Facts of a concrete resource type; None for anything else."""
    if not isinstance(type_name, str) or not type_name[:1].isupper():
        return None
    found = type_facts(type_name)
    return found if found is not None and found.resource else None
