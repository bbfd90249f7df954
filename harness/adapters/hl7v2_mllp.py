"""HL7 v2 over MLLP: frames out, acknowledgements in, and a listener that stands where the partner expects its receiver."""

from __future__ import annotations

from time import perf_counter

from harness.adapters.base import Caught, serves
from harness.adapters.hl7v2 import Hl7v2
from harness.errors import TransportError
from harness.model.message import Delivery, Message
from harness.transports.inlet import LOST, MllpInlet
from harness.transports.mllp import MllpClient, frame


@serves
class Hl7v2Mllp(Hl7v2):
    """One MLLP connection to the endpoint, opened on first use and again after it was lost."""

    transport = "mllp"
    _client: MllpClient | None = None
    _inlet: MllpInlet | None = None

    def connect(self) -> MllpClient:
        """The open connection; raises TransportError when it is refused."""
        if self._client is None:
            self._client = self.fresh()
        if not self._client.connected:
            self._client.reconnect()
        return self._client

    def fresh(self) -> MllpClient:
        """A connection of its own, for wire-level questions; the caller closes it."""
        limits = self.endpoint.limits
        return MllpClient(self.address, connect_timeout=limits.connect, max_bytes=limits.max_bytes, tls=self.endpoint.tls)

    def wire_bytes(self, message: Message) -> bytes:
        """The MLLP frame."""
        return frame(message.content)

    def exchange(self, message: Message, payload: bytes) -> Delivery:
        """Write the frame; read one answer where the endpoint declares that it acknowledges."""
        start = perf_counter()
        try:
            client = self.connect()
            client.write(payload)
            if self.endpoint.acknowledgement == "none":
                return Delivery(message, payload)
            answer = client.read(self.endpoint.limits.acknowledge)
        except TransportError as error:
            self._drop()
            return Delivery(message, payload, failure=error.reason)
        return Delivery(message, payload, self.acknowledgement(answer, seconds=perf_counter() - start))

    def cut(self, message: Message, payload: bytes) -> Delivery:
        """Write on a connection of its own and close it."""
        try:
            client = self.fresh()
            client.write(payload)
            client.close()
        except TransportError as error:
            return Delivery(message, b"", failure=error.reason)
        return Delivery(message, payload, failure="disconnected")

    def open_inlet(self) -> str:
        """A loopback listener; the source is routed here instead of to the target."""
        self._inlet = MllpInlet(max_bytes=self.endpoint.limits.max_bytes)
        self._inlet.start()
        return self._inlet.address

    def catch(self, timeout: float) -> Caught | None:
        """What the source emitted, with origin SOURCE."""
        incoming = self._inlet.take(timeout) if self._inlet else None
        if incoming is None:
            return None

        def reply(delivery: Delivery | None) -> None:
            answer = delivery.acknowledgement if delivery else None
            if self.endpoint.acknowledgement == "none":
                incoming.reply(None)  # nobody waits for an answer: hanging up would only lose the next message
            else:
                incoming.reply(answer.content if answer else LOST)

        return Caught(self.emitted(incoming.payload), reply)

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None

    def close(self) -> None:
        """Close the connection and the listener."""
        self._drop()
        if self._inlet is not None:
            self._inlet.stop()
            self._inlet = None
