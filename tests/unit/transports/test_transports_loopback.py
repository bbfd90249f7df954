"""The in-process clients answer as the socket clients do."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from harness.errors import TransportError
from harness.transports.http import HttpClient
from harness.transports.loopback import LoopbackClient, LoopbackHttpClient
from harness.transports.mllp import IncompleteError, MllpClient, MllpServer, Peer, frame
from harness.transports.serve import HttpServer


async def handler(payload: bytes, peer: Peer) -> bytes | None:
    if payload == b"fail":
        raise ValueError("broken")
    return None if payload == b"quiet" else payload + b" on %d" % peer.connection


@pytest.fixture(params=["loopback", "socket"])
def client(request: pytest.FixtureRequest) -> Iterator[LoopbackClient | MllpClient]:
    if request.param == "loopback":
        yield LoopbackClient(handler)
        return
    with MllpServer(handler) as server, MllpClient(server.address) as socket_client:
        yield socket_client


def test_exchanges(client: LoopbackClient | MllpClient) -> None:
    assert not client.connected
    assert client.exchange(b"a", 5) == b"a on 1"
    assert client.connected
    assert client.exchange_many([b"b", b"c"], 5) == [b"b on 1", b"c on 1"]
    client.reconnect()
    assert client.exchange(b"d", 5) == b"d on 2"


def test_fragments_and_halves(client: LoopbackClient | MllpClient) -> None:
    client.write_slowly([b"noise\x0bha", b"\x0bwh", b"ole\x1c", b"\r"])
    assert client.read(5) == b"whole on 1"
    with pytest.raises(TransportError) as caught:
        client.read(0.02)
    assert caught.value.reason == "time-out"


def test_silence_and_failure(client: LoopbackClient | MllpClient, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(IncompleteError) as caught:
        client.exchange_many([b"a", b"quiet"], 0.05)
    assert (caught.value.reason, caught.value.received) == ("time-out", (b"a on 1",))
    with pytest.raises(TransportError) as failed:
        client.exchange(b"fail", 5)
    assert failed.value.reason == "closed"
    assert client.exchange(b"again", 5).startswith(b"again on ")


def test_a_loopback_handler_that_hangs_is_a_time_out() -> None:
    async def hang(payload: bytes, peer: Peer) -> bytes:
        await asyncio.Event().wait()
        return b""

    with pytest.raises(TransportError) as caught:
        LoopbackClient(hang).exchange(b"a", 0.02)
    assert caught.value.reason == "time-out"


def test_bytes_outside_a_frame_are_ignored() -> None:
    client = LoopbackClient(handler)
    client.write(b"noise" + frame(b"a"))
    assert client.read(0) == b"a on 1"


async def app(scope: dict[str, Any], receive: Any, send: Any) -> None:
    body = (await receive())["body"]
    if scope["path"] == "/fhir/fail":
        raise ValueError("broken")
    content = b"|".join([scope["method"].encode(), scope["raw_path"], scope["path"].encode(), scope["query_string"], body])
    fields = [(b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": [*fields, *((n, v) for n, v in scope["headers"] if n == b"x-request-id")]})
    await send({"type": "http.response.body", "body": content})


@pytest.mark.parametrize(
    ("method", "path", "body"), [("GET", "Patient?a=x|y&b=%20é", b""), ("POST", "", b"{}"), ("PUT", "A/b%2Fc", b"1"), ("GET", "?q=1", b"")]
)
def test_http_in_process_and_over_a_socket_are_alike(method: str, path: str, body: bytes) -> None:
    inside = LoopbackHttpClient(app, base_path="fhir")
    with HttpServer(app) as server, HttpClient(server.base_url + "/fhir") as outside:
        assert inside.request(method, path, body, {"X-Request-ID": "1"}) == outside.request(method, path, body, {"X-Request-ID": "1"})


def test_a_failing_application_closes_the_loopback() -> None:
    with pytest.raises(TransportError) as caught:
        LoopbackHttpClient(app, base_path="fhir").request("GET", "fail")
    assert caught.value.reason == "closed"
