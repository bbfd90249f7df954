"""The seam between a case and one way in to a system."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from harness.model.message import Acknowledgement, Delivery, Message
from harness.model.place import Endpoint
from harness.registry import Registry


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

    @abstractmethod
    def deliver(self, message: Message, *, fault: str = "") -> tuple[Delivery, ...]:
        """Put ``message`` on the wire, through the wire fault named, and read what comes back. Never raises for what the wire does."""

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
