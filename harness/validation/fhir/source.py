"""Where things stand in JSON text, and whether a key stands twice: what a parsed tree no longer knows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

_TOKEN = re.compile(r'[\[\]{}:,]|"[^"\\]*+(?:\\.[^"\\]*+)*+"|[^\s\[\]{}:,"]++')
_MARK = b"\xef\xbb\xbf"
_LARGEST = 4_000_000


def has_duplicates(data: bytes) -> bool:
    """True when some object of readable JSON holds a key twice (which parsers silently fold)."""
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
