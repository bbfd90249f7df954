"""The seam between a case and one way in to a system. A way in is one module here: an adapter, its sessions, and how it listens."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import Any, ClassVar

from harness.errors import TransportError
from harness.model.message import Acknowledgement, Delivery, Message, Origin
from harness.model.place import Endpoint
from harness.registry import Registry
from harness.transports.faults import Fault, plan


@dataclass(frozen=True, slots=True)
class Caught:
    """A message that a system emitted towards the harness; ``reply`` hands the partner's answer back and releases the sender.

    ``reply(None)`` drops the connection without an answer, so that the sender sees a lost acknowledgement.
    """

    message: Message
    reply: Callable[[Delivery | None], None]


class Session(ABC):
    """One connection to an endpoint. What only a stream of frames can do raises TransportError (undeclared) on a way in that has none."""

    @abstractmethod
    def open(self) -> None:
        """Connect now, where connections are kept; raises TransportError."""

    @abstractmethod
    def exchange(self, message: Message, payload: bytes | None = None) -> Delivery:
        """Send ``payload`` (what a fault left of the message's wire bytes; None: all of them) and read the answer.

        Never raises for what the wire does: that is the delivery's ``failure``.
        """

    def exchange_slowly(self, message: Message, piece: int) -> Delivery:
        """As ``exchange``, written ``piece`` bytes at a time."""
        raise _no_stream(f"{message.trigger or 'a message'} in pieces of {piece} bytes")

    def exchange_many(self, messages: Sequence[Message]) -> list[Delivery]:
        """Write all of ``messages`` in one go and read as many answers as come, one Delivery a message. Raises TransportError when writing fails."""
        raise _no_stream(f"{len(messages)} messages in one go")

    def write_raw(self, data: bytes) -> None:
        """Write bytes as they are; raises TransportError."""
        raise _no_stream(f"{len(data)} bytes that are no message")

    @abstractmethod
    def close(self) -> None:
        """Release the connection. Safe to repeat."""


def _no_stream(what: str) -> TransportError:
    return TransportError(f"this way in cannot carry {what}", reason="undeclared", expected="a stream of framed messages")


class Adapter(ABC):
    """Moves messages to one endpoint, and catches what its partner emits towards it. Knows no data item.

    ``format`` and ``transport`` say which endpoints it serves. ``address`` is whatever the way in is reached by (``host:port``, a base URL, a folder);
    ``networked`` says that it names a host, which the place must allow. ``answers_in_place``: an answer comes back on its own request, so that one that
    names no message is no mix-up.
    """

    format: ClassVar[str]
    transport: ClassVar[str]
    networked: ClassVar[bool] = True
    answers_in_place: ClassVar[bool] = False
    _standing: Session | None = None

    def __init__(self, endpoint: Endpoint, address: str, *, token: str = "") -> None:
        self.endpoint, self.address, self.token = endpoint, address, token

    @property
    def acknowledges(self) -> bool:
        """The endpoint declares that it answers; else there is nothing to wait for."""
        return self.endpoint.acknowledgement != "none"

    def deliver(self, message: Message, *, fault: str = "", seed: int = 0) -> tuple[Delivery, ...]:
        """Put ``message`` on the wire, through the wire fault named, and read what comes back: one Delivery per attempt made.

        Never raises for what the wire does. A message the fault holds back has the failure ``dropped``; one whose answer the fault
        keeps from us ``disconnected``. Raises UnknownNameError for a fault nobody registered.
        """
        actions = plan([self.wire_bytes(message)], Fault(fault) if fault else None, seed)
        deliveries: list[Delivery] = []
        for action, following in zip(actions, [*actions[1:], None], strict=True):
            if action.delay:
                Event().wait(action.delay)
            if action.kind == "hold":
                deliveries.append(Delivery(message, b"", failure="dropped"))
            elif action.kind == "send":
                sent = message if not deliveries else replace(message, origin=Origin.REPLAY)
                lost = following is not None and following.kind == "close"
                deliveries.append(self.cut(sent, action.payload) if lost else self.standing().exchange(sent, action.payload))
        return tuple(deliveries)

    def standing(self) -> Session:
        """The session that messages are delivered on, made on first use."""
        if self._standing is None:
            self._standing = self.new_session()
        return self._standing

    def open_session(self, token: str | None = None) -> Session:
        """An open session beside the standing one, for questions about sessions, framing and damage; the caller closes it.

        ``token`` replaces the endpoint's credential where the way in has any (empty: none). Raises TransportError when it cannot be opened.
        """
        session = self.new_session(token)
        session.open()
        return session

    @abstractmethod
    def new_session(self, token: str | None = None) -> Session:
        """A session that connects when it is opened or first used."""

    @abstractmethod
    def wire_bytes(self, message: Message) -> bytes:
        """What leaves by one write: the framed message, or the request body."""

    @abstractmethod
    def cut(self, message: Message, payload: bytes) -> Delivery:
        """Send ``payload`` and lose the connection before the answer is read."""

    @abstractmethod
    def acknowledgement(self, content: bytes, status: int = 0, seconds: float = 0.0) -> Acknowledgement:
        """Read answer bytes as an Acknowledgement; what cannot be read is UNREADABLE."""

    @abstractmethod
    def altered(self, message: Message, changes: Sequence[tuple[str, Any]], control_id: str) -> Message:
        """A copy of ``message`` with the values at some addresses changed (None empties), under a new control id. Origin HARNESS."""

    @abstractmethod
    def padded(self, message: Message, size: int, control_id: str) -> Message:
        """A copy of ``message`` about ``size`` bytes long by free text, under a new control id. Origin HARNESS."""

    @abstractmethod
    def accept(self, message: Message) -> Delivery:
        """A positive answer in the endpoint's name, for a message that is kept from it."""

    @abstractmethod
    def open_inlet(self) -> str:
        """Start catching what the partner emits; returns the address to hand to it."""

    @abstractmethod
    def catch(self, timeout: float) -> Caught | None:
        """The next message emitted towards this endpoint, or None after ``timeout`` seconds."""

    def close(self) -> None:
        """Release the standing session and the inlet. Safe to repeat."""
        if self._standing is not None:
            self._standing.close()
            self._standing = None


ADAPTERS: Registry[type[Adapter]] = Registry("adapter", "harness.adapters")


def adapter_for(endpoint: Endpoint, address: str, *, token: str = "") -> Adapter:
    """The adapter that serves ``endpoint``; raises UnknownNameError when none does."""
    return ADAPTERS.get(endpoint.way)(endpoint, address, token=token)


def serves(kind: type[Adapter]) -> type[Adapter]:
    """Class decorator: register an adapter under ``format+transport``."""
    return ADAPTERS.add(f"{kind.format}+{kind.transport}", kind)
