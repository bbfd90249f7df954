"""Visits: which Encounter an event is about, and what it makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from harness.formats.hl7v2 import Tree
from harness.systems.acute import encounter_in, v2_codes
from harness.systems.acute.nulls import Local, value
from harness.systems.acute.refusal import RefusedError
from harness.systems.acute.statemachine import NEUTRAL, STATUS, Move, fold, insert
from harness.systems.acute.timeline import Timeline

if TYPE_CHECKING:
    from harness.systems.core.store import Store

Resource = dict[str, Any]
_OPEN: Final = ("in-progress", "onleave", "planned", "arrived", "unknown")
_STARTS: Final = ("A01", "A04", "A05", "A14")
_STATE: Final = {"planned": "planned", "onleave": "on-leave", "finished": "discharged", "cancelled": "cancelled", "arrived": "attending"}


def state_of(encounter: Resource) -> str:
    """The state of a visit that came by another way than events, from its status and class."""
    status = encounter.get("status", "")
    if status == "in-progress":
        return "attending" if (encounter.get("class") or {}).get("code") in ("EMER", "AMB") else "inpatient"
    return _STATE.get(status, "none")


class Visits:
    """Applies the visit part of an event.

    ``wins`` replaces the comparison of two times (a system that applies by arrival); ``doubles`` opens another visit at every admission (a defect).
    """

    def __init__(self, store: Store, wins: Callable[[str, str], bool] | None = None, *, doubles: bool = False) -> None:
        self.store, self.wins, self.doubles = store, wins, doubles

    def apply(self, tree: Tree, patient: Resource, occurred: str, sender: str, local: Local) -> Resource | None:
        """The Encounter after ``tree``; None when a person message carries no visit. Raises ConflictError and RefusedError."""
        held = None if self.doubles and tree.trigger in _STARTS else self.find(tree, patient)
        if held is None and tree.trigger in ("A28", "A31") and not value(tree, "PV1-19.1"):
            return None
        made = dict(held) if held else self._new(tree, patient, occurred)
        timeline = Timeline(self.store, "Encounter/" + made["id"])
        if held is not None and not timeline.steps and timeline.start == "none":
            timeline.start = state_of(held)
        patch = encounter_in.read(tree, local)
        if tree.trigger not in NEUTRAL:
            effect = "^".join(str(patch.get(key) or "") for key in ("site", "ward", "bed"))
            step = Move(tree.trigger, occurred if self.wins is None else "", sender, len(timeline.steps), effect)
            timeline.steps = insert(timeline.steps, step)
        made = encounter_in.apply(made, timeline.newer(patch, occurred, sender, self.wins))
        state = fold(timeline.steps, timeline.start)
        fallback = held["status"] if held and "status" in held else "in-progress" if tree.trigger == "A08" else "unknown"
        made["status"] = STATUS.get(state, fallback)
        made.setdefault("class", {"system": v2_codes.ACT_CODE, "code": "EMER" if state == "attending" else "IMP"})
        stored = self.store.put(made)
        timeline.save()
        return stored

    def find(self, tree: Tree, patient: Resource) -> Resource | None:
        """The Encounter the message is about. Raises RefusedError where its number is another person's."""
        authority, number = encounter_in.visit_key(tree)
        subject = f"Patient/{patient['id']}"
        if number:
            found = self.store.find("Encounter", v2_codes.VISIT + authority, number)
            if not found:
                return None
            if (found[0].get("subject") or {}).get("reference") != subject:
                raise RefusedError("AE", "205", "the visit number belongs to another person", "PV1-19")
            return found[0]
        visits = self.store.of_patient("Encounter", patient["id"])
        wanted = ("finished",) if tree.trigger == "A13" else _OPEN
        matching = [visit for visit in visits if visit.get("status") in wanted]
        return matching[-1] if matching and tree.trigger not in _STARTS else None

    def _new(self, tree: Tree, patient: Resource, occurred: str) -> Resource:
        authority, number = encounter_in.visit_key(tree)
        encounter: Resource = {"resourceType": "Encounter", "subject": {"reference": f"Patient/{patient['id']}"}}
        if number:
            encounter["identifier"] = [{"system": v2_codes.VISIT + authority, "value": number}]
        encounter["id"] = self.store.new_id(encounter) if number else self.store.derive_id("Encounter", f"{patient['id']}|{occurred}")
        return encounter
