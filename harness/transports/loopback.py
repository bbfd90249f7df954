"""Both ends in one process, with the interface of the socket clients: quick and repeatable, and never the only proof."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from time import monotonic
from typing import Any
from urllib.parse import quote, unquote

from harness.errors import TransportError
from harness.transports.http import HttpResponse
from harness.transports.loop import Loop
from harness.transports.mllp.client import IncompleteError
from harness.transports.mllp.frames import Decoder, Frame, Peer, frame


class LoopbackClient:
    """What MllpClient is to an MllpServer, to its ``handler`` called directly in the background loop.

    A handler that acknowledges nothing is a time-out at once, instead of after ``timeout`` seconds; one that raises closes the connection.
    """

    address = "loopback"

    def __init__(self, handler: Callable[[bytes, Peer], Awaitable[bytes | None]], *, max_bytes: int = 1_000_000) -> None:
        self._handler, self._max_bytes = handler, max_bytes
        self._connections = 0
        self._open = False
        self._decoder = Decoder(max_bytes)
        self._answers: list[bytes] = []

    @property
    def connected(self) -> bool:
        """True from the first message until ``close``."""
        return self._open

    def exchange(self, payload: bytes, timeout: float) -> bytes:
        """Hand ``payload`` over; the answer."""
        return self.exchange_many([payload], timeout)[0]

    def exchange_many(self, payloads: Iterable[bytes], timeout: float) -> list[bytes]:
        """Hand all payloads over; as many answers, in order. Raises IncompleteError holding those that came."""
        framed = [frame(payload) for payload in payloads]
        try:
            self.write(b"".join(framed), timeout)
        except TransportError as error:
            raise IncompleteError(error.what, reason=error.reason, where=self.address, received=self._answers) from error
        if len(self._answers) < len(framed):
            received = list(self._answers)
            self.close()
            raise IncompleteError("nothing came back in time", reason="time-out", where=self.address, received=received)
        taken, self._answers = self._answers[: len(framed)], self._answers[len(framed) :]
        return taken

    def write(self, raw: bytes, timeout: float = 5.0) -> None:
        """Hand bytes over as they are, framed or not."""
        if not self._open:
            self.reconnect()
        for event in self._decoder.feed(raw):
            if isinstance(event, Frame):
                answer = self._answer(event.payload, timeout)
                if answer is not None:
                    self._answers.append(answer)

    def write_slowly(self, chunks: Iterable[bytes], timeout: float = 5.0) -> None:
        """Hand over chunk by chunk."""
        for chunk in chunks:
            self.write(chunk, timeout)

    def read(self, timeout: float) -> bytes:  # noqa: ARG002 - the interface of MllpClient
        """The next answer; what has not come by now never will."""
        if not self._open:
            raise TransportError("the connection is not open", reason="closed", where=self.address)
        if not self._answers:
            raise TransportError("nothing came back in time", reason="time-out", where=self.address)
        return self._answers.pop(0)

    def reconnect(self) -> None:
        """Close, and connect anew: the handler sees another Peer."""
        self.close()
        self._connections += 1
        self._open = True

    def close(self) -> None:
        """Forget what was received. Safe to repeat."""
        self._open = False
        self._decoder = Decoder(self._max_bytes)
        self._answers = []

    def _answer(self, payload: bytes, timeout: float) -> bytes | None:
        async def ask() -> bytes | None:
            return await self._handler(payload, Peer("loopback", 0, self._connections))

        try:
            return Loop.shared().call(ask(), timeout)
        except TransportError:
            self._open = False
            raise
        except Exception as error:
            self._open = False
            raise TransportError(f"the connection was closed: {error!r}", reason="closed", where=self.address) from error


class LoopbackHttpClient:
    """What HttpClient is to an HttpServer, to its ASGI ``app`` called directly in the background loop."""

    def __init__(self, app: Any, *, base_path: str = "", headers: Mapping[str, str] | None = None, timeout: float = 5.0) -> None:
        self._app, self._timeout = app, timeout
        self._base_path = "/" + base_path.strip("/") if base_path.strip("/") else ""
        self._headers = {"host": "loopback", **{name.lower(): value for name, value in (headers or {}).items()}}
        self.base_url = f"http://loopback{self._base_path}"

    def request(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, timeout: float | None = None) -> HttpResponse:
        """Hand one request over. ``path`` is relative to the base, with its query. Raises TransportError: time-out, or closed when the app fails."""
        relative, _, query = path.partition("?")
        target = f"{self._base_path}/{relative.lstrip('/')}" if relative else self._base_path or "/"
        fields = {**self._headers, **{name.lower(): value for name, value in (headers or {}).items()}, "content-length": str(len(body))}
        raw = quote(target, safe="/%:@!$&'()*+,;=~-._")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(raw),
            "raw_path": raw.encode(),
            "query_string": quote(query, safe="/%:@!$&'()*+,;=?~-._").encode(),
            "root_path": "",
            "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in fields.items()],
            "client": ("loopback", 0),
            "server": ("loopback", 80),
        }
        began = monotonic()
        try:
            status, received, content = Loop.shared().call(_ask(self._app, scope, body), self._timeout if timeout is None else timeout)
        except TransportError:
            raise
        except Exception as error:
            raise TransportError(f"the connection was closed: {error!r}", reason="closed", where=self.base_url) from error
        return HttpResponse(status, received, content, monotonic() - began)

    def close(self) -> None:
        """Nothing to close."""


async def _ask(app: Any, scope: dict[str, Any], body: bytes) -> tuple[int, dict[str, str], bytes]:
    status, headers, content, asked = 0, dict[str, str](), bytearray(), False

    async def receive() -> dict[str, Any]:
        nonlocal asked
        if asked:
            return {"type": "http.disconnect"}
        asked = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: dict[str, Any]) -> None:
        nonlocal status
        if event["type"] == "http.response.start":
            status = event["status"]
            headers.update({name.decode("latin-1").lower(): value.decode("latin-1") for name, value in event.get("headers", [])})
        else:
            content.extend(event.get("body", b""))

    await app(scope, receive, send)
    if not status:
        raise RuntimeError("the application sent no response")
    return status, headers, bytes(content)
