"""References between catalogue files: an id that points nowhere is refused where it stands."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches

from harness.errors import CatalogueError


def must_know(kind: str, name: str, known: Collection[str], where: str) -> None:
    """Raise CatalogueError at ``where`` unless ``name`` is one of ``known``."""
    if name not in known:
        near = get_close_matches(name, known, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(sorted(known)) or 'none'}"
        raise CatalogueError(f"there is no {kind} {name!r}", where=where, do=hint)


def must_differ(kind: str, names: Iterable[str], where: str) -> None:
    """Raise CatalogueError at ``where`` when two of ``names`` are equal."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise CatalogueError(f"two {kind}s are both called {name!r}", where=where, do="rename one of them")
        seen.add(name)
