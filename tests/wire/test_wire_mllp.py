"""MLLP over real sockets: fragments, garbage, many messages and connections, limits."""

from __future__ import annotations

import asyncio
import queue
import socket
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from wire_mllp_kit import LIMIT, echo, kinds

from harness.errors import TransportError
from harness.transports.mllp import Garbage, MllpClient, MllpServer, Peer, frame

pytest_plugins = ["wire_mllp_served"]


def test_an_exchange(client: MllpClient) -> None:
    assert client.exchange(b"MSH|^~\\&|", LIMIT) == b"ACK MSH|^~\\&|"
    assert client.connected


def test_fragments_byte_by_byte(client: MllpClient) -> None:
    client.write_slowly(bytes([byte]) for byte in frame(b"fragmented \xc3\xa9"))
    assert client.read(LIMIT) == b"ACK fragmented \xc3\xa9"


def test_back_to_back_messages_are_all_answered_in_order(client: MllpClient) -> None:
    payloads = [b"m%d" % index for index in range(500)]
    assert client.exchange_many(payloads, LIMIT) == [b"ACK " + payload for payload in payloads]


def test_more_than_socket_buffers_hold_moves_both_ways() -> None:
    payloads = [b"%05d" % index + b"x" * 20_000 for index in range(500)]
    with MllpServer(echo) as server, MllpClient(server.address) as client:
        answers = client.exchange_many(payloads, 30)
    assert answers == [b"ACK " + payload for payload in payloads]


def test_answers_keep_their_order_when_handling_is_slow() -> None:
    begun, gate = threading.Event(), threading.Event()

    async def slow_first(payload: bytes, peer: Peer) -> bytes:
        if payload == b"first":
            begun.set()
            await asyncio.to_thread(gate.wait, LIMIT)
        return payload

    with MllpServer(slow_first) as server, MllpClient(server.address) as client:
        client.write(frame(b"first") + frame(b"second"))
        assert begun.wait(LIMIT)
        gate.set()
        assert [client.read(LIMIT), client.read(LIMIT)] == [b"first", b"second"]


def test_a_slow_connection_does_not_hold_up_another() -> None:
    gate = threading.Event()

    async def gated(payload: bytes, peer: Peer) -> bytes:
        if payload == b"slow":
            await asyncio.to_thread(gate.wait, LIMIT)
        return payload

    with MllpServer(gated) as server, MllpClient(server.address) as slow, MllpClient(server.address) as quick:
        slow.write(frame(b"slow"))
        assert quick.exchange(b"quick", LIMIT) == b"quick"
        gate.set()
        assert slow.read(LIMIT) == b"slow"


def test_several_connections_at_once(server: MllpServer) -> None:
    def talk(number: int) -> list[bytes]:
        with MllpClient(server.address) as client:
            return [client.exchange(b"%d-%d" % (number, turn), LIMIT) for turn in range(20)]

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(talk, range(16)))
    assert answers == [[b"ACK %d-%d" % (number, turn) for turn in range(20)] for number in range(16)]


def test_garbage_before_a_frame_is_skipped_and_reported(server: MllpServer, client: MllpClient) -> None:
    client.write(b"GET / HTTP/1.1\r\n\r\n" + frame(b"after"))
    assert client.read(LIMIT) == b"ACK after"
    assert [(report.kind, report.excerpt) for report in server.reports] == [("unframed", b"GET / HTTP/1.1\r\n\r\n")]


def test_garbage_alone_is_reported_after_silence_and_can_be_answered() -> None:
    heard: list[bytes] = []

    async def refuse(content: bytes) -> bytes:
        heard.append(content)
        assert isinstance(content, Garbage)
        return b"AR " + content.kind.encode()

    with MllpServer(echo, on_garbage=refuse, quiet=0.02) as server, MllpClient(server.address) as client:
        client.write(b"MSH|no frame")
        assert client.read(LIMIT) == b"AR unframed"
        assert client.exchange(b"next", LIMIT) == b"ACK next"
    assert heard == [b"MSH|no frame"]


