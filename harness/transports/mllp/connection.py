"""One accepted MLLP connection."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, cast

from harness.transports.mllp.frames import CR, FS, Decoder, Frame, Garbage, Peer, frame
from harness.transports.sockets import keep_alive

if TYPE_CHECKING:
    from harness.transports.mllp.server import MllpServer

_QUEUE = 256  # frames waiting on one connection before its reading is paused
_FLOOD = 16  # times max_bytes that an oversize frame may run on before the connection is closed


class CloseConnection(Exception):  # noqa: N818 - a request to the server, not an error
    """Raised by a handler: close this connection without answering."""


class Connection(asyncio.Protocol):
    """Decodes what arrives, answers one event after the other, and closes on idleness, flood or a failing handler.

    Frames received whole are handled even when the peer has gone meanwhile: that is what a message sent and then abandoned looks like.
    """

    def __init__(self, server: MllpServer) -> None:
        self.worker: asyncio.Task[None] | None = None
        self._server = server
        self._decoder = Decoder(server.max_bytes)
        self._events: deque[Frame | Garbage] = deque()
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._peer = Peer("", 0)
        self._quiet: asyncio.TimerHandle | None = None
        self._idle: asyncio.TimerHandle | None = None
        self._slow: asyncio.TimerHandle | None = None
        self._touched = 0.0
        self._handling = self._ended = self._paused = False
        self._writable = asyncio.Event()
        self._writable.set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """A peer has connected."""
        self._transport = transport = cast("asyncio.Transport", transport)  # other loops' transports only look like one
        sock = transport.get_extra_info("socket")
        if sock is not None:
            keep_alive(sock)
        name = transport.get_extra_info("peername") or ("", 0)
        self._peer = Peer(str(name[0]), int(name[1]), self._server.joined(self))
        self._touched = self._loop.time()
        self._idle = self._loop.call_later(self._server.idle_timeout, self._look_idle)

    def data_received(self, data: bytes) -> None:
        """Bytes: decode them, and see that somebody answers."""
        self._touched = self._loop.time()
        if self._quiet is not None:
            self._quiet.cancel()
            self._quiet = None
        if self._server.whole_only and not data.endswith(FS + CR):
            return
        events = self._decoder.feed(data)
        if self._slow is not None and (events or not self._decoder.inside):
            self._slow.cancel()
            self._slow = None
        if self._slow is None and self._server.frame_timeout and self._decoder.inside:
            self._slow = self._loop.call_later(self._server.frame_timeout, self._too_slow)
        self._take(events)
        if self._decoder.drained > _FLOOD * self._server.max_bytes:
            self._server.report("flood", self._peer)
            self.abort()
        elif self._decoder.pending:
            self._quiet = self._loop.call_later(self._server.quiet, self._fell_quiet)

    def eof_received(self) -> bool:
        """The peer will send no more, but may still read: answer what it asked, then close."""
        self._take(self._decoder.flush(at_end=True))
        self._ended = True
        if self.worker is None and self._transport is not None:
            self._transport.close()
        return True

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol names it
        """The connection is gone; what it brought is still handled."""
        if not self._ended:
            self._take(self._decoder.flush(at_end=True))
        self._ended = True
        self._transport = None
        self._writable.set()
        for timer in (self._quiet, self._idle, self._slow):
            if timer is not None:
                timer.cancel()
        self._server.left(self)

    def pause_writing(self) -> None:
        """The peer does not read its answers: stop making more."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The peer reads again."""
        self._writable.set()

    def finish(self) -> None:
        """Drop what waits, let the answer in the making go out, then close."""
        self._events.clear()
        self._ended = True
        if self.worker is None and self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Close at once."""
        self._events.clear()
        if self.worker is not None:
            self.worker.cancel()
        if self._transport is not None:
            self._transport.abort()

    def _take(self, events: list[Frame | Garbage]) -> None:
        self._events.extend(events)
        if self._events and self.worker is None:
            self.worker = self._loop.create_task(self._work())
        if len(self._events) > _QUEUE and not self._paused and self._transport is not None:
            self._paused = True
            self._transport.pause_reading()

    async def _work(self) -> None:
        try:
            while self._events:
                event = self._events.popleft()
                self._handling = True
                answer = await self._server.answer(event, self._peer)
                self._handling = False
                self._touched = self._loop.time()
                if answer is not None and self._transport is not None:
                    self._transport.write(frame(answer))
                    if not self._writable.is_set():
                        await self._writable.wait()
                if self._paused and len(self._events) < _QUEUE // 2 and self._transport is not None:
                    self._paused = False
                    self._transport.resume_reading()
        except CloseConnection:
            self._ended = True
        except Exception as error:  # a handler may raise anything; its peer must not hang and the fault must not pass unseen
            self._ended = True
            self._server.report("handler-error", self._peer, error=repr(error))
            self._loop.call_exception_handler({"message": "an MLLP handler failed", "exception": error})
        finally:
            self._handling = False
            self.worker = None
            if self._ended:
                self._events.clear()
                if self._transport is not None:
                    self._transport.close()

    def _fell_quiet(self) -> None:
        self._quiet = None
        self._take(self._decoder.flush(at_end=False))

    def _too_slow(self) -> None:
        self._slow = None
        self._server.report("slow", self._peer)
        self.abort()

    def _look_idle(self) -> None:
        left = self._touched + self._server.idle_timeout - self._loop.time()
        if self._handling:
            left = self._server.idle_timeout
        if left > 0:
            self._idle = self._loop.call_later(left, self._look_idle)
            return
        self._server.report("idle", self._peer)
        self._take(self._decoder.flush(at_end=True))
        self._ended = True
        if self.worker is None and self._transport is not None:
            self._transport.close()
        elif not self._writable.is_set():
            self.abort()
