"""A council's adult social care: answers notices of a hospital, runs packages of care, raises alerts. FHIR only.

The conversations follow the assessment, discharge and withdrawal notices (SCCI2075 notices, one historic binding) and flows S3 and S4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import ClassVar

from harness.model.record import Record
from harness.systems.core import emit
from harness.systems.core.identity import follow_merges, survivor
from harness.systems.core.outbox import Outgoing
from harness.systems.core.refusal import RefusalError
from harness.systems.core.role import ROLES, Occurrence, Resource, Role
from harness.systems.roles.notices import ASSESSMENT, CouncilNotices, code_of

_STAY = frozenset({"IMP", "ACUTE", "NONAC"})


class SocialCareRole(Role):
    """The council's system."""

    events: ClassVar[frozenset[str]] = frozenset(
        {
            *("register", "update-person", "merge", "accept-notice", "refuse-notice"),
            *("package-start", "package-change", "package-end", "alert-raise", "alert-clear"),
        }
    )

    # What others tell us

    def on_fhir_written(self, resources: list[Resource], partner: str) -> None:
        """Follow merges, answer notices, suspend and resume packages; what changed of its own accord is pushed to ``partner``."""
        if not self.defects.has("keeps-loser"):
            follow_merges(self.store, resources)
        notices = CouncilNotices(self.store, self.clock, self.system, self.defects)
        changed: list[Resource] = []
        for resource in resources:
            if resource["resourceType"] == "ServiceRequest":
                changed += notices.on_notice(resource)
            elif resource["resourceType"] == "Encounter":
                changed += self._on_encounter(resource)
        if changed and partner and not self.defects.has("never-replies"):
            self.outbox.send(partner, self._message(changed, "", partner))

    def _on_encounter(self, encounter: Resource) -> list[Resource]:
        patient_id = str((encounter.get("subject") or {}).get("reference", "")).removeprefix("Patient/")
        status, kind = encounter.get("status"), (encounter.get("class") or {}).get("code")
        if not patient_id or kind not in _STAY:
            return []
        if status in ("in-progress", "arrived"):
            return self._move(patient_id, {"active": "onhold"})
        if status == "finished":
            return self._move(patient_id, {"onhold": "active", "planned": "active"})
        if status in ("cancelled", "entered-in-error"):
            return self._move(patient_id, {"onhold": "active"})
        return []

    def _move(self, patient_id: str, moves: dict[str, str]) -> list[Resource]:
        moved = []
        for package in self.store.of_patient("EpisodeOfCare", patient_id):
            status = str(package.get("status"))
            if status in moves and not self.defects.has("never-suspends"):
                moved.append(self.store.put({**package, "status": moves[status]}))
        return moved

    # What happens here

    def on_event(self, event: Occurrence) -> list[Outgoing]:
        """One of ``events``; what it changed goes to ``event.to`` as one transaction."""
        handlers: dict[str, Callable[[Occurrence], list[Resource]]] = {
            "register": self._told,
            "update-person": self._told,
            "merge": self._merge,
            "accept-notice": self._decide,
            "refuse-notice": self._decide,
            "package-start": self._package,
            "package-change": self._package,
            "package-end": self._package,
            "alert-raise": self._alert,
            "alert-clear": self._alert,
        }
        if event.name not in handlers:
            raise RefusalError(422, "not-supported", f"{self.system.id} does not do {event.name}")
        return [self._message(handlers[event.name](event), event.control_id, event.to)]

    def _told(self, event: Occurrence) -> list[Resource]:
        return self.people.apply(event.record).resources

    def _merge(self, event: Occurrence) -> list[Resource]:
        loser = event.details.get("loser")
        if not isinstance(loser, dict):
            raise RefusalError(422, "required", "a merge needs details.loser, the record that ends")
        return list(self.people.merge(event.record, Record.from_json(loser)))

    def _decide(self, event: Occurrence) -> list[Resource]:
        patient = self._known(event.record)
        notice = event.details.get("notice") or event.details.get("notice_id")
        task = CouncilNotices(self.store, self.clock, self.system, self.defects).decide(
            patient["id"], str(notice or ""), accepted=event.name == "accept-notice", reason=str(event.details.get("reason") or "")
        )
        return [task]

    def _package(self, event: Occurrence) -> list[Resource]:
        if not event.record.entries("package"):
            raise RefusalError(422, "required", f"{event.name} needs a package in the record")
        held = self.people.of_record(event.record)
        before = self.store.of_patient("EpisodeOfCare", survivor(self.store, held)["id"]) if held else []
        applied = self.people.apply(_only(event.record, "package", {}))
        patient = applied.patient
        packages = []
        for number, entry in enumerate(event.record.entries("package")):
            status = entry.text("package.status")
            if event.name == "package-end":
                status = "finished"
            elif event.name == "package-start" and not status:
                status = "planned" if self._expects_discharge(patient["id"]) else "active"
            packages.append(self.people.put_package(entry, patient, str(event.details.get("package") or "") if not number else "", status, before))
            if event.name == "package-end":
                ended = {**packages[-1], "period": {**packages[-1].get("period", {}), "end": event.occurred[:10]}}
                packages[-1] = self.store.put(ended)
        return [patient, *packages]

    def _alert(self, event: Occurrence) -> list[Resource]:
        if not event.record.entries("alert"):
            raise RefusalError(422, "required", f"{event.name} needs an alert in the record")
        status = "active" if event.name == "alert-raise" else "inactive"
        applied = self.people.apply(_only(event.record, "alert", {"alert.status": status}))
        return [applied.patient, *(each for each in applied.clinical if each["resourceType"] == "Flag")]

    def _expects_discharge(self, patient_id: str) -> bool:
        notices = self.store.of_patient("ServiceRequest", patient_id)
        waiting = any(each.get("status") == "active" and code_of(each) == ASSESSMENT for each in notices)
        return waiting and not any(each.get("status") == "finished" for each in self.store.of_patient("Encounter", patient_id))

    def _known(self, record: Record) -> Resource:
        patient = self.people.of_record(record)
        if patient is None:
            raise RefusalError(422, "not-found", f"{self.system.id} does not know this person")
        return survivor(self.store, patient)

    def _message(self, resources: Iterable[Resource], control_id: str, partner: str) -> Outgoing:
        told = list({f"{each['resourceType']}/{each['id']}": each for each in resources}.values())
        if not control_id:
            versions = "|".join(f"{each['resourceType']}/{each['id']}/{each['meta']['versionId']}" for each in told)
            control_id = sha256(f"{self.system.id}|{versions}".encode()).hexdigest()[:20]
        route = self.outbox.routes.get(partner)
        authorities = [code for code in (route.organisation if route else "", self.system.identity.get("authority", "")) if code]
        return emit.transaction(self.store, told, control_id, authorities=authorities)


def _only(record: Record, group: str, values: dict[str, str]) -> Record:
    """``record`` without the clinical groups but ``group``, whose entries get ``values``; for packages without that group too."""
    personal = {name: entries for name, entries in record.groups.items() if name in ("person", "name", "identifier", "address", "telecom", "contact")}
    trimmed = Record(personal)
    if group == "package":
        return trimmed
    return trimmed.with_group(group, *({**entry.values, **values} for entry in record.entries(group)))


ROLES.add("social-care", SocialCareRole)
