"""Allergies, diagnoses, procedures and observations of a message into the store: added, or updated where they are known by their code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from harness.formats.hl7v2 import Tree
from harness.systems.acute import clinical_in
from harness.systems.acute.timeline import Timeline

if TYPE_CHECKING:
    from harness.systems.core.store import Store

Resource = dict[str, Any]


class Clinical:
    """Applies the clinical part of an event; entries absent from a list stay, an explicit deletion removes."""

    def __init__(self, store: Store, wins: Callable[[str, str], bool] | None = None) -> None:
        self.store, self.wins = store, wins

    def apply(self, tree: Tree, patient: Resource, encounter: Resource | None, occurred: str, sender: str) -> None:
        """Store what ``tree`` says of ``patient`` and, where there is one, of ``encounter``."""
        cleared, allergies = clinical_in.allergies(tree)
        entries = [*clinical_in.diagnoses(tree), *clinical_in.procedures(tree), *clinical_in.observations(tree)]
        if not (cleared or allergies or entries):
            return
        timeline = Timeline(self.store, "Clinical/" + patient["id"])
        if cleared:
            self._clear(patient, {clinical_in.key_of(each["code"]) for each in allergies}, timeline, occurred, sender)
        for allergy in allergies:
            allergy["patient"] = {"reference": f"Patient/{patient['id']}"}
            self._put(allergy, patient, timeline, occurred, sender, "")
        counts: dict[str, int] = {}
        for entry in entries:
            entry["subject"] = {"reference": f"Patient/{patient['id']}"}
            if encounter is not None:
                entry["encounter"] = {"reference": f"Encounter/{encounter['id']}"}
            key = f"{entry['resourceType']}|{clinical_in.key_of(entry['code'])}"
            counts[key] = counts.get(key, 0) + 1
            self._put(entry, patient, timeline, occurred, sender, str(counts[key]) if counts[key] > 1 else "")
        timeline.save()

    def _clear(self, patient: Resource, kept: set[str], timeline: Timeline, occurred: str, sender: str) -> None:
        for held in self.store.of_patient("AllergyIntolerance", patient["id"]):
            key = clinical_in.key_of(held.get("code") or {})
            if key not in kept and timeline.newer({f"AllergyIntolerance|{key}|": None}, occurred, sender, self.wins):
                self.store.delete("AllergyIntolerance", held["id"])

    def _put(self, entry: Resource, patient: Resource, timeline: Timeline, occurred: str, sender: str, turn: str) -> None:
        kind, key = entry["resourceType"], clinical_in.key_of(entry["code"])
        if not timeline.newer({f"{kind}|{key}|{turn}": entry}, occurred, sender, self.wins):
            return
        if turn:
            same = None
        else:
            visit = (entry.get("encounter") or {}).get("reference")
            same = next((held for held in self.store.of_patient(kind, patient["id"]) if _same(held, key, visit)), None)
        entry["id"] = same["id"] if same else self.store.derive_id(kind, "|".join((patient["id"], str(entry.get("encounter")), key, turn)))
        # What this message cannot say of an entry (its visit, laterality) stays as it was; a result is replaced whole.
        kept = {key: each for key, each in (same or {}).items() if not key.startswith("value")}
        self.store.put(kept | entry)


def _same(held: Resource, key: str, visit: str | None) -> bool:
    theirs = (held.get("encounter") or {}).get("reference")
    return clinical_in.key_of(held.get("code") or {}) == key and (visit is None or theirs is None or theirs == visit)
