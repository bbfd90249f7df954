"""MLLP over real sockets: silence, refusals, closed connections, unusable addresses; the asynchronous client."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import pytest
from wire_mllp_kit import LIMIT, echo, kinds, silent

from harness.errors import SetUpError, TransportError
from harness.transports.loop import Loop
from harness.transports.mllp import AsyncMllpClient, CloseConnection, IncompleteError, MllpClient, MllpServer, Peer

pytest_plugins = ["wire_mllp_served"]


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
