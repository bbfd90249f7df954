"""MLLP over real sockets: fragments, garbage, many connections, limits and losses."""

from __future__ import annotations

import asyncio
import queue
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from harness.errors import SetUpError, TransportError
from harness.transports.inlet import LOST, MllpInlet
from harness.transports.loop import Loop
from harness.transports.mllp import AsyncMllpClient, CloseConnection, Garbage, IncompleteError, MllpClient, MllpServer, Peer, frame

LIMIT = 5.0


async def echo(payload: bytes, peer: Peer) -> bytes | None:
    return b"ACK " + payload


async def silent(payload: bytes, peer: Peer) -> bytes | None:
    return None


@pytest.fixture
def server() -> Iterator[MllpServer]:
    with MllpServer(echo, max_bytes=2000, quiet=0.02) as running:
        yield running


@pytest.fixture
def client(server: MllpServer) -> Iterator[MllpClient]:
    with MllpClient(server.address) as connected:
        yield connected


def kinds(server: MllpServer) -> list[str]:
    return [report.kind for report in server.reports]


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


def test_an_idle_connection_is_closed() -> None:
    with MllpServer(echo, idle_timeout=0.05) as server, MllpClient(server.address) as client:
        assert client.exchange(b"one", LIMIT) == b"ACK one"
        assert client.wait_closed(LIMIT)
        assert kinds(server) == ["idle"]
        assert not client.connected
        assert client.exchange(b"again", LIMIT) == b"ACK again"


def test_a_slow_handler_is_not_idleness() -> None:
    async def slow(payload: bytes, peer: Peer) -> bytes:
        await asyncio.sleep(0.1)
        return payload

    with MllpServer(slow, idle_timeout=0.03) as server, MllpClient(server.address) as client:
        assert client.exchange(b"patience", LIMIT) == b"patience"


def test_no_acknowledgement_is_a_time_out_and_gives_the_connection_up() -> None:
    with MllpServer(silent) as server, MllpClient(server.address) as client:
        with pytest.raises(TransportError) as caught:
            client.exchange(b"unanswered", 0.03)
        assert caught.value.reason == "time-out"
        assert not client.connected


def test_fewer_answers_than_messages_says_which_came() -> None:
    async def only_odd(payload: bytes, peer: Peer) -> bytes | None:
        return payload if payload in (b"1", b"3") else None

    with MllpServer(only_odd) as server, MllpClient(server.address) as client, pytest.raises(IncompleteError) as caught:
        client.exchange_many([b"1", b"2", b"3"], 0.1)
    assert caught.value.received == (b"1", b"3")
    assert "2 of 3" in str(caught.value)


def test_a_handler_may_close_without_answering() -> None:
    async def hang_up(payload: bytes, peer: Peer) -> bytes:
        raise CloseConnection

    with MllpServer(hang_up) as server, MllpClient(server.address) as client:
        with pytest.raises(TransportError) as caught:
            client.exchange(b"one", LIMIT)
        assert caught.value.reason == "closed"
        assert kinds(server) == []


def test_a_failing_handler_closes_its_connection_and_is_reported(caplog: pytest.LogCaptureFixture) -> None:
    async def fail(payload: bytes, peer: Peer) -> bytes:
        if payload == b"bad":
            raise KeyError("PID-3")
        return payload

    with MllpServer(fail) as server, MllpClient(server.address) as client:
        with pytest.raises(TransportError):
            client.exchange(b"bad", LIMIT)
        assert client.exchange(b"good", LIMIT) == b"good"
        assert [report.error for report in server.reports] == ["KeyError('PID-3')"]


def test_nobody_listening_is_refused() -> None:
    with MllpServer(echo) as server:
        address = server.address
    with pytest.raises(TransportError) as caught:
        MllpClient(address).exchange(b"one", LIMIT)
    assert caught.value.reason == "refused"
    assert address in str(caught.value)


def test_a_port_in_use_is_a_set_up_error(server: MllpServer) -> None:
    port = int(server.address.rpartition(":")[2])
    with pytest.raises(SetUpError) as caught:
        MllpServer(echo, port=port).open()
    assert server.address in str(caught.value)
    assert "free port" in str(caught.value)


def test_a_restarted_server_keeps_its_port(server: MllpServer, client: MllpClient) -> None:
    address = server.address
    assert client.exchange(b"one", LIMIT) == b"ACK one"
    server.close()
    with pytest.raises(TransportError):
        client.exchange(b"down", LIMIT)
    server.open()
    assert server.address == address
    assert client.exchange(b"two", LIMIT) == b"ACK two"


def test_stop_closes_what_is_open(server: MllpServer, client: MllpClient) -> None:
    client.exchange(b"one", LIMIT)
    server.close()
    assert server.connections == 0
    assert client.wait_closed(LIMIT)


