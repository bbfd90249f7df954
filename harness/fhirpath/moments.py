"""System.Date, System.DateTime and System.Time: with the precision they were written with."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

DATE, DATE_TIME, TIME = "Date", "DateTime", "Time"
_CLOCK = r"(\d\d)(?::(\d\d)(?::(\d\d)(?:\.(\d+))?)?)?"
_DATE = re.compile(rf"(\d{{4}})(?:-(\d\d)(?:-(\d\d)(T(?:{_CLOCK})?(Z|[+-]\d\d:\d\d)?)?)?)?", re.ASCII)
_PARTIAL = re.compile(r"(\d{4})(?:-(\d\d))?T", re.ASCII)
_TIME = re.compile(rf"T?{_CLOCK}", re.ASCII)
UNITS = ("year", "month", "day", "hour", "minute", "second", "millisecond")
# Local time runs from 14 hours before UTC to 12 hours after it.
_EAST, _WEST = -14 * 60, 12 * 60


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """A point of time. ``parts`` are year, month, day, hour, minute, second, millisecond as far as given (a Time begins with the hour).

    ``offset`` is the distance from UTC in minutes, None where none is given. ``digits`` is how many digits of the second's fraction were written.
    """

    kind: str
    parts: tuple[int, ...]
    offset: int | None = None
    digits: int = 0

    @property
    def precision(self) -> str:
        """The name of the last part given: ``year`` to ``millisecond``."""
        return UNITS[len(self.parts) - 1 + (3 if self.kind == TIME else 0)]

    def __str__(self) -> str:
        clock = self.parts if self.kind == TIME else self.parts[3:]
        texts = [f"{part:02d}" for part in clock[:3]]
        told = ":".join(texts)
        if len(clock) > 3:
            told += f".{clock[3] * 10 ** max(self.digits - 3, 0):0{max(self.digits, 1)}d}" if self.digits > 3 else f".{clock[3]:03d}"[: 1 + (self.digits or 3)]
        if self.kind == TIME:
            return told
        day = "-".join(f"{part:04d}" if place == 0 else f"{part:02d}" for place, part in enumerate(self.parts[:3]))
        if self.kind == DATE:
            return day
        return f"{day}T{told}{self._zone()}" if clock else day

    def _zone(self) -> str:
        if self.offset is None:
            return ""
        if self.offset == 0:
            return "Z"
        hours, minutes = divmod(abs(self.offset), 60)
        return f"{'-' if self.offset < 0 else '+'}{hours:02d}:{minutes:02d}"

    def utc(self) -> tuple[int, ...]:
        """The parts moved to UTC; as they are where no offset is given or nothing below the day."""
        if not self.offset or len(self.parts) < 4 or self.kind != DATE_TIME:
            return self.parts
        return self._moved(-self.offset)

    def _moved(self, minutes: int) -> tuple[int, ...]:
        count = len(self.parts)
        full = (*self.parts, 0, 0, 0, 0)[:7]
        try:
            moved = datetime(full[0], full[1], full[2], full[3], full[4]) + timedelta(minutes=minutes)  # noqa: DTZ001 - parts without a zone, moved by hand
        except (OverflowError, ValueError):
            return self.parts
        return (moved.year, moved.month, moved.day, moved.hour, moved.minute, full[5], full[6])[:count]

    def around(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The earliest and latest parts in UTC that a time without an offset may mean."""
        return self._moved(_EAST), self._moved(_WEST)


def compare(left: Moment, right: Moment) -> int | None:
    """-1, 0 or 1; None where the precisions (or a missing offset) leave it open, or a time meets a date."""
    if (left.kind == TIME) != (right.kind == TIME):
        return None
    return _compare_times(left.parts, right.parts) if left.kind == TIME else _compare_dates(left, right)


def _compare_times(left: tuple[int, ...], right: tuple[int, ...]) -> int | None:
    return _order_with_seconds(left, right, 3)


def _compare_dates(left: Moment, right: Moment) -> int | None:
    timed = len(left.parts) > 3 and len(right.parts) > 3
    if not timed or left.offset == right.offset:
        return _order_with_seconds(left.parts, right.parts, 6)
    if left.offset is not None and right.offset is not None:
        return _order_with_seconds(left.utc(), right.utc(), 6)
    known, open_ = (left, right) if left.offset is not None else (right, left)
    earliest, latest = open_.around()
    low, high = _order_with_seconds(known.utc(), earliest, 6), _order_with_seconds(known.utc(), latest, 6)
    if low is None or low != high or low == 0:
        return None
    return low if known is left else -low


def _order_with_seconds(left: tuple[int, ...], right: tuple[int, ...], seconds: int) -> int | None:
    """Seconds with and without a fraction are of one precision."""
    if len(left) == seconds and len(right) > seconds:
        left = (*left, 0)
    elif len(right) == seconds and len(left) > seconds:
        right = (*right, 0)
    for one, other in zip(left, right, strict=False):
        if one != other:
            return -1 if one < other else 1
    return 0 if len(left) == len(right) else None


def _clock(groups: tuple[str | None, ...]) -> tuple[tuple[int, ...], int] | None:
    hour, minute, second, fraction = groups
    parts: list[int] = []
    for text, limit in ((hour, 23), (minute, 59), (second, 60)):
        if text is None:
            break
        if int(text) > limit:
            return None
        parts.append(int(text))
    if fraction is not None:
        parts.append(int((fraction + "00")[:3]))
    return tuple(parts), len(fraction or "")


@lru_cache(maxsize=4096)
def moment(text: str, kind: str) -> Moment | None:
    """``text`` read as ``kind`` (Date, DateTime or Time); None where it is no such thing. A leading ``@`` is not part of it."""
    if len(text) > 64:
        return None
    if kind == TIME:
        timed = _TIME.fullmatch(text)
        clock = _clock((timed[1], timed[2], timed[3], timed[4])) if timed else None
        return Moment(TIME, clock[0], None, clock[1]) if clock else None
    if kind == DATE_TIME and (partial := _PARTIAL.fullmatch(text)):
        text = text[:-1]
        if partial[2] and not 1 <= int(partial[2]) <= 12:
            return None
    found = _DATE.fullmatch(text)
    if not found or (kind == DATE and found[4]):
        return None
    day = _day(found[1], found[2], found[3])
    if day is None:
        return None
    if not found[4] or found[5] is None:
        return Moment(kind, day, _offset(found[9]) if found[4] else None)
    clock = _clock((found[5], found[6], found[7], found[8]))
    return Moment(kind, day + clock[0], _offset(found[9]), clock[1]) if clock else None


def _day(year: str, month: str | None, day: str | None) -> tuple[int, ...] | None:
    if int(year) == 0:
        return None
    if month is None:
        return (int(year),)
    if not 1 <= int(month) <= 12:
        return None
    if day is None:
        return int(year), int(month)
    if not 1 <= int(day) <= monthrange(int(year), int(month))[1]:
        return None
    return int(year), int(month), int(day)


def _offset(zone: str | None) -> int | None:
    if zone is None:
        return None
    if zone == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[4:6])
    return -minutes if zone[0] == "-" else minutes
