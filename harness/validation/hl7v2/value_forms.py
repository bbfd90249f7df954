"""Data types of v2 field values: real dates and times, numbers. Each function says what is wrong, or nothing."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache

_TS = re.compile(r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(\.\d{1,4})?)?)?)?)?([+-]\d{4})?", re.ASCII)
_NM = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)", re.ASCII).fullmatch
_TM = re.compile(r"([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,4})?)?)?([+-]\d{4})?", re.ASCII)


# Days that every year has, from 1900 to 2999: what nearly every value is.
DAY = "(?:(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])|(?:0[13-9]|1[0-2])(?:29|30)|(?:0[13578]|1[02])31)"
YEAR = "(?:19|2[0-9])[0-9]{2}"
CLOCK = "(?:[01][0-9]|2[0-3])[0-5][0-9]"
_COMMON = re.compile(f"{YEAR}{DAY}(?:{CLOCK}(?:[0-5][0-9])?)?").fullmatch


def timestamp_fault(value: str) -> str:
    """What is wrong with a TS value; empty when it is a real date or time of the calendar."""
    return "" if _COMMON(value) else _timestamp_fault(value)


@lru_cache(maxsize=4096)
def _timestamp_fault(value: str) -> str:
    match = _TS.fullmatch(value)
    if match is None:
        return "is not YYYY[MM[DD[HHMM[SS[.S]]]]][+/-ZZZZ]"
    year, month, day, hour, minute, second = match.group(1, 2, 3, 4, 5, 6)
    if month is not None and not 1 <= int(month) <= 12:
        return f"has month {month}"
    if int(year) < 1:
        return f"has year {year}"
    if day is not None:
        try:
            date(int(year), int(month), int(day))
        except ValueError:
            return f"has day {day}, which that month does not have"
    if hour is not None and (int(hour) > 23 or int(minute) > 59 or int(second or 0) > 59):
        return f"has time {hour}:{minute}" + (f":{second}" if second else "")
    offset = match.group(8)
    if offset and (int(offset[1:3]) > 14 or int(offset[3:]) > 59):
        return f"has offset {offset}"
    return ""


def date_fault(value: str) -> str:
    """What is wrong with a DT value."""
    return timestamp_fault(value) if len(value) <= 8 else "is not YYYY[MM[DD]]"


def lost_hour(value: str) -> bool:
    """True for a local time that the clocks skip: 01:00 to 01:59 on the last Sunday of March (United Kingdom, since 1981)."""
    if len(value) < 12 or value[4:6] != "03" or value[8:10] != "01" or value[6:8] < "25" or value[:4] < "1981" or "+" in value or "-" in value:
        return False
    return timestamp_fault(value) == "" and date(int(value[:4]), 3, int(value[6:8])).weekday() == 6


def number_fault(value: str) -> str:
    """What is wrong with an NM value."""
    return "" if _NM(value.strip()) else "is not a number"


def count_fault(value: str) -> str:
    """What is wrong with an SI value."""
    return "" if value.isascii() and value.isdigit() and len(value) <= 4 else "is not a whole number of up to four digits"


def time_fault(value: str) -> str:
    """What is wrong with a TM value."""
    return "" if _TM.fullmatch(value) else "is not HH[MM[SS]]"


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