def test_stray_line_ends_are_no_garbage_to_answer() -> None:
    async def refuse(content: bytes) -> bytes:
        return b"AR"

    with MllpServer(echo, on_garbage=refuse, quiet=0.02) as server, MllpClient(server.address) as client:
        client.write(frame(b"one") + b"\r\n" + frame(b"two"))
        assert [client.read(LIMIT), client.read(LIMIT)] == [b"ACK one", b"ACK two"]
        assert kinds(server) == ["line-end"]


def test_half_a_frame_and_a_new_start_resynchronises(server: MllpServer, client: MllpClient) -> None:
    client.write(frame(b"half a message")[:-6])
    assert client.exchange(b"whole", LIMIT) == b"ACK whole"
    assert kinds(server) == ["half-frame"]


def test_half_a_frame_then_hanging_up_leaves_the_server_serving() -> None:
    heard: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    async def note(content: bytes) -> None:
        heard.put(content)

    with MllpServer(echo, on_garbage=note) as server, MllpClient(server.address) as client:
        client.write(b"\x0bMSH|half")
        client.close()
        assert heard.get(timeout=LIMIT) == b"MSH|half"
        assert client.exchange(b"next", LIMIT) == b"ACK next"
        assert kinds(server) == ["half-frame"]


@pytest.mark.parametrize("ending", [b"\x1c", b"\x1c\n"])
def test_an_end_without_cr_is_tolerated_and_reported(server: MllpServer, client: MllpClient, ending: bytes) -> None:
    client.write(b"\x0blenient" + ending)
    assert client.read(LIMIT) == b"ACK lenient"
    assert kinds(server) == ["fs-without-cr"]


def test_a_half_closed_peer_still_gets_its_answers(server: MllpServer) -> None:
    host, _, port = server.address.rpartition(":")
    with socket.create_connection((host, int(port)), LIMIT) as peer, peer.makefile("rb") as answers:
        peer.sendall(frame(b"one") + frame(b"two"))
        peer.shutdown(socket.SHUT_WR)
        assert answers.read() == frame(b"ACK one") + frame(b"ACK two")


def test_a_message_sent_and_abandoned_is_still_handled() -> None:
    handled: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    async def note(payload: bytes, peer: Peer) -> bytes:
        handled.put(payload)
        return b"ACK"

    with MllpServer(note) as server, MllpClient(server.address) as client:
        client.write(frame(b"one") + frame(b"two"))
        client.close()
        assert [handled.get(timeout=LIMIT), handled.get(timeout=LIMIT)] == [b"one", b"two"]


def test_an_oversize_frame_is_refused_and_the_connection_goes_on() -> None:
    async def refuse(content: bytes) -> bytes | None:
        assert isinstance(content, Garbage)
        return b"AR too large" if content.kind == "too-large" and content.startswith(b"MSH|") else None

    with MllpServer(echo, max_bytes=1000, on_garbage=refuse) as server, MllpClient(server.address) as client:
        assert client.exchange(b"MSH|" + b"x" * 9000, LIMIT) == b"AR too large"
        assert client.exchange(b"next", LIMIT) == b"ACK next"
        assert kinds(server) == ["too-large"]


def test_an_endless_frame_ends_its_connection_and_no_other(server: MllpServer, client: MllpClient) -> None:
    with pytest.raises(TransportError) as caught:
        client.exchange_many([b"x" * 5_000_000], LIMIT)
    assert caught.value.reason == "closed"
    assert "flood" in kinds(server)
    assert client.exchange(b"next", LIMIT) == b"ACK next"


def test_a_message_over_64_kilobytes_passes() -> None:
    with MllpServer(echo) as server, MllpClient(server.address) as client:
        assert len(client.exchange(b"x" * 900_000, LIMIT)) == 900_004
