"""Followers that differ from the right one in what they keep of a record, or in how they serve it: made of a name and a few words.

pair("fidelity/allergies-1", dropping("DropsAllergies", "allergy"))
pair("fidelity/codes-1", changing("FoldsSexNine", {"9": "0"}.get, "person.sex"))
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from scripted_follower_kit import Follower

from harness.model.record import Entry, Record, Value

LONDON = ZoneInfo("Europe/London")
Resource = dict[str, Any]


def keeping(name: str, change: Callable[[Record], Record]) -> type[Follower]:
    """Keeps ``change`` of every record that it is told."""

    class Keeps(Follower):
        def keeps(self, record: Record, trigger: str) -> None:
            super().keeps(change(record), trigger)

    return _named(Keeps, name)


def dropping(name: str, *gone: str) -> type[Follower]:
    """Keeps nothing of these groups and items."""
    return keeping(name, lambda record: without(record, *gone))


def bare(name: str, *kept: str) -> type[Follower]:
    """Keeps these groups and items and no other."""

    def change(record: Record) -> Record:
        return without(record, *(item for one in record for item in one.values if one.group not in kept and item not in kept))

    return keeping(name, change)


def changing(name: str, change: Callable[[str], Value | None], *items: str) -> type[Follower]:
    """Keeps ``change`` of the text of these items; None leaves a value as it came."""

    def of(entry: Entry) -> Entry:
        return Entry(entry.group, {item: (change(str(value)) or value) if item in items else value for item, value in entry.values.items()})

    return keeping(name, lambda record: Record({group: tuple(map(of, entries)) for group, entries in record.groups.items()}))


def adding(name: str, group: str, values: Mapping[str, Value]) -> type[Follower]:
    """Keeps an entry of its own in a group that it is told of."""
    return keeping(name, lambda record: Record({**record.groups, group: (*record.entries(group), Entry(group, values))}) if record.entries(group) else record)


def serving(name: str, kind: str, change: Callable[[Resource], Resource]) -> type[Follower]:
    """Keeps what is right, and serves ``change`` of each resource of one type."""

    class Serves(Follower):
        def writes(self, local: str, record: Record) -> list[Resource]:
            return [change(one) if one["resourceType"] == kind else one for one in super().writes(local, record)]

    return _named(Serves, name)


def without(record: Record, *gone: str) -> Record:
    """The record but for these groups and items."""
    entries = {group: tuple(_left(one, gone) for one in found) for group, found in record.groups.items() if group not in gone}
    return Record({group: found for group, found in entries.items() if any(one.values for one in found)})


def day_in_utc(day: str) -> str:
    """The day that it is in UTC at midnight in London: the one before, where the clock stands an hour ahead."""
    midnight = datetime.combine(date.fromisoformat(day), datetime.min.time(), LONDON)
    return midnight.astimezone(UTC).date().isoformat()


def as_if_utc(local: str) -> str:
    """The local time of a moment whose local time was taken for UTC."""
    return datetime.fromisoformat(local).replace(tzinfo=UTC).astimezone(LONDON).replace(tzinfo=None).isoformat()


def _left(entry: Entry, gone: Collection[str]) -> Entry:
    return Entry(entry.group, {item: value for item, value in entry.values.items() if item not in gone})


def _named(made: type[Follower], name: str) -> type[Follower]:
    made.__name__ = made.__qualname__ = name
    return made
