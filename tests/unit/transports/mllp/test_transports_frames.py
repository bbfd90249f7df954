"""Frames are found however the stream is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.transports.mllp.frames import Decoder, Frame, Garbage, frame


def decode(*chunks: bytes, max_bytes: int = 1000, end: bool = False) -> list[tuple[str, bytes]]:
    decoder = Decoder(max_bytes)
    events = [event for chunk in chunks for event in decoder.feed(chunk)]
    if end:
        events += decoder.flush(at_end=True)
    return [(event.kind, bytes(event)) if isinstance(event, Garbage) else (event.lenient or "frame", event.payload) for event in events]


def each(data: bytes) -> list[bytes]:
    return [data[index : index + 1] for index in range(len(data))]


def test_a_frame_is_vt_payload_fs_cr() -> None:
    assert frame(b"MSH") == bytes.fromhex("0b4d53481c0d")


@pytest.mark.parametrize(
    ("stream", "found"),
    [
        (b"\x0bone\x1c\r", [("frame", b"one")]),
        (b"\x0bone\x1c\r\x0btwo\x1c\r", [("frame", b"one"), ("frame", b"two")]),
        (b"\x0b\x1c\r", [("frame", b"")]),
        (b"noise\x0bone\x1c\r", [("unframed", b"noise"), ("frame", b"one")]),
        (b"\x0bhal\x0bone\x1c\r", [("half-frame", b"hal"), ("frame", b"one")]),
        (b"\x0bone\x1c\x0btwo\x1c\r", [("fs-without-cr", b"one"), ("frame", b"two")]),
        (b"\x0bone\x1c\n\x0btwo\x1c\r", [("fs-without-cr", b"one"), ("frame", b"two")]),
        (b"\x0bone\x1c\r\r\n\x0btwo\x1c\r", [("frame", b"one"), ("line-end", b"\r\n"), ("frame", b"two")]),
        (b"\x0ba\x1cb\x1c\r", [("frame", b"a\x1cb")]),
        (b"\x0ba\x1c\x1c\r", [("frame", b"a\x1c")]),
        (b"\x0b\x0b\x0bone\x1c\r", [("half-frame", b""), ("half-frame", b""), ("frame", b"one")]),
        (b"\x1c\r\x0bone\x1c\r", [("unframed", b"\x1c\r"), ("frame", b"one")]),
    ],
)
def test_whole_and_byte_by_byte_streams_read_alike(stream: bytes, found: list[tuple[str, bytes]]) -> None:
    assert decode(stream) == found
    assert decode(*each(stream)) == found


@pytest.mark.parametrize("cut", range(1, 20))
def test_any_cut_gives_the_same_frames(cut: int) -> None:
    stream = frame(b"PID|1\rPV1|1") + frame(b"x")
    assert decode(stream[:cut], stream[cut:]) == [("frame", b"PID|1\rPV1|1"), ("frame", b"x")]


def test_the_end_of_the_stream_decides_what_is_left() -> None:
    assert decode(b"\x0bone\x1c", end=True) == [("fs-without-cr", b"one")]
    assert decode(b"\x0bone", end=True) == [("half-frame", b"one")]
    assert decode(b"noise", end=True) == [("unframed", b"noise")]
    assert decode(b"\x0bone\x1c\r", end=True) == [("frame", b"one")]


def test_silence_ends_a_lenient_frame_but_not_half_a_frame() -> None:
    decoder = Decoder()
    decoder.feed(b"\x0bone\x1c")
    assert decoder.pending
    assert decoder.flush(at_end=False) == [Frame(b"one", "fs-without-cr")]
    decoder.feed(b"\x0btw")
    assert not decoder.pending
    assert decoder.flush(at_end=False) == []
    assert decoder.feed(b"o\x1c\r") == [Frame(b"two")]


def test_a_frame_of_exactly_the_limit_passes_and_one_byte_more_does_not() -> None:
    for chunks in ([frame(b"a" * 10)], each(frame(b"a" * 10))):
        assert decode(*chunks, max_bytes=10) == [("frame", b"a" * 10)]
    for chunks in ([frame(b"a" * 11)], each(frame(b"a" * 11))):
        assert decode(*chunks, max_bytes=10) == [("too-large", b"a" * 11)]


def test_an_oversize_frame_is_drained_and_the_next_one_read() -> None:
    stream = frame(b"b" * 5000) + frame(b"next")
    for size in (1, 7, 64, 6000):
        chunks = [stream[at : at + size] for at in range(0, len(stream), size)]
        kinds = decode(*chunks, max_bytes=100)
        assert [kind for kind, _ in kinds] == ["too-large", "frame"]
        assert set(kinds[0][1]) == {ord("b")}
        assert kinds[1][1] == b"next"


def test_memory_is_bounded_while_an_endless_frame_runs() -> None:
    decoder = Decoder(100)
    decoder.feed(b"\x0b")
    for _ in range(100):
        decoder.feed(b"c" * 1000)
        assert len(decoder._buffer) <= 101
    assert decoder.drained > 99_000


def test_endless_garbage_is_let_go() -> None:
    decoder = Decoder(100)
    events = decoder.feed(b"g" * 101)
    assert [event.kind for event in events if isinstance(event, Garbage)] == ["unframed"]
    assert decoder.empty


@given(st.lists(st.sampled_from([b"\x0b", b"\x1c", b"\r", b"\n", b"a", b"bc"]), max_size=40).map(b"".join), st.lists(st.integers(1, 5), max_size=40))
def test_how_a_stream_is_cut_never_matters(stream: bytes, sizes: list[int]) -> None:
    chunks, rest = [], stream
    for size in sizes:
        chunks.append(rest[:size])
        rest = rest[size:]

    def framed(events: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
        # Garbage outside frames is let go in pieces when it is long, and of what is too large only an excerpt is kept.
        return [(kind, b"" if kind == "too-large" else content) for kind, content in events if kind not in ("unframed", "line-end")]

    assert framed(decode(stream, max_bytes=6, end=True)) == framed(decode(*chunks, rest, max_bytes=6, end=True))


@given(
    st.lists(
        st.binary(max_size=50).filter(
            lambda payload: not {b"\x0b", b"\x1c\r", b"\x1c\n"} & {payload[at : at + n] for at in range(len(payload)) for n in (1, 2)}
        ),
        max_size=8,
    )
)
def test_what_is_framed_is_found(payloads: list[bytes]) -> None:
    assert decode(b"".join(map(frame, payloads))) == [("frame", payload) for payload in payloads]
