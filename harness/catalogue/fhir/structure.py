"""A StructureDefinition with its snapshot, as the rest of the house reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Structure:
    """One StructureDefinition. ``elements`` are those of its snapshot, shipped or generated; ``resource`` the slim definition itself.

    ``kind`` is primitive-type, complex-type, resource or logical; ``derivation`` specialization or constraint ("" for the roots);
    ``contexts`` are (element, fhirpath or extension; expression); ``problems`` say where the definition contradicts its base.
    """

    url: str
    version: str
    name: str
    type: str
    kind: str
    derivation: str
    base: str
    abstract: bool
    contexts: tuple[tuple[str, str], ...]
    context_invariants: tuple[str, ...]
    elements: tuple[Mapping[str, Any], ...]
    problems: tuple[str, ...]
    resource: Mapping[str, Any]


def structure_of(resource: Mapping[str, Any], elements: tuple[Mapping[str, Any], ...], problems: tuple[str, ...] = ()) -> Structure:
    """The Structure of a slim StructureDefinition whose snapshot elements are ``elements``. Never raises on content."""
    contexts = (one for one in _items(resource, "context") if isinstance(one, Mapping))
    return Structure(
        url=_text(resource, "url"),
        version=_text(resource, "version"),
        name=_text(resource, "name"),
        type=_text(resource, "type"),
        kind=_text(resource, "kind"),
        derivation=_text(resource, "derivation"),
        base=_text(resource, "baseDefinition"),
        abstract=resource.get("abstract") is True,
        contexts=tuple((_text(one, "type"), _text(one, "expression")) for one in contexts),
        context_invariants=tuple(one for one in _items(resource, "contextInvariant") if isinstance(one, str)),
        elements=elements,
        problems=problems,
        resource=resource,
    )


def elements_of(resource: Mapping[str, Any], view: str) -> tuple[Mapping[str, Any], ...]:
    """Elements of the ``snapshot`` or ``differential`` of a StructureDefinition; whatever is no element is left out."""
    held = resource.get(view)
    if not isinstance(held, Mapping):
        return ()
    return tuple(one for one in _items(held, "element") if isinstance(one, Mapping) and isinstance(one.get("path"), str))


def _text(node: Mapping[str, Any], name: str) -> str:
    value = node.get(name)
    return value if isinstance(value, str) else ""


def _items(node: Mapping[str, Any], name: str) -> list[Any]:
    value = node.get(name)
    return value if isinstance(value, list) else []
