"""Bytes on the wire and what came back for them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256


class Origin(StrEnum):
    """Who made a message. Only ``source`` messages say anything about the source."""

    SOURCE = "source"
    TARGET = "target"
    HARNESS = "harness"
    REPLAY = "replay"


@dataclass(frozen=True, slots=True)
class Message:
    """Bytes with media type and format ``key``. For HTTP, ``method`` and ``path`` (relative to the FHIR base, with query) say how they go.

    ``control_id`` is MSH-10, or the X-Request-ID of an HTTP request. ``trigger`` is ``A01`` or the neutral event name.
    """

    content: bytes
    key: str
    media_type: str
    origin: Origin
    control_id: str = ""
    trigger: str = ""
    method: str = ""
    path: str = ""
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def sha256(self) -> str:
        """Hex digest of the content: its evidence name."""
        return sha256(self.content).hexdigest()


class AckKind(StrEnum):
    """What an acknowledgement says. ACCEPTED and QUEUED are positive; QUEUED is MSA-1 CA or HTTP 202."""

    ACCEPTED = "accepted"
    QUEUED = "queued"
    ERROR = "error"
    REJECTED = "rejected"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """``code`` is MSA-1 or the HTTP status; ``correlates`` the control id it answers (MSA-2, X-Request-ID);
    ``error_code`` the table 0357 code, or the OperationOutcome issue code; ``text`` the diagnostics."""

    content: bytes
    kind: AckKind
    code: str
    correlates: str = ""
    error_code: str = ""
    text: str = ""
    seconds: float = field(default=0.0, compare=False)

    @property
    def positive(self) -> bool:
        """True when the sender may believe that the message was taken."""
        return self.kind in (AckKind.ACCEPTED, AckKind.QUEUED)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message put on the wire. ``sent`` is what left after wire faults (empty when dropped); ``failure`` is a TransportError reason."""

    message: Message
    sent: bytes
    acknowledgement: Acknowledgement | None = None
    failure: str = ""

    @property
    def positive(self) -> bool:
        """Acknowledged positively."""
        return self.acknowledgement is not None and self.acknowledgement.positive


@dataclass(frozen=True, slots=True)
class Exchange:
    """The deliveries of one step, in order; ``event`` is the neutral event that caused them. Empty when the source sent nothing."""

    event: str
    deliveries: tuple[Delivery, ...] = ()

    @property
    def positive(self) -> bool:
        """Something was sent and every delivery was acknowledged positively."""
        return bool(self.deliveries) and all(delivery.positive for delivery in self.deliveries)

    @property
    def last(self) -> Delivery | None:
        """The last delivery, if any."""
        return self.deliveries[-1] if self.deliveries else None
