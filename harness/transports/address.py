"""``host:port`` and URLs taken apart, strictly: what two parsers could read in two ways is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from harness.errors import SetUpError

# A host that any client might read differently (user@host, back-slashes, blanks, control characters, percent escapes) never gets past this.
_SAFE = re.compile(r"[^\s\\@%\x00-\x1f\x7f]+")
_PORTS = {"http": 80, "https": 443, "mllp": 0}


@dataclass(frozen=True, slots=True)
class NetworkAddress:
    """Where to connect: lower-case ``host`` (IPv6 without brackets) and ``port`` (0 = none given)."""

    host: str
    port: int = 0

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host


def split_address(text: str, *, port_required: bool = False) -> NetworkAddress:
    """``host``, ``host:port``, ``[::1]:port``, ``mllp://host:port`` or an http(s) URL → Address.

    A URL without a port gets its scheme's. Raises SetUpError for anything that is not plainly one of these.
    """
    authority, default = text, 0
    if "://" in text:
        scheme = text.partition("://")[0].lower()
        if scheme not in _PORTS:
            raise _bad(text)
        default = _PORTS[scheme]
        try:
            authority = urlsplit(text).netloc
        except ValueError:
            raise _bad(text) from None
    elif "/" in text:
        raise _bad(text)
    if not _SAFE.fullmatch(authority):
        raise _bad(text)
    host, port = _host_and_port(text, authority)
    number = _number(text, port) if port else default
    if not host or (port_required and not number):
        raise _bad(text)
    return NetworkAddress(host.lower(), number)


def _host_and_port(text: str, authority: str) -> tuple[str, str]:
    if authority.startswith("["):
        host, bracket, rest = authority[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise _bad(text)
        return host, rest[1:]
    if authority.count(":") > 1:
        return authority, ""
    host, _, port = authority.partition(":")
    return host, port


def _number(text: str, port: str) -> int:
    if not (port.isascii() and port.isdigit()) or not 0 < int(port[:6]) <= 65535:
        raise _bad(text)
    return int(port)


def _bad(text: str) -> SetUpError:
    return SetUpError("not an address", where=repr(text[:200]), expected="host:port or an http(s) URL", do="mend the address in the manifest")
