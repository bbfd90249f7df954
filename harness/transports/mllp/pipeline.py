"""An MLLP sender with several messages in flight on one connection; answers find their messages by what they say, not by their order."""

from __future__ import annotations

import asyncio
import ssl
from collections import deque
from collections.abc import Callable
from typing import cast

from harness.errors import TransportError
from harness.model.place import Tls
from harness.transports.address import split_address
from harness.transports.mllp.frames import Decoder, Frame, frame
from harness.transports.sockets import keep_alive, tls_failed

Name = Callable[[bytes], str]


class Pipeline(asyncio.Protocol):
    """One connection to ``host:port`` with at most ``window`` unanswered messages; ``exchange`` waits for its turn.

    ``answers(payload)`` says which message an answer answers (its control id; "" when it names none), ``asks(payload)`` what a message calls itself;
    an answer that names a message in flight settles that one, one that names nothing the oldest, and one that names something else is kept in
    ``strays``. Without the two functions answers are taken in order. Failures are TransportErrors as in MllpClient; when the connection is lost, or a
    message's time is up, every message in flight fails and the connection is given up: what was sent is never sent twice from here.
    """

    def __init__(
        self,
        address: str,
        *,
        window: int = 16,
        asks: Name | None = None,
        answers: Name | None = None,
        connect_timeout: float = 2.0,
        max_bytes: int = 1_000_000,
        tls: Tls | None = None,
    ) -> None:
        self.address, self._tls = address, tls
        self._target = split_address(address, port_required=True)
        self._asks, self._answers = asks, answers
        self._connect_timeout, self._max_bytes = connect_timeout, max_bytes
        self._room = asyncio.Semaphore(window)
        self._connecting = asyncio.Lock()
        self._transport: asyncio.Transport | None = None
        self._decoder = Decoder(max_bytes)
        self._flying: dict[str, deque[asyncio.Future[bytes]]] = {}
        self._order: deque[tuple[str, asyncio.Future[bytes]]] = deque()
        self._writable = asyncio.Event()
        self._writable.set()
        self.strays: deque[bytes] = deque(maxlen=100)

    @property
    def in_flight(self) -> int:
        """How many messages are unanswered."""
        return sum(len(futures) for futures in self._flying.values())

    async def exchange(self, payload: bytes, timeout: float) -> bytes:
        """Send ``payload`` when there is room, and wait for its answer, ``timeout`` seconds from its sending."""
        async with self._room:
            await self._be_connected()
            await self._writable.wait()
            if self._transport is None:
                raise TransportError("the peer closed the connection", reason="closed", where=self.address)
            name = self._asks(payload) if self._asks else ""
            future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
            self._flying.setdefault(name, deque()).append(future)
            self._order.append((name, future))
            self._transport.write(frame(payload))
            try:
                return await asyncio.wait_for(future, timeout)
            except TimeoutError:
                # A late answer must never be taken for another message's.
                self._fail(TransportError("nothing came back in time", reason="time-out", where=self.address))
                raise TransportError("nothing came back in time", reason="time-out", where=self.address) from None

    async def close(self) -> None:
        """Close the connection; what is in flight fails. Safe to repeat."""
        self._fail(TransportError("the connection was closed here", reason="closed", where=self.address))

    # What asyncio calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Connected."""
        transport = cast("asyncio.Transport", transport)  # other loops' transports only look like one
        sock = transport.get_extra_info("socket")
        if sock is not None:
            keep_alive(sock)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answers."""
        for event in self._decoder.feed(data):
            if isinstance(event, Frame):
                self._settle(event.payload)
            elif event.kind == "too-large":
                self._fail(self._too_large())
                return
        if self._decoder.drained:
            self._fail(self._too_large())

    def connection_lost(self, exc: Exception | None) -> None:
        """The peer is gone, and with it what was in flight."""
        if isinstance(exc, OSError) and tls_failed(exc):
            self._fail(TransportError(f"the TLS session failed: {getattr(exc, 'reason', '') or exc}", reason="tls", where=self.address))
        else:
            self._fail(TransportError("the peer closed the connection", reason="closed", where=self.address))

    def pause_writing(self) -> None:
        """The peer does not read."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The peer reads again."""
        self._writable.set()

    def _settle(self, answer: bytes) -> None:
        named = self._answers(answer) if self._answers else ""
        if named and named not in self._flying:
            self.strays.append(answer)
            return
        future = self._take(named) if named else self._oldest()
        if future is None:
            self.strays.append(answer)
        elif not future.done():
            future.set_result(answer)

    def _take(self, name: str) -> asyncio.Future[bytes]:
        waiting = self._flying[name]
        future = waiting.popleft()
        if not waiting:
            del self._flying[name]
        while self._order and self._order[0][1].done():
            self._order.popleft()
        return future

    def _oldest(self) -> asyncio.Future[bytes] | None:
        while self._order:
            name, future = self._order.popleft()
            if not future.done():
                return self._take(name)
        return None

    def _fail(self, error: TransportError) -> None:
        transport, self._transport = self._transport, None
        flying, self._flying = self._flying, {}
        self._order.clear()
        self._decoder = Decoder(self._max_bytes)
        self._writable.set()
        if transport is not None:
            transport.abort()
        for future in (each for futures in flying.values() for each in futures):
            if not future.done():
                future.set_exception(TransportError(error.what, reason=error.reason, where=error.where))
                future.exception()  # whoever waits is told; nobody waiting is no fault

    def _too_large(self) -> TransportError:
        return TransportError(f"the answer is larger than {self._max_bytes} bytes", reason="too-large", where=self.address)

    async def _be_connected(self) -> None:
        async with self._connecting:
            if self._transport is not None and not self._transport.is_closing():
                return
            context: ssl.SSLContext | None = None
            name = None
            if self._tls is not None:
                from harness.transports.tls import client_context

                context, name = client_context(self._tls), self._tls.server_name or self._target.host
            try:
                opening = asyncio.get_running_loop().create_connection(lambda: self, self._target.host, self._target.port, ssl=context, server_hostname=name)
                await asyncio.wait_for(opening, self._connect_timeout)
            except TimeoutError:
                raise TransportError("no connection in time", reason="time-out", where=self.address) from None
            except (OSError, UnicodeError) as error:
                if isinstance(error, OSError) and tls_failed(error):
                    raise TransportError(f"the TLS session failed: {getattr(error, 'reason', '') or error}", reason="tls", where=self.address) from error
                what = f"cannot connect: {getattr(error, 'strerror', None) or error}"
                raise TransportError(what, reason="refused", where=self.address, do="see that the system listens there") from error
