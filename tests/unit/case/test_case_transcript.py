"""What was on the wire, and the evidence of it."""

from __future__ import annotations

from harness.case.evidence import EvidenceHashes
from harness.case.transcript import Transcript
from harness.model.message import AckKind, Acknowledgement, Delivery, Message, Origin


def message(content: bytes = b"MSH|", origin: Origin = Origin.SOURCE, trigger: str = "A28") -> Message:
    return Message(content, "hl7v2/2.4/itk", "application/hl7-v2+er7", origin, "M1", trigger)


def test_a_delivery_is_entered_with_its_message_and_its_answer() -> None:
    kept = Transcript(EvidenceHashes())
    kept.note(Delivery(message(), b"MSH|", Acknowledgement(b"MSA|AA", AckKind.ACCEPTED, "AA")))
    assert [(one.title, one.origin) for one in kept.evidence] == [("A28 (source)", "source"), ("answer to A28: AA", "target")]
    assert len(kept.deliveries) == 1


def test_the_same_bytes_are_evidence_once_and_a_delivery_each_time() -> None:
    kept = Transcript(EvidenceHashes())
    for _ in range(2):
        kept.note(Delivery(message(), b"MSH|"))
    assert (len(kept.evidence), len(kept.deliveries)) == (1, 2)


def test_only_what_the_source_sent_itself_counts_as_the_sources() -> None:
    kept = Transcript(EvidenceHashes())
    for origin in Origin:
        kept.note(Delivery(message(f"MSH|{origin}".encode(), origin), b""))
    assert [one.content for one in kept.messages()] == [b"MSH|source"]
    assert [one.content for one in kept.messages(Origin.TARGET)] == [b"MSH|target"]


def test_a_remark_is_the_harness_own() -> None:
    kept = Transcript(EvidenceHashes())
    kept.remark("the rubbish was answered")
    assert [(one.title, one.media_type, one.origin) for one in kept.evidence] == [("remark", "text/plain", "harness")]
