"""The seam between a case and one way in to a system."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from threading import Event
from typing import Any, ClassVar

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


class Adapter(ABC):
    """Moves messages to one endpoint, and catches what its partner emits towards it. Knows no data item.

    ``format`` and ``transport`` say which endpoints it serves. ``address`` is ``host:port`` or a base URL.
    """

    format: ClassVar[str]
    transport: ClassVar[str]

    def __init__(self, endpoint: Endpoint, address: str, *, token: str = "") -> None:
        self.endpoint, self.address, self.token = endpoint, address, token

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
                deliveries.append(self.cut(sent, action.payload) if lost else self.exchange(sent, action.payload))
        return tuple(deliveries)

    @abstractmethod
    def wire_bytes(self, message: Message) -> bytes:
        """What leaves by one write: the framed message, or the request body."""

    @abstractmethod
    def exchange(self, message: Message, payload: bytes) -> Delivery:
        """Send ``payload`` (the wire bytes of ``message``, or what a fault left of them) and read the answer."""

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
    def accept(self, message: Message) -> Delivery:
        """A positive answer in the endpoint's name, for a message that is kept from it."""

    @abstractmethod
    def open_inlet(self) -> str:
        """Start catching what the partner emits; returns the address to hand to it."""

    @abstractmethod
    def catch(self, timeout: float) -> Caught | None:
        """The next message emitted towards this endpoint, or None after ``timeout`` seconds."""

    @abstractmethod
    def close(self) -> None:
        """Release connections and the inlet."""


ADAPTERS: Registry[type[Adapter]] = Registry("adapter", "harness.adapters")


def adapter_for(endpoint: Endpoint, address: str, *, token: str = "") -> Adapter:
    """The adapter that serves ``endpoint``; raises UnknownNameError when none does."""
    return ADAPTERS.get(f"{endpoint.format}+{endpoint.transport}")(endpoint, address, token=token)


def serves(kind: type[Adapter]) -> type[Adapter]:
    """Class decorator: register an adapter under ``format+transport``."""
    return ADAPTERS.add(f"{kind.format}+{kind.transport}", kind)
