"""The time of a case: a calendar of its own for what is told, and a watch for how long was waited."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from harness.case.spec import CaseSpec, Namespace

_CASE_SPAN = timedelta(minutes=15)  # of the calendar for each case: no check tells of more than a few dozen moments, so that no two cases meet
_FIRST = "T06:00:00"  # of the epoch's day, when the first case begins: late enough that no content of a few hours before lies on another day


@dataclass(slots=True)
class CaseClock:
    """``moment`` is local time on the case's calendar; ``watch`` tells seconds that only differences are taken of; ``waited`` the seconds spent on
    limits that were declared, which are nobody's work."""

    spec: CaseSpec
    namespace: Namespace
    watch: Callable[[], float] = monotonic
    waited: float = 0.0
    moment: datetime = field(init=False)
    _ids: int = 0

    def __post_init__(self) -> None:
        self.moment = datetime.fromisoformat(f"{self.namespace.epoch}{_FIRST}") + _CASE_SPAN * self.spec.ordinal

    def tick(self) -> str:
        """The next second of the calendar, ``YYYY-MM-DDTHH:MM:SS``."""
        self.moment += timedelta(seconds=1)
        return self.moment.isoformat()

    def at(self, **delta: int) -> str:
        """A moment relative to now, for content (``at(days=2)``)."""
        return (self.moment + timedelta(**delta)).isoformat()

    def control_id(self) -> str:
        """A fresh MSH-10 or X-Request-ID, at most 20 characters (the length of MSH-10 in v2.4), derived from namespace and case."""
        self._ids += 1
        return f"EH{self.namespace.digest(self.spec.ordinal, self.spec.attempt, self._ids):016X}"
