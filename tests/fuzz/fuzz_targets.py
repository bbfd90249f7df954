"""What any bytes must do to each reader: give something that keeps its promises, or a FormatError whose offset is in the bytes. Nothing else."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import suppress

from harness.errors import FormatError, HarnessError

Target = Callable[[bytes], None]
TARGETS: dict[str, Target] = {}


def target(body: Target) -> Target:
    """Register a target under the name of its function."""
    TARGETS[body.__name__] = body
    return body


def _refused(error: FormatError, data: bytes) -> None:
    assert 0 <= error.offset <= len(data), f"offset {error.offset} of {len(data)}"
    assert error.what


@target
def parser(data: bytes) -> None:
    """ER7: every byte kept, every place readable, every change confined."""
    from harness.formats.hl7v2 import parse

    try:
        tree = parse(data)
    except FormatError as error:
        _refused(error, data)
        return
    assert tree.encode() == data
    for segment, field, repetition, component, sub, raw in tree.leaves():
        path = f"{field}[{repetition}].{component}.{sub}"
        assert segment.raw(path) == raw
        segment.get(path)
    assert tree.encode() == data
    assert tree.copy().encode() == data
    pid = tree.segment("PID") or tree.segments[-1]
    try:
        pid.set("3[2].1", "a|b^c\r\\~&")
        assert pid.get("3[2].1") == "a|b^c\n\\~&"
        tree.encode()
    except FormatError:
        return
    pid.set("3[2].1", None)
    assert pid.raw("3[2].1") == ""


@target
def batch(data: bytes) -> None:
    """Files of many messages: the same parts whatever the size of the pieces read, each a part of the bytes."""
    from harness.formats.hl7v2 import read_stream

    def read(chunk: int) -> object:
        try:
            return list(read_stream(io.BytesIO(data), chunk=chunk))
        except FormatError as error:
            _refused(error, data)
            return str(error)

    whole = read(len(data) + 1)
    if isinstance(whole, list):
        for part in whole:
            assert data[part.offset : part.offset + len(part.data)] == part.data
    assert read(7) == whole
    try:
        for part in read_stream(io.BytesIO(data), chunk=5, max_bytes=20):
            assert len(part.data) <= 20
    except FormatError:
        pass


@target
def v2_xml(data: bytes) -> None:
    """v2 XML to ER7 and back: what was read once is read again."""
    from harness.formats.hl7v2.xml import from_xml, to_xml

    try:
        tree = from_xml(data)
    except FormatError as error:
        _refused(error, data)
        return
    tree.encode()
    try:
        written = to_xml(tree)
    except FormatError:
        return
    from_xml(written)


@target
def er7_to_xml(data: bytes) -> None:
    """ER7 to v2 XML and back: every value the same."""
    from harness.formats.hl7v2 import parse
    from harness.formats.hl7v2.xml import from_xml, to_xml

    try:
        tree = parse(data)
        written = to_xml(tree)
    except FormatError as error:
        _refused(error, data)
        return
    again = from_xml(written)
    assert [one.name for one in again] == [one.name for one in tree]


@target
def fhir_json(data: bytes) -> None:
    """FHIR JSON: written and read again, it is the same."""
    from harness.formats.fhir import encode_json, parse_json

    try:
        tree = parse_json(data)
    except FormatError as error:
        _refused(error, data)
        return
    assert parse_json(encode_json(tree)) == tree


@target
def fhir_xml(data: bytes) -> None:
    """FHIR XML: read or refused."""
    from harness.catalogue import catalogue
    from harness.formats.fhir.xml import parse_xml

    try:
        parse_xml(data, catalogue().fhir_facts("4.0.1"))
    except FormatError as error:
        _refused(error, data)


@target
def validator(data: bytes) -> None:
    """Whatever the format: issues, never an exception; and the same of a file as of its bytes."""
    from harness.api import validate

    for issue in validate(data, side="consumer", strict=True):
        assert issue.code
        assert issue.message
        assert issue.location.offset is None or 0 <= issue.location.offset <= len(data)


@target
def lens(data: bytes) -> None:
    """People read out of anything, or a FormatError."""
    from harness.api import read

    try:
        for reading in read(data):
            reading.record.to_json()
    except FormatError as error:
        _refused(error, data)


@target
def texts(data: bytes) -> None:
    """Escapes and addresses: reading never raises, writing is undone by reading."""
    from harness.formats.hl7v2 import STANDARD, address
    from harness.formats.hl7v2.escape import escape, unescape

    text = data.decode("utf-8", "replace")
    unescape(text)
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    assert unescape(escape(kept, STANDARD), STANDARD) == kept
    with suppress(FormatError):
        assert address(str(address(text))) == address(text)


@target
def convert(data: bytes) -> None:
    """Either way between HL7 v2 and FHIR: something, or an error that says what."""
    from harness import api

    for to in ("fhir-r4", "hl7v2-2.4"):
        with suppress(HarnessError):
            api.convert(data, to=to)
