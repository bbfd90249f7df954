"""Acknowledgements."""

from __future__ import annotations

import pytest
from formats_samples import ADMISSION

from harness.formats.hl7v2 import parse
from harness.formats.hl7v2.acknowledge import acknowledge

OWN = {"application": "TIE", "facility": "X9B", "version": "2.4", "charset": "UNICODE UTF-8", "profile": "ITKv1.0"}
AT = "20260105090001"


def test_acceptance_swaps_sender_and_receiver() -> None:
    said = acknowledge(parse(ADMISSION), "AA", sender=OWN, at=AT, control_id="A1")
    assert said == b"MSH|^~\\&|TIE|X9B|PAS|X9A|20260105090001||ACK^A01^ACK|A1|P|2.4||||||UNICODE UTF-8|||ITKv1.0\rMSA|AA|C1\r"


def test_without_a_name_of_its_own_the_receiver_is_whom_the_message_was_for() -> None:
    received = parse(ADMISSION.replace(b"|TIE|X9B|", b"|TIE^1.2^ISO|X&9B|"))
    said = parse(acknowledge(received, sender={}, at=AT, control_id="A1"))
    assert (said.raw("MSH-3"), said.get("MSH-4"), said.get("MSH-5"), said.version) == ("TIE^1.2^ISO", "X&9B", "PAS", "2.4")


def test_an_error_before_25_is_said_in_msa_6_and_err_1() -> None:
    data = acknowledge(parse(ADMISSION), "AE", text="No | here", error_code="101", error_location="PID[1]-3[2].1", sender=OWN, at=AT, control_id="A1")
    assert data.split(b"\r")[1:] == [
        b"MSA|AE|C1|No \\F\\ here|||101^Required field missing^HL70357",
        b"ERR|PID^1^3^101&Required field missing&HL70357",
        b"",
    ]


@pytest.mark.parametrize(("version", "msa_6"), [("2.5.1", "101"), ("2.7", None)])
def test_an_error_since_25_is_said_in_err_2_to_4(version: str, msa_6: str | None) -> None:
    sender = {**OWN, "version": version}
    said = parse(acknowledge(parse(ADMISSION), "AE", error_code="101", error_location="PID-3[2].4.1", sender=sender, at=AT, control_id="A1"))
    assert said.raw("ERR") == "ERR||PID^1^3^2^4^1|101^Required field missing^HL70357|E"
    assert said.get("MSA-6.1") == msa_6


def test_bytes_that_were_no_message_are_rejected_without_an_echo() -> None:
    said = parse(acknowledge(None, "AR", error_code="100", error_location="rubbish", sender=OWN, at=AT, control_id="A1"))
    assert (said.get("MSH-5"), said.get("MSA-1"), said.get("MSA-2"), said.get("MSH-9")) == (None, "AR", None, "ACK")
    assert said.raw("ERR-1") == "^^^100&Segment sequence error&HL70357"


@pytest.mark.parametrize(("version", "kind"), [("2.2", "ACK"), ("2.3", "ACK^A01"), ("2.3.1", "ACK^A01^ACK"), ("2.4", "ACK^A01^ACK")])
def test_the_message_type_is_that_of_the_version(version: str, kind: str) -> None:
    said = parse(acknowledge(parse(ADMISSION), sender={"version": version}, at=AT, control_id="A1"))
    assert said.raw("MSH-9") == kind


def test_the_control_id_is_echoed_whatever_it_holds() -> None:
    received = parse(ADMISSION.replace(b"|C1|", b"|a\\F\\b\\T\\c|"))
    assert parse(acknowledge(received, sender=OWN, at=AT, control_id="A1")).get("MSA-2") == "a|b&c"


def test_delimiters_of_the_received_do_not_leak() -> None:
    received = parse(b"MSH$%!*+$P|AS$X9A$$$1$$ADT%A01$C|1$P$2.4\r")
    said = parse(acknowledge(received, sender=OWN, at=AT, control_id="A1"))
    assert (said.delimiters.field, said.get("MSH-5"), said.get("MSA-2")) == ("|", "P|AS", "C|1")


def test_what_the_declared_set_lacks_is_written_in_utf_8_and_so_declared() -> None:
    data = acknowledge(parse(ADMISSION), "AE", text="Ŵyn", sender={**OWN, "charset": "8859/1"}, at=AT, control_id="A1")
    said = parse(data)
    assert (said.get("MSH-18"), said.get("MSA-3"), said.charset_issue) == ("UNICODE UTF-8", "Ŵyn", "")
