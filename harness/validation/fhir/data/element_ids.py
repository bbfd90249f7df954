"""Rules of ids: those of elements are unique in their resource."""

from __future__ import annotations

from typing import Any

from harness.validation.fhir.judging import FhirJudging, Node, rule


@rule("element-ids", "Resource")
def element_ids(judging: FhirJudging, value: Node, path: str) -> None:
    """An id names one element of a resource. Resources that stand inside have ids of their own."""
    apart = ("snapshot", "differential") if value.get("resourceType") == "StructureDefinition" else ()
    # The ids of element definitions name paths: a snapshot and a differential speak of the same ones.
    for name in apart:
        if isinstance(held := value.get(name), dict):
            _unique(judging, {name: held}, path)
    _unique(judging, {key: child for key, child in value.items() if key not in apart} if apart else value, path)


def _unique(judging: FhirJudging, value: Node, path: str) -> None:
    seen: dict[str, str] = {}
    waiting: list[tuple[Any, str]] = [(child, f"{path}.{key}") for key, child in reversed(value.items()) if isinstance(child, dict | list)]
    while waiting:
        node, where = waiting.pop()
        if isinstance(node, list):
            waiting.extend((node[index], f"{where}[{index}]") for index in range(len(node) - 1, -1, -1) if isinstance(node[index], dict | list))
        elif "resourceType" not in node:
            name = node.get("id")
            if isinstance(name, str):
                _note(judging, seen, name, where)
            waiting.extend((child, f"{where}.{key}") for key, child in reversed(node.items()) if isinstance(child, dict | list))


def _note(judging: FhirJudging, seen: dict[str, str], name: str, where: str) -> None:
    if name in seen:
        judging.tell("data/id-twice", at=f"{where}.id", actual=name, name=name, other=seen[name])
    elif any(character.isspace() for character in name) or not name:
        judging.tell("data/id-form", at=f"{where}.id", actual=name)
    seen.setdefault(name, where)
