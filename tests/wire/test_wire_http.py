"""HTTP over real sockets: the client's limits, the server's port, the inlet."""

from __future__ import annotations

import asyncio
import gzip
import queue
import socket
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import perf_counter
from typing import Any

import pytest

from harness.errors import SetUpError, TransportError, UnsafeError
from harness.transports.http import HttpClient
from harness.transports.inlet import HttpInlet
from harness.transports.loop import Loop
from harness.transports.serve import HttpServer

LIMIT = 5.0
HANGING: queue.SimpleQueue[str] = queue.SimpleQueue()


async def mirror(scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Callable[[dict[str, Any]], Awaitable[None]]) -> None:
    """Answers with what it was asked; /redirect, /cookie, /large and /never behave as named."""
    body, more = b"", True
    while more:
        event = await receive()
        body, more = body + event.get("body", b""), event.get("more_body", False)
    path = scope["path"]
    headers = dict(scope["headers"])
    status, fields, content = 200, [(b"X-Method", scope["method"].encode())], body
    if path == "/redirect":
        status, fields = 302, [(b"location", b"http://192.0.2.1/elsewhere")]
    elif path == "/cookie":
        fields, content = [(b"set-cookie", b"session=1")], headers.get(b"cookie", b"none")
    elif path == "/large":
        content = b"x" * 100_000
    elif path == "/target":
        content = scope["raw_path"] + b"?" + scope["query_string"]
    elif path == "/headers":
        content = b"\n".join(name + b": " + value for name, value in scope["headers"])
    elif path == "/never":
        HANGING.put(path)
        await asyncio.Event().wait()
    elif path == "/fail":
        raise RuntimeError("the application failed")
    await send({"type": "http.response.start", "status": status, "headers": [*fields, (b"content-length", str(len(content)).encode())]})
    await send({"type": "http.response.body", "body": content})


@contextmanager
def raw_server(answer: bytes) -> Iterator[str]:
    """A peer that answers each connection's first bytes with ``answer`` and hangs up."""

    async def serve() -> tuple[asyncio.Server, str]:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.read(1000)
            writer.write(answer)
            await writer.drain()
            writer.close()

        started = await asyncio.start_server(talk, "127.0.0.1", 0)
        return started, f"http://127.0.0.1:{started.sockets[0].getsockname()[1]}"

    started, url = Loop.shared().call(serve())
    yield url
    Loop.shared().asyncio.call_soon_threadsafe(started.close)


@pytest.fixture(scope="module")
def server() -> Iterator[HttpServer]:
    with HttpServer(mirror) as running:
        yield running


@pytest.fixture
def client(server: HttpServer) -> Iterator[HttpClient]:
    with HttpClient(server.base_url) as opened:
        yield opened


def test_a_request_and_its_response(client: HttpClient) -> None:
    response = client.request("POST", "Patient", b'{"a": 1.0}', {"Content-Type": "application/fhir+json"})
    assert (response.status, response.headers["x-method"], response.content) == (200, "POST", b'{"a": 1.0}')
    assert 0 < response.seconds < LIMIT


def test_the_query_arrives_escaped_and_whole(client: HttpClient) -> None:
    response = client.request("GET", "target?identifier=https://fhir.nhs.uk/Id/nhs-number|9990000001")
    assert response.content == b"/target?identifier=https://fhir.nhs.uk/Id/nhs-number%7C9990000001"


def test_an_empty_path_is_the_base_itself(server: HttpServer) -> None:
    with HttpClient(server.base_url + "/target") as client:
        assert client.request("POST", "").content == b"/target?"
        assert client.request("GET", "?_id=1").content == b"/target?_id=1"


def test_redirects_are_not_followed(client: HttpClient) -> None:
    response = client.request("GET", "redirect")
    assert (response.status, response.headers["location"]) == (302, "http://192.0.2.1/elsewhere")


def test_cookies_are_not_kept(client: HttpClient) -> None:
    assert client.request("GET", "cookie").content == b"none"
    assert client.request("GET", "cookie").content == b"none"


