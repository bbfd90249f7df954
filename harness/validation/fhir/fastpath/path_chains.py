"""Where a value stands, kept as a chain while all is well: (where its holder stands, JSON key, index or -1), the outermost a text."""

from __future__ import annotations

from typing import Any


def text_of(where: Any) -> str:
    """The path of JSON keys that a chain stands for."""
    parts: list[str] = []
    while type(where) is tuple:
        where, key, index = where
        parts.append(f".{key}" if index < 0 else f".{key}[{index}]")
    parts.append(where)
    parts.reverse()
    return "".join(parts)
