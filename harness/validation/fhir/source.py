"""Where things stand in the text of a document, as FHIRPath, line and column, and whether a JSON key stands twice: what a parsed tree no longer knows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from harness.errors import FormatError
from harness.model.issue import Issue
from harness.model.location import Location

if TYPE_CHECKING:
    from harness.validation.fhir.engine import Engine

_TOKEN = re.compile(r'[\[\]{}:,]|"[^"\\]*+(?:\\.[^"\\]*+)*+"|[^\s\[\]{}:,"]++')
_MARK = b"\xef\xbb\xbf"
_LARGEST = 4_000_000


def has_duplicates(data: bytes, tree: dict[str, Any]) -> bool:
    """True when some object of readable JSON holds a key twice (which parsers silently fold). ``tree`` is what it was read as."""
    import msgspec

    from harness.formats.fhir.json import encode_json

    try:
        # Without a repeated key the tree written again is as long as the text without its white space, unless characters were escaped.
        if len(msgspec.json.format(data.removeprefix(_MARK), indent=-1)) == len(encode_json(tree)):
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
    from harness.validation.fhir.plans import keys_of

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


def places(data: bytes, root: str, wanted: Iterable[str]) -> dict[str, tuple[int, int, int]]:
    """(line, column, byte offset) of each wanted path that stands in ``data``; a path that does not is given its nearest parent's place."""
    if len(data) > _LARGEST:
        return {}
    text = data.decode("utf-8", "replace")
    skipped = 3 if data.startswith(_MARK) else 0
    text = text[1:] if skipped else text
    found = dict(_walk(text, root))
    result = {}
    for path in set(wanted):
        near = path
        while near not in found and near:
            near = near[: max(near.rfind("."), near.rfind("["), 0)]
        if near in found:
            start = found[near]
            line = text.count("\n", 0, start) + 1
            result[path] = (line, start - text.rfind("\n", 0, start), len(text[:start].encode("utf-8", "replace")) + skipped)
    return result


def _walk(text: str, root: str) -> Iterator[tuple[str, int]]:
    """Every value of readable JSON as (path, start)."""
    # One frame per open container: its path, and the index being read (None for an object).
    stack: list[list[Any]] = []
    path, expect_key = root, False
    for match in _TOKEN.finditer(text):
        token = match[0]
        frame = stack[-1] if stack else None
        if token == ":":  # noqa: S105  # a colon, no secret
            continue
        if token == ",":  # noqa: S105  # a comma, no secret
            expect_key = frame is not None and frame[1] is None
            if frame is not None and frame[1] is not None:
                frame[1] += 1
                path = f"{frame[0]}[{frame[1]}]"
        elif token in ("]", "}"):
            stack = stack[:-1]
            expect_key = False
        elif expect_key and frame is not None:
            path = f"{frame[0]}.{json.loads(token) if chr(92) in token else token[1:-1]}"
            expect_key = False
        else:
            yield path, match.start()
            if token == "{":  # noqa: S105  # a brace, no secret
                stack.append([path, None])
                expect_key = True
            elif token == "[":  # noqa: S105  # a bracket, no secret
                stack.append([path, 0])
                path = f"{path}[0]"
