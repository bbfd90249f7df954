"""Dates and times as wall-clock text."""

from __future__ import annotations

import re
from datetime import datetime

_STAMP = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ]?(\d{2}):?(\d{2})(?::?(\d{2})(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?")


def local_wall_clock(stamp: str) -> str:
    """``stamp`` (ISO or HL7 v2 digits) as ``YYYY-MM-DD[THH:MM:SS]`` in Europe/London; text of another shape comes back unchanged."""
    found = _STAMP.fullmatch(stamp)
    if not found:
        return stamp
    year, month, day, hour, minute, second, offset = found.groups()
    if hour is None:
        return f"{year}-{month}-{day}"
    local = f"{year}-{month}-{day}T{hour}:{minute}:{second or '00'}"
    return _in_london(local, offset) if offset else local


def _in_london(local: str, offset: str) -> str:
    from zoneinfo import ZoneInfo

    try:
        instant = datetime.fromisoformat(local + offset.replace("Z", "+00:00"))
    except ValueError:
        return local + offset
    return instant.astimezone(ZoneInfo("Europe/London")).strftime("%Y-%m-%dT%H:%M:%S")


def coarser(sent: str, received: str) -> bool:
    """True when ``received`` is the same moment said less precisely (a date for a date-time): two normal forms of ``date-time``."""
    return bool(received) and sent != received and re.match(r"\d{4}-\d{2}-\d{2}T", sent) is not None and sent.startswith(received + "T")
