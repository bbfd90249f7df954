"""Rules of dates and times against one another."""

from __future__ import annotations

from functools import partial

from harness.validation.hl7v2.judging import Hl7v2Judging, rule
from harness.validation.hl7v2.value_forms import comparable, iso_date
from harness.validation.national import life_issues


def _later(judging: Hl7v2Judging, first: tuple[str, int], second: tuple[str, int]) -> tuple[str, str] | None:
    """The two values where the first is later than the second, compared at their common precision."""
    one, other = judging.view.value(*first), judging.view.value(*second)
    # Text that does not sort after another does not do so at any common precision either.
    pair = comparable(one, other) if one > other else None
    return (one, other) if pair and pair[0] > pair[1] else None


@rule("occurred-after-recorded", needs=("EVN",))
def occurred_after_recorded(judging: Hl7v2Judging) -> None:
    """An event is recorded (EVN-2) after it happened (EVN-6)."""
    if found := _later(judging, ("EVN", 6), ("EVN", 2)):
        judging.tell("hl7v2/event-time", at="EVN-6", actual=found[0], recorded=found[1])


@rule("occurred-day-month", needs=("EVN",))
def occurred_day_month(judging: Hl7v2Judging) -> None:
    """EVN-6 on EVN-2's date with day and month exchanged is a date read the wrong way round."""
    happened, recorded = judging.view.value("EVN", 6), judging.view.value("EVN", 2)
    if happened[:8] == recorded[:8]:
        return
    happened, recorded = iso_date(happened), iso_date(recorded)
    if len(happened) < 10 or len(recorded) < 10 or happened == recorded:
        return
    if happened[:5] == recorded[:5] and (happened[5:7], happened[8:10]) == (recorded[8:10], recorded[5:7]):
        judging.tell("hl7v2/day-month", at="EVN-6", actual=happened, recorded=recorded)


@rule("admitted-after-occurred", needs=("PV1",))
def admitted_after_occurred(judging: Hl7v2Judging) -> None:
    """What has happened (EVN-6) cannot lie before the admission (PV1-44) it belongs to; planned events aside."""
    if judging.event in {"A05", "A14", "A38", "A27"}:
        return
    if found := _later(judging, ("PV1", 44), ("EVN", 6)):
        judging.tell("hl7v2/admit-time", at="PV1-44", actual=found[0], happened=found[1])


@rule("discharged-before-admitted", needs=("PV1",))
def discharged_before_admitted(judging: Hl7v2Judging) -> None:
    """PV1-45 is not before PV1-44."""
    if found := _later(judging, ("PV1", 44), ("PV1", 45)):
        judging.tell("hl7v2/discharge-time", at="PV1-45", actual=found[1], admitted=found[0])


@rule("expected-dates")
def expected_dates(judging: Hl7v2Judging) -> None:
    """Dates an event exists to carry: discharge on A03, expected admission on A05 and A14, expected discharge on A16."""
    wanted = {"A03": ("PV1", 45), "A05": ("PV2", 8), "A14": ("PV2", 8), "A16": ("PV2", 9)}.get(judging.event) if judging.type == "ADT" else None
    if wanted and judging.creator and not judging.view.value(*wanted):
        path = f"{wanted[0]}-{wanted[1]}"
        judging.tell("hl7v2/conditional-field", at=path, actual="empty", place=path, event=judging.event)


@rule("death", needs=("PID",))
def death(judging: Hl7v2Judging) -> None:
    """PID-29 and PID-30 agree, and nobody dies before birth or after today."""
    view = judging.view
    for line in view.of("PID"):
        died = view.part(line.raw(29), 1)
        indicator = view.part(line.raw(30), 1)
        if died and iso_date(died) and indicator == "N":
            judging.tell("hl7v2/death", at=view.path(line, 30), actual="N")
        if not died and not judging.options.now:
            continue
        birth_at, death_at = (partial(view.locate, view.path(line, field)) for field in (7, 29))
        judging.issues += life_issues(iso_date(view.part(line.raw(7), 1)), iso_date(died), judging.options, birth_at, death_at)
