"""The content of a document as rules look at it: objects of its JSON, and one value with its type and path."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

Node = dict[str, Any]


class Data(NamedTuple):
    """One value of the document: itself, what stands beside it under ``_name``, its type where known ("" elsewhere), and its path."""

    value: Any
    shadow: Any
    type: str
    path: str


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


def value_of(node: object, stem: str = "value") -> tuple[str, Any]:
    """Type name as the key spells it (``Coding``, ``String``) and value of a choice element; two empties where it has none."""
    if isinstance(node, dict):
        for key, value in node.items():
            if isinstance(key, str) and key.startswith(stem) and len(key) > len(stem) and key[len(stem)].isupper():
                return key[len(stem) :], value
    return "", None


def extensions(node: Node, *urls: str) -> list[Any]:
    """Values of the extensions with one of these addresses."""
    return [value_of(extension)[1] for _, extension in objects(node, "extension") if text(extension, "url") in urls]


def number(value: object) -> Decimal | None:
    """A JSON number as a Decimal; None for anything else, and for what is not finite."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    try:
        found = Decimal(str(value))
    except (InvalidOperation, ValueError):
        return None
    return found if found.is_finite() else None
