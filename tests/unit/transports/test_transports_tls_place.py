"""A manifest that names certificates: its endpoints are spoken to over mutual TLS, MLLP and HTTP alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from transports_certificates import Certificates

from harness.adapters.base import adapter_for
from harness.catalogue import catalogue
from harness.errors import CatalogueError
from harness.formats.hl7v2.answering import Answering
from harness.model.message import AckKind, Message, Origin
from harness.model.place import Place, Tls
from harness.transports.mllp import MllpServer, Peer
from harness.transports.serve import HttpServer

PAYLOAD = b"MSH|^~\\&|EPRA|X9A|EPRB|X9B|20260105090000||ADT^A28^ADT_A05|M1|P|2.4\rEVN||20260105090000\r"
MESSAGE = Message(PAYLOAD, "hl7v2/2.4/itk", "application/hl7-v2+er7", Origin.HARNESS, "M1", "A28")
PLACE = """
id: sealed
title: "Sealed"
systems:
  - {id: exemplar, uses: acute-exemplar}
  - id: real
    uses: acute-follower
    simulated: false
    endpoints:
      - {id: v2-in, address: "%s", tls: {ca: ca.pem, certificate: client.pem}}
      - {id: v2-web-in, address: "%s/hl7v2", tls: {ca: ca.pem, certificate: client.pem}}
pairings:
  - source: exemplar
    target: real
    interfaces: [{id: hl7v2, from: v2-out, to: v2-in}]
    families: {identity: [hl7v2]}
"""
ANSWERING = Answering({"application": "EPRB", "facility": "X9B"}, lambda: "20260105090001")


async def door(payload: bytes, peer: Peer) -> bytes | None:
    return ANSWERING(payload)


async def web(scope: Any, receive: Any, send: Any) -> None:
    body = (await receive())["body"]
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/hl7-v2+er7")]})
    await send({"type": "http.response.body", "body": ANSWERING(body)})


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    mutual = Certificates(tmp_path).tls(certificate="server.pem", ca="ca.pem")
    with MllpServer(door, tls=mutual) as mllp, HttpServer(web, tls=mutual) as http:
        (tmp_path / "sealed.place.yaml").write_text(PLACE % (mllp.address, http.base_url))
        yield catalogue().place(str(tmp_path / "sealed.place.yaml"))


@pytest.mark.parametrize("endpoint_id", ["v2-in", "v2-web-in"])
def test_the_certificates_of_the_manifest_open_the_door(place: Place, endpoint_id: str, tmp_path: Path) -> None:
    endpoint = place.system("real").endpoint(endpoint_id)
    assert endpoint.tls == Tls(ca=str(tmp_path / "ca.pem"), certificate=str(tmp_path / "client.pem"))
    adapter = adapter_for(endpoint, endpoint.address)
    try:
        (delivery,) = adapter.deliver(MESSAGE)
        assert delivery.acknowledgement is not None, delivery.failure
        assert (delivery.acknowledgement.kind, delivery.acknowledgement.correlates) == (AckKind.ACCEPTED, "M1")
    finally:
        adapter.close()


def test_tls_has_no_switch_to_turn_verification_off(tmp_path: Path) -> None:
    (tmp_path / "sealed.place.yaml").write_text((PLACE % ("127.0.0.1:1", "https://127.0.0.1:1")).replace("ca: ca.pem,", "verify: false,"))
    with pytest.raises(CatalogueError, match="verify"):
        catalogue().place(str(tmp_path / "sealed.place.yaml"))
