"""The wire in the harness's own hands: messages sent in the source's name, altered copies of them, and sessions beside the standing one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from harness.adapters.base import Session
from harness.case.clock import CaseClock
from harness.case.link import TARGET
from harness.case.parties import Parties, Passage
from harness.case.relay import Relay
from harness.case.transcript import Transcript
from harness.model.message import AckKind, Delivery, Exchange, Message, Origin

_RUBBISH = b"\x00\xff{ this is |neither HL7 v2 nor JSON"


@dataclass(slots=True)
class OpenSession:
    """A session of a check's own; closes with its ``with``. What goes over it is entered in the transcript; ``write_raw`` is no message and is not."""

    session: Session
    enter: Callable[[Delivery], Delivery]

    def exchange(self, message: Message) -> Delivery:
        """Send ``message`` and read the answer; what the wire does wrong is in ``failure``."""
        return self.enter(self.session.exchange(message))

    def exchange_slowly(self, message: Message, piece: int) -> Delivery:
        """As ``exchange``, written ``piece`` bytes at a time."""
        return self.enter(self.session.exchange_slowly(message, piece))

    def exchange_many(self, messages: Sequence[Message]) -> list[Delivery]:
        """Write several messages in one go and read as many answers as come."""
        return [self.enter(delivery) for delivery in self.session.exchange_many(messages)]

    def write_raw(self, data: bytes) -> None:
        """Write bytes as they are; raises TransportError."""
        self.session.write_raw(data)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()


@dataclass(slots=True)
class Wire:
    """The second port of a case. ``to`` is the party that a message goes to, from the one that its link comes from."""

    parties: Parties
    relay: Relay
    transcript: Transcript
    clock: CaseClock

    def send(self, message: Message, *, fault: str = "", to: str = TARGET) -> Exchange:
        """Put a message on the wire in the sender's name."""
        return self.relay.send(Passage(self.parties.link(to)), message, fault)

    def replay(self, message: Message, *, to: str = TARGET) -> Exchange:
        """Send the very same bytes again."""
        return self.send(replace(message, origin=Origin.REPLAY), to=to)

    def altered(self, message: Message, *changes: tuple[str, Any], control_id: str = "", to: str = TARGET) -> Message:
        """A copy with some addresses changed (see the adapter for their form), origin HARNESS, under a fresh control id or the one given."""
        return self.parties.link(to).adapter.altered(message, changes, control_id or self.clock.control_id())

    def padded(self, message: Message, size: int, *, to: str = TARGET) -> Message:
        """A copy made about ``size`` bytes long by free text, origin HARNESS, under a fresh control id."""
        return self.parties.link(to).adapter.padded(message, size, self.clock.control_id())

    def rubbish(self, message: Message) -> Message:
        """Bytes that no format reads, sent the way ``message`` would go."""
        return replace(message, content=_RUBBISH, origin=Origin.HARNESS, control_id="")

    def bytes_of(self, message: Message, *, to: str = TARGET) -> bytes:
        """What leaves for ``message`` by one write."""
        return self.parties.link(to).adapter.wire_bytes(message)

    def open_session(self, token: str | None = None, *, to: str = TARGET) -> OpenSession:
        """A session of its own to ``to``; ``token`` replaces the endpoint's credential where it has one (empty: none).

        Raises TransportError when it cannot be opened.
        """
        return OpenSession(self.parties.link(to).adapter.open_session(token), lambda delivery: self._entered(delivery, to))

    def _entered(self, delivery: Delivery, to: str) -> Delivery:
        if delivery.failure == "time-out":
            self.clock.waited += self.parties.link(to).endpoint.limits.acknowledge
        self.transcript.note(delivery)
        return delivery


def came_back(delivery: Delivery | None) -> str:
    """What came of a delivery in a word or two: what the wire did, else what was answered."""
    if delivery is None:
        return "nothing was sent"
    return delivery.failure or answered(delivery)


def answered(delivery: Delivery) -> str:
    """How a person would say what came back."""
    said = delivery.acknowledgement
    if said is None:
        return "no answer" if not delivery.failure else f"no answer ({delivery.failure})"
    if said.kind is AckKind.UNREADABLE:
        return "an answer that cannot be read"
    return f"{said.code}{f'/{said.error_code}' if said.error_code else ''}"
