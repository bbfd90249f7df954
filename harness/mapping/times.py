"""Dates and times between HL7 v2, FHIR and the record.

A record holds the local wall clock of Europe/London at the precision found. A date is digits and never becomes an instant (a birth in summer
would move to the day before). What cannot be read as a date or time is kept as it stands.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

_V2 = re.compile(r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:(\d\d)(?:\.\d{1,4})?)?)?)?)?)?([+-]\d{4})?")
_ISO_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_ISO_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d)?(?:\.\d+)?(Z|[+-]\d\d:\d\d)?")


@lru_cache(maxsize=1)
def _london() -> tzinfo:
    from zoneinfo import ZoneInfo

    return ZoneInfo("Europe/London")


def date_from_v2(text: str) -> str:
    """``19250704…`` → ``1925-07-04`` from the first eight characters; ``192507`` and ``1925`` keep their precision."""
    head = text[:8]
    match = re.fullmatch(r"(\d{4})(\d\d)?(\d\d)?", head)
    if match is None or not _possible(head):
        return text
    return "-".join(part for part in match.groups() if part)


def datetime_from_v2(text: str) -> str:
    """``202601050900`` → ``2026-01-05T09:00``; a stated offset is honoured, the result is always the local wall clock."""
    match = _V2.fullmatch(text)
    if match is None:
        return text
    year, month, day, hour, minute, second, offset = match.groups()
    digits = "".join(part for part in (year, month, day, hour, minute, second) if part)
    if not _possible(digits):
        return text
    if hour is None:
        return "-".join(part for part in (year, month, day) if part)
    local = f"{year}-{month}-{day}T{hour}:{minute or '00'}"
    if offset:
        sign = -1 if offset[0] == "-" else 1
        zone = timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[3:])))
        local = _to_wall_clock(datetime.fromisoformat(f"{local}:{second or '00'}").replace(tzinfo=zone))
        return local if second else local[:16]
    return f"{local}:{second}" if second else local


def to_v2(text: str) -> str:
    """A record's date or date-time as digits; anything else as it stands."""
    if _ISO_DATE.fullmatch(text):
        return text.replace("-", "")
    match = _ISO_TIME.fullmatch(text)
    if match is None:
        return text
    return (match[1] + (match[2] or "")).replace("-", "").replace("T", "").replace(":", "")


def local_from_fhir(text: str) -> str:
    """A FHIR date or dateTime as local wall clock: ``2026-07-04T08:00:00Z`` → ``2026-07-04T09:00:00``."""
    match = _ISO_TIME.fullmatch(text)
    if match is None or match[3] is None:
        return text
    try:
        return _to_wall_clock(datetime.fromisoformat(match[1] + (match[2] or ":00") + match[3].replace("Z", "+00:00")))
    except ValueError:
        return text


def fhir_from_local(text: str) -> str:
    """A record's date-time as FHIR dateTime with the offset of Europe/London then; dates stay dates. Seconds are written, as FHIR asks.

    The hour that happens twice in October is taken as its first, summer time.
    """
    match = _ISO_TIME.fullmatch(text)
    if match is None or match[3] is not None:
        return text
    try:
        return datetime.fromisoformat(match[1] + (match[2] or ":00")).replace(tzinfo=_london()).isoformat()
    except ValueError:
        return text


def _to_wall_clock(moment: datetime) -> str:
    return moment.astimezone(UTC).astimezone(_london()).strftime("%Y-%m-%dT%H:%M:%S")


def _possible(digits: str) -> bool:
    """Whether 4 to 14 digits name a date or time that can exist on a calendar."""
    filled = digits + "00000101000000"[len(digits) :]
    try:
        datetime.strptime(filled, "%Y%m%d%H%M%S")  # noqa: DTZ007  # only asked whether it can be
    except ValueError:
        return False
    return True


def fhir_from_v2(text: str) -> str | None:
    """A v2 date or time as FHIR date or dateTime at the precision it has; None where it is not one.

    A stated offset is kept; without one the offset is that of Europe/London then (ITK). Minutes are added to a bare hour, as FHIR asks.
    """
    match = _V2.fullmatch(text)
    if match is None or match[1] == "0000":
        return None
    year, month, day, hour, minute, second, offset = match.groups()
    if not _possible("".join(part for part in (year, month, day, hour, minute, second) if part)):
        return None
    if hour is None:
        return "-".join(part for part in (year, month, day) if part)
    fraction = re.search(r"\.\d+", text)
    local = f"{year}-{month}-{day}T{hour}:{minute or '00'}:{second or '00'}"
    if offset:
        if int(offset[1:3]) > 13 or int(offset[3:]) > 59:
            return None
        zone = f"{offset[:3]}:{offset[3:]}"
    else:
        stamp = fhir_from_local(local)
        zone = stamp[len(local) :]
    return f"{local}{fraction[0] if fraction else ''}{zone}"