def test_the_environment_gives_neither_proxy_nor_credentials(client: HttpClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    assert b"authorization" not in client.request("GET", "headers").content.lower()


def test_headers_of_the_session_and_of_the_request(server: HttpServer) -> None:
    with HttpClient(server.base_url, headers={"Authorization": "Bearer a"}) as client:
        assert b"authorization: Bearer a" in client.request("GET", "headers").content
        assert b"authorization: Bearer b" in client.request("GET", "headers", headers={"Authorization": "Bearer b"}).content


def test_a_response_over_the_limit_is_too_large(server: HttpServer) -> None:
    with HttpClient(server.base_url, max_bytes=99_999) as client, pytest.raises(TransportError) as caught:
        client.request("GET", "large")
    assert caught.value.reason == "too-large"


def test_no_response_is_a_time_out(client: HttpClient) -> None:
    with pytest.raises(TransportError) as caught:
        client.request("GET", "never", timeout=0.05)
    assert caught.value.reason == "time-out"
    assert HANGING.get(timeout=LIMIT) == "/never"


def test_a_body_that_trickles_in_is_a_time_out() -> None:
    async def serve() -> tuple[asyncio.Server, str]:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            try:
                while not writer.is_closing():
                    writer.write(b"x")
                    await writer.drain()
                    await asyncio.sleep(0.01)
            except ConnectionError:
                pass
            finally:
                writer.close()

        started = await asyncio.start_server(talk, "127.0.0.1", 0)
        return started, f"http://127.0.0.1:{started.sockets[0].getsockname()[1]}"

    started, url = Loop.shared().call(serve())
    with HttpClient(url) as client, pytest.raises(TransportError) as caught:
        client.request("GET", "x", timeout=0.1)
    assert caught.value.reason == "time-out"
    Loop.shared().asyncio.call_soon_threadsafe(started.close)


def test_compressed_and_chunked_answers_are_read_whole() -> None:
    packed = gzip.compress(b"{}" * 5000)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
    plain = head + b"Content-Length: %d\r\n\r\n" % len(packed) + packed
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in packed)
    chunked = head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"
    for answer in (plain, chunked):
        with raw_server(answer) as url, HttpClient(url) as client:
            assert client.request("GET", "x").content == b"{}" * 5000
        with raw_server(answer) as url, HttpClient(url, max_bytes=9_999) as client, pytest.raises(TransportError) as caught:
            client.request("GET", "x")
        assert caught.value.reason == "too-large"


def test_one_connection_serves_many_requests() -> None:
    with HttpServer(mirror) as server, HttpClient(server.base_url) as client:
        for path in ("target", "large", "redirect", "target"):
            client.request("POST", path, b"{}")
        assert server._server is not None
        assert len(server._server.server_state.connections) == 1
        assert server._server.server_state.total_requests == 4


def test_nobody_listening_is_refused() -> None:
    with HttpServer(mirror) as server:
        url = server.base_url
    with pytest.raises(TransportError) as caught:
        HttpClient(url).request("GET", "Patient?identifier=9990000001")
    assert caught.value.reason == "refused"
    assert f"{url}/Patient:" in str(caught.value)
    assert "9990000001" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "closed"),
        (b"\x0bMSA|AA\x1c\r", "protocol"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", "closed"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Encoding: gzip\r\n\r\nabc", "protocol"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n", "closed"),
    ],
)
def test_a_broken_answer_is_named(answer: bytes, reason: str) -> None:
    with raw_server(answer) as url, HttpClient(url) as client, pytest.raises(TransportError) as caught:
        client.request("GET", "x", timeout=1)
    assert caught.value.reason == reason


def test_a_server_without_tls_fails_the_tls_session(server: HttpServer) -> None:
    with HttpClient(f"https://{server.address}") as client, pytest.raises(TransportError) as caught:
        client.request("GET", "target")
    assert caught.value.reason == "tls"


def test_a_link_is_followed_only_below_the_base(client: HttpClient, server: HttpServer) -> None:
    assert client.request("GET", server.base_url + "/target?page=2").content == b"/target?page=2"
    for link in ("http://192.0.2.1/target", server.base_url + "0/target", server.base_url + "@192.0.2.1/"):
        with pytest.raises(UnsafeError):
            client.request("GET", link)


