"""Rules of an event against the rest of its message: a life that spans it, a discharge it reports, the order of a merge."""

from __future__ import annotations

from harness.validation.hl7v2.judging import Hl7v2Judging, rule
from harness.validation.hl7v2.rules.identity import identifiers
from harness.validation.hl7v2.value_forms import comparable


@rule("life-and-event", needs=("PID",))
def life_and_event(judging: Hl7v2Judging) -> None:
    """Nobody is born, and nobody has died, after the event (EVN-6; where there is none, the message) that says so, at their common precision."""
    view = judging.view
    happened = view.value("EVN", 6) or view.value("MSH", 7)
    place = "EVN-6" if view.value("EVN", 6) else "MSH-7"
    if not happened:
        return
    for line in view.of("PID"):
        for field, what in ((7, "born"), (29, "died")):
            said = view.part(line.raw(field), 1)
            pair = comparable(said, happened) if said > happened else None
            if pair and pair[0] > pair[1]:
                judging.tell("hl7v2/after-event", at=view.path(line, field), actual=said, number=field, what=what, place=place, happened=happened)


@rule("discharged-after-occurred", needs=("PV1",))
def discharged_after_occurred(judging: Hl7v2Judging) -> None:
    """A discharge (A03) has happened by the time it is said to have: PV1-45 is not later than EVN-6."""
    if judging.event != "A03":
        return
    left, happened = judging.view.value("PV1", 45), judging.view.value("EVN", 6)
    pair = comparable(left, happened)
    if pair and pair[0] > pair[1]:
        judging.tell("hl7v2/discharge-after-event", at="PV1-45", actual=left, happened=happened)


@rule("merge-order", needs=("MRG",))
def merge_order(judging: Hl7v2Judging) -> None:
    """The numbers of MRG-1 stand in the order of their survivors in PID-3, kind by kind."""
    view = judging.view
    for line in view.of("MRG"):
        survivors = [one.kind for pid in view.of("PID")[:1] for one in identifiers(view, pid, 3)]
        ended = [one.kind for one in identifiers(view, line, 1)]
        places = [survivors.index(kind) for kind in ended if kind in survivors]
        if places != sorted(places):
            judging.tell("hl7v2/merge-order", at=view.path(line, 1), actual=line.raw(1))
