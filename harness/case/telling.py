"""What an event tells of a person, by the flows that know it: a group of the record that some event claims is told by the events that claim it alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, time, timedelta

from harness.model.place import Flow
from harness.model.record import Record, Unsaid, Value


def told_by(event: str, record: Record, flows: Iterable[Flow]) -> Record:
    """The part of ``record`` that ``event`` is about; what no flow claims is told by every event."""
    events = [one for flow in flows for one in flow.events]
    claimed = {group for one in events for group in one.tells}
    told = {group for one in events if one.name == event for group in one.tells}
    return Record({group: entries for group, entries in record.groups.items() if group in told or group not in claimed})


def on_the_calendar(record: Record, flows: Iterable[Flow], moment: datetime) -> Mapping[str, Value | Unsaid]:
    """The moments that ``record`` holds and flows count from when the case begins, moved to there: changes for ``Record.replaced``."""
    moved: dict[str, Value | Unsaid] = {}
    for flow in flows:
        for item, offset in flow.calendar.items():
            if record.text(item):
                when = moment + timedelta(days=offset.days, hours=offset.hours)
                moved[item] = (datetime.combine(when, time(offset.at)) if offset.at is not None else when).isoformat()
    return moved
