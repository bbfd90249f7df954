"""Inlets: small listeners on loopback that catch what a source system emits, and let the harness decide the answer."""

from __future__ import annotations

import asyncio
import queue
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Self, TypeVar

from harness.transports.loop import Loop
from harness.transports.mllp.frames import Peer
from harness.transports.mllp.server import CloseConnection, MllpServer
from harness.transports.serve import HttpServer

T = TypeVar("T")
A = TypeVar("A")


LOST = b"\x00lost"
"""Given to ``Incoming.reply``: this very object, not its bytes, closes the connection unanswered."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One MLLP payload. ``reply(payload)`` acknowledges, ``reply(None)`` goes on without one, ``reply(LOST)`` closes the connection unanswered;
    the first reply counts. ``peer`` says which connection."""

    payload: bytes
    reply: Callable[[bytes | None], None] = field(repr=False, compare=False)
    peer: Peer = field(default_factory=lambda: Peer("", 0), compare=False)


@dataclass(frozen=True, slots=True)
class HttpIncoming:
    """One HTTP request. ``path`` is relative to the inlet's base and keeps its query and escapes; ``headers`` have lower-case names.

    ``reply(status, headers, body)`` releases the waiting source; the first reply counts.
    """

    method: str
    path: str
    headers: Mapping[str, str]
    payload: bytes
    reply: Callable[[int, Mapping[str, str], bytes], None] = field(repr=False, compare=False)


class _Slots(Generic[T, A]):
    """Items for the harness's thread, each with a future in the loop for its answer."""

    def __init__(self, patience: float) -> None:
        self.patience = patience
        self.items: queue.SimpleQueue[T | None] = queue.SimpleQueue()
        self._waiting: set[asyncio.Future[A]] = set()

    async def ask(self, make: Callable[[Callable[[A], None]], T]) -> A:
        """Queue an item and wait for its answer. Raises TimeoutError when patience ends, CancelledError when the inlet stops."""
        loop = asyncio.get_running_loop()
        slot: asyncio.Future[A] = loop.create_future()

        def settle(answer: A) -> None:
            if not slot.done():
                slot.set_result(answer)

        def reply(answer: A) -> None:
            try:
                loop.call_soon_threadsafe(settle, answer)
            except RuntimeError:
                return  # the loop is closed: whoever waited is gone

        self._waiting.add(slot)
        try:
            self.items.put(make(reply))
            return await asyncio.wait_for(slot, self.patience)
        finally:
            self._waiting.discard(slot)

    def refresh(self) -> None:
        """Forget what an earlier life of the inlet left over."""
        while self.take(0) is not None or not self.items.empty():
            pass

    def take(self, timeout: float) -> T | None:
        try:
            return self.items.get(timeout=max(timeout, 0.0)) if timeout > 0 else self.items.get_nowait()
        except queue.Empty:
            return None

    async def release(self) -> None:
        """Let every waiting source go unanswered, and wake whoever takes."""
        for slot in list(self._waiting):
            slot.cancel()
        self.items.put(None)


class _Inlet(ABC, Generic[T, A]):
    """What every inlet does; how its server opens and closes is its own."""

    server: MllpServer | HttpServer

    def __init__(self, patience: float) -> None:
        self._slots: _Slots[T, A] = _Slots(patience)

    @abstractmethod
    def _open(self) -> None: ...

    @abstractmethod
    def _close(self) -> None: ...

    @property
    def address(self) -> str:
        """``host:port``."""
        return self.server.address

    def start(self) -> Self:
        """Listen. Raises SetUpError when the port is in use."""
        self._slots.refresh()
        self._open()
        return self

    def take(self, timeout: float) -> T | None:
        """The next item, in order of arrival; None when none comes within ``timeout`` seconds, or the inlet stops."""
        return self._slots.take(timeout)

    def stop(self) -> None:
        """Release every waiting source (over HTTP with 503) and close. Safe to repeat."""
        Loop.shared().call(self._slots.release())
        self._close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


class MllpInlet(_Inlet[Incoming, bytes | None]):
    """An MLLP listener whose payloads wait in a queue. Without a reply within ``patience`` seconds the connection is closed unacknowledged."""

    def __init__(self, max_bytes: int = 1_000_000, *, host: str = "127.0.0.1", port: int = 0, patience: float = 5.0) -> None:
        super().__init__(patience)
        self.server: MllpServer = MllpServer(self._handle, host=host, port=port, max_bytes=max_bytes)

    def _open(self) -> None:
        self.server.open()

    def _close(self) -> None:
        self.server.close()

    async def _handle(self, payload: bytes, peer: Peer) -> bytes | None:
        try:
            answer = await self._slots.ask(lambda reply: Incoming(payload, reply, peer))
        except TimeoutError:
            raise CloseConnection from None
        if answer is LOST:
            raise CloseConnection
        return answer


Answer = tuple[int, Mapping[str, str], bytes]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class HttpInlet(_Inlet[HttpIncoming, Answer]):
    """An HTTP listener that takes any method and path below ``base_path`` (elsewhere 404). Without a reply within ``patience`` seconds it answers 504."""

    def __init__(self, max_bytes: int = 16_000_000, *, base_path: str = "", host: str = "127.0.0.1", port: int = 0, patience: float = 5.0) -> None:
        super().__init__(patience)
        self._max_bytes = max_bytes
        self._base_path = "/" + base_path.strip("/") if base_path.strip("/") else ""
        self.server: HttpServer = HttpServer(self._app, host=host, port=port)

    @property
    def base_url(self) -> str:
        """``http://host:port`` and the base path, without a closing slash."""
        return self.server.base_url + self._base_path

    def _open(self) -> None:
        self.server.start()

    def _close(self) -> None:
        self.server.stop()

    async def _app(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        status, headers, body = await self._respond(scope, receive)
        fields = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
        if not any(name == b"content-length" for name, _ in fields) and status >= 200 and status != 204:
            fields.append((b"content-length", str(len(body)).encode()))
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": body})

    async def _respond(self, scope: Mapping[str, Any], receive: Receive) -> Answer:
        path = self._relative(scope)
        if path is None:
            return 404, {}, b""
        body = bytearray()
        while True:
            event = await receive()
            if event["type"] != "http.request":
                return 400, {}, b""
            body += event.get("body", b"")
            if len(body) > self._max_bytes:
                return 413, {"connection": "close"}, b""
            if not event.get("more_body"):
                break
        headers: dict[str, str] = {}
        for name, value in scope["headers"]:
            key, text = name.decode("latin-1").lower(), value.decode("latin-1")
            headers[key] = f"{headers[key]}, {text}" if key in headers else text

        def make(reply: Callable[[Answer], None]) -> HttpIncoming:
            return HttpIncoming(scope["method"], path, headers, bytes(body), lambda status, headers, body: reply((status, headers, body)))

        try:
            return await self._slots.ask(make)
        except TimeoutError:
            return 504, {}, b""
        except asyncio.CancelledError:
            return 503, {}, b""

    def _relative(self, scope: Mapping[str, Any]) -> str | None:
        path: str = scope["raw_path"].decode("latin-1")
        query: str = scope["query_string"].decode("latin-1")
        if path != self._base_path and not path.startswith(self._base_path + "/"):
            return None
        relative = path[len(self._base_path) :].lstrip("/")
        return f"{relative}?{query}" if query else relative
