"""MLLP from the side of a simulated system that sends."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from harness.errors import TransportError
from harness.model.place import Tls
from harness.transports.address import split_address
from harness.transports.mllp.frames import Decoder, Frame, frame
from harness.transports.sockets import keep_alive, tls_failed


class AsyncMllpClient:
    """One connection at a time to ``host:port``, made on first use; exchanges of several tasks take turns.

    With ``tls`` it speaks TLS, verifying the peer. Failures are TransportErrors as in MllpClient.
    After any failure the connection is given up; the next exchange connects anew.
    """

    def __init__(self, address: str, *, connect_timeout: float = 2.0, max_bytes: int = 1_000_000, tls: Tls | None = None) -> None:
        self.address, self._tls = address, tls
        self._target = split_address(address, port_required=True)
        self._connect_timeout, self._max_bytes = connect_timeout, max_bytes
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._decoder = Decoder(max_bytes)
        self._frames: list[bytes] = []
        self._turn = asyncio.Lock()

    @property
    def connected(self) -> bool:
        """True while the connection is open at both ends, as far as the peer has said."""
        return self._writer is not None and self._reader is not None and not self._writer.is_closing() and not self._reader.at_eof()

    async def exchange(self, payload: bytes, timeout: float) -> bytes:
        """Frame and send ``payload``; the payload of the next frame that comes back within ``timeout`` seconds."""
        async with self._turn:
            await self._be_connected()
            return await self._guarded(self._talk(frame(payload), answer=True), timeout)

    async def send(self, payload: bytes, timeout: float) -> None:
        """Frame and send ``payload`` where no acknowledgement is agreed."""
        async with self._turn:
            await self._be_connected()
            await self._guarded(self._talk(frame(payload), answer=False), timeout)

    async def write(self, raw: bytes, timeout: float = 5.0) -> None:
        """Send bytes as they are, framed or not."""
        async with self._turn:
            await self._be_connected()
            await self._guarded(self._talk(raw, answer=False), timeout)

    async def close(self) -> None:
        """Close the connection. Safe to repeat."""
        writer, self._writer, self._reader = self._writer, None, None
        self._decoder = Decoder(self._max_bytes)
        self._frames.clear()
        if writer is not None:
            writer.close()
            try:
                await asyncio.wait_for(writer.wait_closed(), 1)
            except (OSError, TimeoutError):
                writer.transport.abort()

    async def _be_connected(self) -> None:
        # Two turns of the loop, so that a hang-up that has already arrived is noticed before anything is sent into it.
        for _ in range(2 if self.connected else 0):
            await asyncio.sleep(0)
        if not self.connected:
            await self._connect()

    async def _connect(self) -> None:
        await self.close()
        context = name = None
        if self._tls is not None:
            from harness.transports.tls import client_context

            context, name = client_context(self._tls), self._tls.server_name or self._target.host
        try:
            opening = asyncio.open_connection(self._target.host, self._target.port, ssl=context, server_hostname=name)
            reader, writer = await asyncio.wait_for(opening, self._connect_timeout)
            keep_alive(writer.get_extra_info("socket"))
            self._reader, self._writer = reader, writer
        except TimeoutError:
            raise TransportError("no connection in time", reason="time-out", where=self.address) from None
        except (OSError, UnicodeError) as error:
            if isinstance(error, OSError) and tls_failed(error):
                raise _tls(error, self.address) from error
            what = f"cannot connect: {getattr(error, 'strerror', None) or error}"
            raise TransportError(what, reason="refused", where=self.address, do="see that the system listens there") from error

    async def _guarded(self, talk: Coroutine[Any, Any, bytes], timeout: float) -> bytes:
        try:
            return await asyncio.wait_for(talk, timeout)
        except TimeoutError:
            await self.close()
            raise TransportError("nothing came back in time", reason="time-out", where=self.address) from None
        except OSError as error:
            await self.close()
            if tls_failed(error):
                raise _tls(error, self.address) from error
            raise TransportError(f"the connection was lost: {error.strerror or error}", reason="closed", where=self.address) from error
        except BaseException:
            await self.close()
            raise

    async def _talk(self, data: bytes, *, answer: bool) -> bytes:
        assert self._reader is not None  # noqa: S101 - callers connect first
        assert self._writer is not None  # noqa: S101
        self._writer.write(data)
        await self._writer.drain()
        while answer and not self._frames:
            chunk = await self._reader.read(262_144)
            events = self._decoder.feed(chunk) if chunk else self._decoder.flush(at_end=True)
            self._frames += [event.payload for event in events if isinstance(event, Frame)]
            if self._decoder.drained or any(not isinstance(event, Frame) and event.kind == "too-large" for event in events):
                raise TransportError(f"the answer is larger than {self._max_bytes} bytes", reason="too-large", where=self.address)
            if not chunk and not self._frames:
                raise TransportError("the peer closed the connection", reason="closed", where=self.address)
        return self._frames.pop(0) if answer else b""


def _tls(error: OSError, where: str) -> TransportError:
    what = getattr(error, "verify_message", "") or getattr(error, "reason", "") or error.strerror
    return TransportError(f"the TLS session failed: {what}", reason="tls", where=where, do="see tls in the manifest; verification stays on")
