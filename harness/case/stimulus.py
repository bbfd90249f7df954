"""Stimulate: making a system itself cause an event, and carrying what it says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.case.blocked import Blocked
from harness.case.clock import CaseClock
from harness.case.link import SOURCE
from harness.case.parties import Parties, Passage
from harness.case.people import Person
from harness.case.relay import Relay
from harness.case.telling import told_by
from harness.errors import TransportError
from harness.model.finding import Attribution
from harness.model.message import Exchange, Message
from harness.model.place import Flow


@dataclass(slots=True)
class Stimulus:
    """The first port of a case. ``flows`` say what each event tells of a person."""

    parties: Parties
    relay: Relay
    clock: CaseClock
    flows: Iterable[Flow]

    def cause(
        self, event: str, person: Person, *, at: str = SOURCE, to: str = "", fault: str = "", occurred: str = "", details: Mapping[str, Any] | None = None
    ) -> Exchange:
        """Make the party ``at`` cause ``event`` for ``person`` and carry what it emits to ``to`` (its only partner), through the wire fault named.

        Raises Blocked when the system has no way to be stimulated or declines the event.
        """
        passage = self.parties.passage(at, to)
        return self.relay.carry(passage, event, self._cause(passage, event, person, occurred, details or {}), fault=fault)

    def capture(self, event: str, person: Person, *, at: str = SOURCE, to: str = "", occurred: str = "", details: Mapping[str, Any] | None = None) -> Message:
        """As ``cause``, but keep the message from the receiver: the sender is told that it was accepted."""
        passage = self.parties.passage(at, to)
        messages = self.relay.withhold(passage, event, self._cause(passage, event, person, occurred, details or {}))
        if not messages:
            raise Blocked(f"the source emitted nothing for {event}", "acknowledgement/events-1")
        return messages[-1]

    def _cause(self, passage: Passage, event: str, person: Person, occurred: str, details: Mapping[str, Any]) -> int:
        sender, receiver = passage.sender, passage.receiver
        if not sender.control.available:
            raise Blocked(f"{sender.system.id} cannot be stimulated: it declares no control interface", attribution=Attribution.HARNESS)
        moment = occurred or self.clock.tick()
        plain = {name: told_by(event, value.record, self.flows).to_json() if isinstance(value, Person) else value for name, value in details.items()}
        try:
            count, refusal = sender.control.event(
                event,
                told_by(event, person.record, self.flows),
                to=receiver.system.id,
                interface=passage.link.endpoint.format,
                control_id=self.clock.control_id(),
                occurred=moment,
                now=self.clock.moment.isoformat(),
                details=plain,
            )
        except TransportError as error:
            raise Blocked(f"the control interface failed: {error}", signals=("unreachable",)) from error
        if refusal:
            raise Blocked(refusal)
        return count
