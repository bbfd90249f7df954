"""Files of any length, read a piece at a time."""

from __future__ import annotations

import io
import tracemalloc

import pytest
from formats_samples import ADMISSION
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import FormatError
from harness.formats.hl7v2 import FilePart, parse, read_batch, read_stream, split_batch

ENVELOPE = b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + ADMISSION * 2 + b"BTS|2\rFTS|1\r"
PIECES = st.sampled_from(
    [b"\x0b", b"MSH|^~\\&|A\r", b"PID|1\r", b"\n", b"\x1c\r", b"FHS|a\r", b"BHS|^~\\&\r", b"BTS|1\r", b"FTS|1", b" ", b"x", b"MSH", b"\t", b"BTS", b"\r\n"]
)


def read(data: bytes, **limits: int) -> list[FilePart]:
    return list(read_stream(io.BytesIO(data), **limits))


def codes(parts: list[FilePart]) -> list[str]:
    return [remark.key for part in parts for remark in part.remarks]


class Endless:
    """``count`` times one message, never whole in memory."""

    def __init__(self, message: bytes, count: int) -> None:
        self.message, self.left = message, count

    def read(self, size: int = -1) -> bytes:
        taken = min(self.left, max(size // len(self.message), 1))
        self.left -= taken
        return self.message * taken


@given(st.lists(PIECES, max_size=20).map(b"".join), st.integers(1, 20), st.booleans())
def test_the_size_of_the_pieces_read_changes_nothing(data: bytes, chunk: int, wide: bool) -> None:
    data = data.decode().encode("utf-16-le") if wide else data

    def outcome(size: int) -> object:
        try:
            return read(data, chunk=size)
        except FormatError as error:
            return str(error)

    whole = outcome(len(data) + 1)
    assert outcome(chunk) == whole
    if isinstance(whole, list):
        for part in whole:
            assert data[part.offset : part.offset + len(part.data)] == part.data


def test_each_part_knows_its_line_and_column() -> None:
    framed = b"\x0b" + ADMISSION + b"\x1c\r\n\x0b" + ADMISSION.replace(b"\r", b"\r\n") + b"\x1c\r"
    lines = ADMISSION.count(b"\r")
    assert [(part.index, part.line, part.column) for part in read(framed)] == [(0, 1, 2), (1, lines + 2, 2)]
    assert [part.line for part in read(ADMISSION * 3)] == [1, lines + 1, 2 * lines + 1]


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-32"])
@pytest.mark.parametrize("chunk", [3, 64, 1 << 20])
def test_files_of_wide_characters_are_cut_between_messages(codec: str, chunk: int) -> None:
    data = ENVELOPE.decode().replace("UNICODE UTF-8", "UNICODE UTF-16").encode(codec)
    parts = read(data, chunk=chunk)
    assert [part.kind for part in parts] == ["FHS", "BHS", "MSH", "MSH", "BTS", "FTS"]
    assert codes(parts) == []
    for part in parts[2:4]:
        tree = parse(part.data)
        assert tree.get("PID-5.2") == "Siân"
        assert tree.encode() == part.data == data[part.offset : part.offset + len(part.data)]
    assert [part.line for part in parts[:4]] == [1, 2, 3, 3 + ADMISSION.count(b"\r")]


def test_frames_around_wide_characters_come_off() -> None:
    inner = ADMISSION.decode().encode("utf-16-le")
    parts = read((b"\x0b" + inner + b"\x1c\r") * 2)
    assert [part.data for part in parts] == [inner, inner]
    assert parse(b"\x0b" + inner + b"\x1c\r").get("PID-5.2") == "Siân"


def test_counts_of_a_wide_batch_are_checked() -> None:
    assert codes(read(ENVELOPE.replace(b"BTS|2", b"BTS|5").decode().encode("utf-16"))) == ["file/batch-count"]


@pytest.mark.parametrize("chunk", [50, 1 << 20])
def test_of_a_batch_cut_in_half_the_whole_messages_are_given_and_the_cut_one_is_said(chunk: int) -> None:
    parts = read(ENVELOPE[: ENVELOPE.rindex(b"OBX|") + 7], chunk=chunk)
    assert [(part.kind, part.whole) for part in parts] == [("FHS", True), ("BHS", True), ("MSH", True), ("MSH", False), ("END", True)]
    assert codes(parts) == ["file/message-cut", "file/envelope-open", "file/envelope-open"]
    assert parts[2].data == ADMISSION


def test_every_part_knows_how_many_messages_came_before_it() -> None:
    closed = read(ENVELOPE)
    assert [(part.kind, part.index) for part in closed] == [("FHS", 0), ("BHS", 0), ("MSH", 0), ("MSH", 1), ("BTS", 2), ("FTS", 2)]
    left_open = read(ENVELOPE[: ENVELOPE.index(b"BTS|")])
    assert [(part.kind, part.index) for part in left_open] == [("FHS", 0), ("BHS", 0), ("MSH", 0), ("MSH", 1), ("END", 2)]
    assert (left_open[-1].offset, left_open[-1].data) == (len(ENVELOPE[: ENVELOPE.index(b"BTS|")]), b"")
    only = read(ENVELOPE[: ENVELOPE.index(b"MSH|")])
    assert [(part.kind, part.index) for part in only] == [("FHS", 0), ("BHS", 0), ("END", 0)]


def test_a_frame_that_never_ends_is_cut_and_the_next_is_whole() -> None:
    parts = read(b"\x0b" + ADMISSION[:90] + b"\r\x0b" + ADMISSION + b"\x1c\r")
    assert [part.whole for part in parts] == [False, True]
    assert codes(parts) == ["file/message-cut"]


def test_without_frame_or_envelope_a_last_line_needs_no_end() -> None:
    assert [part.whole for part in read(ADMISSION + ADMISSION[:-1])] == [True, True]


@pytest.mark.parametrize("chunk", [1 << 10, 1 << 20])
@pytest.mark.parametrize("field", [b"x", b"x\r", b"x|\n"])
def test_a_message_above_the_limit_is_said_with_its_size_and_the_next_is_read(chunk: int, field: bytes) -> None:
    large = ADMISSION[:-1] + b"|" + field * 90_000 + b"\r"
    parts = read(ADMISSION + large + ADMISSION, max_bytes=50_000, chunk=chunk)
    assert [len(part.data) for part in parts] == [len(ADMISSION), 0, len(ADMISSION)]
    remark = parts[1].remarks[0]
    assert (remark.key, remark.actual, remark.words) == ("file/message-too-large", str(len(large)), {"size": len(large), "most": 50_000})
    assert parts[2].data == ADMISSION
    assert parts[2].offset == len(ADMISSION) + len(large)


def test_a_field_of_a_hundred_megabytes_is_refused_with_its_size_and_never_held() -> None:
    class Large:
        def __init__(self) -> None:
            self.parts = [ADMISSION, b"MSH|^~\\&|A\rOBX|1|ED|||", *[b"A" * 1_000_000] * 100, b"\r" + ADMISSION]

        def read(self, size: int = -1) -> bytes:
            return self.parts.pop(0) if self.parts else b""

    tracemalloc.start()
    try:
        found = [(len(part.data), codes([part]), part.remarks[0].actual if part.remarks else "") for part in read_stream(Large())]
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == [(len(ADMISSION), [], ""), (0, ["file/message-too-large"], str(100_000_000 + 23)), (len(ADMISSION), [], "")]
    assert peak < 40_000_000


def test_memory_does_not_grow_with_the_number_of_messages() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        try:
            found = sum(1 for _ in read_stream(Endless(ADMISSION, count), chunk=1 << 16))
            assert found == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(20_000) < peak(1_000) * 1.5


def test_the_whole_at_once_says_the_same() -> None:
    data = ENVELOPE.replace(b"BTS|2", b"BTS|3")
    parts = read(data, chunk=10)
    batch = read_batch(data)
    assert [(part.index, part.offset, part.data) for part in parts if part.kind == "MSH"] == list(split_batch(data)) == list(batch.messages)
    assert tuple(remark for part in parts for remark in part.remarks) == batch.remarks


@pytest.mark.parametrize("data", [b"", b"nothing", b"x" * 100_000, b"\r" * 100_000])
def test_a_file_without_messages_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match="no message"):
        read(data, chunk=100)
