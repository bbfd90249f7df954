"""What every way in shares when it listens where the partner expects its receiver: an inlet, a message caught, an answer handed back."""

from __future__ import annotations

from abc import abstractmethod
from functools import partial
from typing import Generic, Protocol, TypeVar

from harness.adapters.base import Adapter, Caught
from harness.model.message import Delivery, Message

In = TypeVar("In")
In_co = TypeVar("In_co", covariant=True)


class Inlet(Protocol[In_co]):
    """A listener of some transport that has been started."""

    def take(self, timeout: float) -> In_co | None:
        """What came in next; None after ``timeout`` seconds."""
        ...

    def stop(self) -> None:
        """Release whoever waits, and stop listening."""
        ...


class Listening(Adapter, Generic[In]):
    """An adapter whose inlet yields ``In``."""

    _inlet: Inlet[In] | None = None

    @abstractmethod
    def listen(self) -> tuple[Inlet[In], str]:
        """A started inlet, and the address to hand to the partner."""

    @abstractmethod
    def emitted(self, incoming: In) -> Message:
        """What the partner sent, with origin SOURCE (the case turns it into TARGET on the way back)."""

    @abstractmethod
    def release(self, incoming: In, delivery: Delivery | None) -> None:
        """Answer whoever sent ``incoming`` as its receiver did; None loses the answer."""

    def open_inlet(self) -> str:
        """See Adapter."""
        self._inlet, address = self.listen()
        return address

    def catch(self, timeout: float) -> Caught | None:
        """See Adapter."""
        incoming = self._inlet.take(timeout) if self._inlet is not None else None
        return None if incoming is None else Caught(self.emitted(incoming), partial(self.release, incoming))

    def close(self) -> None:
        """See Adapter."""
        super().close()
        if self._inlet is not None:
            self._inlet.stop()
            self._inlet = None
