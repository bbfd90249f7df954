"""The acute hospital, exemplar or follower: takes ADT and FHIR, keeps one record per person, tells its partners what happens."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, ClassVar

from harness.errors import FormatError
from harness.formats.hl7v2 import Tree, parse
from harness.model.place import System
from harness.systems.acute.acks import refusals
from harness.systems.acute.events import EVENTS, NOTICES
from harness.systems.acute.ingest import Ingest
from harness.systems.acute.outgoing import Events
from harness.systems.acute.reaction import react
from harness.systems.acute.refusal import RefusedError
from harness.systems.core.clock import Clock
from harness.systems.core.defect import Defects
from harness.systems.core.outbox import Outbox, Outgoing
from harness.systems.core.role import ROLES, Occurrence, RefusalError, Role
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

    def on_v2(self, payload: bytes, partner: str) -> bytes | None:
        """Apply one message and answer it; nothing is answered before it is stored."""
        if not self.defects.has("forgets-replays") and (given := self.store.answer_to(payload)) is not None:
            return given[1] or None
        try:
            tree = parse(payload)
        except FormatError as error:
            return self._answer(None, payload, "AR", "100", str(error), "")
        try:
            self._apply(tree, payload, partner)
        except RefusedError as refused:
            return self._answer(tree, payload, refused.code, refused.error, refused.text, refused.at)
        except Exception as error:  # a server answers, whatever happened inside
            return self._answer(tree, payload, "AE", "207", f"the server failed: {type(error).__name__}", "")
        return self._answer(tree, payload, "AA", "", "", "")

    def _apply(self, tree: Tree, payload: bytes, partner: str) -> None:
        for refused in refusals(tree, self.system.identity):
            if self.defects.refuse(refused.error):
                raise refused
        if self.defects.swallow(tree.trigger, payload):
            return
        route = self.outbox.routes.get(partner)
        self._ingest.receive(tree, route.codes if route is not None else {})

    def _answer(self, tree: Tree | None, payload: bytes, code: str, error: str, text: str, at: str) -> bytes | None:
        if not self._answers:
            return None
        from harness.formats.hl7v2.acknowledge import acknowledge

        received = tree.control_id if tree is not None else ""
        own = "A" + sha256(f"{self.system.id}|{received}".encode() + (b"" if received else payload)).hexdigest()[:15].upper()
        return acknowledge(tree, code, text=text, error_code=error, error_location=at, sender=self.system.identity, at=self.clock.stamp(), control_id=own)

    def on_fhir_written(self, resources: list[Resource], partner: str) -> None:  # noqa: ARG002
        """Carry out merges and keep what came over FHIR in order."""
        react(self.store, resources, self.defects)

    def on_event(self, event: Occurrence) -> list[Outgoing]:
        """See Role.on_event."""
        if event.name not in self.events:
            raise RefusalError(422, "not-supported", f"{self.system.id} is a hospital and cannot {event.name}")
        route = self.outbox.routes.get(event.to)
        return self._out.apply(event, route.organisation if route is not None else "")


for _name in ("exemplar", "follower"):
    ROLES.add(_name, Acute)
