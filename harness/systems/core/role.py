# ruff: noqa: ARG002
"""What a simulated system is: how it reacts to what it receives and what it does when it is told that something happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final

from harness.model.place import System
from harness.model.record import Record
from harness.registry import Registry
from harness.systems.core.clock import Clock
from harness.systems.core.defect import Defects
from harness.systems.core.held_people import People
from harness.systems.core.outbox import Outbox, Outgoing
from harness.systems.core.refusal import RefusalError
from harness.systems.core.store import Store

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A control stimulus: neutral event ``name`` happened to ``record``; tell ``to`` (a partner's id) over ``interface`` hl7v2 or fhir.

    ``occurred`` is local wall clock; ``details`` are event-specific (``{"loser": {...}}`` …).
    """

    name: str
    record: Record
    to: str = ""
    interface: str = ""
    control_id: str = ""
    occurred: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


class Role:
    """One kind of system. ``events`` are the control events it can be told of; all hooks run on the shared loop's thread."""

    events: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, system: System, store: Store, clock: Clock, outbox: Outbox, defects: Defects) -> None:
        self.system, self.store, self.clock, self.outbox, self.defects = system, store, clock, outbox, defects
        self.people = People(system, store, clock)

    def on_v2(self, payload: bytes, partner: str) -> bytes | None:
        """Handle one framed message from ``partner`` (its system id, empty when unknown); the acknowledgement, None for none.

        The host has kept the message (``store.received``) and notes the answer afterwards, so that ``store.seen(payload)`` is true when
        byte-identical content was positively acknowledged before, and ``store.answer_to(payload)`` gives that acknowledgement.
        """
        return None

    def on_unframed(self, data: bytes) -> bytes | None:
        """Bytes between frames; an answer to frame and send, or None."""
        return None

    def on_fhir_written(self, resources: list[Resource], partner: str) -> None:
        """React to what was just written, before it is committed. Raises RefusalError to undo all of it."""

    def on_event(self, event: Occurrence) -> list[Outgoing]:
        """Apply ``event`` to the own store and give the messages to emit. Raises RefusalError (422) for what cannot be done."""
        raise RefusalError(422, "not-supported", f"{self.system.id} cannot {event.name}")


RoleFactory = Callable[[System, Store, Clock, Outbox, Defects], Role]
ROLES: Final[Registry[RoleFactory]] = Registry("role", "harness.systems.roles")
