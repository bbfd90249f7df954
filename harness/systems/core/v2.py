"""The HL7 v2 door of a system: keeps every message as it came, lets the role answer, and passes both through the defects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.systems.core.role import Role

if TYPE_CHECKING:
    from harness.transports.mllp.frames import Peer

MEDIA_TYPE = "x-application/hl7-v2+er7"
VERSION_TAG = "hl7v2/2.4"


class V2Door:
    """Handlers for an MLLP server."""

    def __init__(self, role: Role) -> None:
        self.role = role
        self._served = 0

    async def handle(self, payload: bytes, peer: Peer) -> bytes | None:
        """One framed message; its acknowledgement, None for none."""
        role = self.role
        if role.defects.has("serves-one-connection"):
            self._served = self._served or peer.connection
            if peer.connection != self._served:
                return None
        kept = role.defects.wire_in(payload)
        if kept is None:
            return None
        facility, control_id = _header(kept)
        number = role.store.received(payload, MEDIA_TYPE, VERSION_TAG, control_id)
        with role.store.transaction():
            answer = role.on_v2(kept, role.outbox.partner_of([facility]))
        role.store.answered(number, 200 if answer is None or _positive(answer) else 400, answer or b"")
        return role.defects.ack(answer, payload)

    async def garbage(self, found: bytes) -> bytes | None:
        """Bytes outside frames."""
        return self.role.on_unframed(bytes(found))


def _header(payload: bytes) -> tuple[str, str]:
    """(sending facility, control id) as text, empty where the first segment is no MSH."""
    first = payload.lstrip()[:2000].replace(b"\n", b"\r").split(b"\r", 1)[0]
    if not first.startswith(b"MSH") or len(first) < 8:
        return "", ""
    separator, component = first[3:4], first[4:5]
    fields = first.split(separator)
    facility = fields[3].split(component)[0] if len(fields) > 3 else b""
    control_id = fields[9] if len(fields) > 9 else b""
    return facility.decode("latin-1"), control_id.decode("latin-1")


def _positive(answer: bytes) -> bool:
    return any(segment.startswith((b"MSA|AA", b"MSA|CA")) for segment in answer.split(b"\r"))
