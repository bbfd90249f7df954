"""A person's record in a system's own native FHIR: what a registration clerk and a ward would have typed in."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from harness.model.record import Entry, Record
from harness.systems.core import facts, identity, uris
from harness.systems.core.clinical import BUILDERS, consent
from harness.systems.core.encounter import build_encounter
from harness.systems.core.patient import build_patient

if TYPE_CHECKING:
    from harness.model.place import System
    from harness.systems.core.clock import Clock
    from harness.systems.core.store import Store

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Applied:
    """What applying a record stored: current resources, the patient and encounter as they were before (None when new), and what was removed."""

    patient: Resource
    encounter: Resource | None
    clinical: tuple[Resource, ...]
    patient_before: Resource | None
    encounter_before: Resource | None
    removed: tuple[Resource, ...] = ()

    @property
    def resources(self) -> list[Resource]:
        """Patient, encounter where there is one, then the clinical resources."""
        return [self.patient, *([self.encounter] if self.encounter else []), *self.clinical]


class People:
    """Writes records into the own store and finds whose they are."""

    def __init__(self, system: System, store: Store, clock: Clock) -> None:
        self.system, self.store, self.clock = system, store, clock

    def match(self, patient: Resource) -> Resource | None:
        """The stored Patient that ``patient`` is, by local identifier (authority and value), else by an NHS number verified (01) on both sides."""
        return identity.match(self.store, patient)

    def build(self, record: Record) -> Resource:
        """The Patient of ``record``, not stored."""
        return build_patient(record, self.system.identity, self.system.codes)

    def of_record(self, record: Record) -> Resource | None:
        """The stored Patient whom ``record`` is about."""
        return self.match(self.build(record))

    def apply(self, record: Record, *, status: str = "", removing: bool = False) -> Applied:
        """Store ``record`` as this system's own.

        Groups present replace what was held; with ``removing`` absent clinical groups go too. ``status`` is the Encounter status where the record
        states none (default: as held, else in-progress).
        """
        patient, before = self.put_patient(record)
        encounter, encounter_before = None, None
        for entry in record.entries("encounter"):
            encounter, encounter_before = self.put_encounter(entry, patient["id"], status)
        clinical: list[Resource] = []
        removed: list[Resource] = []
        for group in BUILDERS:
            entries = record.entries(group)
            if entries or removing:
                stored, gone = self._put_group(group, entries, patient, encounter)
                clinical += stored
                removed += gone
        clinical_consent, gone = self._put_consent(record, patient)
        return Applied(patient, encounter, (*clinical, *clinical_consent), before, encounter_before, (*removed, *gone))

    def put_patient(self, record: Record) -> tuple[Resource, Resource | None]:
        """Store the Patient of ``record``; (now, before)."""
        patient = self.build(record)
        before = self.match(patient)
        if before is not None:
            patient = {**identity.joined(patient, before), "id": before["id"]}
            if before.get("active") is False:
                patient["active"] = False
        return self.store.put(patient), before

    def put_encounter(self, entry: Entry, patient_id: str, status: str = "") -> tuple[Resource, Resource | None]:
        """Store the Encounter of ``entry``; (now, before)."""
        encounter = build_encounter(entry, patient_id, self.system.identity, self.system.codes)
        before = self.visit(entry.text("encounter.number"))
        if before is not None:
            encounter["id"] = before["id"]
        if "status" not in encounter:
            encounter["status"] = status or (before or {}).get("status") or "in-progress"
        if "class" not in encounter:
            encounter["class"] = (before or {}).get("class") or {"system": f"{uris.TERMINOLOGY}v3-ActCode", "code": "IMP"}
        return self.store.put(encounter), before

    def merge(self, survivor: Record, loser: Record) -> tuple[Resource, Resource]:
        """Merge the own Patient of ``loser`` into that of ``survivor``, with everything held about it; (survivor, loser) as stored."""
        kept, _ = self.put_patient(survivor)
        gone, _ = self.put_patient(loser)
        if kept["id"] == gone["id"]:
            return kept, gone
        links = [*(link for link in kept.get("link") or () if (link.get("other") or {}).get("reference") != f"Patient/{gone['id']}")]
        kept = self.store.put({**kept, "link": [*links, {"other": {"reference": f"Patient/{gone['id']}"}, "type": "replaces"}]})
        gone = self.store.put({**gone, "active": False, "link": [{"other": {"reference": f"Patient/{kept['id']}"}, "type": "replaced-by"}]})
        identity.repoint(self.store, gone["id"], kept["id"])
        return kept, gone

    def put_package(self, entry: Entry, patient: Resource, number: str, status: str, held: list[Resource]) -> Resource:
        """Store one package of care.

        It is known by ``number``, else by its type among those ``held``; ``status`` and what the entry states replace what was there.
        """
        package = BUILDERS["package"][2](entry, f"Patient/{patient['id']}", "")
        same = [each for each in held if each.get("type") == package["type"]]
        if number or "identifier" not in package:
            key = number or sha256(f"{self.whose(patient)}|{entry.text('package.type')}".encode()).hexdigest()[:20]
            package["identifier"] = [{"system": uris.PACKAGE, "value": key}]
        known = self.store.find("EpisodeOfCare", uris.PACKAGE, package["identifier"][0]["value"]) or same
        if known:
            package |= {"id": known[0]["id"], "identifier": known[0]["identifier"]}
        if status:
            package["status"] = status
        package["managingOrganization"] = {"identifier": {"system": uris.ODS, "value": self.system.identity.get("facility", "")}}
        return self.store.put(package)

    def visit(self, number: str) -> Resource | None:
        """The Encounter under this system's own visit ``number``."""
        found = self.store.find("Encounter", f"{uris.VISIT}{self.system.identity.get('authority', '')}", number) if number else []
        return found[0] if found else None

    def _put_group(self, group: str, entries: tuple[Entry, ...], patient: Resource, encounter: Resource | None) -> tuple[list[Resource], list[Resource]]:
        type, key, build = BUILDERS[group]  # noqa: A001
        stored: list[Resource] = []
        for position, entry in enumerate(entries):
            resource = build(entry, f"Patient/{patient['id']}", f"Encounter/{encounter['id']}" if encounter else "")
            if "identifier" not in resource:
                resource["identifier"] = [self._identifier(patient, group, entry.text(key) or str(position))]
            self._same(resource, patient["id"], [each["id"] for each in stored])
            stored.append(self.store.put(resource))
        return stored, self._remove_others(type, patient["id"], {each["id"] for each in stored})

    def _put_consent(self, record: Record, patient: Resource) -> tuple[list[Resource], list[Resource]]:
        if not record.text("person.consent_to_share"):
            return [], []
        decision = consent(record, f"Patient/{patient['id']}")
        if decision is None:
            return [], self._remove_others("Consent", patient["id"], set())
        decision["identifier"] = [self._identifier(patient, "consent", "share")]
        self._same(decision, patient["id"], ())
        return [self.store.put(decision)], []

    def _same(self, resource: Resource, patient_id: str, taken: Collection[str]) -> None:
        own = resource["identifier"][0]
        held = next(iter(self.store.find(resource["resourceType"], own["system"], own["value"])), None)
        held = held or facts.same_fact(self.store, resource, patient_id, taken)
        if held is not None:
            resource |= facts.with_identifiers({**resource, "id": held["id"]}, held)

    def _identifier(self, patient: Resource, group: str, key: str) -> Resource:
        whose = self.whose(patient)
        value = sha256(f"{whose}|{group}|{key}".encode()).hexdigest()[:20]
        return {"system": self.entry_system, "value": value}

    @property
    def entry_system(self) -> str:
        """The identifier system of this system's own clinical entries."""
        return f"{uris.HOME}/Id/entry/{self.system.identity.get('authority', '')}"

    def whose(self, patient: Resource) -> str:
        """A key for the patient that stays while the record is kept: own local number, else any, else the id."""
        own = f"{uris.LOCAL}{self.system.identity.get('authority', '')}"
        numbers = identity.local_identifiers(patient)
        return next((value for system, value in numbers if system == own), numbers[0][1] if numbers else patient["id"])

    def _remove_others(self, type: str, patient_id: str, keep: set[str]) -> list[Resource]:
        own_systems = {self.entry_system} | ({uris.PACKAGE} if self.system.role == "social-care" else set())
        gone = []
        for held in self.store.of_patient(type, patient_id):
            own = any(each["system"] in own_systems for each in identity.identifiers(held))
            if held["id"] not in keep and own:
                self.store.delete(type, held["id"])
                gone.append(held)
        return gone
