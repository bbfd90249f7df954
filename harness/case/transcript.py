"""The timed record of a case: what was on the wire, and the bytes that its findings rest on. One for all links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from harness.case.evidence import EvidenceStore
from harness.model.finding import Evidence
from harness.model.message import Delivery, Message, Origin


@dataclass(slots=True, eq=False, weakref_slot=True)
class Transcript:
    """``deliveries`` in the order made; ``evidence`` each once, in the order kept."""

    store: EvidenceStore
    deliveries: list[Delivery] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)

    def keep(self, content: bytes, media_type: str, title: str, origin: str = "") -> Evidence:
        """Store bytes as evidence of this case."""
        proof = self.store.store(content, media_type, title, origin)
        if proof not in self.evidence:
            self.evidence.append(proof)
        return proof

    def sent(self, message: Message) -> Evidence:
        """Keep a message that was on the wire."""
        return self.keep(message.content, message.media_type, f"{message.trigger or 'message'} ({message.origin})", message.origin)

    def note(self, delivery: Delivery) -> None:
        """Enter a delivery, and keep its bytes and those of its answer."""
        self.deliveries.append(delivery)
        message, answer = delivery.message, delivery.acknowledgement
        self.sent(message)
        if answer is not None and answer.content:
            self.keep(answer.content, message.media_type, f"answer to {message.trigger or 'message'}: {answer.code}", "target")

    def remark(self, text: str) -> None:
        """Keep a remark of the harness beside the evidence."""
        self.keep(text.encode(), "text/plain", "remark", "harness")

    def messages(self, origin: Origin = Origin.SOURCE) -> Sequence[Message]:
        """What was put on the wire so far by whoever is ``origin``: only what the source sent itself says anything about it."""
        return [delivery.message for delivery in self.deliveries if delivery.message.origin is origin]
