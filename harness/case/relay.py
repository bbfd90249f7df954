"""The exchange: carrying what one system emits to the other, over the harness's own wire, so that both ends and the bytes between are seen."""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING

from harness.adapters.base import Adapter, Caught
from harness.model.message import Delivery, Exchange, Message, Origin

if TYPE_CHECKING:
    from harness.case.case import Case

_GRACE = 1.0
_TURN = 0.002
REPLIES = "replies"  # the capability of a system that answers what it receives by messages of its own


class Relay:
    """Stands between the two systems of a case. Everything carried is kept in the case's transcript and evidence."""

    def __init__(self, case: Case) -> None:
        self.case = case

    def carry(self, event: str, count: int, *, backwards: bool = False, fault: str = "") -> Exchange:
        """Carry ``count`` messages of a stimulated system. A wire fault strikes the first attempt only; what the sender then repeats is carried too."""
        link = self.case.link
        adapter = link.reverse if backwards else link.adapter
        deliveries: list[Delivery] = []
        if adapter is None:
            return Exchange(event)
        answered, deadline = 0, monotonic() + link.endpoint.limits.acknowledge + _GRACE
        while answered < count and monotonic() < deadline:
            caught = adapter.catch(0.05)
            if caught is None:
                continue
            made = self._pass_on(adapter, caught, backwards, fault, event)
            deliveries += made
            if fault and made[-1].acknowledgement is None:
                fault, deadline = "", monotonic() + link.endpoint.limits.acknowledge + _GRACE
                # Who expects no acknowledgement misses none, and repeats nothing.
                if made[-1].failure in ("dropped", "disconnected") and adapter.endpoint.acknowledgement != "none":
                    continue
            answered += 1
        self.drain(backwards=backwards)
        return Exchange(event, tuple(deliveries))

    def withhold(self, event: str, count: int) -> list[Message]:
        """Take ``count`` messages from the source and tell it they were accepted; the target sees none of them."""
        adapter = self.case.link.adapter
        messages: list[Message] = []
        deadline = monotonic() + _GRACE
        while len(messages) < count and monotonic() < deadline:
            caught = adapter.catch(0.05)
            if caught is not None:
                message = self._named(caught.message, event, backwards=False)
                caught.reply(adapter.accept(message))
                self.note(Delivery(message, b"", failure="withheld"))
                messages.append(message)
        return messages

    def send(self, message: Message, fault: str = "") -> Exchange:
        """Put one message of the harness on the wire to the target."""
        made = self.case.link.adapter.deliver(message, fault=fault)
        for delivery in made:
            self.note(delivery)
        self.drain()
        return Exchange(message.trigger, made)

    def pump(self, timeout: float) -> None:
        """Carry whatever either system emits of its own accord (replies, repeats), waiting at most ``timeout`` seconds for it."""
        link = self.case.link
        if link.reverse is not None:
            while (caught := link.reverse.catch(timeout)) is not None:
                self._pass_on(link.reverse, caught, True, "", "reply")
                timeout = 0.0
        while (caught := link.adapter.catch(timeout if link.reverse is None else 0.0)) is not None:
            self._pass_on(link.adapter, caught, False, "", "repeat")
            timeout = 0.0

    def drain(self, *, backwards: bool = False) -> None:
        """Carry everything the two systems still have to say, so that a reply belongs to the step and the case that caused it.

        Only where the interface carries replies and the receiver declares that it sends some; bounded by the acknowledgement limit.
        """
        link = self.case.link
        receiver = (link.source if backwards else link.target).deployment.system
        if link.reverse is None or REPLIES not in receiver.capabilities:
            return
        deadline = monotonic() + link.endpoint.limits.acknowledge + _GRACE
        sides = [link.target.control, link.source.control]
        if backwards:
            sides.reverse()
        # What was just carried can only have set the receiver talking; its partner is asked when it did.
        while sides[0].pending() and monotonic() < deadline:
            while any(side.pending() for side in sides) and monotonic() < deadline:
                self.pump(_TURN)

    def _pass_on(self, adapter: Adapter, caught: Caught, backwards: bool, fault: str, event: str) -> tuple[Delivery, ...]:
        made = adapter.deliver(self._named(caught.message, event, backwards), fault=fault)
        for delivery in made:
            self.note(delivery)
            if delivery.failure == "time-out":
                self.case.waited += adapter.endpoint.limits.acknowledge
        answered = next((delivery for delivery in made if delivery.acknowledgement is not None), None)
        caught.reply(answered)
        return made

    def _named(self, message: Message, event: str, backwards: bool) -> Message:
        return replace(message, origin=Origin.TARGET if backwards else Origin.SOURCE, trigger=message.trigger or event)

    def note(self, delivery: Delivery) -> None:
        """Keep a delivery in the transcript and its bytes as evidence."""
        case, message = self.case, delivery.message
        case.transcript.append(delivery)
        case.sent(message)
        if delivery.acknowledgement is not None and delivery.acknowledgement.content:
            case.keep(
                delivery.acknowledgement.content, message.media_type, f"answer to {message.trigger or 'message'}: {delivery.acknowledgement.code}", "target"
            )
