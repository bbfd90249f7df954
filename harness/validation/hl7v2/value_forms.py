"""Data types of v2 field values: real dates and times, numbers. Each function says in what a value is out of form, or None."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from typing import NamedTuple


class OutOfForm(NamedTuple):
    """``what`` is wrong (form, day-form, month, year, day, time, offset, clock, number or count), and the part that was ``found`` there, where it is one."""

    what: str
    found: str = ""


_TS = re.compile(r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(\.\d{1,4})?)?)?)?)?([+-]\d{4})?", re.ASCII)
_NM = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII).fullmatch
_TM = re.compile(r"([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,4})?)?)?([+-]\d{4})?", re.ASCII)


# Days that every year has, from 1900 to 2999: what nearly every value is.
DAY = "(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
YEAR = "(?:19|2[0-9])[0-9]{2}"
CLOCK = "(?:[01][0-9]|2[0-3])[0-5][0-9]"
_COMMON = re.compile(f"{YEAR}{DAY}(?:{CLOCK}(?:[0-5][0-9])?)?").fullmatch


def timestamp_fault(value: str) -> OutOfForm | None:
    """What is wrong with a TS value; None when it is a real date or time of the calendar."""
    return None if _COMMON(value) else _timestamp_fault(value)


@lru_cache(maxsize=4096)
def _timestamp_fault(value: str) -> OutOfForm | None:
    match = _TS.fullmatch(value)
    if match is None:
        return OutOfForm("form")
    year, month, day, hour, minute, second = match.group(1, 2, 3, 4, 5, 6)
    if month is not None and not 1 <= int(month) <= 12:
        return OutOfForm("month", month)
    if int(year) < 1:
        return OutOfForm("year", year)
    if day is not None:
        try:
            date(int(year), int(month), int(day))
        except ValueError:
            return OutOfForm("day", day)
    if hour is not None and (int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59):
        return OutOfForm("time", f"{hour}:{minute}" + (f":{second}" if second else ""))
    offset = match.group(8)
    if offset and (int(offset[1:3]) > 14 or int(offset[3:]) > 59):
        return OutOfForm("offset", offset)
    return None


def date_fault(value: str) -> OutOfForm | None:
    """What is wrong with a DT value."""
    return timestamp_fault(value) if len(value) <= 8 else OutOfForm("day-form")


def lost_hour(value: str) -> bool:
    """True for a local time that the clocks skip: 01:00 to 01:59 on the last Sunday of March (United Kingdom, since 1981)."""
    if len(value) < 12 or value[4:6] != "03" or value[8:10] != "01" or value[6:8] < "25" or value[:4] < "1981" or "+" in value or "-" in value:
        return False
    return timestamp_fault(value) is None and date(int(value[:4]), 3, int(value[6:8])).weekday() == 6


def number_fault(value: str) -> OutOfForm | None:
    """What is wrong with an NM value."""
    return None if _NM(value.strip()) else OutOfForm("number")


def count_fault(value: str) -> OutOfForm | None:
    """What is wrong with an SI value."""
    return None if value.isascii() and value.isdigit() and len(value) <= 4 else OutOfForm("count")


def time_fault(value: str) -> OutOfForm | None:
    """What is wrong with a TM value."""
    return None if _TM.fullmatch(value) else OutOfForm("clock")


@lru_cache(maxsize=4096)
def iso_date(value: str) -> str:
    """``YYYY-MM-DD`` (or as much as there is) of a TS value, empty for one that is not real."""
    if not value or timestamp_fault(value):
        return ""
    digits = re.match(r"\d+", value)
    text = digits[0] if digits else ""
    return "-".join(part for part in (text[:4], text[4:6], text[6:8]) if part)


@lru_cache(maxsize=4096)
def comparable(first: str, second: str) -> tuple[str, str] | None:
    """Two TS values cut to their common precision; None unless both are real and neither carries an offset."""
    if not first or not second or timestamp_fault(first) or timestamp_fault(second) or not (first + second).replace(".", "").isdigit():
        return None
    length = min(len(first.partition(".")[0]), len(second.partition(".")[0]))
    return (first[:length], second[:length])
