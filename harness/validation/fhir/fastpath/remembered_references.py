"""References: few texts come again and again, and what was said of one depends on little else.

In a resource that stands by itself it depends on the text alone, unless that is a fragment. In a Bundle without others inside, an absolute
reference leads to the same entry wherever it stands, so it is remembered for as long as the document is judged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.validation.fhir.fastpath.text_conditions import NAMES

if TYPE_CHECKING:
    from harness.validation.fhir.judging import FhirJudging
    from harness.validation.fhir.walk.judges import ObjectJudge

_MOST = 8192
_PLAIN = NAMES["PLAIN"]
_HOLDERS = ("Bundle", "Parameters")


def remembering(judge: ObjectJudge) -> ObjectJudge:
    """``judge``, the function of some plan for references, which is not asked again about one that was in order."""
    known: set[Any] = set()

    def judged(value: Any, where: Any, judging: FhirJudging) -> None:
        key = _key(value)
        if key is None:
            judge(value, where, judging)
            return
        quiet = known if key[0] == "" or _stands(judging) == "alone" else _quiet_here(judging, judge) if key[0].startswith(("urn:", "http")) else None
        if quiet is not None and key in quiet:
            return
        before, unsure = len(judging.issues), judging.undetermined
        judge(value, where, judging)
        if quiet is not None and len(judging.issues) == before and judging.undetermined == unsure and not judging.aside and len(quiet) < _MOST:
            quiet.add(key)

    return judged


def _stands(judging: FhirJudging) -> str:
    """Whether no reference of the document but a fragment can lead into it (``alone``), or all entries share one Bundle (``bundle``)."""
    found = judging.standing
    if found is None:
        root = judging.root
        kind, entries = root.get("resourceType"), root.get("entry")
        if kind == "Bundle" and isinstance(entries, list):
            resources = [one.get("resource") for one in entries if isinstance(one, dict)]
            nested = any(isinstance(one, dict) and one.get("resourceType") in _HOLDERS for one in resources)
            found = "" if nested else "bundle"
        else:
            found = "" if kind in _HOLDERS else "alone"
        judging.standing = found
    return found


def _quiet_here(judging: FhirJudging, judge: ObjectJudge) -> set[Any] | None:
    """What ``judge`` found in order in this document; None where the place of a reference matters."""
    if _stands(judging) != "bundle":
        return None
    return judging.references_in_order.setdefault(judge, set())


def _key(value: Any) -> Any:
    """All that decides about a reference: its text ("" where there is none but a display) and its type; None where it holds anything else or is a fragment."""
    reference, kind, display = value.get("reference", ""), value.get("type"), value.get("display")
    if type(reference) is not str or reference[:1] == "#" or len(reference) > 400 or (not reference and ("reference" in value or display is None)):
        return None
    if (kind is not None and type(kind) is not str) or (display is not None and not (type(display) is str and len(display) < 4096 and _PLAIN(display))):
        return None
    return (reference, kind) if (reference != "") + (kind is not None) + (display is not None) == len(value) else None
