"""TLS and mutual TLS: verified always, and every refusal told as one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from transports_certificates import Certificates

from harness.errors import SetUpError, TransportError
from harness.model.place import Tls
from harness.transports.http import HttpClient
from harness.transports.loop import Loop
from harness.transports.mllp import AsyncMllpClient, MllpClient, MllpServer, Peer, Pipeline
from harness.transports.serve import HttpServer
from harness.transports.tls import client_context, server_context

LIMIT = 5.0


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates"))


async def echo(payload: bytes, peer: Peer) -> bytes:
    return b"ACK " + payload


def by_client(address: str, tls: Tls) -> bytes:
    with MllpClient(address, tls=tls) as client:
        return client.exchange(b"hello", LIMIT)


def by_async_client(address: str, tls: Tls) -> bytes:
    async def talk() -> bytes:
        client = AsyncMllpClient(address, tls=tls)
        try:
            return await client.exchange(b"hello", LIMIT)
        finally:
            await client.close()

    return Loop.shared().call(talk())


def by_pipeline(address: str, tls: Tls) -> bytes:
    async def talk() -> bytes:
        client = Pipeline(address, tls=tls)
        try:
            return await client.exchange(b"hello", LIMIT)
        finally:
            await client.close()

    return Loop.shared().call(talk())


WAYS = pytest.mark.parametrize("way", [by_client, by_async_client, by_pipeline])
Way = Callable[[str, Tls], bytes]


@WAYS
def test_an_exchange_over_tls(made: Certificates, way: Way) -> None:
    with MllpServer(echo, tls=made.tls(certificate="server.pem")) as server:
        assert way(server.address, made.tls(ca="ca.pem")) == b"ACK hello"


@WAYS
def test_a_client_certificate_opens_a_mutual_server(made: Certificates, way: Way) -> None:
    with MllpServer(echo, tls=made.tls(certificate="server.pem", ca="ca.pem")) as server:
        assert way(server.address, made.tls(ca="ca.pem", certificate="client.pem")) == b"ACK hello"


@WAYS
@pytest.mark.parametrize("certificate", ["", "stranger.pem"])
def test_without_a_trusted_client_certificate_a_mutual_server_stays_shut(made: Certificates, way: Way, certificate: str) -> None:
    with MllpServer(echo, tls=made.tls(certificate="server.pem", ca="ca.pem")) as server, pytest.raises(TransportError) as caught:
        way(server.address, made.tls(ca="ca.pem", certificate=certificate))
    # TLS 1.3 tells a client only after its handshake: by an alert, or by hanging up on what it has sent.
    assert caught.value.reason in ("tls", "closed")


@WAYS
@pytest.mark.parametrize(("ca", "certificate"), [("other-ca.pem", "server.pem"), ("", "server.pem"), ("ca.pem", "elsewhere.pem")])
def test_a_server_that_cannot_prove_who_it_is_is_not_spoken_to(made: Certificates, way: Way, ca: str, certificate: str) -> None:
    received: list[bytes] = []

    async def keep(payload: bytes, peer: Peer) -> bytes:
        received.append(payload)
        return payload

    with MllpServer(keep, tls=made.tls(certificate=certificate)) as server, pytest.raises(TransportError) as caught:
        way(server.address, made.tls(ca=ca))
    assert caught.value.reason == "tls"
    assert not received


def test_the_name_in_the_certificate_may_be_said(made: Certificates) -> None:
    with MllpServer(echo, tls=made.tls(certificate="elsewhere.pem")) as server:
        assert by_client(server.address, made.tls(ca="ca.pem", server_name="elsewhere.example.org")) == b"ACK hello"


def test_plain_bytes_to_a_tls_server_get_nothing(made: Certificates) -> None:
    with MllpServer(echo, tls=made.tls(certificate="server.pem")) as server, MllpClient(server.address) as client, pytest.raises(TransportError):
        client.exchange(b"hello", LIMIT)


def test_many_large_messages_cross_a_tls_session_both_ways(made: Certificates) -> None:
    payloads = [b"%04d" % number + b"x" * 50_000 for number in range(100)]
    with MllpServer(echo, tls=made.tls(certificate="server.pem")) as server, MllpClient(server.address, tls=made.tls(ca="ca.pem")) as client:
        assert client.exchange_many(payloads, 30) == [b"ACK " + payload for payload in payloads]
        assert client.connected
        server.close()
        assert client.wait_closed(LIMIT)
        assert not client.connected


def test_http_over_mutual_tls(made: Certificates) -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"hello"})

    with HttpServer(app, tls=made.tls(certificate="server.pem", ca="ca.pem")) as server:
        assert server.base_url.startswith("https://127.0.0.1:")
        with HttpClient(server.base_url, tls=made.tls(ca="ca.pem", certificate="client.pem")) as client:
            assert client.request("GET", "").content == b"hello"
        for tls in (made.tls(ca="ca.pem"), made.tls(ca="other-ca.pem", certificate="client.pem"), None):
            with HttpClient(server.base_url, tls=tls) as client, pytest.raises(TransportError) as caught:
                client.request("GET", "")
            assert caught.value.reason in ("tls", "closed")


def test_what_cannot_be_used_is_said_with_its_file(made: Certificates, tmp_path: Path) -> None:
    (tmp_path / "rubbish.pem").write_text("no certificate")
    with pytest.raises(SetUpError, match=r"tls\.ca .*absent\.pem: there is no such file"):
        client_context(Tls(ca=str(tmp_path / "absent.pem")))
    with pytest.raises(SetUpError, match=r"tls\.ca .*rubbish\.pem: the file cannot be used"):
        client_context(Tls(ca=str(tmp_path / "rubbish.pem")))
    with pytest.raises(SetUpError, match=r"tls\.certificate .*rubbish\.pem"):
        client_context(Tls(certificate=str(tmp_path / "rubbish.pem")))
    with pytest.raises(SetUpError, match="needs a certificate"):
        server_context(Tls())


def test_the_pass_phrase_of_a_key_comes_from_the_environment(made: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = (made.folder / "client.pem").read_bytes()
    key = serialization.load_pem_private_key(whole, None)
    sealed = serialization.BestAvailableEncryption(b"open sesame")
    (tmp_path / "key.pem").write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealed))
    (tmp_path / "certificate.pem").write_bytes(whole[whole.index(b"-----BEGIN CERTIFICATE") :])
    parts = {"certificate": str(tmp_path / "certificate.pem"), "key": str(tmp_path / "key.pem")}
    with pytest.raises(SetUpError, match="the private key is encrypted"):
        client_context(Tls(**parts))
    monkeypatch.delenv("HARNESS_KEY", raising=False)
    with pytest.raises(SetUpError, match="environment variable HARNESS_KEY"):
        client_context(Tls(**parts, secret="HARNESS_KEY"))
    monkeypatch.setenv("HARNESS_KEY", "wrong")
    with pytest.raises(SetUpError, match="cannot be used"):
        client_context(Tls(**parts, secret="HARNESS_KEY"))
    monkeypatch.setenv("HARNESS_KEY", "open sesame")
    assert client_context(Tls(**parts, secret="HARNESS_KEY"))


def test_a_slow_handshake_does_not_hold_up_others(made: Certificates) -> None:
    with MllpServer(echo, tls=made.tls(certificate="server.pem")) as server, MllpClient(server.address) as idle:
        idle.write(b"\x16\x03\x01")  # the first bytes of a handshake, and no more
        assert by_client(server.address, made.tls(ca="ca.pem")) == b"ACK hello"