def test_a_header_that_cannot_be_sent_is_a_protocol_failure(client: HttpClient) -> None:
    with pytest.raises(TransportError) as caught:
        client.request("GET", "x", headers={"X-Request-ID": "a\r\nX-Evil: 1"})
    assert caught.value.reason == "protocol"


def test_a_port_in_use_is_a_set_up_error(server: HttpServer) -> None:
    with pytest.raises(SetUpError) as caught:
        HttpServer(mirror, port=int(server.address.rpartition(":")[2])).start()
    assert server.address in str(caught.value)
    assert "another port" in str(caught.value)


def test_a_restarted_server_keeps_its_port() -> None:
    server = HttpServer(mirror).start()
    url = server.base_url
    with HttpClient(url) as client:
        client.request("GET", "target")
        server.stop()
        with pytest.raises(TransportError):
            client.request("GET", "target")
        server.start()
        assert server.base_url == url
        assert client.request("GET", "target").status == 200
    server.stop()
    server.stop()


def test_stopping_does_not_wait_for_idle_or_hanging_connections(server: HttpServer) -> None:
    with HttpServer(mirror) as hanging, HttpClient(hanging.base_url) as idle, ThreadPoolExecutor(1) as pool, HttpClient(hanging.base_url) as stuck:
        idle.request("GET", "target")
        answer = pool.submit(stuck.request, "GET", "never")
        assert HANGING.get(timeout=LIMIT) == "/never"
        began = perf_counter()
        hanging.stop(grace=0.05)
        assert perf_counter() - began < 2
        with pytest.raises(TransportError):
            answer.result(LIMIT)


def test_responses_carry_nothing_that_differs_between_runs(client: HttpClient) -> None:
    assert not {"date", "server"} & set(client.request("GET", "target").headers)


def test_a_failing_application_answers_500_and_goes_on(client: HttpClient, caplog: pytest.LogCaptureFixture) -> None:
    assert client.request("GET", "fail").status == 500
    assert client.request("GET", "target").status == 200
    assert "the application failed" in caplog.text


def test_accepted_connections_do_not_delay(server: HttpServer, client: HttpClient) -> None:
    client.request("GET", "target")
    assert server._server is not None
    transports: list[Any] = [connection.transport for connection in server._server.server_state.connections]
    assert transports
    assert all(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) for transport in transports)


def test_an_inlet_catches_a_request_and_answers() -> None:
    with HttpInlet(base_path="/fhir") as inlet, ThreadPoolExecutor(1) as pool, HttpClient(inlet.base_url) as client:
        answer = pool.submit(client.request, "PUT", "Patient?identifier=a%7Cb", b"{}", {"X-Request-ID": "7"})
        incoming = inlet.take(LIMIT)
        assert incoming is not None
        assert (incoming.method, incoming.path, incoming.payload) == ("PUT", "Patient?identifier=a%7Cb", b"{}")
        assert incoming.headers["x-request-id"] == "7"
        incoming.reply(201, {"Location": "Patient/1"}, b'{"resourceType":"Patient"}')
        incoming.reply(500, {}, b"")
        response = answer.result(LIMIT)
        assert (response.status, response.headers["location"], response.content) == (201, "Patient/1", b'{"resourceType":"Patient"}')


def test_an_inlet_answers_by_itself_what_nobody_replies_to() -> None:
    with (
        HttpInlet(patience=0.03, base_path="fhir", max_bytes=100) as inlet,
        HttpClient(inlet.base_url) as client,
        HttpClient("http://" + inlet.address) as outside,
    ):
        assert client.request("POST", "", b"{}").status == 504
        caught = inlet.take(LIMIT)
        assert caught is not None
        assert caught.path == ""
        assert client.request("POST", "", b"x" * 101).status == 413
        assert outside.request("GET", "elsewhere").status == 404
        assert inlet.take(0) is None


def test_stopping_an_inlet_releases_the_source() -> None:
    inlet = HttpInlet().start()
    with ThreadPoolExecutor(1) as pool, HttpClient(inlet.base_url) as client:
        answer = pool.submit(client.request, "POST", "", b"{}")
        assert inlet.take(LIMIT) is not None
        inlet.stop()
        assert answer.result(LIMIT).status == 503
