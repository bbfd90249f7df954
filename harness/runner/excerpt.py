"""The lines around a place in a message, for people who look before they read."""

from __future__ import annotations

import re

from harness.model.location import Location

_LINE = re.compile(rb"\r\n|\r|\n")
_AROUND = 2  # lines shown above and below
_WIDTH = 120  # characters of a line: a report stays readable in a terminal and on paper
_BEFORE = 60  # characters kept before the column where a line is cut: half of the width
_LARGEST = 4_000_000  # bytes: splitting what is larger into lines for a few of them would take longer than judging it


def excerpt(data: bytes, place: Location, first_line: int = 1) -> tuple[str, ...]:
    """Up to five numbered lines around ``place``, with a mark under its column; empty where the place has no line in ``data``.

    ``first_line`` is the number of the first line of ``data`` in its file. Long lines are cut to what stands around the column; what is no text is
    replaced. Content is as it came: whoever prints it must clean it for where it goes.
    """
    if not place.line or len(data) > _LARGEST:
        return ()
    lines = _LINE.split(data)
    at = place.line - first_line
    if not 0 <= at < len(lines):
        return ()
    shown = []
    column = place.column or 0
    start = max(0, column - _BEFORE) if column > _WIDTH - 20 else 0
    last = min(len(lines), at + _AROUND + 1)
    digits = len(str(first_line + last))
    for index in range(max(0, at - _AROUND), last):
        text = lines[index].decode("utf-8", "replace").replace("\t", " ")
        cut = text[start : start + _WIDTH] + ("…" if len(text) > start + _WIDTH else "")
        mark = ">" if index == at else " "
        shown.append(f"{mark} {first_line + index:>{digits}} | {'…' if start else ''}{cut}")
        if index == at and column:
            shown.append(f"  {'':>{digits}} | {' ' * (column - 1 - start + (1 if start else 0))}^")
    return tuple(shown)
