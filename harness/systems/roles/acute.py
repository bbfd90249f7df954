"""The acute hospital, exemplar or follower: takes ADT and FHIR, keeps one record per person, tells its partners what happens."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from typing import Any, ClassVar

from harness.errors import FormatError
from harness.formats.hl7v2 import Tree, parse
from harness.model.place import System
from harness.systems.acute.acks import EVENTS as HANDLED
from harness.systems.acute.acks import refusals
from harness.systems.acute.identity import identifiers, of_patient
from harness.systems.acute.ingest import Ingest
from harness.systems.acute.outgoing import Events
from harness.systems.acute.reaction import react
from harness.systems.acute.refusal import RefusedError
from harness.systems.acute.triggers import EVENTS, NOTICES
from harness.systems.core.clock import Clock
from harness.systems.core.defect import Defects
from harness.systems.core.outbox import Outbox, Outgoing
from harness.systems.core.refusal import RefusalError
from harness.systems.core.role import ROLES, Occurrence, Role
from harness.systems.core.store import Store

Resource = dict[str, Any]


class Acute(Role):
    """A hospital's patient administration and record system."""

    events: ClassVar[frozenset[str]] = frozenset({*EVENTS, *NOTICES})

    def __init__(self, system: System, store: Store, clock: Clock, outbox: Outbox, defects: Defects) -> None:
        super().__init__(system, store, clock, outbox, defects)
        self._ingest = Ingest(store, system.codes, defects)
        self._out = Events(system, store, clock, self.people)
        inward = [each for each in system.endpoints if each.format == "hl7v2" and each.direction == "in"]
        self._answers = not inward or any(each.acknowledgement != "none" for each in inward)
        self._stopped = self._busy = False
        self._control_ids: set[str] = set()
        self._person_before = ""

    def on_v2(self, payload: bytes, partner: str) -> bytes | None:
        """Apply one message and answer it; nothing is answered before it is stored."""
        if self._stopped or self._turns_away():
            return None
        if not self.defects.has("forgets-replays") and (given := self.store.answer_to(payload)) is not None:
            return given[1] or None
        try:
            tree = parse(payload)
        except FormatError as error:
            self._stopped = self.defects.has("drops-connection-after-garbage")
            return self._answer(None, payload, RefusedError("AR", "100", str(error)))
        try:
            self._apply(tree, payload, partner)
        except RefusedError as refused:
            return self._answer(tree, payload, refused if self._stands(refused) else None)
        except Exception as error:  # a server answers, whatever happened inside
            return self._answer(tree, payload, RefusedError("AE", "207", f"the server failed: {type(error).__name__}"))
        return self._answer(tree, payload, None)

    def on_unframed(self, data: bytes) -> bytes | None:  # noqa: ARG002
        """Bytes outside frames are passed over."""
        self._stopped = self.defects.has("drops-connection-after-garbage")
        return None

    def _stands(self, refused: RefusedError) -> bool:
        return self.defects.refuse(refused.error) and self.defects.refuse(f"{refused.error} {refused.at}")

    def _apply(self, tree: Tree, payload: bytes, partner: str) -> None:
        for refused in refusals(tree, self.system.identity):
            if self._stands(refused):
                raise refused
        if self.defects.has("refuses-unnumbered") and not identifiers(tree).nhs:
            raise RefusedError("AE", "101", "no NHS number", "PID-3")
        if self.defects.swallow(tree.trigger, payload) or tree.trigger not in HANDLED or self._known_control_id(tree):
            return
        route = self.outbox.routes.get(partner)
        patient = self._ingest.receive(tree, route.codes if route is not None else {})
        if patient is not None and self.defects.has("wrong-patient-write"):
            self._misfile(patient["id"])

    def _answer(self, tree: Tree | None, payload: bytes, refused: RefusedError | None) -> bytes | None:
        if not self._answers:
            return None
        from harness.formats.hl7v2.acknowledge import acknowledge

        received = tree.control_id if tree is not None else ""
        own = "A" + sha256(f"{self.system.id}|{received}".encode() + (b"" if received else payload)).hexdigest()[:15].upper()
        said = refused or RefusedError("AA", "", "")
        return acknowledge(
            tree,
            said.code,
            text=said.text,
            error_code=said.error,
            error_location=said.at,
            sender=self.system.identity,
            at=self.clock.stamp(),
            control_id=own,
        )

    def on_fhir_written(self, resources: list[Resource], partner: str) -> None:  # noqa: ARG002
        """Carry out merges and keep what came over FHIR in order."""
        people = [each for each in resources if each["resourceType"] == "Patient"]
        if self.defects.has("refuses-unnumbered") and any(not of_patient(each).nhs for each in people):
            raise RefusalError(422, "required", "a Patient needs an NHS number here")
        react(self.store, resources, self.defects)
        if self.defects.has("wrong-patient-write"):
            for each in people:
                self._misfile(each["id"])

    def on_event(self, event: Occurrence) -> list[Outgoing]:
        """See Role.on_event."""
        if event.name not in self.events:
            raise RefusalError(422, "not-supported", f"{self.system.id} is a hospital and cannot {event.name}")
        route = self.outbox.routes.get(event.to)
        return self._out.apply(event, route.organisation if route is not None else "")

    # What only a defective system does.

    def _misfile(self, patient_id: str) -> None:
        from harness.systems.defects.matching import misfile

        misfile(self.store, patient_id, self._person_before)
        self._person_before = patient_id

    def _known_control_id(self, tree: Tree) -> bool:
        known = tree.control_id in self._control_ids
        self._control_ids.add(tree.control_id)
        return known and self.defects.has("trusts-control-id")

    def _turns_away(self) -> bool:
        """True for a message that came right behind another, where only one at a time is looked at."""
        if not self.defects.has("loses-second-of-back-to-back"):
            return False
        if self._busy:
            return True
        self._busy = True
        asyncio.get_running_loop().call_soon(self._rest)
        return False

    def _rest(self) -> None:
        self._busy = False


for _name in ("exemplar", "follower"):
    ROLES.add(_name, Acute)
