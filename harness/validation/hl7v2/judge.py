"""One walk over one message: header, structure, fields, then the rules over several fields."""

from __future__ import annotations

from typing import Any

from harness.model.issue import Issue, Severity
from harness.validation.hl7v2.fields import judge_fields
from harness.validation.hl7v2.judging import Judging, judge_rule
from harness.validation.hl7v2.profile import load_profile, profile_for
from harness.validation.hl7v2.structure import compare
from harness.validation.hl7v2.view import View
from harness.validation.options import Options

_HARMLESS = Severity.INFORMATION


def judge(tree: Any, options: Options, *, whole: bool = True) -> list[Issue]:
    """Issues of a parsed message; ``whole`` False says that it was not read from ER7 bytes. Raises UnknownNameError for an unknown profile."""
    view = View(tree)
    version = view.value("MSH", 12)
    profile = load_profile(options.profile or profile_for(version))
    judging = Judging(view, profile, options, tree.encode() if whole else b"", view.value("MSH", 9), view.value("MSH", 9, 2))
    judge_structure(judging)
    judge_fields(judging)
    judge_held(judging)
    for cross in profile.rules:
        judge_rule(judging, cross)
    return judging.issues


def judge_structure(judging: Judging) -> None:
    """Order, number and presence of segments; nothing where the profile has no structures or not this one (``message-type`` says that)."""
    structure = judging.profile.structure(judging.type, judging.event)
    known = frozenset(judging.profile.segments)
    view = judging.view
    if judging.profile.structures:
        judging.clause = ""
        for line in view.lines:
            if line.name not in known:
                judging.say(
                    "hl7v2/unknown-segment",
                    f"{line.name} is not a segment of {judging.profile.title}",
                    view.path(line),
                    severity=_HARMLESS,
                    actual=line.name,
                    remedy="agree its meaning with the receiver, who ignores it otherwise",
                )
    if structure is None:
        return
    judging.clause = structure.source
    names = [line.name for line in view.lines]
    shape = " ".join(slot.name for slot in structure.slots)
    for departure in compare(structure, names, known):
        path = view.path(view.lines[departure.index]) if departure.index < len(view.lines) else departure.name
        code, message = {
            "missing": ("hl7v2/missing-segment", f"{departure.name} is required in {judging.type}^{judging.event} and missing"),
            "order": ("hl7v2/segment-order", f"{departure.name} stands out of order"),
            "repeated": ("hl7v2/segment-repeated", f"{departure.name} stands more often than once"),
            "not-allowed": ("hl7v2/segment-not-allowed", f"{departure.name} has no place in {judging.type}^{judging.event}"),
        }[departure.kind]
        judging.say(
            code, message, path, severity=Severity.ERROR, expected=shape, actual=departure.name, remedy="follow the structure of the event", error_code="100"
        )


def judge_held(judging: Judging) -> None:
    """What a creator is known to hold and may send in this structure must be there (ITK-M, blind broadcast)."""
    structure = judging.profile.structure(judging.type, judging.event)
    if not judging.options.held or not judging.creator or structure is None:
        return
    allowed = {slot.name for slot in structure.slots}
    judging.clause = f"{structure.source}, required if known"
    for name in sorted(judging.options.held):
        segment, _, field = name.partition("-")
        if segment not in allowed:
            continue
        lines = judging.view.of(segment)
        if not lines or (field.isdigit() and not any(line.raw(int(field)) for line in lines)):
            judging.say(
                "hl7v2/held-not-sent",
                f"{name} is held and not sent",
                name,
                severity=Severity.ERROR,
                expected="what the creator holds",
                actual="absent",
                remedy="send what is held: the creator does not know who needs it",
                error_code="101",
            )
