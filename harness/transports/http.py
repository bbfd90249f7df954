"""HTTP from the side of a check: one session per endpoint, no proxies or netrc, no redirects, no cookies, bounded in time and size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, Any

from harness.errors import TransportError, UnsafeError
from harness.model.place import Tls
from harness.transports.address import split_address

if TYPE_CHECKING:
    import requests


@dataclass(frozen=True, slots=True)
class HttpResponse:
    """``headers`` have lower-case names; ``seconds`` from the first byte sent to the last received."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    seconds: float = field(default=0.0, compare=False)


class HttpClient:
    """Requests below ``base_url``. ``verify`` is True or the path of a CA file; ``tls`` says more of TLS, client certificate included;
    ``timeout`` in seconds; ``max_bytes`` bounds an answer's body.

    Every failure is a TransportError: refused, closed, time-out, too-large, tls or protocol. Any status is a response, redirects included.
    """

    def __init__(
        self,
        base_url: str,
        *,
        headers: Mapping[str, str] | None = None,
        timeout: float = 5.0,
        verify: bool | str = True,
        connect_timeout: float = 2.0,
        max_bytes: int = 16_000_000,
        tls: Tls | None = None,
    ) -> None:
        self._tls = tls
        split_address(base_url, port_required=True)
        self.base_url = base_url.rstrip("/")
        self._headers = {"User-Agent": "exemplar-harness", "Accept": "*/*", "Accept-Encoding": "identity", **(headers or {})}
        self._timeout, self._connect_timeout, self._max_bytes, self._verify = timeout, connect_timeout, max_bytes, verify
        self._session: requests.Session | None = None

    def request(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None, timeout: float | None = None) -> HttpResponse:
        """Send one request. ``path`` is relative to the base, with its query; "" is the base itself.

        An absolute URL (a ``next`` link) is taken when it lies below the base; elsewhere it raises UnsafeError.
        """
        import requests
        import urllib3.exceptions

        url = self._url(path)
        limit = self._timeout if timeout is None else timeout
        began = monotonic()
        try:
            session = self._open()
            # Straight to the session's adapter: what Session.request adds (cookies, redirects, hooks, merging) is not wanted, and costs half its time.
            adapter = session.get_adapter(url)
            timeouts = (min(self._connect_timeout, limit), limit)
            with adapter.send(
                self._prepared(method, url, body, headers or {}), stream=True, timeout=timeouts, verify=True if session.verify is None else session.verify
            ) as response:
                content = self._read(response, began + limit, _shown(url))
                return HttpResponse(response.status_code, {name.lower(): value for name, value in response.headers.items()}, content, monotonic() - began)
        except TransportError:
            raise
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise _failure(error, _shown(url)) from error

    def close(self) -> None:
        """Close the connections. Safe to repeat; a later request opens new ones."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def __enter__(self) -> HttpClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _url(self, path: str) -> str:
        if "://" in path.partition("?")[0]:
            if path == self.base_url or path.startswith((self.base_url + "/", self.base_url + "?")):
                return path
            raise UnsafeError("a URL outside the endpoint", where=_shown(path), expected=f"a URL below {self.base_url}", do="have the server mend its links")
        if not path or path.startswith("?"):
            return self.base_url + path
        return f"{self.base_url}/{path.lstrip('/')}"

    def _prepared(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> requests.PreparedRequest:
        from requests import PreparedRequest
        from requests.structures import CaseInsensitiveDict
        from requests.utils import requote_uri

        prepared = PreparedRequest()
        prepared.method, prepared.body, prepared.hooks = method, body or None, {}
        if url.isascii():
            prepared.url = requote_uri(url)
        else:
            prepared.prepare_url(url, None)
        prepared.headers = CaseInsensitiveDict({**self._headers, **headers})
        if body or method not in ("GET", "HEAD"):
            prepared.headers["Content-Length"] = str(len(body))
        return prepared

    def _open(self) -> requests.Session:
        if self._session is None:
            import requests

            self._session = requests.Session()
            self._session.trust_env = False
            self._session.mount("http://", _whole_requests())
            self._session.verify = self._verify
            if self._tls is not None:
                self._session.verify = self._tls.ca or self._verify
                self._session.mount("https://", _tls_adapter(self._tls))
        return self._session

    def _read(self, response: requests.Response, deadline: float, where: str) -> bytes:
        content = bytearray()
        # read1 returns what has come, so that a body trickling in cannot outlast the deadline; urllib3 has it from 2.0.
        read = getattr(response.raw, "read1", response.raw.read)
        while chunk := read(65_536, decode_content=True):
            content += chunk
            if len(content) > self._max_bytes:
                raise TransportError(f"the response is larger than {self._max_bytes} bytes", reason="too-large", where=where)
            if monotonic() > deadline:
                raise TransportError("the response did not end in time", reason="time-out", where=where)
        return bytes(content)


@cache
def _whole() -> type[Any]:
    from urllib3.connection import HTTPConnection
    from urllib3.connectionpool import HTTPConnectionPool

    class _Connection(HTTPConnection):
        """Head and body leave in one write: a server that wakes for the head alone only waits for the rest."""

        _held: bytearray | None = None

        def request(self, *args: Any, **kwargs: Any) -> None:
            self._held = bytearray()
            try:
                super().request(*args, **kwargs)
                whole = self._held
            finally:
                self._held = None
            super().send(whole)

        def send(self, data: Any) -> None:
            if self._held is None:
                super().send(data)
                return
            if self.sock is None:
                self.connect()
            self._held += data

    class _Pool(HTTPConnectionPool):
        ConnectionCls = _Connection

    return _Pool


def _whole_requests() -> requests.adapters.HTTPAdapter:
    from requests.adapters import HTTPAdapter

    adapter = HTTPAdapter()
    manager = adapter.poolmanager
    manager.pool_classes_by_scheme = {**manager.pool_classes_by_scheme, "http": _whole()}
    return adapter


def _tls_adapter(tls: Tls) -> requests.adapters.HTTPAdapter:
    from requests.adapters import HTTPAdapter

    from harness.transports.tls import client_context

    extra: dict[str, Any] = {"ssl_context": client_context(tls)}
    if tls.server_name:
        extra |= {"server_hostname": tls.server_name, "assert_hostname": tls.server_name}

    class _TlsAdapter(HTTPAdapter):
        def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **kwargs: Any) -> None:
            super().init_poolmanager(connections, maxsize, block, **extra, **kwargs)

    return _TlsAdapter()


def _shown(url: str) -> str:
    # A query may name a person; an error travels into logs.
    return url.partition("?")[0][:200]


def _failure(error: Exception, where: str) -> TransportError:
    from http.client import HTTPException, IncompleteRead, RemoteDisconnected

    import requests.exceptions as high
    import urllib3.exceptions as low

    causes = _causes(error)
    detail = repr(str(causes[-1])[:120])

    def seen(*kinds: type[BaseException]) -> bool:
        return any(isinstance(cause, kinds) for cause in causes)

    # The order matters: a refused connection is a kind of time-out to urllib3, and a vanished peer a kind of bad status line.
    if seen(high.SSLError, low.SSLError):
        return TransportError(f"the TLS session failed: {detail}", reason="tls", where=where, do="name the CA file of the endpoint; verification stays on")
    if seen(low.NewConnectionError, low.NameResolutionError, ConnectionRefusedError):
        return TransportError("cannot connect", reason="refused", where=where, do="see that the system listens there")
    if seen(high.Timeout, low.TimeoutError, TimeoutError):
        return TransportError("no response in time", reason="time-out", where=where)
    if seen(RemoteDisconnected, IncompleteRead, low.IncompleteRead, ConnectionError):
        return TransportError("the connection was closed before the response was complete", reason="closed", where=where)
    if seen(HTTPException, ValueError, low.DecodeError) or not seen(OSError, low.ProtocolError):
        return TransportError(f"not HTTP as agreed: {detail}", reason="protocol", where=where)
    return TransportError(f"the connection failed: {detail}", reason="closed", where=where)


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    waiting: list[Any] = [error]
    while waiting and len(found) < 20:
        item = waiting.pop(0)
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            waiting += [item.__cause__, item.__context__, getattr(item, "reason", None), *item.args]
    return found
