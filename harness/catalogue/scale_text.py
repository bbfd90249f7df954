"""The scale in words: ``profiles/levels.md``, parted at its headings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from harness.catalogue.load import own_or_shipped
from harness.errors import CatalogueError

_HEADING = re.compile(r"## (?:(L[0-6]) )?(.+)")
_LETTER = re.compile(r"- \(([a-z])\) ")


@dataclass(frozen=True, slots=True)
class ScaleSection:
    """One section: ``id`` is ``L3`` for a level, else its ``title``; ``lines`` as they stand; ``letters`` the requirements of a level by letter."""

    id: str
    title: str
    lines: tuple[str, ...]
    letters: Mapping[str, str]


def load_scale_text(root: Path) -> Mapping[str, ScaleSection]:
    """Every section by id, in order; the first, under the empty id, is what stands before the first heading. Raises CatalogueError."""
    path = own_or_shipped(root, "levels.md")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CatalogueError(f"cannot be read ({error})", where=str(path), do="mend the file") from None
    sections: dict[str, ScaleSection] = {}
    title, *rest = text.split("\n## ")
    sections[""] = _section("", title.partition("\n")[0].removeprefix("# "), title.partition("\n")[2])
    for part in rest:
        heading, _, body = part.partition("\n")
        found = _HEADING.fullmatch(f"## {heading.strip()}")
        if found is None or (found[1] or found[2]) in sections:
            raise CatalogueError(f"the heading {heading!r} is empty or stands twice", where=str(path), do="rename it")
        sections[found[1] or found[2]] = _section(found[1] or found[2], found[2], body)
    return sections


def _section(id: str, title: str, body: str) -> ScaleSection:
    items = re.split(r"\n(?=- )", f"\n{body.strip()}")
    letters = {found[1]: " ".join(item[found.end() :].split()) for item in items if (found := _LETTER.match(item))}
    return ScaleSection(id, title, tuple(body.strip().splitlines()), letters)
