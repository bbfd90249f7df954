"""Slow and vanished peers, on a clock that jumps to whatever is due next."""

from __future__ import annotations

import asyncio
import selectors
import socket
from collections.abc import Coroutine
from typing import Any

import pytest

from harness.transports.mllp import MllpServer, Peer, frame
from harness.transports.mllp.connection import Connection
from harness.transports.sockets import keep_alive


class _JumpingSelector(selectors.DefaultSelector):  # type: ignore[misc,unused-ignore]
    """Never waits: where the loop would, it sets the loop's clock on instead."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout:
            self.now += timeout
        return super().select(0)


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop whose time is not ours."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


class Wire(asyncio.Transport):
    """The far end of a connection, without a socket."""

    def __init__(self) -> None:
        super().__init__()
        self.sent, self.ended = b"", ""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.sent += bytes(data)

    def close(self) -> None:
        self.ended = self.ended or "closed"

    def abort(self) -> None:
        self.ended = self.ended or "aborted"


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    loop = JumpingLoop()
    try:
        loop.run_until_complete(coroutine)
    finally:
        loop.close()


async def echo(payload: bytes, peer: Peer) -> bytes:
    return b"ACK " + payload


def connected(server: MllpServer) -> tuple[Connection, Wire]:
    connection, wire = server.connection(), Wire()
    connection.connection_made(wire)
    return connection, wire


async def trickle(connection: Connection, wire: Wire, data: bytes) -> None:
    """A byte a second, until the other end has had enough."""
    for byte in data:
        if wire.ended:
            return
        connection.data_received(bytes([byte]))
        await asyncio.sleep(1)


PAYLOAD = b"MSH|^~\\&|" + b"x" * 600


def test_a_byte_a_second_is_served_however_long_it_takes() -> None:
    async def go() -> None:
        server = MllpServer(echo, idle_timeout=300)
        connection, wire = connected(server)
        await trickle(connection, wire, frame(PAYLOAD))
        assert asyncio.get_running_loop().time() > 600
        assert (wire.sent, wire.ended) == (frame(b"ACK " + PAYLOAD), "")
        connection.connection_lost(None)

    run(go())


def test_a_frame_has_its_time_where_one_is_set() -> None:
    async def go() -> None:
        server = MllpServer(echo, frame_timeout=60, quiet=2)
        connection, wire = connected(server)
        await trickle(connection, wire, frame(b"x" * 40))
        assert wire.sent == frame(b"ACK " + b"x" * 40)
        # Each frame has its own time, also one that begins in the read that ended another.
        connection.data_received(frame(b"y") + b"\x0bz")
        await trickle(connection, wire, b"z" * 100)
        assert (wire.ended, [report.kind for report in server.reports]) == ("aborted", ["slow"])
        assert wire.sent == frame(b"ACK " + b"x" * 40) + frame(b"ACK y")
        assert 100 < asyncio.get_running_loop().time() < 110
        connection.connection_lost(None)

    run(go())


def test_a_peer_that_falls_silent_in_a_frame_is_left_when_idle() -> None:
    async def go() -> None:
        server = MllpServer(echo, idle_timeout=30)
        connection, wire = connected(server)
        connection.data_received(b"\x0bhalf")
        await asyncio.sleep(29)
        assert wire.ended == ""
        await asyncio.sleep(2)
        assert (wire.ended, [report.kind for report in server.reports]) == ("closed", ["idle", "half-frame"])
        connection.connection_lost(None)

    run(go())


def test_one_slow_peer_does_not_hold_up_another() -> None:
    async def go() -> None:
        server = MllpServer(echo)
        slow, slow_wire = connected(server)
        slow.data_received(b"\x0bhalf")
        quick, quick_wire = connected(server)
        quick.data_received(frame(b"hello"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert (quick_wire.sent, slow_wire.sent) == (frame(b"ACK hello"), b"")
        for connection in (slow, quick):
            connection.connection_lost(None)

    run(go())


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="the platform has no such options")
def test_a_vanished_peer_is_probed_for() -> None:
    async def go() -> None:
        server = MllpServer(echo)
        await server.start()
        _, writer = await asyncio.open_connection(*server.address.split(":"))
        while not server.connections:
            await asyncio.sleep(0)
        accepted = next(iter(server._connections))._transport
        assert accepted is not None
        assert options(accepted.get_extra_info("socket")) == (1, 30, 10, 3, 60_000, 1)
        writer.close()
        await server.stop()

    asyncio.run(go())
    with socket.socket() as sock:
        keep_alive(sock, idle=5, interval=2, probes=4)
        assert options(sock) == (1, 5, 2, 4, 13_000, 1)


def options(sock: socket.socket) -> tuple[int, ...]:
    names = ("TCP_KEEPIDLE", "TCP_KEEPINTVL", "TCP_KEEPCNT", "TCP_USER_TIMEOUT", "TCP_NODELAY")
    found = [sock.getsockopt(socket.IPPROTO_TCP, getattr(socket, name)) for name in names]
    return (int(bool(sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE))), *found)
