"""One walk over one message: structure, segments, then the rules over several fields. What was judged right is passed over quickly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.model.issue import Issue, Severity
from harness.validation.hl7v2.accept import accepts
from harness.validation.hl7v2.claims import claims_of
from harness.validation.hl7v2.fields import judge_conditions, judge_segment
from harness.validation.hl7v2.judging import Hl7v2Judging, applicable, functions
from harness.validation.hl7v2.profile import load_profile
from harness.validation.hl7v2.received import judge_received
from harness.validation.hl7v2.structure import compare
from harness.validation.hl7v2.view import View
from harness.validation.options import Options

_DEPARTURES = {
    "missing": "hl7v2/missing",
    "order": "hl7v2/order",
    "repeated": "hl7v2/repeated",
    "not-allowed": "hl7v2/not-allowed",
}


@dataclass(frozen=True, slots=True)
class Examination:
    """Three answers: how many questions were passed, the issues of those failed, and those that could not be answered."""

    issues: tuple[Issue, ...]
    passed: int
    inconclusive: tuple[Issue, ...]

    @property
    def failed(self) -> int:
        """How many questions were answered by an issue; information is none."""
        return sum(issue.severity is not Severity.INFORMATION for issue in self.issues)


def judge_tree(tree: Any, options: Options, profile: str = "", *, whole: bool = True) -> list[Issue]:
    """Issues of a parsed message; ``whole`` False says that it was not read from ER7 bytes. Raises UnknownNameError for an unknown profile.

    ``profile`` is the name of the one to judge by (empty: the one asked for or claimed, see ``claims``).

    Segments that an expression of their rules accepts are not walked, unless what is inconclusive is to be said too.
    """
    judging = _judged(tree, options, profile, whole, quick=not options.inconclusive)
    return judging.issues + judging.doubts if options.inconclusive else judging.issues


def examine_tree(tree: Any, options: Options, profile: str = "", *, whole: bool = True) -> Examination:
    """Every question asked and counted, by the walk that explains. The issues are those of ``judge_tree``."""
    judging = _judged(tree, options, profile, whole, quick=False)
    failed = sum(issue.severity is not Severity.INFORMATION for issue in judging.issues)
    return Examination(tuple(judging.issues), max(judging.checked - failed - len(judging.doubts), 0), tuple(judging.doubts))


def _judged(tree: Any, options: Options, name: str, whole: bool, *, quick: bool) -> Hl7v2Judging:
    view = View(tree)
    version = view.value("MSH", 12)
    profile = load_profile(name or claims_of(tree, options)[0], options.side, version)
    judging = Hl7v2Judging(view, profile, options, tree.encode if whole else bytes, view.value("MSH", 9), view.value("MSH", 9, 2))
    if tree.line_ends or tree.undecodable:
        judge_received(judging)
    judge_structure(judging)
    judge_segments(judging, quick=quick)
    if options.held:
        judge_held(judging)
    if quick:
        for judging.severity, judging.clause, function in applicable(profile, options.strict, view.kinds):
            function(judging)
    else:
        for cross, function in functions(profile):
            if options.strict or not cross.strict:
                judging.severity, judging.clause = cross.severity, cross.source
                judging.checked += 1
                function(judging)
    for flaw in profile.flaws:
        judging.clause = f"profile {profile.id}"
        judging.tell(flaw.key, at="", actual=flaw.said, name=profile.id, where=flaw.where)
    return judging


def judge_structure(judging: Hl7v2Judging) -> None:
    """Order, number and presence of segments; nothing where the profile has no structures or not this one (``message-type`` says that)."""
    view, profile = judging.view, judging.profile
    structure = profile.structure(judging.type, judging.event, view.value("MSH", 9, 3) if not profile.structures else "")
    grammar = profile.grammar
    known = profile.known
    if profile.structures or grammar is not None:
        judging.clause = "" if profile.structures or grammar is None else grammar.source
        for line in view.lines if not known.issuperset(view.kinds) else ():
            if line.name not in known and (profile.structures or line.name[:1] != "Z"):
                title = profile.title if profile.structures or grammar is None else grammar.source
                judging.tell("hl7v2/unknown-segment", at=view.path(line), actual=line.name, segment=line.name, standard=title)
    if structure is None:
        if not profile.structures:
            judging.tell(
                "hl7v2/unknown-structure" if grammar else "hl7v2/unknown-grammar",
                at="MSH-9" if grammar else "MSH-12",
                type=judging.type,
                event=judging.event,
                version=view.value("MSH", 12),
            )
        return
    judging.clause, judging.relaxed = structure.source, structure.relaxed
    judging.checked += len(structure.slots)
    for departure in compare(structure, view.names, known):
        path = view.path(view.lines[departure.index]) if departure.index < len(view.lines) else departure.name
        judging.tell(
            _DEPARTURES[departure.kind],
            at=path,
            expected=structure.shape,
            actual=departure.name,
            segment=departure.name,
            type=judging.type,
            event=judging.event,
        )


def judge_segments(judging: Hl7v2Judging, *, quick: bool) -> None:
    """Every segment something is said of. ``quick`` passes over those their expression accepts; what it does not accept is walked."""
    profile, strict = judging.profile, judging.options.strict
    expressions = accepts(profile, judging.view.delimiters, strict) if quick else None
    ready = expressions.ready if expressions is not None else {}
    for line in judging.view.lines:
        known = ready.get(line.name)
        segment = known[2] if known is not None else profile.segment(line.name)
        if segment is None:
            if not quick:
                judging.tell("hl7v2/unjudged-segment", at=judging.view.path(line), segment=line.name)
            continue
        accepted = False
        if known is not None:
            accepted = known[0](line.text + known[1]) is not None
        elif expressions is not None:
            accepted = expressions.accept(segment, line.text)
        if accepted and not segment.conditional:
            continue
        judging.clause = segment.source
        if not accepted:
            judge_segment(judging, line, segment)
        if segment.conditional:
            judge_conditions(judging, line, segment.conditional)


def judge_held(judging: Hl7v2Judging) -> None:
    """What a creator is known to hold and may send in this structure must be there (ITK-M, blind broadcast)."""
    structure = judging.profile.structure(judging.type, judging.event)
    if not judging.creator or structure is None:
        return
    allowed = {slot.name for slot in structure.slots}
    judging.clause = f"{structure.source}, required if known"
    for name in sorted(judging.options.held):
        segment, _, field = name.partition("-")
        if segment not in allowed:
            continue
        lines = judging.view.of(segment)
        if not lines or (field.isdigit() and not any(line.raw(int(field)) for line in lines)):
            judging.tell("hl7v2/held", at=name, actual="absent", place=name)
