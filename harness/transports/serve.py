"""An ASGI application served on a real port, inside the shared background loop."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from harness.model.place import Tls
from harness.transports.loop import Loop
from harness.transports.sockets import bound_address, listen, server_tls

if TYPE_CHECKING:
    import asyncio

    import uvicorn


class _Gathered:
    """A transport that sends what is written in one turn of the loop by one write, so that a client does not wake for the head alone."""

    def __init__(self, transport: asyncio.Transport) -> None:
        import asyncio

        self._transport, self._loop = transport, asyncio.get_running_loop()
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> None:
        if not self._waiting:
            self._loop.call_soon(self._flush)
        self._waiting.append(data)

    def close(self) -> None:
        self._flush()
        self._transport.close()

    def _flush(self) -> None:
        data, self._waiting = self._waiting, []
        if data and not self._transport.is_closing():
            self._transport.write(b"".join(data))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


@cache
def _protocol() -> Any:
    from uvicorn.protocols.http.auto import AutoHTTPProtocol

    kind: Any = AutoHTTPProtocol

    class _Protocol(kind):  # type: ignore[misc]
        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(_Gathered(transport))

    return _Protocol


class HttpServer:
    """Serves ``app`` from ``start`` to ``stop``; started again, it takes the same port. Answers carry no Date or Server header, so that runs compare.

    ``tls`` makes it a TLS server, with ``tls.ca`` one that lets in only clients that authority has signed.
    uvicorn is driven without its own loop, signals, lifespan and shutdown, which waits 0.2 s.
    """

    def __init__(self, app: Any, *, host: str = "127.0.0.1", port: int = 0, tls: Tls | None = None) -> None:
        self._app, self._host, self._port, self._tls = app, host, port, tls
        self._server: uvicorn.Server | None = None

    @property
    def address(self) -> str:
        """``host:port``; the port is 0 before the first start."""
        return f"{self._host}:{self._port}"

    @property
    def base_url(self) -> str:
        """``http(s)://host:port``, without a closing slash."""
        return f"{'http' if self._tls is None else 'https'}://{self.address}"

    @property
    def running(self) -> bool:
        """True between start and stop."""
        return self._server is not None

    def start(self) -> HttpServer:
        """Listen. Raises SetUpError when the port is in use."""
        Loop.shared().call(self.start_async())
        return self

    def stop(self, grace: float = 0.5) -> None:
        """Close the port and every connection; responses in the making get ``grace`` seconds. Safe to repeat."""
        Loop.shared().call(self.stop_async(grace))

    def __enter__(self) -> HttpServer:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    async def start_async(self) -> None:
        """``start`` for callers inside the loop."""
        if self._server is not None:
            return
        import uvicorn

        context = server_tls(self._tls)
        sock = listen(self._host, self._port, "an HTTP server")
        self._port = bound_address(sock)[1]
        config = uvicorn.Config(
            self._answer,
            http=_protocol(),
            interface="asgi3",
            log_config=None,
            log_level="error",
            access_log=False,
            lifespan="off",
            ws="none",
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=75,
        )
        config.load()
        config.ssl = context
        server = uvicorn.Server(config)
        server.lifespan = config.lifespan_class(config)
        await server.startup(sockets=[sock])
        self._server = server

    async def stop_async(self, grace: float = 0.5) -> None:
        """``stop`` for callers inside the loop."""
        import asyncio

        server, self._server = self._server, None
        if server is None:
            return
        for listener in server.servers:
            listener.close()
        for connection in list(server.server_state.connections):
            connection.shutdown()
        late = list(server.server_state.tasks)
        if late:
            late = list((await asyncio.wait(late, timeout=grace))[1])
        for connection in list(server.server_state.connections):
            transport = getattr(connection, "transport", None)
            if transport is not None:
                transport.abort()
        await asyncio.sleep(0)
        for task in late:
            task.cancel()
        for listener in server.servers:
            await listener.wait_closed()

    async def _answer(self, scope: Any, receive: Any, send: Any) -> None:
        import asyncio

        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            # Only stop_async cancels, once the connection is gone: nothing to answer and nothing to log.
            if self.running:
                raise
