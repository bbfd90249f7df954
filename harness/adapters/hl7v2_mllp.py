"""HL7 v2 over MLLP: frames out, acknowledgements in, and a listener that stands where the partner expects its receiver."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter
from typing import Any

from harness.adapters.base import Adapter, Caught, serves
from harness.errors import FormatError, TransportError
from harness.formats.hl7v2 import parse
from harness.formats.hl7v2.acknowledge import acknowledge
from harness.model.message import AckKind, Acknowledgement, Delivery, Message, Origin
from harness.transports.inlet import LOST, MllpInlet
from harness.transports.mllp import MllpClient, frame

MEDIA_TYPE = "application/hl7-v2+er7"

# HL7 table 0008, as the ITK reference tables give it.
_KINDS = {
    "AA": AckKind.ACCEPTED,
    "CA": AckKind.QUEUED,
    "AE": AckKind.ERROR,
    "CE": AckKind.ERROR,
    "AR": AckKind.REJECTED,
    "CR": AckKind.REJECTED,
}


@serves
class Hl7v2Mllp(Adapter):
    """One MLLP connection to the endpoint, opened on first use and again after it was lost."""

    format = "hl7v2"
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
        return MllpClient(self.address, connect_timeout=limits.connect, max_bytes=limits.max_bytes)

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

    def acknowledgement(self, content: bytes, status: int = 0, seconds: float = 0.0) -> Acknowledgement:  # noqa: ARG002
        """MSA-1, MSA-2, and the table 0357 code from MSA-6 or ERR-1.4 (up to 2.4) or ERR-3 (from 2.5)."""
        try:
            tree = parse(content)
        except FormatError as error:
            return Acknowledgement(content, AckKind.UNREADABLE, "", text=str(error), seconds=seconds)
        code = tree.get("MSA-1") or ""
        error_code = tree.get("MSA-6.1") or tree.get("ERR-1.4.1") or tree.get("ERR-1.4") or tree.get("ERR-3.1") or ""
        text = tree.get("MSA-3") or tree.get("MSA-6.2") or ""
        return Acknowledgement(content, _KINDS.get(code, AckKind.UNREADABLE), code, tree.get("MSA-2") or "", error_code, text, seconds)

    def altered(self, message: Message, changes: Sequence[tuple[str, Any]], control_id: str) -> Message:
        """Addresses are HL7 v2 addresses (``PID-3[1].1``); ``-SEG`` removes every such segment, ``+SEG|…`` appends a segment written out."""
        tree = parse(message.content)
        tree.set("MSH-10", control_id)
        for address, value in changes:
            if address.startswith("-"):
                for segment in tree.all(address[1:]):
                    tree.remove(segment)
            elif address.startswith("+"):
                name, *fields = address[1:].split("|")
                segment = tree.add(name)
                for number, text in enumerate(fields, 1):
                    if text:
                        segment.set(str(number), text)
            else:
                tree.set(address, value)
        return Message(tree.encode(), message.key, message.media_type, Origin.HARNESS, tree.control_id or control_id, tree.trigger or "")

    def accept(self, message: Message) -> Delivery:
        """An AA that echoes the control id."""
        tree = parse(message.content)
        sender = {"application": tree.get("MSH-5") or "", "facility": tree.get("MSH-6") or "", "version": tree.version or "2.4"}
        answer = acknowledge(tree, "AA", sender=sender, at=tree.get("MSH-7") or "", control_id=f"W{message.control_id}"[:20])
        return Delivery(message, b"", self.acknowledgement(answer))

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
        try:
            tree = parse(incoming.payload)
            control_id, trigger = tree.control_id or "", tree.trigger or ""
        except FormatError:
            control_id = trigger = ""
        message = Message(incoming.payload, self.endpoint.key, MEDIA_TYPE, Origin.SOURCE, control_id, trigger)

        def reply(delivery: Delivery | None) -> None:
            answer = delivery.acknowledgement if delivery else None
            if self.endpoint.acknowledgement == "none":
                incoming.reply(None)  # nobody waits for an answer: hanging up would only lose the next message
            else:
                incoming.reply(answer.content if answer else LOST)

        return Caught(message, reply)

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
