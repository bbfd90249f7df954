"""Definitions made of a few resources, for tests of terminology."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from harness.terminology import Terminology

SYSTEM = "https://exemplar-harness.example/fhir/CodeSystem/colours"
VALUE_SET = "https://exemplar-harness.example/fhir/ValueSet/"


class Held:
    """The smallest thing that terminology can be asked over."""

    def __init__(self, *resources: Mapping[str, Any]) -> None:
        self.resources = resources

    def find(self, canonical: str, *kinds: str) -> Mapping[str, Any] | None:
        url, _, version = canonical.partition("|")
        for one in self.resources:
            if one.get("url") == url and (not kinds or one.get("resourceType") in kinds) and (not version or one.get("version") == version):
                return one
        return None

    def every(self, kind: str) -> Iterator[Mapping[str, Any]]:
        return (one for one in self.resources if one.get("resourceType") == kind)


COLOURS: dict[str, Any] = {
    "resourceType": "CodeSystem",
    "url": SYSTEM,
    "version": "2.0.0",
    "name": "Colours",
    "content": "complete",
    "caseSensitive": True,
    "property": [{"code": "warm", "type": "boolean"}, {"code": "parent", "type": "code"}, {"code": "like", "type": "Coding"}],
    "concept": [
        {
            "code": "any",
            "display": "Any colour",
            "property": [{"code": "notSelectable", "valueBoolean": True}],
            "concept": [
                {
                    "code": "red",
                    "display": "Red",
                    "designation": [{"language": "fr", "value": "Rouge"}],
                    "property": [{"code": "warm", "valueBoolean": True}],
                    "concept": [
                        {"code": "crimson", "display": "Crimson", "property": [{"code": "status", "valueCode": "retired"}]},
                        {"code": "pink", "display": "Pink", "property": [{"code": "like", "valueCoding": {"system": SYSTEM, "code": "red"}}]},
                    ],
                },
                {"code": "blue", "display": "Blue", "property": [{"code": "warm", "valueBoolean": False}]},
            ],
        },
        {"code": "purple", "display": "Purple", "property": [{"code": "parent", "valueCode": "red"}, {"code": "subsumedBy", "valueCode": "blue"}]},
        {"code": "black", "display": "Black"},
    ],
}


def value_set(name: str, *includes: Mapping[str, Any], **rest: Any) -> dict[str, Any]:
    """A value set of ``includes``; ``exclude``, ``inactive`` go into its compose, anything else beside it."""
    compose: dict[str, Any] = {"include": list(includes)}
    compose.update({key: rest.pop(key) for key in ("exclude", "inactive") if key in rest})
    return {"resourceType": "ValueSet", "url": VALUE_SET + name, "name": name, "status": "active", "compose": compose, **rest}


def colours(*filters: tuple[str, str, str]) -> dict[str, Any]:
    """An include of the colours, filtered by (property, op, value)."""
    found: dict[str, Any] = {"system": SYSTEM}
    if filters:
        found["filter"] = [{"property": name, "op": operation, "value": value} for name, operation, value in filters]
    return found


def listed(*codes: str, system: str = SYSTEM) -> dict[str, Any]:
    """An include of codes by name."""
    return {"system": system, "concept": [{"code": code} for code in codes]}


def over(*resources: Mapping[str, Any], system: Mapping[str, Any] | None = None) -> Terminology:
    """Terminology of the colours and ``resources``."""
    return Terminology(Held(system or COLOURS, *resources))


def codes(terminology: Terminology, name: str) -> set[str] | None:
    """Codes of a value set by its short name; None where it cannot be listed."""
    found = terminology.codes(VALUE_SET + name)
    return None if found is None else {code for _, code in found}
