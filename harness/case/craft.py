"""Finding the place in a captured message that a negative changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from harness.formats.fhir import parse_json
from harness.formats.hl7v2 import parse
from harness.model.message import Message


def entries(message: Message, kind: str) -> list[int]:
    """Positions of the entries of a Bundle message that hold a resource of one type."""
    tree = parse_json(message.content)
    return [at for at, entry in enumerate(tree.get("entry") or []) if entry.get("resource", {}).get("resourceType") == kind]


def paths(message: Message, value: str) -> list[str]:
    """Adapter addresses of every string of a JSON message that equals ``value``."""
    return list(_walk(parse_json(message.content), "", value))


def repetition(message: Message, value: str) -> int:
    """Which repetition of PID-3 of an HL7 v2 message holds ``value`` (from 1)."""
    tree = parse(message.content)
    count = tree.all("PID")[0].repetitions(3)
    return next((at for at in range(1, count + 1) if tree.get(f"PID-3[{at}].1") == value), 1)


def _walk(tree: Any, path: str, value: str) -> Iterator[str]:
    if isinstance(tree, dict):
        for name, child in tree.items():
            yield from _walk(child, f"{path}/{name}" if path else name, value)
    elif isinstance(tree, list):
        for at, child in enumerate(tree):
            yield from _walk(child, f"{path}/{at}", value)
    elif tree == value:
        yield path
