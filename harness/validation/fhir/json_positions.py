"""Where things stand in JSON text: only the way to what is asked for is read, everything beside it is stepped over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from json.decoder import scanstring  # type: ignore[attr-defined]

_SPACE = re.compile(r"[ \t\n\r]*")
_MARK = b"\xef\xbb\xbf"
_LARGEST = 64_000_000


def places(data: bytes, root: str, wanted: Iterable[str]) -> dict[str, tuple[int, int, int]]:
    """(line, column, byte offset) of each wanted path that stands in ``data``; a path that does not is given its nearest parent's place.

    ``data`` is JSON that was read before; paths are of JSON keys, the outermost value at ``root``. Of a key that stands twice the last counts.
    """
    asked = set(wanted)
    if len(data) > _LARGEST or not asked:
        return {}
    skipped = 3 if data.startswith(_MARK) else 0
    text = data[skipped:].decode("utf-8", "replace")
    near = {path: _prefixes(path) for path in asked}
    finder = _Finder(text, {prefix for prefixes in near.values() for prefix in prefixes})
    finder.value(_SPACE.match(text, 0).end(), root)  # type: ignore[union-attr]
    starts = {path: start for path, prefixes in near.items() if (start := _nearest(finder.found, prefixes)) is not None}
    result: dict[str, tuple[int, int, int]] = {}
    line, before, offset = 1, 0, skipped
    # In the order of the text, so that what stands before is counted once.
    for path, start in sorted(starts.items(), key=lambda item: item[1]):
        passed = text[before:start]
        line += passed.count("\n")
        offset += len(passed.encode("utf-8", "replace"))
        before = start
        result[path] = (line, start - text.rfind("\n", 0, start), offset)
    return result


def _prefixes(path: str) -> list[str]:
    """The path and all that it stands in, innermost first."""
    found = []
    while path:
        found.append(path)
        path = path[: max(path.rfind("."), path.rfind("["), 0)]
    return found


def _nearest(found: dict[str, int], prefixes: list[str]) -> int | None:
    return next((found[prefix] for prefix in prefixes if prefix in found), None)


class _Finder:
    """Goes down where ``wanted`` leads; ``found`` is where each wanted value begins."""

    def __init__(self, text: str, wanted: set[str]) -> None:
        self._text, self._wanted = text, wanted
        self.found: dict[str, int] = {}
        self._skip = json.JSONDecoder(parse_int=len, parse_float=len, parse_constant=len, strict=False).scan_once  # type: ignore[attr-defined]

    def value(self, at: int, path: str) -> int:
        """Pass the value that begins at ``at``; where it ends."""
        if path not in self._wanted:
            return int(self._skip(self._text, at)[1])
        self.found[path] = at
        if self._text[at] == "{":
            return self._object(at, path)
        return self._array(at, path) if self._text[at] == "[" else int(self._skip(self._text, at)[1])

    def _object(self, at: int, path: str) -> int:
        text, skip, wanted = self._text, self._skip, self._wanted
        at = self._space(at + 1)
        while text[at] != "}":
            key, at = scanstring(text, at + 1, False)
            at = self._space(self._space(at) + 1)
            inner = f"{path}.{key}"
            at = self._space(self.value(at, inner) if inner in wanted else skip(text, at)[1])
            if text[at] == ",":
                at = self._space(at + 1)
        return at + 1

    def _array(self, at: int, path: str) -> int:
        text, index = self._text, 0
        at = self._space(at + 1)
        while text[at] != "]":
            at = self._space(self.value(at, f"{path}[{index}]"))
            index += 1
            if text[at] == ",":
                at = self._space(at + 1)
        return at + 1

    def _space(self, at: int) -> int:
        if self._text[at] > " ":
            return at
        match = _SPACE.match(self._text, at)
        return match.end() if match is not None else at
