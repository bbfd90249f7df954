"""What a hospital does about resources that were just written over FHIR: merges, late updates for a merged record, doubles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.systems.acute.clinical_in import key_of
from harness.systems.acute.ingest_visit import state_of
from harness.systems.acute.merge import move
from harness.systems.acute.timeline import Timeline
from harness.systems.core import identity

if TYPE_CHECKING:
    from harness.systems.core.defect import Defects
    from harness.systems.core.store import Store

Resource = dict[str, Any]


def react(store: Store, written: list[Resource], defects: Defects) -> None:
    """Bring the store in order after ``written``."""
    for resource in written:
        if resource["resourceType"] == "Patient":
            _patient(store, resource, defects)
    for resource in written:
        if resource["resourceType"] == "Encounter":
            timeline = Timeline(store, "Encounter/" + resource["id"])
            timeline.restart(state_of(resource))
            timeline.save()
        elif resource["resourceType"] == "AllergyIntolerance":
            _once(store, resource)


def _patient(store: Store, patient: Resource, defects: Defects) -> None:
    survivor_id = identity.survivor_id(patient)
    survivor = store.get("Patient", survivor_id) if survivor_id else None
    if survivor is None or defects.has("keeps-loser"):
        return
    if patient.get("active") is False:
        move(store, patient["id"], survivor_id)
        replaces = {"other": {"reference": f"Patient/{patient['id']}"}, "type": "replaces"}
        if replaces not in (survivor.get("link") or []):
            store.put({**survivor, "link": [*(survivor.get("link") or []), replaces]})
        return
    # An update that was on its way when the record ended: it is about the survivor.
    earlier = [body for _, body in store.history("Patient", patient["id"])[1:] if body is not None]
    ended = earlier[0] if earlier else patient
    store.put({**ended, "active": False})
    kept: Resource = {key: survivor[key] for key in ("id", "identifier", "link", "active") if key in survivor}
    news: Resource = {key: each for key, each in patient.items() if key not in ("id", "identifier", "link", "active", "meta")}
    flags = {key: each for key, each in (patient.get("meta") or {}).items() if key in ("security", "tag")}
    if flags:
        news["meta"] = flags
    store.put(news | kept)
    move(store, patient["id"], survivor_id)


def _once(store: Store, allergy: Resource) -> None:
    """An allergy known by its code is one allergy, whichever way it came."""
    whose = str((allergy.get("patient") or {}).get("reference", "")).removeprefix("Patient/")
    for held in store.of_patient("AllergyIntolerance", whose):
        if held["id"] != allergy["id"] and not held.get("identifier") and key_of(held.get("code") or {}) == key_of(allergy.get("code") or {}):
            store.delete("AllergyIntolerance", held["id"])
