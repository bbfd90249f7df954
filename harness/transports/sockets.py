"""Listening sockets, made so that what they accept never waits for Nagle's algorithm."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from harness.errors import SetUpError

if TYPE_CHECKING:
    from ssl import SSLContext

    from harness.model.place import Tls


def listen(host: str, port: int, what: str) -> socket.socket:
    """A bound, non-blocking TCP socket for a server; ``port`` 0 lets the OS choose; ``what`` names the server in the error.

    The protocol is stated because asyncio sets TCP_NODELAY only on sockets that say IPPROTO_TCP; without it an exchange takes 44 ms.
    Raises SetUpError when the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.bind((host, port))
        sock.listen(1024)
        sock.setblocking(False)
    except (OSError, OverflowError) as error:
        sock.close()
        raise SetUpError(
            f"{what} cannot listen: {getattr(error, 'strerror', None) or error}",
            where=f"{host}:{port}",
            expected="a free port",
            do="choose another port, or 0 to let the system choose",
        ) from error
    return sock


def server_tls(tls: Tls | None) -> SSLContext | None:
    """What a server speaks TLS with; None for plain TCP, which then never loads OpenSSL. Raises SetUpError for files that cannot be used."""
    if tls is None:
        return None
    from harness.transports.tls import server_context

    return server_context(tls)


def bound_address(sock: socket.socket) -> tuple[str, int]:
    """Host and port a socket is bound to."""
    name = sock.getsockname()
    return str(name[0]), int(name[1])


def keep_alive(sock: socket.socket, *, idle: int = 30, interval: int = 10, probes: int = 3) -> None:
    """No waiting for Nagle, and a peer that has vanished without a word (a half-open connection) is noticed: after ``idle`` seconds of silence
    by ``probes`` unanswered probes ``interval`` seconds apart, and after as long when it leaves what we sent unacknowledged."""
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    # Not every platform has every one of these; the plain keep-alive is on in any case.
    for name, value in (
        ("TCP_KEEPIDLE", idle),
        ("TCP_KEEPINTVL", interval),
        ("TCP_KEEPCNT", probes),
        ("TCP_USER_TIMEOUT", (idle + interval * probes) * 1000),
    ):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def not_ready(error: OSError) -> bool:
    """True for what a non-blocking socket, plain or TLS, raises when it would have to wait."""
    return isinstance(error, BlockingIOError) or type(error).__name__ in ("SSLWantReadError", "SSLWantWriteError")


def tls_failed(error: OSError) -> bool:
    """True for a failure of TLS itself; an end of stream without a goodbye is a plain loss."""
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return "SSLError" in kinds and not kinds & {"SSLEOFError", "SSLZeroReturnError"}
