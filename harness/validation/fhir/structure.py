"""The base structure of FHIR: unknown and missing elements, cardinality, data types, codes, choices, extensions, reference targets."""

from __future__ import annotations

import re
from typing import Any

from harness.model.issue import Severity
from harness.validation.fhir.facts import Element, TypeFacts, resource_facts, type_facts
from harness.validation.fhir.judging import Judging, Node, rules_by_type
from harness.validation.fhir.primitives import PRIMITIVES

_CLAUSE = "FHIR R4"
_REFERRED = re.compile(r"(?:^|/)([A-Z][A-Za-z]+)/[A-Za-z0-9\-.]{1,64}(?:/_history/[A-Za-z0-9\-.]{1,64})?$")


def walk_resource(judging: Judging, value: Any, path: str) -> None:
    """Judge a resource and everything below it."""
    if not isinstance(value, dict):
        _error(judging, "fhir/type", "a resource is not a JSON object", path, "an object", _kind(value))
        return
    name = value.get("resourceType")
    facts = resource_facts(name)
    if facts is None:
        _error(
            judging,
            "fhir/resource-type",
            "there is no such resource type" if name else "a resource without resourceType",
            path,
            "an R4 resource type",
            name or "absent",
        )
        return
    outer = judging.resource, judging.base
    judging.resource, judging.base = value, path
    _walk(judging, value, facts, path)
    judging.resource, judging.base = outer


def _walk(judging: Judging, value: Node, facts: TypeFacts, path: str) -> None:
    elements = facts.elements
    for key, child in value.items():
        element = elements.get(key)
        if element is not None:
            _element(judging, value, element, child, path)
        elif key[:1] == "_" and key[1:] in elements and elements[key[1:]].type in PRIMITIVES:
            _shadow(judging, elements[key[1:]], child, f"{path}.{key}")
        elif not (key == "resourceType" and facts.resource):
            _error(
                judging,
                "fhir/unknown-element",
                f"{facts.name} has no element {key}",
                f"{path}.{key}",
                f"an element of {facts.name}",
                key,
                "use an extension for what FHIR has no element for",
            )
    if not value or (facts.resource and len(value) == 1 and facts.required):
        _error(judging, "fhir/empty", f"{facts.name} is empty", path, "content", "empty", "leave it out")
    for name in facts.required:
        if name not in value and f"_{name}" not in value:
            _error(judging, "fhir/required-element", f"{facts.name}.{name} is required", f"{path}.{name}", "a value", "absent", "send it", "101")
    for choice, names in facts.choices.items():
        if choice in facts.required_choices or len(names) > 1:
            present = [name for name in names if name in value or f"_{name}" in value]
            if len(present) > 1:
                _error(
                    judging,
                    "fhir/choice",
                    f"only one of {facts.name}.{choice}[x] may stand",
                    f"{path}.{present[1]}",
                    f"one {choice}[x]",
                    " and ".join(present),
                    "keep one",
                )
            elif not present and choice in facts.required_choices:
                _error(judging, "fhir/required-element", f"{facts.name}.{choice}[x] is required", path, f"one {choice}[x]", "absent", "send it", "101")
    if facts.name == "Extension":
        _extension(judging, value, facts, path)
    for function in rules_by_type().get(facts.name, ()):
        function(judging, value, path)


def _element(judging: Judging, parent: Node, element: Element, value: Any, path: str) -> None:
    if not element.many:
        if isinstance(value, list):
            _error(judging, "fhir/cardinality", f"{element.name} does not repeat", f"{path}.{element.name}", "one value", "an array")
        elif value is None:
            _error(judging, "fhir/null", f"{element.name} is null", f"{path}.{element.name}", "a value", "null", "leave it out")
        else:
            _single(judging, element, value, f"{path}.{element.name}")
        return
    if not isinstance(value, list):
        _error(judging, "fhir/cardinality", f"{element.name} is an array", f"{path}.{element.name}", "an array", _kind(value), "write [ ] around it")
        return
    if not value:
        _error(judging, "fhir/empty", f"{element.name} is an empty array", f"{path}.{element.name}", "content", "[]", "leave it out")
    for index, item in enumerate(value):
        if item is None:
            shadow = parent.get(f"_{element.name}")
            if not (isinstance(shadow, list) and index < len(shadow) and shadow[index]):
                _error(judging, "fhir/null", f"{element.name} holds null", f"{path}.{element.name}[{index}]", "a value", "null", "leave it out")
        else:
            _single(judging, element, item, f"{path}.{element.name}[{index}]")


def _single(judging: Judging, element: Element, value: Any, path: str) -> None:
    check = PRIMITIVES.get(element.type)
    if check is not None:
        fault = check(value)
        if fault:
            _error(judging, "fhir/primitive", f"{element.name} {fault}", path, element.type, value, "send a value of the type, or leave it out", "102")
        elif element.codes is not None and value not in element.codes:
            _error(
                judging,
                "fhir/code",
                f"{element.name} is not a code of its value set",
                path,
                " | ".join(sorted(element.codes)),
                value,
                "send a code of the value set",
                "103",
            )
        return
    if element.type == "Resource":
        walk_resource(judging, value, path)
        return
    facts = type_facts(element.type)
    if facts is None:
        return
    if not isinstance(value, dict):
        _error(judging, "fhir/type", f"{element.name} is not an object", path, element.type, _kind(value), "", "102")
        return
    _walk(judging, value, facts, path)
    if element.targets:
        _target(judging, element, value, path)


def _shadow(judging: Judging, element: Element, value: Any, path: str) -> None:
    """The extensions of a primitive (``_birthDate``): objects with ``id`` and ``extension`` only."""
    items = value if isinstance(value, list) and element.many else [value]
    facts = type_facts("Element")
    if facts is None:
        return
    for index, item in enumerate(items):
        if item is None and element.many:
            continue
        where = f"{path}[{index}]" if element.many else path
        if isinstance(item, dict):
            _walk(judging, item, facts, where)
        else:
            _error(judging, "fhir/type", f"{path.rpartition('.')[2]} is not an object", where, "an object with extension", _kind(item))


def _extension(judging: Judging, value: Node, facts: TypeFacts, path: str) -> None:
    held = any(name in value or f"_{name}" in value for name in facts.choices.get("value", ()))
    if held == ("extension" in value):
        said = "both a value and extensions" if held else "neither a value nor extensions"
        _error(judging, "fhir/extension", f"an extension holds {said}", path, "a value or extensions", said, "", clause="FHIR R4 ext-1")


def _target(judging: Judging, element: Element, value: Node, path: str) -> None:
    reference = value.get("reference")
    match = _REFERRED.search(reference) if isinstance(reference, str) else None
    if match and match[1] not in element.targets and resource_facts(match[1]) is not None:
        _error(
            judging,
            "fhir/reference-target",
            f"{element.name} may not refer to a {match[1]}",
            f"{path}.reference",
            " | ".join(sorted(element.targets)),
            reference,
        )


def _kind(value: object) -> str:
    return {dict: "an object", list: "an array", str: "text", bool: "true or false", type(None): "null"}.get(type(value), "a number")


def _error(
    judging: Judging, code: str, message: str, path: str, expected: str, actual: object, remedy: str = "", error_code: str = "", *, clause: str = _CLAUSE
) -> None:
    judging.say(Severity.ERROR, code, message, path, expected=expected, actual=actual, clause=clause, remedy=remedy, error_code=error_code)
