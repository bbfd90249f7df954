"""Parts of dates and times: ``yearOf`` and its kin; ``difference`` and ``duration`` between two (STU)."""

# ruff: noqa: ARG001 - every function of FHIRPath is handed the state, whether it looks at it or not
from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from harness.fhirpath.equality import named
from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.evaluation import Items, State
from harness.fhirpath.functions import function, text_of, value_of
from harness.fhirpath.moments import DATE, TIME, UNITS, Moment
from harness.fhirpath.quantities import WORDS


def _moment(focus: Items) -> Moment | None:
    value = value_of(focus)
    if value is None or type(value) is Moment:
        return value
    raise EvaluationError(f"{named(value)} where a date or a time is expected")


def _register(unit: str, place: int) -> None:
    def call(state: State, focus: Items) -> Items:
        value = _moment(focus)
        if value is None:
            return []
        at = place - 3 if value.kind == TIME else place
        return [value.parts[at]] if 0 <= at < len(value.parts) else []

    function(f"{unit}Of")(call)


for _place, _unit in enumerate(UNITS):
    _register(_unit, _place)


@function("timezoneOffsetOf")
def timezone_offset_of(state: State, focus: Items) -> Items:
    """The distance from UTC in hours."""
    value = _moment(focus)
    return [] if value is None or value.offset is None else [Decimal(value.offset) / 60]


@function("dateOf")
def date_of(state: State, focus: Items) -> Items:
    """The date."""
    value = _moment(focus)
    return [] if value is None or value.kind == TIME else [Moment(DATE, value.parts[:3])]


@function("timeOf")
def time_of(state: State, focus: Items) -> Items:
    """The time of a date-time."""
    value = _moment(focus)
    if value is None or value.kind == TIME:
        return [] if value is None else [value]
    return [Moment(TIME, value.parts[3:], None, value.digits)] if len(value.parts) > 3 else []


def _between(state: State, focus: Items, other: Items, precision: Items) -> tuple[Moment, Moment, str] | None:
    one, two, word = _moment(focus), _moment(other), text_of(precision)
    if one is None or two is None or word is None:
        return None
    if word not in WORDS:
        raise EvaluationError(f"there is no duration {word!r}", expected=", ".join(UNITS))
    needed = UNITS.index(WORDS[word]) + 1 if WORDS[word] != "week" else 3
    if min(len(one.parts), len(two.parts)) + (3 if one.kind == TIME else 0) < needed or (one.kind == TIME) != (two.kind == TIME):
        return None
    return one, two, WORDS[word]


@function("duration", "vv")
def duration(state: State, focus: Items, other: Items, precision: Items) -> Items:
    """How many whole units lie between two dates or times."""
    found = _between(state, focus, other, precision)
    return [] if found is None else _counted(*found, whole=True)


@function("difference", "vv")
def difference(state: State, focus: Items, other: Items, precision: Items) -> Items:
    """How many boundaries of a unit are crossed between two dates or times."""
    found = _between(state, focus, other, precision)
    return [] if found is None else _counted(*found, whole=False)


def _counted(one: Moment, two: Moment, unit: str, *, whole: bool) -> Items:
    first, second = _full(one), _full(two)
    if unit in ("year", "month"):
        months = (second.year - first.year) * 12 + second.month - first.month
        if whole:
            rest = (second.day, second.time()) < (first.day, first.time())
            back = (second.day, second.time()) > (first.day, first.time())
            months += -1 if months > 0 and rest else (1 if months < 0 and back else 0)
            return [int(months / 12) if unit == "year" else months]
        return [second.year - first.year if unit == "year" else months]
    if not whole:
        first, second = _cut(first, unit), _cut(second, unit)
    size = {"week": 604_800_000, "day": 86_400_000, "hour": 3_600_000, "minute": 60_000, "second": 1000, "millisecond": 1}[unit]
    between: Any = second - first
    if unit == "week" and not whole:
        first_week, second_week = (moment.toordinal() // 7 for moment in (first, second))
        return [second_week - first_week]
    milliseconds = between.days * 86_400_000 + between.seconds * 1000 + between.microseconds // 1000
    return [int(Decimal(milliseconds) / size)]


def _full(value: Moment) -> datetime:
    parts = (2000, 1, 1, *value.parts) if value.kind == TIME else value.utc()
    full = (*parts, *(1, 1, 1, 0, 0, 0, 0)[len(parts) :])
    return datetime(full[0], full[1], full[2], full[3], full[4], min(full[5], 59), full[6] * 1000)  # noqa: DTZ001 - both moved to UTC by hand


def _cut(value: datetime, unit: str) -> datetime:
    kept = {"week": 3, "day": 3, "hour": 4, "minute": 5, "second": 6, "millisecond": 7}[unit]
    parts = (value.year, value.month, value.day, value.hour, value.minute, value.second, value.microsecond)
    return datetime(*parts[:kept])  # type: ignore[arg-type]  # noqa: DTZ001 - see _full
