"""References: in a resource that stands by itself and contains nothing, what is said of one depends on its text alone, and few texts come again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from harness.validation.fhir.compiled.texts import NAMES

if TYPE_CHECKING:
    from harness.validation.fhir.judging import Judging

_MOST = 8192
_PLAIN = NAMES["PLAIN"]


def remembering(judge: Callable[[Any, Any, Any], None]) -> Callable[[Any, Any, Any], None]:
    """``judge``, the function of some plan for references, which is not asked again about one that was in order."""
    known: set[Any] = set()

    def judged(value: Any, where: Any, judging: Judging) -> None:
        key = _key(value) if stands_alone(judging) else None
        if key is not None and key in known:
            return
        before, unsure = len(judging.issues), judging.undetermined
        judge(value, where, judging)
        if key is not None and len(judging.issues) == before and judging.undetermined == unsure and not judging.aside and len(known) < _MOST:
            known.add(key)

    return judged


def stands_alone(judging: Judging) -> bool:
    """Whether no reference of the document can lead into it."""
    found: bool | None = judging.kept.get("alone")
    if found is None:
        root = judging.root
        found = judging.kept["alone"] = root.get("resourceType") not in ("Bundle", "Parameters") and "contained" not in root
    return found


def _key(value: Any) -> Any:
    """All that decides about a reference: its text and its type; None where it holds anything else, or leads inside."""
    reference, kind, display = value.get("reference"), value.get("type"), value.get("display")
    if type(reference) is not str or reference[:1] == "#" or len(reference) > 400:
        return None
    if (kind is not None and type(kind) is not str) or (display is not None and not (type(display) is str and len(display) < 4096 and _PLAIN(display))):
        return None
    return (reference, kind) if 1 + (kind is not None) + (display is not None) == len(value) else None
