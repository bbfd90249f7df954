"""A system's own clock: set from outside, never read from the machine, so that a run can be repeated."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

_LONDON = ZoneInfo("Europe/London")


@lru_cache(maxsize=4096)
def with_offset(local: str) -> str:
    """A local wall-clock ``YYYY-MM-DDTHH:MM[:SS]`` as a FHIR dateTime with its Europe/London offset; a bare date stays a date."""
    if "T" not in local:
        return local
    moment = datetime.fromisoformat(local)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=_LONDON)
    return moment.isoformat(timespec="seconds")


@lru_cache(maxsize=4096)
def to_local(instant: str) -> str:
    """A FHIR dateTime as local wall clock without offset, seconds kept; a bare date stays a date. ValueError when it is neither."""
    if "T" not in instant:
        return instant
    moment = datetime.fromisoformat(instant)
    if moment.tzinfo is not None:
        moment = moment.astimezone(_LONDON).replace(tzinfo=None)
    return moment.isoformat(timespec="seconds")


class Clock:
    """``now`` is local wall clock in Europe/London; it stands still until it is set or advanced."""

    def __init__(self, now: str) -> None:
        self._now = datetime.fromisoformat(to_local(now))

    def set(self, now: str) -> None:
        """Set the time from ``YYYY-MM-DDTHH:MM:SS`` (local, or with an offset). ValueError when it is not a date-time."""
        self._now = datetime.fromisoformat(to_local(now))

    def advance(self, seconds: float) -> None:
        """Move on by ``seconds``."""
        self._now += timedelta(seconds=seconds)

    def now(self) -> datetime:
        """The naive local time."""
        return self._now

    def local(self) -> str:
        """``YYYY-MM-DDTHH:MM:SS`` local."""
        return self._now.isoformat(timespec="seconds")

    def instant(self) -> str:
        """The FHIR instant, with offset."""
        return with_offset(self.local())

    def stamp(self) -> str:
        """The HL7 v2 time stamp ``YYYYMMDDHHMMSS`` (MSH-7)."""
        return self._now.strftime("%Y%m%d%H%M%S")
