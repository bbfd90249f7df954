"""Paths into a FHIR tree, compiled: ``identifier[system=https://…].value``, ``name[0].given[1]``.

A step with brackets is a list: ``[0]`` its nth element, ``[path=value]`` the element of which that holds, ``[path^=value]`` begins with it.
Conditions are joined by ``&``; ``path:=value`` is set when writing and not asked for when reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"


@dataclass(frozen=True, slots=True)
class PathCondition:
    """``path`` inside the element, an ``op`` (``=``, ``^=``, ``:=``) and the value."""

    path: tuple[PathStep, ...]
    op: str
    value: str


@dataclass(frozen=True, slots=True)
class PathStep:
    """One element name; ``index`` or ``conditions`` make it a list."""

    name: str
    index: int | None = None
    conditions: tuple[PathCondition, ...] = ()

    @property
    def listed(self) -> bool:
        """Whether the element is a list."""
        return self.index is not None or bool(self.conditions)


@lru_cache(maxsize=2048)
def compile_path(text: str) -> tuple[PathStep, ...]:
    """The steps of a path; ValueError where it is not one."""
    return tuple(_step(part) for part in _split(text, "."))


def _split(text: str, mark: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if character == mark and depth == 0:
            parts.append(text[start:position])
            start = position + 1
    if depth:
        raise ValueError(f"unbalanced brackets in {text!r}")
    return [*parts, text[start:]]


def _step(text: str) -> PathStep:
    name, bracket, rest = text.partition("[")
    if not name.lstrip("_").isalnum() or (bracket and not rest.endswith("]")):
        raise ValueError(f"{text!r} is not a step of a path")
    if not bracket:
        return PathStep(name)
    inside = rest[:-1]
    if inside.isdigit():
        return PathStep(name, int(inside))
    return PathStep(name, None, tuple(_condition(part) for part in _split(inside, "&")))


def _condition(text: str) -> PathCondition:
    depth = 0
    for position, character in enumerate(text):
        depth += (character == "[") - (character == "]")
        if character == "=" and depth == 0:
            op = text[position - 1] + "=" if text[position - 1] in "^:" else "="
            return PathCondition(compile_path(text[: position - len(op) + 1]), op, text[position + 1 :])
    raise ValueError(f"{text!r} is not a condition")


def find(node: Any, steps: tuple[PathStep, ...], where: str) -> Iterator[tuple[Any, str]]:
    """Every value the steps lead to, with its path; nothing that is null."""
    if not steps:
        if node is not None:
            yield node, where
        return
    step, rest = steps[0], steps[1:]
    below = node.get(step.name) if isinstance(node, dict) else None
    if below is None:
        return
    if not isinstance(below, list):
        if not step.conditions or _holds(below, step.conditions):
            yield from find(below, rest, f"{where}.{step.name}")
        return
    for position, element in _current(below, step):
        yield from find(element, rest, f"{where}.{step.name}[{position}]")


def first(node: Any, steps: tuple[PathStep, ...], where: str = "") -> tuple[Any, str] | None:
    """The first value the steps lead to."""
    return next(find(node, steps, where), None)


def _current(elements: list[Any], step: PathStep) -> list[tuple[int, Any]]:
    if step.index is not None:
        return [(step.index, elements[step.index])] if step.index < len(elements) else []
    held = [(position, element) for position, element in enumerate(elements) if _holds(element, step.conditions)]
    # Of places left and places stayed at, the one stayed at is the place.
    staying = [pair for pair in held if isinstance(pair[1], dict) and pair[1].get("status") == "active"]
    return staying[-1:] or held


def _holds(element: Any, conditions: tuple[PathCondition, ...]) -> bool:
    return all(_answers(element, condition) for condition in conditions if condition.op != ":=")


def _answers(element: Any, condition: PathCondition) -> bool:
    anywhere = tuple(PathStep(step.name, None, step.conditions) for step in condition.path)
    for value, _ in find(element, anywhere, ""):
        for one in value if isinstance(value, list) else [value]:
            if one == condition.value or (condition.op == "^=" and isinstance(one, str) and one.startswith(condition.value)):
                return True
    return False


def put(node: dict[str, Any], steps: tuple[PathStep, ...], value: Any) -> None:
    """Write ``value`` where the steps lead, making what is missing on the way."""
    for step in steps[:-1]:
        node = _enter(node, step)
    last = steps[-1]
    if not last.listed:
        node[last.name] = value
        return
    elements = node.setdefault(last.name, [])
    index = len(elements) if last.index is None else last.index
    while len(elements) <= index:
        elements.append(None)
    elements[index] = value


def _enter(node: dict[str, Any], step: PathStep) -> dict[str, Any]:
    if not step.listed:
        made: dict[str, Any] = node.setdefault(step.name, {})
        return made
    elements: list[dict[str, Any]] = node.setdefault(step.name, [])
    if step.index is not None:
        while len(elements) <= step.index:
            elements.append({})
        return elements[step.index]
    for element in elements:
        if _holds(element, step.conditions):
            return element
    element = {}
    for condition in step.conditions:
        if condition.op != "^=":
            put(element, condition.path, condition.value)
    elements.append(element)
    return element


def seal(node: Any) -> Any:
    """The tree without empty elements; a null inside a list of texts gets the extension FHIR asks for beside it."""
    if isinstance(node, dict):
        for name in list(node):
            node[name] = seal(node[name])
            if node[name] in ({}, []):
                del node[name]
            elif isinstance(node[name], list) and None in node[name]:
                node[f"_{name}"] = [{"extension": [{"url": _ABSENT, "valueCode": "unknown"}]} if one is None else None for one in node[name]]
    elif isinstance(node, list):
        sealed = [seal(one) for one in node]
        return [one for one in sealed if one not in ({}, [])]
    return node
