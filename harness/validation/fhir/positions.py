"""Where things stand in the text of a document, as FHIRPath, line and column, and whether a JSON key stands twice: what a parsed tree no longer knows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from harness.errors import FormatError
from harness.model.issue import Issue
from harness.model.location import Location
from harness.validation.fhir.json_positions import places

if TYPE_CHECKING:
    from harness.validation.fhir.engine import Engine

_MARK = b"\xef\xbb\xbf"


def has_duplicates(data: bytes, tree: dict[str, Any]) -> bool:
    """True when some object of readable JSON holds a key twice (which parsers silently fold). ``tree`` is what it was read as."""
    import msgspec

    from harness.formats.fhir.json import encode_json

    try:
        # A tree has no key twice, so neither has a text that, without its white space, is what the tree is written as.
        if msgspec.json.format(data.removeprefix(_MARK), indent=-1) == encode_json(tree):
            return False
    except (msgspec.MsgspecError, FormatError, ValueError):
        pass
    found = False

    def pairs(items: list[tuple[str, Any]]) -> None:
        nonlocal found
        if len(items) > 1 and len({key for key, _ in items}) != len(items):
            found = True

    try:
        json.loads(data, object_pairs_hook=pairs, parse_int=_nothing, parse_float=_nothing)
    except (ValueError, RecursionError):
        return False
    return found


def _nothing(_: str) -> None:
    return None


def placed(issues: list[Issue], tree: dict[str, Any], root: str, data: bytes, kind: str, engine: Engine) -> list[Issue]:
    """``issues`` with their paths of JSON keys written as FHIRPath, and with line and column where ``data`` (``fhir-json`` or ``fhir-xml``) gives them."""
    wanted = {issue.location.path for issue in issues if issue.location.line is None}
    found: dict[str, tuple[int, int | None, int | None]] = {}
    if kind == "fhir-json":
        found.update(places(data, root, wanted))
    elif kind == "fhir-xml":
        found.update(_xml_places(data, wanted, engine))
    written: dict[str, str] = {}
    result = []
    for issue in issues:
        path = issue.location.path
        if path not in written:
            written[path] = fhirpath_of(path, tree, engine)
        place = found.get(path, (issue.location.line, issue.location.column, issue.location.offset))
        location = Location(written[path], *place)
        result.append(issue if location == issue.location else replace(issue, location=location))
    return result


def fhirpath_of(path: str, tree: dict[str, Any], engine: Engine) -> str:
    """A path of JSON keys as FHIRPath: ``Observation.valueQuantity.code`` is ``Observation.value.ofType(Quantity).code``; ``_birthDate`` is ``birthDate``."""
    from harness.validation.fhir.walk.plan_rules import keys_of

    first, *steps = path.split(".")
    parts: list[str] = [first]
    node: Any = tree
    type_name: str = str(tree.get("resourceType", ""))
    for step in steps:
        key, bracket, index = step.partition("[")
        bare = key[1:] if key[:1] == "_" else key
        name, next_type = keys_of(engine, type_name).get(bare, (bare, ""))
        parts.append((bare if name == bare else f"{name}.ofType({next_type})") + bracket + index)
        value = node.get(key, node.get(bare)) if isinstance(node, dict) else None
        if isinstance(value, list):
            at = index.rstrip("]").partition("]")[0]
            value = value[int(at)] if at.isdigit() and int(at) < len(value) else None
        node = value
        if next_type in ("Resource", "DomainResource"):
            next_type = str(node.get("resourceType", "")) if isinstance(node, dict) else ""
        type_name = next_type
    return ".".join(parts)


def _xml_places(data: bytes, wanted: Iterable[str], engine: Engine) -> dict[str, tuple[int, int | None, int | None]]:
    from harness.catalogue import catalogue
    from harness.formats.fhir.xml import element_lines

    try:
        lines = element_lines(data, catalogue().fhir_facts(engine.definitions.version))
    except FormatError:
        return {}
    found: dict[str, tuple[int, int | None, int | None]] = {}
    for path in wanted:
        near = path.replace("._", ".")
        while near not in lines and near:
            near = near[: max(near.rfind("."), near.rfind("["), 0)]
        if near in lines:
            found[path] = (*lines[near], None)
    return found