def test_nodelay_is_on_at_both_ends(server: MllpServer, client: MllpClient) -> None:
    client.exchange(b"one", LIMIT)
    assert client._socket is not None
    assert client._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    (connection,) = server._connections
    assert connection._transport is not None
    assert connection._transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_answer_outside_a_frame_is_a_protocol_failure() -> None:
    async def bare(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\x1c\r")
        writer.write(b"MSA|AA|1\r")
        await writer.drain()
        await reader.read()
        writer.close()

    async def serve() -> tuple[asyncio.Server, str]:
        started = await asyncio.start_server(bare, "127.0.0.1", 0)
        return started, f"127.0.0.1:{started.sockets[0].getsockname()[1]}"

    started, address = Loop.shared().call(serve())
    with MllpClient(address) as client, pytest.raises(TransportError) as caught:
        client.exchange(b"one", 0.1)
    assert caught.value.reason == "protocol"
    Loop.shared().asyncio.call_soon_threadsafe(started.close)


def test_an_answer_over_the_limit_is_too_large() -> None:
    async def long(payload: bytes, peer: Peer) -> bytes:
        return b"x" * 50_000

    with MllpServer(long) as server, MllpClient(server.address, max_bytes=1000) as client:
        with pytest.raises(TransportError) as caught:
            client.exchange(b"one", LIMIT)
        assert caught.value.reason == "too-large"


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1:0", "127.0.0.1:99999", "a b:1", "127.0.0.1:port", ""])
def test_an_unusable_address_is_a_set_up_error(address: str) -> None:
    with pytest.raises(SetUpError):
        MllpClient(address)


def test_the_async_client_takes_turns_and_reconnects(server: MllpServer) -> None:
    async def talk() -> list[bytes]:
        client = AsyncMllpClient(server.address)
        answers = list(await asyncio.gather(*(client.exchange(b"%d" % turn, LIMIT) for turn in range(20))))
        await server.stop()
        await server.start()
        answers.append(await client.exchange(b"again", LIMIT))
        await client.close()
        return answers

    assert Loop.shared().call(talk(), LIMIT) == [b"ACK %d" % turn for turn in range(20)] + [b"ACK again"]


@pytest.mark.parametrize(("handler", "reason"), [(silent, "time-out"), (None, "refused")])
def test_the_async_client_names_its_failures(handler: Callable[..., object] | None, reason: str) -> None:
    with MllpServer(silent) as server:
        if handler is None:
            server.close()
        client = AsyncMllpClient(server.address)
        with pytest.raises(TransportError) as caught:
            Loop.shared().call(client.exchange(b"one", 0.03), LIMIT)
    assert caught.value.reason == reason


def test_an_inlet_catches_what_a_source_emits_and_answers() -> None:
    with MllpInlet() as inlet, ThreadPoolExecutor(1) as pool, MllpClient(inlet.address) as client:
        answer = pool.submit(client.exchange, b"ADT", LIMIT)
        incoming = inlet.take(LIMIT)
        assert incoming is not None
        assert incoming.payload == b"ADT"
        incoming.reply(b"AA")
        incoming.reply(b"AE")
        assert answer.result(LIMIT) == b"AA"
        assert inlet.take(0) is None


def test_an_inlet_without_a_reply_closes_unacknowledged() -> None:
    with MllpInlet(patience=0.03) as inlet, MllpClient(inlet.address) as client:
        with pytest.raises(TransportError) as caught:
            client.exchange(b"ADT", LIMIT)
        assert caught.value.reason == "closed"
        late = inlet.take(LIMIT)
        assert late is not None
        late.reply(b"AA")


def test_an_inlet_may_let_a_message_pass_unacknowledged() -> None:
    with MllpInlet() as inlet, MllpClient(inlet.address) as client:
        client.write(frame(b"one") + frame(b"two"))
        first = inlet.take(LIMIT)
        assert first is not None
        first.reply(None)
        second = inlet.take(LIMIT)
        assert second is not None
        second.reply(b"AA two")
        assert client.read(LIMIT) == b"AA two"


def test_an_inlet_may_lose_the_acknowledgement() -> None:
    with MllpInlet() as inlet, MllpClient(inlet.address) as client:
        client.write(frame(b"one"))
        incoming = inlet.take(LIMIT)
        assert incoming is not None
        incoming.reply(LOST)
        with pytest.raises(TransportError) as caught:
            client.read(LIMIT)
        assert caught.value.reason == "closed"


def test_an_inlet_starts_again_on_its_port() -> None:
    inlet = MllpInlet().start()
    address = inlet.address
    inlet.stop()
    with inlet, MllpClient(inlet.address) as client:
        assert inlet.address == address
        client.write(frame(b"one"))
        incoming = inlet.take(LIMIT)
        assert incoming is not None
        incoming.reply(b"AA")
        assert client.read(LIMIT) == b"AA"


def test_stopping_an_inlet_releases_the_source_and_the_taker() -> None:
    inlet = MllpInlet().start()
    with ThreadPoolExecutor(2) as pool, MllpClient(inlet.address) as client:
        answer = pool.submit(client.exchange, b"ADT", LIMIT)
        assert inlet.take(LIMIT) is not None
        waiting = pool.submit(inlet.take, LIMIT)
        inlet.stop()
        assert waiting.result(LIMIT) is None
        with pytest.raises(TransportError):
            answer.result(LIMIT)
    inlet.stop()
