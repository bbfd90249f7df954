"""Rules of what a message is made of: names of segments, and the characters that separate."""

from __future__ import annotations

from functools import lru_cache

from harness.validation.hl7v2.judging import Hl7v2Judging, rule
from harness.validation.hl7v2.model import Profile

_USUAL = "^~\\&"


@lru_cache(maxsize=1024)
def _all_known(profile: Profile, names: frozenset[str]) -> bool:
    return all(name in profile.segments or name.startswith("Z") for name in names)


@rule("segment-names")
def segment_names(judging: Hl7v2Judging) -> None:
    """A segment of the site's own begins with Z; one of HL7's that the profile has no place for is nobody's to read."""
    profile = judging.profile
    if _all_known(profile, judging.view.kinds):
        return
    grammar = profile.grammar.known if profile.grammar is not None else frozenset()
    for line in judging.view.lines:
        if line.name in profile.segments or line.name.startswith("Z"):
            continue
        judging.tell(
            "hl7v2/segment-out-of-profile" if line.name in grammar else "hl7v2/segment-name",
            at=judging.view.path(line),
            actual=line.name,
            segment=line.name,
        )


@rule("delimiters")
def delimiters(judging: Hl7v2Judging) -> None:
    """MSH-2 holds four characters; the usual ones are what receivers are tried with."""
    written = judging.view.field("MSH", 2)
    usual = judging.view.field("MSH", 1) == "|" and written == _USUAL
    if usual:
        return
    short = len(written) < len(_USUAL)
    judging.tell("hl7v2/delimiters-short" if short else "hl7v2/delimiters-unusual", at="MSH-2", expected=_USUAL, actual=written or "empty")
