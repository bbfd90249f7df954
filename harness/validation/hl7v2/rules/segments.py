"""Rules of what a message is made of: names of segments, and the characters that separate."""

from __future__ import annotations

from functools import lru_cache

from harness.model.issue import Severity
from harness.validation.hl7v2.judging import Judging, rule
from harness.validation.hl7v2.model import Profile

_USUAL = "^~\\&"


@lru_cache(maxsize=1024)
def _all_known(profile: Profile, names: frozenset[str]) -> bool:
    return all(name in profile.segments or name.startswith("Z") for name in names)


@rule("segment-names")
def segment_names(judging: Judging) -> None:
    """A segment of the site's own begins with Z; one of HL7's that the profile has no place for is nobody's to read."""
    profile = judging.profile
    if _all_known(profile, judging.view.kinds):
        return
    grammar = profile.grammar.known if profile.grammar is not None else frozenset()
    for line in judging.view.lines:
        if line.name in profile.segments or line.name.startswith("Z"):
            continue
        foreign = line.name in grammar
        judging.say(
            "hl7v2/segment-out-of-profile" if foreign else "hl7v2/segment-name",
            f"{line.name} is a segment of HL7 that the profile does not use" if foreign else f"{line.name} is no segment of this version",
            judging.view.path(line),
            severity=Severity.WARNING if foreign else Severity.ERROR,
            expected="a segment of the profile, or one that begins with Z",
            actual=line.name,
            remedy="leave it out, or agree a Z-segment with the receiver",
            error_code="100",
        )


@rule("delimiters")
def delimiters(judging: Judging) -> None:
    """MSH-2 holds four characters; the usual ones are what receivers are tried with."""
    written = judging.view.field("MSH", 2)
    usual = judging.view.field("MSH", 1) == "|" and written == _USUAL
    if usual:
        return
    short = len(written) < len(_USUAL)
    judging.say(
        "hl7v2/delimiters",
        "MSH-2 lacks characters that separate" if short else "the message is separated by other characters than usual",
        "MSH-2",
        severity=Severity.ERROR if short else Severity.WARNING,
        expected=_USUAL,
        actual=written or "empty",
        remedy="send | and the four usual characters",
        error_code="102",
    )
