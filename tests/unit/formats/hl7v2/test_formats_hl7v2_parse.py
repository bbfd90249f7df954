"""Parsing keeps every byte, reads MSH-1 and MSH-2, and refuses what is no message."""

from __future__ import annotations

import pytest
from formats_samples import ADMISSION

from harness.errors import FormatError
from harness.formats.hl7v2 import Tree, parse

HEAD = b"MSH|^~\\&|A|B|C|D|1||ADT^A01|7|P|2.4"


@pytest.mark.parametrize(
    "data",
    [
        ADMISSION,
        ADMISSION[:-1],
        ADMISSION.replace(b"\r", b"\n"),
        ADMISSION.replace(b"\r", b"\r\n"),
        HEAD + b"\rPID|1\nPV1|1\r\nAL1|1",
        HEAD + b"\r\r\nPID|1\n\n \t\n\nPV1|1\r\r",
        b"\x0b" + ADMISSION + b"\x1c\r",
        b"\x0b" + ADMISSION,
        ADMISSION + b"\x1c",
        ADMISSION + b"\x1c\r\n",
        b"\r\n\n" + ADMISSION,
        b"\xef\xbb\xbf" + ADMISSION,
        b"MSH|^~\\&",
        b"MSH|^~\\&\r",
        b"MSH|^",
        HEAD + b"|||||||\rPID|||||||||\rZZ9|x\rnot a segment\r|||\rX",
        b"MSH#*%!@#A#B\rPID#1##1*2%3!F!@4",
        b"MSH|^~\\&#|A\rPID|1||a#b",
    ],
)
def test_encoding_gives_the_bytes_back(data: bytes) -> None:
    assert parse(data).encode() == data


def test_encoding_still_gives_the_bytes_back_when_every_segment_was_split() -> None:
    tree = parse(ADMISSION)
    for segment in tree:
        segment.get("1")
    assert tree.encode() == ADMISSION


def test_header_values_are_named() -> None:
    tree = parse(ADMISSION)
    assert (tree.type, tree.trigger, tree.structure, tree.control_id, tree.version) == ("ADT", "A01", "ADT_A01", "C1", "2.4")
    assert [segment.name for segment in tree] == ["MSH", "EVN", "PID", "NK1", "PV1", "AL1", "AL1", "OBX", "ZU1"]


def test_header_values_absent_are_empty() -> None:
    tree = parse(b"MSH|^~\\&")
    assert (tree.type, tree.trigger, tree.structure, tree.control_id, tree.version) == ("", "", "", "", "")


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (b"MSH|^~\\&|", ("|", "^", "~", "\\", "&", "")),
        (b"MSH|^~\\&#|", ("|", "^", "~", "\\", "&", "#")),
        (b"MSH|^~\\|", ("|", "^", "~", "\\", "", "")),
        (b"MSH|^~|", ("|", "^", "~", "", "", "")),
        (b"MSH|^|", ("|", "^", "", "", "", "")),
        (b"MSH$%!*+$", ("$", "%", "!", "*", "+", "")),
    ],
)
def test_delimiters_are_those_declared(header: bytes, expected: tuple[str, ...]) -> None:
    marks = parse(header).delimiters
    assert (marks.field, marks.component, marks.repetition, marks.escape, marks.subcomponent, marks.truncation) == expected


def test_delimiters_not_declared_are_plain_text() -> None:
    tree = parse(b"MSH|^|A\rPID|1||a~b&c\\F\\d^e\r")
    assert tree.get("PID-3.1") == "a~b&c\\F\\d"
    assert tree.get("PID-3.2") == "e"
    assert tree.segments[1].repetitions(3) == 1


def test_a_doubled_escape_character_is_read_kept_and_said() -> None:
    data = b"MSH|^~\\\\&|A\rPID|1||a&b\\T\\c\r"
    tree = parse(data)
    assert tree.get("PID-3.1.2") == "b&c"
    assert tree.encode() == data
    assert "twice" in tree.delimiter_issue
    assert parse(ADMISSION).delimiter_issue == ""


@pytest.mark.parametrize(
    ("data", "offset"),
    [
        (b"", 0),
        (b"   ", 3),
        (b"PID|1\r", 0),
        (b"MSH", 3),
        (b"MSH|", 4),
        (b"MSH||A", 4),
        (b"MSH|^^~\\|", 4),
        (b"MSH|^~\\&#!|", 4),
        (b"MSHX^~\\&X", 3),
        (b"MSH|^~A&|", 6),
        (b"MSH|^~\xa3&|", 6),
        (b"MSH\r^~\\&", 3),
        (b"\x0b\r\nmsh|^~\\&|", 3),
        (HEAD + b"\rPID|1\rMSH|^~\\&|A\r", len(HEAD) + 7),
        (b"\x0b" + HEAD + b"\r\x1c\r\x0b" + HEAD + b"\x1c\r", len(HEAD) + 2),
        (b"FHS|^~\\&|A\r", 0),
    ],
)
def test_what_is_no_message_is_refused_with_its_offset(data: bytes, offset: int) -> None:
    with pytest.raises(FormatError) as refused:
        parse(data)
    assert refused.value.offset == offset


def test_a_batch_is_sent_to_the_reader_of_batches() -> None:
    with pytest.raises(FormatError, match="split_batch"):
        parse(b"FHS|^~\\&|A\rBHS|^~\\&\rMSH|^~\\&\r")


def test_a_message_above_the_limit_is_refused_with_its_size() -> None:
    assert parse(ADMISSION, max_bytes=len(ADMISSION))
    with pytest.raises(FormatError, match=str(len(ADMISSION))):
        parse(ADMISSION, max_bytes=len(ADMISSION) - 1)


def test_a_copy_is_independent() -> None:
    tree = parse(b"\x0b" + ADMISSION + b"\x1c\r")
    twin = tree.copy()
    twin.set("PID-5.1", "Other")
    assert tree.encode() == b"\x0b" + ADMISSION + b"\x1c\r"
    assert twin.encode() == tree.encode().replace(b"O'Neill", b"Other")


def test_a_new_message_is_built_from_nothing() -> None:
    tree = Tree.new()
    assert tree.add("MSH") is tree.segments[0]
    tree.set("MSH-9.2", "A01")
    tree.add("PID")
    tree.set("PID-5[2].2", "Siân")
    assert tree.encode() == "MSH|^~\\&|||||||^A01\rPID|||||~^Siân\r".encode()
    assert parse(tree.encode()).get("PID-5[2].2") == "Siân"
