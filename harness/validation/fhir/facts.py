"""What a FHIR type allows: derived from the typed models when a type is first met, then kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

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


def _model(type_name: str) -> Any:
    from fhir.resources.R4B import get_fhir_model_class

    if not (type_name.isascii() and type_name.isalnum()):
        return None
    try:
        model = get_fhir_model_class(type_name)
    except (ValueError, LookupError, ImportError, AttributeError):
        return None
    return model if hasattr(model, "model_fields") else None


@lru_cache(maxsize=2048)
def type_facts(type_name: str) -> TypeFacts | None:
    """Facts of a resource or data type (``Patient``, ``PatientContact``, ``HumanName``); None for a primitive or an unknown name."""
    from harness.catalogue import catalogue

    model = _model(type_name)
    if model is None:
        return None
    kinds = catalogue().fhir_facts("4.0.1")(type_name)
    elements: dict[str, Element] = {}
    required: list[str] = []
    choices: dict[str, list[str]] = {}
    required_choices: list[str] = []
    for field in model.model_fields.values():
        name = field.alias
        if name not in kinds:
            continue
        many, kind, _ = kinds[name]
        extra = field.json_schema_extra or {}
        choice = extra.get("one_of_many", "")
        targets = frozenset(extra.get("enum_reference_types", ())) if kind == "Reference" else frozenset()
        elements[name] = Element(name, kind, many, _codes(type_name, name, kind, extra), frozenset() if "Resource" in targets else targets, choice)
        if choice:
            choices.setdefault(choice, []).append(name)
            if extra.get("one_of_many_required") and choice not in required_choices:
                required_choices.append(choice)
        elif field.is_required() or extra.get("element_required"):
            required.append(name)
    bases = {base.__name__ for base in model.__mro__[1:]}
    return TypeFacts(
        type_name,
        elements,
        tuple(required),
        {name: tuple(names) for name, names in choices.items()},
        tuple(required_choices),
        "Resource" in bases and type_name != "DomainResource",
    )


def _codes(type_name: str, name: str, kind: str, extra: Mapping[str, Any]) -> frozenset[str] | None:
    if kind != "code":
        return None
    if (type_name, name) in _IN_FULL:
        return _IN_FULL[(type_name, name)]
    values = extra.get("enum_values") or ()
    if not values or any(not value or value == "+" or "/" in value or value.endswith(".") for value in values):
        return None
    return frozenset(values)


def resource_facts(type_name: object) -> TypeFacts | None:
    """Facts of a concrete resource type; None for anything else."""
    if not isinstance(type_name, str) or not type_name[:1].isupper():
        return None
    found = type_facts(type_name)
    return found if found is not None and found.resource else None
