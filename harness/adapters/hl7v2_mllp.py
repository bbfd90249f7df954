"""HL7 v2 over MLLP: frames out, acknowledgements in, and a listener that stands where the partner expects its receiver."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from harness.adapters.base import Session, serves
from harness.adapters.hl7v2 import Hl7v2
from harness.adapters.listening import Inlet, Listening
from harness.errors import TransportError
from harness.model.message import Delivery, Message
from harness.transports.inlet import LOST, Incoming, MllpInlet
from harness.transports.mllp import MllpClient, frame


@dataclass(slots=True)
class MllpSession(Session):
    """One connection, opened on first use and again after it was lost."""

    adapter: Hl7v2Mllp
    client: MllpClient

    def open(self) -> None:
        """See Session."""
        self.client.reconnect()

    def exchange(self, message: Message, payload: bytes | None = None) -> Delivery:
        """Write the frame; read one answer where the endpoint declares that it acknowledges."""
        sent = frame(message.content) if payload is None else payload
        start = perf_counter()
        try:
            if not self.client.connected:
                self.client.reconnect()
            self.client.write(sent)
        except TransportError as error:
            return self._lost(message, sent, error)
        return self._read(message, sent, start)

    def exchange_slowly(self, message: Message, piece: int) -> Delivery:
        """See Session; the frame goes out in pieces, each in a packet of its own."""
        whole = frame(message.content)
        start = perf_counter()
        try:
            self.client.write_slowly([whole[at : at + piece] for at in range(0, len(whole), piece)])
        except TransportError as error:
            return self._lost(message, whole, error)
        return self._read(message, whole, start)

    def exchange_many(self, messages: Sequence[Message]) -> list[Delivery]:
        """See Session: the frames back to back. A connection that is lost stays lost for the answers still to come."""
        start = perf_counter()
        self.client.write(b"".join(frame(message.content) for message in messages))
        return [self._read(message, frame(message.content), start, hang_up=False) for message in messages]

    def write_raw(self, data: bytes) -> None:
        """See Session."""
        self.client.write(data)

    def close(self) -> None:
        """See Session."""
        self.client.close()

    def _read(self, message: Message, sent: bytes, start: float, *, hang_up: bool = True) -> Delivery:
        if not self.adapter.acknowledges:
            return Delivery(message, sent)
        try:
            answer = self.client.read(self.adapter.endpoint.limits.acknowledge)
        except TransportError as error:
            # A late answer must never be taken for the answer to the next message.
            return self._lost(message, sent, error) if hang_up else Delivery(message, sent, failure=error.reason)
        return Delivery(message, sent, self.adapter.acknowledgement(answer, seconds=perf_counter() - start))

    def _lost(self, message: Message, sent: bytes, error: TransportError) -> Delivery:
        self.client.close()
        return Delivery(message, sent, failure=error.reason)


@serves
class Hl7v2Mllp(Listening[Incoming], Hl7v2):
    """Frames over TCP, in the clear or under TLS."""

    transport = "mllp"

    def new_session(self, token: str | None = None) -> Session:  # noqa: ARG002 - MLLP has no credential
        """See Adapter."""
        limits = self.endpoint.limits
        return MllpSession(self, MllpClient(self.address, connect_timeout=limits.connect, max_bytes=limits.max_bytes, tls=self.endpoint.tls))

    def wire_bytes(self, message: Message) -> bytes:
        """The MLLP frame."""
        return frame(message.content)

    def cut(self, message: Message, payload: bytes) -> Delivery:
        """Write on a connection of its own and close it."""
        session = self.new_session()
        try:
            session.write_raw(payload)
        except TransportError as error:
            return Delivery(message, b"", failure=error.reason)
        finally:
            session.close()
        return Delivery(message, payload, failure="disconnected")

    def listen(self) -> tuple[Inlet[Incoming], str]:
        """A loopback listener; the partner is routed there instead of to the endpoint."""
        inlet = MllpInlet(max_bytes=self.endpoint.limits.max_bytes)
        inlet.start()
        return inlet, inlet.address

    def emitted(self, incoming: Incoming) -> Message:
        """See Listening."""
        return self.message_of(incoming.payload)

    def release(self, incoming: Incoming, delivery: Delivery | None) -> None:
        """See Listening. Where nobody waits for an answer none is given: hanging up would only lose the next message."""
        answer = delivery.acknowledgement if delivery else None
        if not self.acknowledges:
            incoming.reply(None)
        else:
            incoming.reply(answer.content if answer else LOST)
