"""Whether the path of a discriminator leads anywhere from the element that is sliced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from harness.catalogue.fhir import Definitions

Element = Mapping[str, Any]
_TOKEN = re.compile(r"([A-Za-z_]\w*)(\(.*\))?")


def leads_somewhere(definitions: Definitions, elements: Iterable[Element], sliced: Element, path: str) -> bool:
    """False where a name of the path is no element of what is sliced; True where it is, or that cannot be told."""
    held = list(elements)
    here, types = [str(sliced.get("path", ""))], _types(sliced)
    for step_ in _split(path):
        if step_ == "$this":
            continue
        found = _TOKEN.fullmatch(step_)
        if found is None or (found[2] and found[1] != "ofType"):
            return True
        if found[2]:
            here, types = [], [found[2][1:-1].strip()]
            continue
        step = [each for each in held if any(_is(str(each.get("path", "")), f"{one}.{found[1]}") for one in here)]
        below = step or [each for kind in types for each in _children(definitions, kind, found[1])]
        if not below:
            return not types or any(kind in ("Resource", "DomainResource", "Element", "BackboneElement", "*") for kind in types)
        if any("contentReference" in each for each in below):
            return True
        here, types = [str(each.get("path", "")) for each in step], [kind for each in below for kind in _types(each)]
    return True


def _split(path: str) -> list[str]:
    """Tokens of a path, with what stands in brackets kept whole."""
    found, depth, token = [], 0, ""
    for character in path:
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "." and depth <= 0:
            found.append(token)
            token = ""
        else:
            token += character
    return [each for each in [*found, token] if each]


def _is(path: str, wanted: str) -> bool:
    return path in (wanted, f"{wanted}[x]")


def _children(definitions: Definitions, kind: str, name: str) -> list[Element]:
    structure = definitions.type(kind) if kind.isalnum() else definitions.structure(kind)
    if structure is None:
        return []
    root = structure.elements[0].get("path", kind) if structure.elements else kind
    return [each for each in structure.elements if _is(str(each.get("path", "")), f"{root}.{name}")]


def _types(element: Element) -> list[str]:
    held = element.get("type")
    return [str(each["code"]) for each in held if isinstance(each, Mapping) and isinstance(each.get("code"), str)] if isinstance(held, list) else []
