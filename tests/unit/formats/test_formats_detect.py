"""Telling formats apart."""

from __future__ import annotations

import contextlib

import pytest
from formats_samples import ADMISSION
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FormatError
from harness.formats.detect import detect

KINDS = {"hl7v2", "hl7v2-xml", "hl7v2-batch", "fhir-json", "fhir-xml", "fhir-ndjson"}


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (ADMISSION, "", "hl7v2"),
        (b"\x0b" + ADMISSION + b"\x1c\r", "", "hl7v2"),
        (b"\xef\xbb\xbf\r\n" + ADMISSION, "", "hl7v2"),
        ("MSH|^~\\&|".encode("utf-16"), "", "hl7v2"),
        (ADMISSION + ADMISSION, "", "hl7v2-batch"),
        (b"FHS|^~\\&\r" + ADMISSION, "", "hl7v2-batch"),
        (b"BHS|^~\\&\r" + ADMISSION, "", "hl7v2-batch"),
        (b'<ADT_A01 xmlns="urn:hl7-org:v2xml"><MSH/></ADT_A01>', "", "hl7v2-xml"),
        (b"<ADT_A01><MSH/></ADT_A01>", "", "hl7v2-xml"),
        (b'\n<?xml version="1.0"?><Patient xmlns="http://hl7.org/fhir"/>'.lstrip(), "", "fhir-xml"),
        ('<?xml version="1.0" encoding="utf-16"?><Patient xmlns="http://hl7.org/fhir"/>'.encode("utf-16"), "", "fhir-xml"),
        (b'\xef\xbb\xbf {"resourceType":"Patient"}', "", "fhir-json"),
        (b'{"a":1}\n', "", "fhir-json"),
        (b'{"a":{}\n,"b":{\n}}', "", "fhir-json"),
        (b'{"a":1}\n{"a":2}\n', "", "fhir-ndjson"),
        (b'{"a":1}\r\n\r\n{"a":2}', "", "fhir-ndjson"),
        (b'{"a":1}', "Patient.NDJSON", "fhir-ndjson"),
    ],
)
def test_formats_are_told_by_their_bytes(data: bytes, name: str, kind: str) -> None:
    assert detect(data, name) == kind


@pytest.mark.parametrize("data", [b"", b"   ", b"PID|1", b"hello", b"[1]", b"<html/>", b"<a", b'<a xmlns="urn:x"/>', b"%PDF-1.7", b"PK\x03\x04"])
def test_what_is_none_of_them_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        detect(data)


def test_the_file_is_named_in_the_refusal() -> None:
    with pytest.raises(FormatError, match=r"notes\.txt"):
        detect(b"hello", "notes.txt")


@given(st.binary(max_size=60) | st.text('MSH|^~\\&{}<>a"=/! \n', max_size=40).map(str.encode))
def test_any_bytes_are_told_or_refused(data: bytes) -> None:
    with contextlib.suppress(FormatError):
        assert detect(data) in KINDS
