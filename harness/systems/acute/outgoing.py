"""An event that happened here: into the own store, then out as HL7 v2 or FHIR."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from harness.model.record import UNSAID, Record
from harness.systems.acute import emit_v2
from harness.systems.acute.ingest_visit import state_of
from harness.systems.acute.merge import join
from harness.systems.acute.notices import HospitalNotices
from harness.systems.acute.refusal import RefusedError
from harness.systems.acute.timeline import Timeline
from harness.systems.acute.triggers import EVENTS, NOTICES
from harness.systems.acute.v2_times import v2_stamp
from harness.systems.core.emit import transaction
from harness.systems.core.held_people import Applied, People
from harness.systems.core.outbox import Outgoing
from harness.systems.core.refusal import RefusalError

if TYPE_CHECKING:
    from harness.model.place import System
    from harness.systems.core.clock import Clock
    from harness.systems.core.role import Occurrence
    from harness.systems.core.store import Store

Resource = dict[str, Any]
_CLINICAL: Final = ("AllergyIntolerance", "Condition", "Procedure", "Observation", "MedicationStatement", "Flag", "Consent")
_DISCHARGE: Final = ("encounter.end", "encounter.discharge_destination", "encounter.discharge_method")
_WHOLE: Final = frozenset({"update-person", "update-encounter"})


class Events:
    """Applies control events to the own store and builds the messages. ``organisations`` maps a partner's id to its ODS code."""

    def __init__(self, system: System, store: Store, clock: Clock, people: People) -> None:
        self.system, self.store, self.clock, self.people = system, store, clock, people
        self.notices = HospitalNotices(store, system.identity)

    def apply(self, event: Occurrence, organisation: str) -> list[Outgoing]:
        """Messages of ``event``, which is in the store afterwards. Raises RefusalError (422) for an event a hospital does not have."""
        with self.store.transaction():
            if event.name == "merge":
                return self._merge(event, organisation)
            if event.name in NOTICES:
                return self._notice(event)
            return self._event(event, organisation)

    def _event(self, event: Occurrence, organisation: str) -> list[Outgoing]:
        trigger, status = EVENTS[event.name]
        record = self._record(event, status)
        known = self.people.of_record(record)
        consent_before = self._consent(known["id"]) if known else None
        whole = event.name in _WHOLE and not (known and self.store.of_patient("EpisodeOfCare", known["id"]))
        applied = self.people.apply(record, removing=whole)
        if applied.encounter is not None:
            timeline = Timeline(self.store, "Encounter/" + applied.encounter["id"])
            timeline.restart(state_of(applied.encounter))
            timeline.save()
        held = self._held(applied)
        if event.interface == "fhir":
            resources = [applied.patient, *([applied.encounter] if applied.encounter else []), *held]
            return [self._transaction(resources, event, removed=applied.removed)]
        content = emit_v2.Content(
            applied.patient,
            applied.encounter,
            tuple(held),
            applied.patient_before,
            applied.encounter_before,
            applied.removed,
            None,
            (self._consent(applied.patient["id"]), consent_before),
        )
        return [self._v2(trigger, event, organisation, content)]

    def _record(self, event: Occurrence, status: str) -> Record:
        record = event.record
        if not record.entries("encounter"):
            return record
        if event.name == "cancel-discharge":
            record = record.replaced(dict.fromkeys(_DISCHARGE, UNSAID))
        if event.name == "pend-admit":
            held = self.people.visit(record.text("encounter.number"))
            status = "" if held and held.get("status") == "in-progress" else status
        if status:
            return record.replaced({"encounter.status": status})
        held = self.people.visit(record.text("encounter.number"))
        return record.replaced({"encounter.status": str(held.get("status", "in-progress"))}) if held else record

    def _held(self, applied: Applied) -> list[Resource]:
        """Everything clinical this hospital itself holds of the person that belongs with the event."""
        visit = f"Encounter/{applied.encounter['id']}" if applied.encounter else ""
        found = []
        for kind in _CLINICAL:
            for each in self.store.of_patient(kind, applied.patient["id"]):
                own = kind != "Flag" or any(one.get("system") == self.people.entry_system for one in each.get("identifier") or ())
                if own and (each.get("encounter") or {}).get("reference", visit) == visit:
                    found.append(each)
        return found

    def _consent(self, patient_id: str) -> Resource | None:
        found = self.store.of_patient("Consent", patient_id)
        return found[0] if found else None

    def _merge(self, event: Occurrence, organisation: str) -> list[Outgoing]:
        loser_json = event.details.get("loser")
        if not isinstance(loser_json, Mapping):
            raise RefusalError(422, "required", "a merge needs details.loser, the record that ends")
        survivor = self.people.of_record(event.record) or self.people.apply(event.record).patient
        record = Record.from_json(loser_json)
        loser = self.people.of_record(record) or self.people.apply(record).patient
        if loser["id"] == survivor["id"]:
            raise RefusalError(422, "business-rule", "both records are one person already")
        try:
            join(self.store, survivor, loser)
        except RefusedError as error:
            raise RefusalError(422, "business-rule", error.text) from error
        survivor, loser = self.store.get("Patient", survivor["id"]) or survivor, self.store.get("Patient", loser["id"]) or loser
        if event.interface == "fhir":
            return [self._transaction([survivor, loser], event)]
        return [self._v2("A40", event, organisation, emit_v2.Content(survivor, loser=loser))]

    def _notice(self, event: Occurrence) -> list[Outgoing]:
        record = event.record
        held = self.people.visit(record.text("encounter.number"))
        if held:
            record = record.replaced({"encounter.status": str(held.get("status", "in-progress"))})
        applied = self.people.apply(record.with_group("referral"))
        made = self.notices.make(event.name, event.record, applied.patient, applied.encounter, event.details)
        resources = [applied.patient, *([applied.encounter] if applied.encounter else [])]
        consent = self._consent(applied.patient["id"])
        return [self._transaction([*resources, *([consent] if consent else []), made], event)]

    def _transaction(self, resources: list[Resource], event: Occurrence, removed: tuple[Resource, ...] = ()) -> Outgoing:
        authority = self.system.identity.get("authority", "")
        return transaction(self.store, resources, event.control_id, authorities=[authority], removed=removed, to=event.to)

    def _v2(self, trigger: str, event: Occurrence, organisation: str, content: emit_v2.Content) -> Outgoing:
        occurred = v2_stamp(event.occurred) or self.clock.stamp()
        header = emit_v2.Header(self.system.identity, organisation, event.control_id, self.clock.stamp(), occurred)
        return Outgoing("hl7v2", emit_v2.message(trigger, header, content), control_id=event.control_id, to=event.to)
