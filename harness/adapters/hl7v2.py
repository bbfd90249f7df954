"""What every way in for HL7 v2 has in common: reading answers, altering messages, answering in the endpoint's name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from harness.adapters.base import Adapter
from harness.errors import FormatError
from harness.formats.hl7v2 import parse
from harness.formats.hl7v2.acknowledge import acknowledge
from harness.model.message import AckKind, Acknowledgement, Delivery, Message, Origin

MEDIA_TYPE = "application/hl7-v2+er7"

_NOTE = "X" * 60_000  # characters of NTE-3: the length that HL7 v2.4 gives FT is 65536
_AROUND_A_NOTE = 8  # bytes of ``NTE|1||`` and the end of its segment

# HL7 table 0008, as the ITK reference tables give it.
_KINDS = {
    "AA": AckKind.ACCEPTED,
    "CA": AckKind.QUEUED,
    "AE": AckKind.ERROR,
    "CE": AckKind.ERROR,
    "AR": AckKind.REJECTED,
    "CR": AckKind.REJECTED,
}


class Hl7v2(Adapter):
    """An endpoint that takes HL7 v2 messages in ER7."""

    format = "hl7v2"

    def acknowledgement(self, content: bytes, status: int = 0, seconds: float = 0.0) -> Acknowledgement:  # noqa: ARG002
        """MSA-1, MSA-2, and the table 0357 code from MSA-6 or ERR-1.4 (up to 2.4) or ERR-3 (from 2.5)."""
        try:
            tree = parse(content)
        except FormatError as error:
            return Acknowledgement(content, AckKind.UNREADABLE, "", text=str(error), seconds=seconds)
        code = tree.get("MSA-1") or ""
        error_code = tree.get("MSA-6.1") or tree.get("ERR-1.4.1") or tree.get("ERR-1.4") or tree.get("ERR-3.1") or ""
        text = tree.get("MSA-3") or tree.get("ERR-8") or tree.get("MSA-6.2") or ""
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
        return Delivery(message, b"", self.acknowledgement(answer, 200))

    def padded(self, message: Message, size: int, control_id: str) -> Message:
        """See Adapter: by NTE segments at the end."""
        missing = max(size - len(message.content), 0)
        notes = [(f"+NTE|{number}||{_NOTE}", None) for number in range(1, missing // (len(_NOTE) + _AROUND_A_NOTE) + 1)]
        return self.altered(message, notes, control_id)

    def message_of(self, payload: bytes) -> Message:
        """What a partner sent, with origin SOURCE; bytes that are no message have neither control id nor trigger."""
        try:
            tree = parse(payload)
            control_id, trigger = tree.control_id or "", tree.trigger or ""
        except FormatError:
            control_id = trigger = ""
        return Message(payload, self.endpoint.key, MEDIA_TYPE, Origin.SOURCE, control_id, trigger)
