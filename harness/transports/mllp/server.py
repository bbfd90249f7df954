"""An MLLP listener: hands each payload to a handler and sends its answers back in order, connection by connection."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from harness.model.place import Tls
from harness.transports.loop import Loop
from harness.transports.mllp.connection import CloseConnection, Connection
from harness.transports.mllp.frames import Frame, Garbage, Peer
from harness.transports.sockets import bound_address, listen, server_tls

__all__ = ["CloseConnection", "ConnectionReport", "MllpServer"]

HANDSHAKE = 10.0  # seconds a peer has to finish the TLS handshake

Handler = Callable[[bytes, Peer], Awaitable[bytes | None]]
OnGarbage = Callable[[bytes], Awaitable[bytes | None]]


@dataclass(frozen=True, slots=True)
class ConnectionReport:
    """Something about a connection worth telling.

    ``kind``: a kind of Garbage, fs-without-cr, idle, slow (a frame that never ends), flood (an endless frame), handler-error or store-error;
    ``excerpt`` the first bytes concerned.
    """

    kind: str
    peer: Peer
    excerpt: bytes = b""
    error: str = ""


class MllpServer:
    """Listens from ``start`` to ``stop``; started again, it takes the same port.

    ``handler(payload, peer)`` returns the payload to answer with, or None for no acknowledgement; it may be slow, the next frame of the same
    connection waits. ``on_garbage(content)`` gets a Garbage for unframed bytes, half frames and frames over ``max_bytes`` and may return a payload
    to answer with. ``idle_timeout`` seconds without a byte close a connection; ``quiet`` seconds of silence decide that garbage, or an FS without
    its CR, is complete; a frame not complete ``frame_timeout`` seconds after its first byte closes the connection (0: idleness alone decides, so
    that a byte a second is served). ``tls`` makes it a TLS server, with ``tls.ca`` one that lets in only clients that authority has signed.
    Everything odd is kept in ``reports`` (the last thousand). ``whole_only`` is the mistake of taking one read for one message: what lacks its end is dropped.
    """

    def __init__(
        self,
        handler: Handler,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        max_bytes: int = 1_000_000,
        idle_timeout: float = 300.0,
        on_garbage: OnGarbage | None = None,
        quiet: float = 0.2,
        frame_timeout: float = 0.0,
        tls: Tls | None = None,
        whole_only: bool = False,
    ) -> None:
        self.max_bytes, self.idle_timeout, self.quiet, self.whole_only = max_bytes, idle_timeout, quiet, whole_only
        self.frame_timeout = frame_timeout
        self._tls = tls
        self.reports: deque[ConnectionReport] = deque(maxlen=1000)
        self._handler, self._on_garbage = handler, on_garbage
        self._host, self._port = host, port
        self._server: asyncio.Server | None = None
        self._connections: set[Connection] = set()
        self._count = 0

    @property
    def address(self) -> str:
        """``host:port``; the port is 0 before the first start."""
        return f"{self._host}:{self._port}"

    @property
    def answers_garbage(self) -> bool:
        """Whether somebody wants to see what is no frame."""
        return self._on_garbage is not None

    @property
    def connections(self) -> int:
        """How many are open."""
        return len(self._connections)

    async def start(self) -> None:
        """Listen. Raises SetUpError when the port is in use, or a file of ``tls`` cannot be used."""
        if self._server is not None:
            return
        context = server_tls(self._tls)
        sock = listen(self._host, self._port, "an MLLP server")
        self._port = bound_address(sock)[1]
        handshake = HANDSHAKE if context is not None else None
        self._server = await asyncio.get_running_loop().create_server(
            lambda: self.connection(), sock=sock, backlog=1024, ssl=context, ssl_handshake_timeout=handshake
        )

    def connection(self) -> Connection:
        """The protocol of one accepted connection."""
        return Connection(self)

    async def stop(self, grace: float = 0.5) -> None:
        """Stop listening and close every connection; answers in the making get ``grace`` seconds. Safe to repeat."""
        server, self._server = self._server, None
        if server is None:
            return
        server.close()
        open_connections = list(self._connections)
        for connection in open_connections:
            connection.finish()
        work = [connection.worker for connection in open_connections if connection.worker is not None]
        if work:
            await asyncio.wait(work, timeout=grace)
        for connection in open_connections:
            connection.abort()
        while self._connections:
            await asyncio.sleep(0)
        await server.wait_closed()

    def open(self) -> MllpServer:
        """``start`` in the shared background loop, for callers that are not async."""
        Loop.shared().call(self.start())
        return self

    def close(self) -> None:
        """``stop`` in the shared background loop."""
        Loop.shared().call(self.stop())

    def __enter__(self) -> MllpServer:
        return self.open()

    def __exit__(self, *_: object) -> None:
        self.close()

    # What a connection asks of its server.

    def joined(self, connection: Connection) -> int:
        """A connection opened; returns its number."""
        self._connections.add(connection)
        self._count += 1
        return self._count

    def left(self, connection: Connection) -> None:
        """A connection is gone."""
        self._connections.discard(connection)

    def report(self, kind: str, peer: Peer, excerpt: bytes = b"", error: str = "") -> None:
        """Keep a report."""
        self.reports.append(ConnectionReport(kind, peer, bytes(excerpt[:256]), error))

    async def answer(self, event: Frame | Garbage, peer: Peer) -> bytes | None:
        """The payload to answer a frame or garbage with, or None."""
        if isinstance(event, Frame):
            if event.lenient:
                self.report(event.lenient, peer, event.payload)
            return await self._handler(event.payload, peer)
        self.report(event.kind, peer, event)
        if self._on_garbage is None or event.kind == "line-end":
            return None
        return await self._on_garbage(event)
