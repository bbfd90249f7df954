"""Files of many messages."""

from __future__ import annotations

import pytest
from formats_samples import ADMISSION

from harness.errors import FormatError
from harness.formats.hl7v2 import parse, split_batch
from harness.formats.hl7v2.batch import read_batch

ENVELOPE = b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + ADMISSION * 2 + b"BTS|2\rBHS|^~\\&|A\r" + ADMISSION + b"BTS|1\rFTS|2\r"


def codes(data: bytes) -> list[str]:
    return [remark.key for remark in read_batch(data).remarks]


@pytest.mark.parametrize(
    ("data", "count"),
    [
        (ADMISSION, 1),
        (ADMISSION * 3, 3),
        (ADMISSION.replace(b"\r", b"\n") + b"\n\n" + ADMISSION.replace(b"\r", b"\r\n"), 2),
        (b"\x0b" + ADMISSION + b"\x1c\r\x0b" + ADMISSION + b"\x1c\r", 2),
        (b"\xef\xbb\xbf" + ADMISSION, 1),
        (ENVELOPE, 3),
        (b"\xef\xbb\xbf" + ENVELOPE, 3),
        (ADMISSION.decode().encode("utf-16-le"), 1),
        (b"FHS|^~\\&\rFTS|0\r", 0),
    ],
)
def test_messages_are_found_with_their_offsets(data: bytes, count: int) -> None:
    found = list(split_batch(data))
    assert [index for index, _, _ in found] == list(range(count))
    for _, offset, one in found:
        assert data[offset : offset + len(one)] == one
        assert parse(one).control_id == "C1"
    assert codes(data) == []


def test_text_that_mentions_msh_does_not_begin_a_message() -> None:
    data = ADMISSION + b"NTE|1||MSH|^~\\&\rMSHX|1\r"
    assert len(list(split_batch(data))) == 1


@pytest.mark.parametrize("data", [b"", b"nothing", b"PID|1\r", b"{}"])
def test_a_file_without_messages_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="no message"):
        list(split_batch(data))


def test_wrong_counts_are_remarked() -> None:
    wrong = read_batch(ENVELOPE.replace(b"BTS|2", b"BTS|3").replace(b"FTS|2", b"FTS|x"))
    assert [(remark.key, remark.words["found"], remark.actual) for remark in wrong.remarks] == [("file/batch-count", 2, "3"), ("file/batch-count", 2, "x")]
    assert len(wrong.messages) == 3


def test_counts_use_the_separator_of_their_own_header() -> None:
    assert codes(b"BHS$%!*+$A\r" + ADMISSION + b"BTS$1$x\r") == []
    assert codes(b"BHS$%!*+$A\r" + ADMISSION + b"BTS$2\r") == ["file/batch-count"]


def test_an_absent_count_says_nothing() -> None:
    assert codes(b"BHS|^~\\&\r" + ADMISSION + b"BTS\r") == []


def test_envelopes_left_open_or_never_opened_are_remarked() -> None:
    assert codes(b"FHS|^~\\&\rBHS|^~\\&\r" + ADMISSION) == ["file/envelope-open", "file/envelope-open"]
    assert codes(ADMISSION + b"BTS|1\r") == ["file/envelope-unopened"]
    assert codes(b"BHS|^~\\&\r" + ADMISSION + b"BHS|^~\\&\rBTS|0\r") == ["file/envelope-reopened"]


def test_stray_bytes_before_the_first_message_are_remarked() -> None:
    assert codes(b"hello\r" + ADMISSION) == ["file/stray-bytes"]
