"""The exchange: carrying what one system emits to the other, over the harness's own wire, so that both ends and the bytes between are seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from harness.adapters.base import Adapter, Caught
from harness.case.clock import CaseClock
from harness.case.parties import Parties, Passage
from harness.case.transcript import Transcript
from harness.model.message import Delivery, Exchange, Message, Origin

_GRACE = 1.0  # seconds beyond the acknowledgement limit for the harness's own part of an exchange: catching, handing on and back
_CATCH = 0.05  # seconds of one look for what a system emits, between looks at the time that is left
_TURN = 0.002  # seconds to wait for one more message while a system says that it has something to send
REPLIES = "replies"  # the capability of a system that answers what it receives by messages of its own


@dataclass(slots=True)
class Relay:
    """Stands between the systems of a case. Everything carried is entered in the transcript."""

    parties: Parties
    transcript: Transcript
    clock: CaseClock

    def carry(self, passage: Passage, event: str, count: int, *, fault: str = "") -> Exchange:
        """Carry ``count`` messages of a stimulated system. A wire fault strikes the first attempt only; what the sender then repeats is carried too."""
        deliveries: list[Delivery] = []
        adapter, inlet, watch = passage.adapter, passage.inlet, self.clock.watch
        if adapter is None or inlet is None:
            return Exchange(event)
        patience = passage.link.endpoint.limits.acknowledge + _GRACE
        answered, deadline = 0, watch() + patience
        while answered < count and watch() < deadline:
            caught = inlet.catch(_CATCH)
            if caught is None:
                continue
            made = self._pass_on(passage, adapter, caught, fault, event)
            deliveries += made
            if fault and made[-1].acknowledgement is None:
                fault, deadline = "", watch() + patience
                # Who expects no acknowledgement misses none, and repeats nothing.
                if made[-1].failure in ("dropped", "disconnected") and adapter.acknowledges:
                    continue
            answered += 1
        self.drain(passage)
        return Exchange(event, tuple(deliveries))

    def withhold(self, passage: Passage, event: str, count: int) -> Sequence[Message]:
        """Take ``count`` messages from the sender and tell it they were accepted; the receiver sees none of them."""
        messages: list[Message] = []
        adapter, inlet, watch = passage.adapter, passage.inlet, self.clock.watch
        deadline = watch() + _GRACE
        while adapter is not None and inlet is not None and len(messages) < count and watch() < deadline:
            caught = inlet.catch(_CATCH)
            if caught is not None:
                message = _named(passage, caught.message, event)
                caught.reply(adapter.accept(message))
                self.transcript.note(Delivery(message, b"", failure="withheld"))
                messages.append(message)
        return messages

    def send(self, passage: Passage, message: Message, fault: str = "") -> Exchange:
        """Put one message of the harness on the wire to the receiver."""
        made = () if passage.adapter is None else passage.adapter.deliver(message, fault=fault)
        for delivery in made:
            self.transcript.note(delivery)
        self.drain(passage)
        return Exchange(message.trigger, made)

    def pump(self, timeout: float) -> None:
        """Carry whatever any system emits of its own accord (replies, repeats), waiting at most ``timeout`` seconds for it."""
        for link in self.parties.links.values():
            for passage, event in ((Passage(link, backwards=True), "reply"), (Passage(link), "repeat")):
                if passage.adapter is None or passage.inlet is None:
                    continue
                while (caught := passage.inlet.catch(timeout)) is not None:
                    self._pass_on(passage, passage.adapter, caught, "", event)
                    timeout = 0.0
                timeout = 0.0

    def drain(self, passage: Passage) -> None:
        """Carry everything the two systems of a passage still have to say, so that a reply belongs to the step and the case that caused it.

        Only where the link carries replies and the receiver declares that it sends some; bounded by the acknowledgement limit.
        """
        if passage.link.reverse is None or REPLIES not in passage.receiver.system.capabilities:
            return
        watch = self.clock.watch
        deadline = watch() + passage.link.endpoint.limits.acknowledge + _GRACE
        controls = passage.receiver.control, passage.sender.control
        # What was just carried can only have set the receiver talking; its partner is asked when it did.
        while controls[0].pending() and watch() < deadline:
            while any(control.pending() for control in controls) and watch() < deadline:
                self.pump(_TURN)

    def _pass_on(self, passage: Passage, adapter: Adapter, caught: Caught, fault: str, event: str) -> tuple[Delivery, ...]:
        made = adapter.deliver(_named(passage, caught.message, event), fault=fault)
        for delivery in made:
            self.transcript.note(delivery)
            if delivery.failure == "time-out":
                self.clock.waited += adapter.endpoint.limits.acknowledge
        caught.reply(next((delivery for delivery in made if delivery.acknowledgement is not None), None))
        return made


def _named(passage: Passage, message: Message, event: str) -> Message:
    return replace(message, origin=Origin.TARGET if passage.backwards else Origin.SOURCE, trigger=message.trigger or event)
