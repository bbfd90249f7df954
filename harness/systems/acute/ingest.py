"""One HL7 v2 event into the store: whose it is, what it changes, in the order things occurred."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from harness.formats.hl7v2 import Tree
from harness.model.record import Record
from harness.systems.acute import identity as who
from harness.systems.acute import patient_in
from harness.systems.acute.ingest_clinical import Clinical
from harness.systems.acute.ingest_visit import Visits
from harness.systems.acute.merge import merge
from harness.systems.acute.nulls import value
from harness.systems.acute.refusal import RefusedError
from harness.systems.acute.statemachine import ConflictError
from harness.systems.acute.timeline import Timeline, arrived
from harness.systems.acute.v2_times import sortable
from harness.systems.core import local_codes, uris
from harness.systems.core.clinical import consent

if TYPE_CHECKING:
    from harness.systems.core.defect import Defects
    from harness.systems.core.store import Store

Resource = dict[str, Any]
Tables = Mapping[str, Mapping[str, str]]


class Ingest:
    """Applies messages that acks.judge let through. ``codes`` are the own local codes."""

    def __init__(self, store: Store, codes: Tables, defects: Defects) -> None:
        self.store, self.codes, self.defects = store, codes, defects
        self.by_arrival = arrived if defects.has("ignores-out-of-order") else None

    def receive(self, tree: Tree, theirs: Tables) -> Resource | None:
        """Apply ``tree``, all or nothing; the Patient it is about, None for a merge. ``theirs`` are the sender's local codes. Raises RefusedError."""
        try:
            with self.store.transaction():
                return self._receive(tree, theirs)
        except ConflictError as error:
            raise RefusedError("AE", "207", f"conflict: {error}", "EVN-6") from error
        except who.AmbiguousError as error:
            raise RefusedError("AE", "205", str(error), "PID-3") from error

    def _receive(self, tree: Tree, theirs: Tables) -> Resource | None:
        occurred, sender = moment(tree), f"{value(tree, 'MSH-3.1')}|{value(tree, 'MSH-4.1')}"
        if tree.trigger == "A40":
            merge(self.store, tree)
            return None

        def local(table: str, code: str) -> str:
            return code if self.defects.has("keeps-partner-codes") or not code else local_codes.translate(code, table, theirs, self.codes)

        patient = self._person(tree, occurred, sender, patient_in.read(tree, local))
        encounter = None
        if tree.all("PV1"):
            encounter = Visits(self.store, self.by_arrival, doubles=self.defects.has("duplicates-encounter")).apply(tree, patient, occurred, sender, local)
        Clinical(self.store, self.by_arrival).apply(tree, patient, encounter, occurred, sender)
        return patient

    def _person(self, tree: Tree, occurred: str, sender: str, patch: dict[str, Any]) -> Resource:
        named = who.identifiers(tree)
        held = self._find(tree, named, patch)
        redirected = held is not None and any(who.merged_into(each) for each in who.holders(self.store, named))
        patient: Resource = dict(held) if held else {"resourceType": "Patient", "active": True}
        first = who.native(named)
        timeline = Timeline(self.store, "Patient/" + held["id"]) if held else None
        if held is None:
            patient["identifier"] = first
            patient["id"] = self.store.new_id(patient)
            timeline = Timeline(self.store, "Patient/" + patient["id"])
        elif not redirected:
            patient["identifier"] = _joined(held, named)
        assert timeline is not None  # noqa: S101
        taken = timeline.newer(patch, occurred, sender, self.by_arrival)
        changed = patient_in.apply(patient if held else {key: each for key, each in patient.items() if key != "id"}, taken)
        changed["id"] = patient["id"]
        stored = self.store.put(changed)
        timeline.save()
        if "consent" in taken:
            self._consent(stored, taken["consent"])
        return stored

    def _find(self, tree: Tree, named: who.Identity, patch: dict[str, Any]) -> Resource | None:
        has = self.defects.has
        if has("never-finds"):
            return None
        if has("revives-loser"):
            direct = who.holders(self.store, named)
            ended = next((each for each in direct if who.merged_into(each)), None)
            if ended is not None:
                return {key: each for key, each in ended.items() if key != "link"} | {"active": True}
        found = who.resolve(self.store, named, loose=has("mixes-local-numbers"))
        if found is None and (has("matches-by-resemblance") or has("fuzzy-matches-pseudo")):
            from harness.systems.core.identity import is_pseudo
            from harness.systems.defects.matching import resembling

            like = resembling(self.store, patch)
            if like is not None and (has("matches-by-resemblance") or is_pseudo(like) or value(tree, "PID-31") == "Y"):
                return like
        return found

    def _consent(self, patient: Resource, decision: str | None) -> None:
        held = self.store.of_patient("Consent", patient["id"])
        if decision is None:
            for each in held:
                self.store.delete("Consent", each["id"])
            return
        made = consent(Record({}).replaced({"person.consent_to_share": {"permit": "express", "deny": "dissent"}[decision]}), f"Patient/{patient['id']}")
        if made is not None:
            made["id"] = held[0]["id"] if held else self.store.derive_id("Consent", patient["id"])
            self.store.put(made)


def moment(tree: Tree) -> str:
    """When the event occurred: EVN-6, else EVN-2, else MSH-7, as 14 digits."""
    return sortable(value(tree, "EVN-6")) or sortable(value(tree, "EVN-2")) or sortable(value(tree, "MSH-7"))


def _joined(held: Resource, named: who.Identity) -> list[Resource]:
    """Identifiers after a message: those of the authorities it names as it says, others as they were.

    An NHS number that is not verified never replaces one that is.
    """
    before = who.of_patient(held)
    if named.nhs and before.nhs == named.nhs and not named.status:
        named = who.Identity(named.nhs, before.status, named.locals)
    elif named.nhs and before.nhs and before.nhs != named.nhs and before.status == who.VERIFIED != named.status:
        named = who.Identity("", "", named.locals)
    made = who.native(named)
    systems = {each["system"] for each in made}
    kept = [each for each in held.get("identifier") or () if each.get("system") not in systems]
    numbers = [each for each in [*made, *kept] if each.get("system") == uris.NHS_NUMBER]
    return [*numbers, *(each for each in [*made, *kept] if each.get("system") != uris.NHS_NUMBER)]
