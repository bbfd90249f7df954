"""Bytes as they come: what ends a segment, bytes of no character set, NUL, and envelopes that leave parts out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FormatError
from harness.formats.hl7v2 import parse, read_batch
from harness.formats.hl7v2.damaged import DamagedSegment

HEAD = "MSH|^~\\&|A|B|C|D|1||ORU^R01|7|P|2.4"


@pytest.mark.parametrize(
    ("text", "found", "ends"),
    [
        (f"{HEAD}\rOBX|1|TX|x||one\ntwo\n\nthree||||||F\r", ["MSH", "OBX"], ""),
        (f"{HEAD}\rOBX|1|TX|x||one\nNAD||||||F\rNTE|1\r", ["MSH", "OBX", "NTE"], ""),
        (f"{HEAD}\r\nOBX|1|TX|x||one\ntwo||||||F\r\nNTE|1\r\n", ["MSH", "OBX", "NTE"], "CRLF"),
        (f"{HEAD}\nOBX|1|TX|x||one\nNTE|1\n", ["MSH", "OBX", "NTE"], "LF"),
        (f"{HEAD}\nOBX|1|TX|x||one\rNTE|1\n", ["MSH", "OBX", "NTE"], "LF"),
        (f"{HEAD}\r\n\r\nOBX|1\r \t\rNTE|1\n\n", ["MSH", "OBX", "NTE"], "CRLF"),
        (HEAD.replace("|A|", "|A\na|") + "\rOBX|1\r", ["MSH", "OBX"], ""),
    ],
)
def test_only_cr_ends_a_segment_unless_the_message_is_written_with_lf(text: str, found: list[str], ends: str) -> None:
    tree = parse(text.encode())
    assert [segment.name for segment in tree] == found
    assert tree.line_ends == ends
    assert tree.encode() == text.encode()


def test_a_line_feed_inside_a_value_is_kept_and_counts_as_a_line() -> None:
    tree = parse(f"{HEAD}\rOBX|1|TX|x||one\ntwo||||||F\rNTE|1\r".encode())
    assert tree.get("OBX-5") == "one\ntwo"
    found = tree.locate("OBX-11")
    assert (found.line, found.column) == (3, len("two||||||") + 1)
    assert tree.locate("NTE-1").line == 4


@pytest.mark.parametrize(
    ("declared", "bytes_", "shown"),
    [
        ("UNICODE UTF-8", "5369e26e", "Siân"),
        ("UNICODE UTF-8", "80", "€"),
        ("UNICODE UTF-8", "41ff42", "AÿB"),
        ("UNICODE UTF-8", "4181", "A\ufffd"),
        ("8859/3", "41a5", "A\ufffd"),
        ("", "4181", "A\ufffd"),
        ("ASCII", "e281", "â\ufffd"),
    ],
)
def test_an_undecodable_byte_costs_nothing_but_itself(declared: str, bytes_: str, shown: str) -> None:
    data = f"{HEAD}||||||{declared}\rPID|||||".encode() + bytes.fromhex(bytes_) + b"^ANNA|x\rPV1|1|I\r"
    tree = parse(data)
    assert tree.get("PID-5.1") == shown
    assert tree.raw("PID-5.1") == shown
    assert (tree.get("PID-5.2"), tree.get("PID-6"), tree.get("PV1-2")) == ("ANNA", "x", "I")
    assert tree.encode() == data
    assert tree.copy().encode() == data


def test_what_is_written_leaves_the_undecodable_bytes_beside_it_alone() -> None:
    data = f"{HEAD}||||||UNICODE UTF-8\rPID|||||".encode() + b"Si\xe2n^Zo\xeb\r"
    tree = parse(data)
    tree.set("PID-5.2", "Zoë")
    assert tree.encode() == data.replace(b"Zo\xeb", "Zoë".encode())
    assert [damage for segment in tree if isinstance(segment, DamagedSegment) for damage in segment.damage()] == [(5, 1)]


@given(st.binary(max_size=60), st.sampled_from([b"", b"UNICODE UTF-8", b"ASCII", b"8859/1", b"8859/3", b"BIG-5", b"ISO IR87", b"MARTIAN"]))
def test_no_text_that_leaves_a_message_holds_a_lone_surrogate(content: bytes, declared: bytes) -> None:
    data = HEAD.encode() + b"||||||" + declared + b"\rPID|||||" + content
    try:
        tree = parse(data)
    except FormatError:
        return
    assert tree.encode() == data
    for segment in tree:
        assert all(raw.isprintable() or raw.encode() for *_, raw in segment.leaves())
        for text in (segment.name, segment.text, *segment.fields):
            json.dumps(text, ensure_ascii=False).encode()
        for number in range(segment.last + 1):
            (segment.get(str(number or 1)) or "").encode()


@pytest.mark.parametrize("data", [f"{HEAD}\rPID|||||A\0B\r".encode(), f"{HEAD}\rPID|||||é\0B\r".encode(), f"{HEAD}\rPID|||||é\0B\r".encode("utf-16")])
def test_nul_is_refused_where_it_stands(data: bytes) -> None:
    with pytest.raises(FormatError, match="NUL") as raised:
        parse(data)
    at = raised.value.offset
    assert at is not None
    assert data[at : at + 1] == b"\0"
    assert data[:at].endswith((b"A", "é".encode(), b"\xe9\0"))


FILE, BATCH, MESSAGE = "FHS|^~\\&\r", "BHS|^~\\&\r", f"{HEAD}\r"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (FILE + MESSAGE * 2 + "FTS|1\r", []),
        (FILE + MESSAGE * 2 + "FTS|2\r", ["2"]),
        (FILE + MESSAGE * 2 + "FTS\r", []),
        (FILE + "FTS|0\r", []),
        (FILE + BATCH + MESSAGE + "BTS|1\r" + MESSAGE + "FTS|2\r", []),
        (FILE + MESSAGE + BATCH + MESSAGE + "BTS|1\rFTS|2\r", []),
        (FILE + MESSAGE + BATCH + MESSAGE * 2 + "BTS|1\rFTS|1\r", ["1", "1"]),
        (FILE + BATCH + "BTS|0\rFTS|1\r", []),
    ],
)
def test_messages_without_a_batch_header_are_a_batch(text: str, wrong: list[str]) -> None:
    assert [one.actual for one in read_batch(text.encode()).remarks if one.key == "file/batch-count"] == wrong
