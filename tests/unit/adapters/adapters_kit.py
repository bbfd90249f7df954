"""A peer for every way in, on loopback or in a folder, that answers what its script says; and a message to send it.

``with peer("hl7v2+mllp", accepting) as there:`` gives ``there.address`` and ``there.received``; a script is asked with the bytes received, in order, and
returns what to say, or None to say nothing.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from harness.adapters import hl7v2_mailbox
from harness.adapters.base import Adapter, adapter_for
from harness.model.message import Message, Origin
from harness.model.place import Endpoint, Limits
from harness.transports.mailbox import Mailbox
from harness.transports.mllp import CloseConnection, MllpServer
from harness.transports.serve import HttpServer

ER7 = "application/hl7-v2+er7"
JSON = "application/fhir+json"
V2 = b"MSH|^~\\&|EPRA|X9A|EPRB|X9B|20260105090000||ADT^A28^ADT_A05|M1|P|2.4\rEVN||20260105090000\rPID|1||1^^^X9A||Llwyd\r"
BUNDLE = b'{"resourceType":"Bundle","type":"transaction","identifier":{"value":"M1"},"entry":[{"resource":{"resourceType":"Patient","gender":"female"}}]}'
WAYS = ("hl7v2+mllp", "hl7v2+http", "hl7v2+mailbox", "fhir+http")
LIMITS = Limits(connect=0.5, acknowledge=0.15, effect=0.1, max_bytes=200_000)
Script = Callable[[bytes], bytes | None]


def message(way: str) -> Message:
    """A registration in the format of ``way``."""
    if way.startswith("hl7v2"):
        return Message(V2, "hl7v2/2.4/itk", ER7, Origin.SOURCE, "M1", "A28")
    return Message(BUNDLE, "fhir/4.0.1/ukcore", JSON, Origin.SOURCE, "M1", "register", "POST", "")


def endpoint(way: str, **more: Any) -> Endpoint:
    name, _, transport = way.partition("+")
    key = "hl7v2/2.4/itk" if name == "hl7v2" else "fhir/4.0.1/ukcore"
    return Endpoint("in", key, transport, "in", limits=LIMITS, **more)


@contextmanager
def adapter(way: str, address: str, *, token: str = "", **more: Any) -> Iterator[Adapter]:
    made = adapter_for(endpoint(way, **more), address, token=token)
    try:
        yield made
    finally:
        made.close()


def v2_answer(code: str, to: str = "M1") -> bytes:
    return f"MSH|^~\\&|EPRB|X9B|EPRA|X9A|20260105090001||ACK^A28^ACK|A1|P|2.4\rMSA|{code}|{to}\r".encode()


def accepting(way: str) -> Script:
    """Says yes, in the format of ``way``."""
    return lambda _: v2_answer("AA") if way.startswith("hl7v2") else b'{"resourceType":"Bundle","type":"transaction-response"}'


def saying_nothing(_: bytes) -> None:
    return None


@dataclass
class Scripted:
    """A peer: where it is, what it got (and over HTTP with which headers), and what it says."""

    address: str
    script: Script
    status: int = 200
    received: list[bytes] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)

    def hears(self, payload: bytes) -> bytes | None:
        self.received.append(payload)
        return self.script(payload)


@contextmanager
def peer(way: str, script: Script, *, status: int = 200) -> Iterator[Scripted]:
    """A peer for ``way``. Over HTTP it answers with ``status``, and is silent until the other side hangs up."""
    there = Scripted("", script, status)
    if way.endswith("+mllp"):
        with MllpServer(lambda payload, _: _framed(there, payload)) as server:
            there.address = server.address
            yield there
    elif way.endswith("+http"):
        with HttpServer(_web(there, JSON if way.startswith("fhir") else ER7)) as http:
            there.address = http.base_url
            yield there
    else:
        with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
            there.address = folder
            # The adapter's pause between two looks is when the other side of a mailbox gets to work.
            patch.setattr(hl7v2_mailbox, "sleep", lambda _: letters(there))
            yield there
            letters(there)


async def _framed(there: Scripted, payload: bytes) -> bytes | None:
    said = there.hears(payload)
    if said == b"":
        raise CloseConnection
    return said


def _web(there: Scripted, media_type: str) -> Callable[..., Awaitable[None]]:
    async def app(scope: Mapping[str, Any], receive: Callable[[], Awaitable[Mapping[str, Any]]], send: Callable[[Mapping[str, Any]], Awaitable[None]]) -> None:
        body = b""
        while True:
            event = await receive()
            body += event.get("body", b"")
            if not event.get("more_body"):
                break
        there.headers.append({name.decode().lower(): value.decode() for name, value in scope["headers"]})
        said = there.hears(body)
        if said is None:
            while (await receive())["type"] != "http.disconnect":
                pass
            return
        names = [(b"content-type", media_type.encode()), (b"x-request-id", there.headers[-1].get("x-request-id", "").encode())]
        await send({"type": "http.response.start", "status": there.status, "headers": names})
        await send({"type": "http.response.body", "body": said})

    return app


def letters(there: Scripted) -> None:
    """The other side of a mailbox takes what is there and answers it."""
    inward, outward = Mailbox(Path(there.address) / "in"), Mailbox(Path(there.address) / "out")
    while (letter := inward.take()) is not None:
        said = there.hears(letter.content)
        if said is not None:
            outward.drop(said)
