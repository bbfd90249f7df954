"""Whether the parts of an element have the shape that ElementDefinition gives them, so that who reads a snapshot need not ask."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.catalogue.fhir.snapshot.model import Element, Work

_LISTS = frozenset({"type", "constraint", "extension"})
_OBJECTS = frozenset({"base", "binding", "slicing"})
_TEXTS = frozenset({"id", "path", "sliceName", "contentReference"})
_INNER = ("discriminator", "additional", "extension")
_DEEPEST = 50  # levels of JSON within an element: nothing recurses further into a hostile one


def sound(element: Element, work: Work) -> Element:
    """The element without the parts that are malformed, each of which is said; the same object where all are well formed."""
    wrong = [key for key, value in element.items() if not _fits(key, value)]
    if not wrong:
        return element
    for key in wrong:
        work.say(str(element.get("path", "")), f"its {key} is malformed and left out")
    return {key: value for key, value in element.items() if key not in wrong}


def _fits(key: object, value: Any) -> bool:
    if key in _LISTS:
        return _objects(value)
    if key in _OBJECTS:
        return isinstance(value, Mapping) and all(_objects(value[inner]) for inner in _INNER if inner in value)
    return isinstance(value, str) if key in _TEXTS else isinstance(key, str)


def _objects(value: Any, depth: int = 0) -> bool:
    """Whether it is a list of objects, and so are the extensions inside them."""
    if not isinstance(value, list) or depth > _DEEPEST:
        return False
    return all(isinstance(each, Mapping) and ("extension" not in each or _objects(each["extension"], depth + 1)) for each in value)
