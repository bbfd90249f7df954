"""HL7 v2 time stamps and FHIR dates, without ever turning a date into an instant."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

_LONDON = ZoneInfo("Europe/London")
_STAMP = re.compile(r"(\d{4})(\d{2})?(\d{2})?(\d{2})?(\d{2})?(\d{2})?(?:\.\d{1,4})?([+-]\d{4})?")


def is_stamp(text: str) -> bool:
    """True for a v2 TS that names a day, month or time that exists in the calendar."""
    return _parts(text) is not None


def _parts(text: str) -> tuple[datetime, int, str] | None:
    match = _STAMP.fullmatch(text)
    if match is None:
        return None
    digits = [part for part in match.groups()[:6] if part is not None]
    if match[7] and len(digits) < 4:
        return None
    numbers = [int(part) for part in digits] + [1, 1, 0, 0, 0][len(digits) - 1 :]
    try:
        moment = datetime(*numbers)  # type: ignore[arg-type]  # noqa: DTZ001
    except ValueError:
        return None
    return moment, len(digits), match[7] or ""


def fhir_date(stamp: str) -> str:
    """The date part of a TS, in the precision it has: YYYY, YYYY-MM or YYYY-MM-DD; the text itself where it is none."""
    found = _parts(stamp)
    if found is None:
        return stamp
    return found[0].strftime({1: "%Y", 2: "%Y-%m"}.get(found[1], "%Y-%m-%d"))


def fhir_datetime(stamp: str) -> str:
    """A TS as FHIR dateTime: a date stays a date; a time gets the offset it came with, or London's of that day."""
    found = _parts(stamp)
    if found is None:
        return stamp
    moment, precision, offset = found
    if precision < 4:
        return fhir_date(stamp)
    if offset:
        minutes = int(offset[1:3]) * 60 + int(offset[3:])
        moment = moment.replace(tzinfo=timezone(timedelta(minutes=-minutes if offset[0] == "-" else minutes)))
    else:
        moment = moment.replace(tzinfo=_LONDON)
    return moment.isoformat(timespec="seconds")


def v2_stamp(value: str) -> str:
    """A FHIR date or dateTime as TS: digits only, local wall clock; empty for what is neither."""
    try:
        if "T" not in value:
            return value.replace("-", "") if re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", value) else ""
        moment = datetime.fromisoformat(value)
    except ValueError:
        return ""
    if moment.tzinfo is not None:
        moment = moment.astimezone(_LONDON)
    return moment.strftime("%Y%m%d%H%M%S")


def sortable(stamp: str) -> str:
    """A TS as 14 digits of local wall clock, to order events by; the empty string sorts first."""
    found = _parts(stamp)
    if found is None:
        return ""
    return v2_stamp(fhir_datetime(stamp)) if found[2] else found[0].strftime("%Y%m%d%H%M%S")
