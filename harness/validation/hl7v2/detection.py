"""Which dialect a message shows: an NHS number, known by its check digit, together with the place or the spelling that a dialect gives it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from harness.model.mask import check_digit_holds
from harness.validation.hl7v2.dialects import Dialect, load_dialect, normalise
from harness.validation.national import bare, well_formed
from harness.validation.options import NO_DIALECT

if TYPE_CHECKING:
    from harness.formats.hl7v2 import Segment, Tree


def detect(tree: Tree) -> str:
    """The name of the dialect that a PID shows, one of the message's own version before others; empty where none is shown.

    A number of ten digits outside PID-3 counts only where its check digit holds and PID-3 names no NHS number.
    """
    shown: list[Dialect] = []
    for segment in tree.segments:
        if segment.name == "PID" and not _plain(segment):
            shown += [dialect for dialect in _detectable()[0] if _shows(segment, dialect)]
    if not shown:
        return ""
    version = tree.version
    return min(shown, key=lambda one: (one.version != version, one.version != "any", one.id)).id


def undone(tree: Tree, dialect: str = "") -> tuple[Tree, str]:
    """``tree`` without the habits of ``dialect``, for whoever reads it, and the dialect undone.

    Empty: the one it shows, of which numbers and statuses are undone; ``none``: none is looked for. Raises UnknownNameError.
    """
    if dialect == NO_DIALECT:
        return tree, ""
    name = dialect or detect(tree)
    return (normalise(tree, name, detected=not dialect)[0], name) if name else (tree, "")


def _plain(segment: Segment) -> bool:
    """True for what nearly every PID is: nothing where a habit would stand, and identifiers spelled as no dialect does. Asks nothing that is not cheap."""
    fields = segment.text.split(segment.delimiters.field)
    count = len(fields)
    if (count > 2 and fields[2]) or (count > 4 and fields[4]) or (count > 19 and fields[19]):
        return False
    if count > 32 and fields[32] and "NSTS" not in fields[32]:
        return False
    if count <= 3:
        return True
    _, authorities, types = _detectable()
    repetition, component = segment.delimiters.repetition, segment.delimiters.component
    for one in fields[3].split(repetition) if repetition else (fields[3],):
        parts = one.split(component, 5) if component else (one,)
        if (len(parts) > 1 and parts[1]) or (len(parts) > 3 and parts[3] in authorities):
            return False
        if len(parts) > 4 and parts[4] and (parts[4] in types or not parts[4].isalnum()):
            return False
    return True


@lru_cache(maxsize=1)
def _detectable() -> tuple[tuple[Dialect, ...], frozenset[str], frozenset[str]]:
    """The dialects that can be detected, and the authorities and types by which some are."""
    from harness.catalogue import catalogue

    found = tuple(dialect for dialect in map(load_dialect, catalogue().dialects) if dialect.shown is not None)
    shown = [one.shown for one in found if one.shown is not None]
    return found, frozenset().union(*(one.authorities for one in shown)), frozenset().union(*(one.types for one in shown))


def _shows(segment: Segment, dialect: Dialect) -> bool:
    shown = dialect.shown
    if shown is None:
        return False
    named = [place for place in range(1, segment.repetitions(3) + 1) if _number(segment, f"3[{place}].1", dialect)]
    for place in named:
        kind = (segment.get(f"3[{place}].5") or "").partition("{")[0]
        if (segment.get(f"3[{place}].4.1") or "") in shown.authorities or kind in shown.types:
            return True
    if shown.status is not None and any(shown.status.search(text) for text in _statuses(segment, dialect, named)):
        return True
    if not shown.fields or any(_called_nhs(segment, place) for place in range(1, segment.repetitions(3) + 1)):
        return False
    return any(_number(segment, f"{field}[1].1", dialect) and not segment.get(f"{field}[1].4") for field in shown.fields)


def _number(segment: Segment, path: str, dialect: Dialect) -> bool:
    value = segment.get(path) or ""
    plain = bare(value)
    return well_formed(plain) and (plain == value or dialect.separators) and check_digit_holds(plain)


def _statuses(segment: Segment, dialect: Dialect, named: Sequence[int]) -> list[str]:
    mine = [place for place in named if dialect.names(segment, f"3[{place}]")]
    if not mine:
        return []
    if dialect.status == "PID-32":
        return [segment.get(f"32[{place}]") or "" for place in range(1, segment.repetitions(32) + 1)]
    return [segment.get(f"3[{place}].{dialect.status.rpartition('.')[2]}") or "" for place in mine]


def _called_nhs(segment: Segment, place: int) -> bool:
    kind = (segment.get(f"3[{place}].5") or "").partition("{")[0]
    return bool(segment.get(f"3[{place}].1")) and ("NHS" in (segment.get(f"3[{place}].4.1") or "") or kind in ("NH", "NHS", "NHSNMBR"))
