"""Code systems as rules over value sets and maps ask of them: properties, filters, whether all codes are there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.validation.fhir.judging import FhirJudging, Node, objects, text

STANDARD = "http://hl7.org/fhir/concept-properties#"
STANDARD_TYPES = {
    "status": "code",
    "inactive": "boolean",
    "effectiveDate": "dateTime",
    "deprecationDate": "dateTime",
    "deprecated": "dateTime",
    "retirementDate": "dateTime",
    "notSelectable": "boolean",
    "parent": "code",
    "child": "code",
    "partOf": "code",
    "synonym": "code",
    "comment": "string",
    "itemWeight": "decimal",
}
HIERARCHY = ("parent", "child", "partOf")
_DEEPEST = 60


def complete_system(judging: FhirJudging, system: str) -> Mapping[str, Any] | None:
    """The definition of a code system where all its codes are at hand; None otherwise."""
    found: Mapping[str, Any] | None = judging.definitions.find(system, "CodeSystem")
    return found if found is not None and found.get("content") == "complete" and found.get("concept") else None


def concepts(holder: Mapping[str, Any], path: str = "", depth: int = 0) -> Iterator[tuple[str, Node, int]]:
    """Every concept of a code system with its path and depth, in order."""
    if depth > _DEEPEST:
        return
    for index, concept in objects(dict(holder), "concept"):
        where = f"{path}.concept[{index}]"
        yield where, concept, depth
        yield from concepts(concept, where, depth + 1)


def property_types(system: Mapping[str, Any]) -> dict[str, str]:
    """Types of the properties a code system declares, by code: the first declaration counts."""
    found: dict[str, str] = {}
    for _, each in objects(dict(system), "property"):
        found.setdefault(text(each, "code"), text(each, "type"))
    return found


def filters(system: Mapping[str, Any]) -> dict[str, set[str]]:
    """Operators of the filters a code system declares, by code."""
    found: dict[str, set[str]] = {}
    for _, each in objects(dict(system), "filter"):
        held = each.get("operator")
        found.setdefault(text(each, "code"), set()).update(one for one in (held if isinstance(held, list) else []) if isinstance(one, str))
    return found
