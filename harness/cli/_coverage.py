"""How ``harness coverage`` says what it counted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from harness.validation.fhir.coverage import Coverage


def lines(coverage: Coverage) -> Iterator[str]:
    """A sum, then one line an element: in how many examples it was present, and its id; never seen ones first, each part in the order of the snapshot."""
    total = len(coverage.elements)
    yield f"{coverage.profile}: {len(coverage.shown)} of {total} must-support elements seen in {coverage.examples} examples of {coverage.type}"
    width = max(len("never"), len(str(coverage.examples)))
    for one in (*coverage.never, *coverage.shown):
        yield f"{str(one.seen) if one.seen else 'never':>{width}}  {one.id}"


def told(coverage: Coverage) -> dict[str, Any]:
    """The same as JSON: profile, type, examples, seen, elements of ``{"id", "seen"}``."""
    return {
        "profile": coverage.profile,
        "type": coverage.type,
        "examples": coverage.examples,
        "seen": len(coverage.shown),
        "elements": [{"id": one.id, "seen": one.seen} for one in (*coverage.never, *coverage.shown)],
    }
