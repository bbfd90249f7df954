"""Scripted targets and sources that are wrong about one event: each function makes one for the event it is given (``ignoring("transfer")``)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from scripted_follower_kit import Answer, Follower
from scripted_link_kit import Source

from harness.catalogue import catalogue
from harness.model.message import Message
from harness.model.record import Record

_Make = TypeVar("_Make")
_EVENTS = {one.trigger: one.name for flow in catalogue().flows.values() for one in flow.events if one.trigger}


def event_of(trigger: str) -> str:
    """The neutral name of an event, whichever way a message names it."""
    return _EVENTS.get(trigger, trigger)


def ignoring(event: str) -> type[Follower]:
    """A target that says yes to ``event`` and does nothing about it."""

    class Ignoring(Follower):
        def takes(self, message: Message) -> None:
            if event_of(message.trigger) != event:
                super().takes(message)

    return _named(Ignoring, event)


def refusing(event: str) -> type[Follower]:
    """A target that refuses ``event``."""

    class Refusing(Follower):
        def refuses(self, message: Message) -> Answer | None:
            if event_of(message.trigger) == event:
                return Answer("AE", "207") if self.lens.is_hl7v2 else Answer("422")
            return super().refuses(message)

    return _named(Refusing, event)


def late(event: str) -> type[Follower]:
    """A target that does at night what it was told by day."""

    class Late(Follower):
        def __init__(self, *facts: Any) -> None:
            super().__init__(*facts)
            self.waiting: list[tuple[float, Message]] = []

        def takes(self, message: Message) -> None:
            if event_of(message.trigger) == event:
                self.waiting.append((self.now() + 8 * 3600, message))
            else:
                super().takes(message)

        def shows(self, kind: str, value: str) -> list[dict[str, Any]]:
            for due, message in self.waiting:
                if due <= self.now():
                    super().takes(message)
            return super().shows(kind, value)

    return _named(Late, event)


def telling_nobody_of(event: str) -> type[Source]:
    """A source that does ``event`` and keeps it to itself."""

    class TellingNobodyOf(Source):
        def says(self, name: str, record: Record, control_id: str, occurred: str, details: Mapping[str, Any]) -> Iterable[Message]:
            return () if name == event else super().says(name, record, control_id, occurred, details)

    return _named(TellingNobodyOf, event)


class NeverRepeats(Source):
    """Gives up what was not answered."""

    def repeats(self, message: Message) -> bool:
        return False


class RefusesRepeats(Follower):
    """Takes a message once, and says no when it comes again."""

    def hears(self, message: Message) -> Answer | None:
        if message.content in self.seen:
            return Answer("AE", "205") if self.lens.is_hl7v2 else Answer("409", "duplicate")
        return super().hears(message)


def _named(make: type[_Make], event: str) -> type[_Make]:
    make.__name__ += "".join(word.title() for word in event.split("-"))
    return make
