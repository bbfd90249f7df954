"""MLLP from the side of a check: plain blocking calls, each with its time limit."""

from __future__ import annotations

import selectors
import socket
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import TYPE_CHECKING

from harness.errors import TransportError
from harness.model.place import Tls
from harness.transports.address import split_address
from harness.transports.mllp.frames import Decoder, Frame, Garbage, frame
from harness.transports.sockets import keep_alive, not_ready, tls_failed

if TYPE_CHECKING:
    import ssl


class IncompleteError(TransportError):
    """Fewer answers than messages; ``received`` holds those that came, in order."""

    def __init__(self, what: str, *, reason: str, where: str = "", received: Sequence[bytes] = ()) -> None:
        super().__init__(what, reason=reason, where=where)
        self.received = tuple(received)


class MllpClient:
    """One connection at a time to ``host:port``, made on first use. Not thread-safe.

    With ``tls`` it speaks TLS, verifying the peer. Every failure is a TransportError: refused, closed, time-out, too-large, tls, or protocol
    (the answer was not in a frame).
    ``exchange`` and ``exchange_many`` connect anew when they find that the peer has hung up *before* they send; nothing is ever sent twice.
    After a time-out in either the connection is given up, so that a late answer is never taken for the answer to the next message.
    """

    def __init__(self, address: str, *, connect_timeout: float = 2.0, max_bytes: int = 1_000_000, tls: Tls | None = None) -> None:
        self.address, self._tls = address, tls
        self._context: ssl.SSLContext | None = None
        target = split_address(address, port_required=True)
        self._target = (target.host, target.port)
        self._connect_timeout, self._max_bytes = connect_timeout, max_bytes
        self._socket: socket.socket | None = None
        self._selector: selectors.BaseSelector | None = None
        self._decoder = Decoder(max_bytes)
        self._frames: list[bytes] = []
        self._strays: list[Garbage] = []

    @property
    def connected(self) -> bool:
        """True while the connection is open at both ends, as far as the peer has said."""
        if self._socket is None:
            return False
        try:
            if self._tls is not None:  # a TLS session cannot be peeked into: what has come is taken in
                self._receive()
                return True
            return self._socket.recv(1, socket.MSG_PEEK) != b""
        except TransportError:
            return False
        except BlockingIOError:
            return True
        except OSError:
            return False

    def exchange(self, payload: bytes, timeout: float) -> bytes:
        """Frame and send ``payload``; the payload of the next frame that comes back within ``timeout`` seconds."""
        return self.exchange_many([payload], timeout)[0]

    def exchange_many(self, payloads: Iterable[bytes], timeout: float) -> list[bytes]:
        """Send all payloads back to back in one write; as many answers, in order, within ``timeout`` seconds in all.

        Raises IncompleteError (a TransportError) holding the answers that did come.
        """
        frames = [frame(payload) for payload in payloads]
        self._be_connected()
        try:
            self._move(b"".join(frames), len(frames), monotonic() + timeout)
        except TransportError as error:
            received, self._frames = self._frames, []
            self.close()
            count = f" ({len(received)} of {len(frames)} answers came)" if len(frames) > 1 else ""
            raise IncompleteError(error.what + count, reason=error.reason, where=self.address, received=received) from None
        return self._pop(len(frames))

    def write(self, raw: bytes, timeout: float = 5.0) -> None:
        """Send bytes as they are, framed or not."""
        if self._socket is None:
            self.reconnect()
        self._move(raw, 0, monotonic() + timeout)

    def write_slowly(self, chunks: Iterable[bytes], timeout: float = 5.0) -> None:
        """Send each chunk by itself: what a receiver sees of a fragmented frame (TCP_NODELAY is on)."""
        for chunk in chunks:
            self.write(chunk, timeout)

    def read(self, timeout: float) -> bytes:
        """The payload of the next frame, within ``timeout`` seconds; the connection stays open when none comes."""
        if self._socket is None and not self._frames:
            raise TransportError("the connection is not open", reason="closed", where=self.address)
        self._move(b"", 1, monotonic() + timeout)
        return self._pop(1)[0]

    def wait_closed(self, timeout: float) -> bool:
        """True when the peer closes the connection within ``timeout`` seconds; frames that come meanwhile are kept for ``read``."""
        try:
            self._move(b"", 1 << 30, monotonic() + timeout)
        except TransportError as error:
            return error.reason == "closed"
        return False

    def reconnect(self) -> None:
        """Close, and connect anew."""
        self.close()
        try:
            sock = socket.create_connection(self._target, timeout=self._connect_timeout)
            keep_alive(sock)
            if self._tls is not None:
                sock = self._secured(sock, self._tls)
        except OSError as error:
            raise _failure(error, self.address, connecting=True) from error
        except UnicodeError as error:
            raise TransportError("no such host", reason="refused", where=self.address) from error
        sock.setblocking(False)
        self._socket = sock
        self._selector = selectors.DefaultSelector()
        self._selector.register(sock, selectors.EVENT_READ)

    def _secured(self, sock: socket.socket, tls: Tls) -> socket.socket:
        try:
            if self._context is None:
                from harness.transports.tls import client_context

                self._context = client_context(tls)
            return self._context.wrap_socket(sock, server_hostname=tls.server_name or self._target[0])
        except BaseException:
            sock.close()
            raise

    def close(self) -> None:
        """Close the connection and forget what was received. Safe to repeat."""
        if self._selector is not None:
            self._selector.close()
            self._selector = None
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        self._decoder = Decoder(self._max_bytes)
        self._frames.clear()
        self._strays.clear()

    def __enter__(self) -> MllpClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _be_connected(self) -> None:
        if not self.connected:
            self.reconnect()

    def _pop(self, count: int) -> list[bytes]:
        taken, self._frames = self._frames[:count], self._frames[count:]
        return taken

    def _move(self, data: bytes, want: int, deadline: float) -> None:
        # Writing and reading go on together: a peer that waits for its answers to be read would otherwise never read the rest of ours.
        unsent = memoryview(data)
        try:
            while True:
                if unsent:
                    unsent = unsent[self._send(unsent) :]
                if not unsent and len(self._frames) >= want:
                    return
                self._await(bool(unsent), deadline)
                if self._receive():
                    self._check_too_large()
        except TransportError:
            raise
        except OSError as error:
            raise _failure(error, self.address) from error

    def _send(self, data: memoryview) -> int:
        assert self._socket is not None  # noqa: S101 - callers connect first
        try:
            return self._socket.send(data)
        except OSError as error:
            if not_ready(error):
                return 0
            raise

    def _await(self, writing: bool, deadline: float) -> None:
        left = deadline - monotonic()
        if self._selector is None or self._socket is None:
            raise TransportError("the connection is not open", reason="closed", where=self.address)
        if self._tls is not None and self._socket.pending():  # type: ignore[attr-defined]  # decrypted already: no event will tell of it
            return
        wanted = selectors.EVENT_READ | (selectors.EVENT_WRITE if writing else 0)
        if self._selector.get_key(self._socket).events != wanted:
            self._selector.modify(self._socket, wanted)
        if left > 0 and self._selector.select(left):
            return
        if self._strays or self._decoder.pending:
            raise TransportError("the answer was not in a frame", reason="protocol", where=self.address, expected="VT payload FS CR")
        raise TransportError("nothing came back in time" if not writing else "the peer stopped reading", reason="time-out", where=self.address)

    def _receive(self) -> bool:
        assert self._socket is not None  # noqa: S101 - callers connect first
        try:
            chunk = self._socket.recv(262_144)
        except OSError as error:
            if not_ready(error):
                return False
            raise _failure(error, self.address) from error
        events = self._decoder.feed(chunk) if chunk else self._decoder.flush(at_end=True)
        for event in events:
            if isinstance(event, Frame):
                self._frames.append(event.payload)
            elif event.kind != "line-end":
                self._strays.append(event)
        if not chunk:
            raise TransportError("the peer closed the connection", reason="closed", where=self.address)
        return True

    def _check_too_large(self) -> None:
        if self._decoder.drained or any(stray.kind == "too-large" for stray in self._strays):
            self.close()
            raise TransportError(f"the answer is larger than {self._max_bytes} bytes", reason="too-large", where=self.address)


def _failure(error: OSError, where: str, *, connecting: bool = False) -> TransportError:
    if isinstance(error, TimeoutError):
        return TransportError("no connection in time" if connecting else "time-out", reason="time-out", where=where)
    if tls_failed(error):
        what = getattr(error, "verify_message", "") or getattr(error, "reason", "") or error.strerror
        return TransportError(f"the TLS session failed: {what}", reason="tls", where=where, do="see tls in the manifest; verification stays on")
    if connecting:
        return TransportError(f"cannot connect: {error.strerror or error}", reason="refused", where=where, do="see that the system listens there")
    return TransportError(f"the connection was lost: {error.strerror or error}", reason="closed", where=where)
