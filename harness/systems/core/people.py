"""A person's record in a system's own native FHIR, and who is who (the master index)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.model.record import Record

if TYPE_CHECKING:
    from harness.model.place import System
    from harness.systems.core.clock import Clock
    from harness.systems.core.store import Store

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a record stored: current resources, and the patient and encounter as they were before (None when new)."""

    patient: Resource
    encounter: Resource | None
    clinical: tuple[Resource, ...]
    patient_before: Resource | None
    encounter_before: Resource | None


class People:
    """Writes records into the own store and finds whose they are."""

    def __init__(self, system: System, store: Store, clock: Clock) -> None:
        self.system, self.store, self.clock = system, store, clock

    def match(self, patient: Resource) -> Resource | None:
        """The stored Patient that ``patient`` is, by local identifier (authority and value), else by an NHS number verified (01) on both sides."""
        raise NotImplementedError

    def apply(self, record: Record, *, removing: bool = False) -> Applied:
        """Store ``record`` as this system's own; groups present replace what was held, with ``removing`` absent clinical groups go too."""
        raise NotImplementedError
