"""HL7 v2 over HTTP into a system: one message a POST, its acknowledgement in the response (HL7 over HTTP draft, 2018)."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from harness.errors import FormatError
from harness.formats.hl7v2 import parse
from harness.systems.core.fhir.access import Access
from harness.systems.core.role import RefusalError
from harness.systems.core.v2 import V2Door
from harness.transports.mllp.frames import Peer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

MEDIA_TYPE = "application/hl7-v2+er7"
# The HAPI implementations send the x- form, which the draft names for want of a registered one.
_TAKEN = (MEDIA_TYPE, "x-application/hl7-v2+er7")


class V2Web:
    """The web side of a V2Door. A message that was read is answered 200 whatever its acknowledgement says; 202 without a body where none is given."""

    def __init__(self, door: V2Door, access: Access, max_bytes: int, body: Callable[[Request, int], Awaitable[bytes]]) -> None:
        self._door, self._access, self._max_bytes, self._body = door, access, max_bytes, body

    async def handle(self, request: Request) -> Response:
        """One request."""
        try:
            self._access.check("POST", request.headers.get("authorization", ""))
        except RefusalError as refusal:
            return Response(refusal.text, refusal.status, media_type="text/plain")
        media, parameters = _content_type(request.headers.get("content-type", ""))
        if media not in _TAKEN:
            return Response(f"send {MEDIA_TYPE}", 415, media_type="text/plain")
        payload = await self._body(request, self._max_bytes)
        if len(payload) > self._max_bytes:
            return Response(f"the message is longer than {self._max_bytes} bytes", 413, media_type="text/plain")
        try:
            payload = in_own_charset(payload, parameters.get("charset", ""))
        except LookupError:
            return Response("an unknown charset", 415, media_type="text/plain")
        except UnicodeError:
            return Response("the body is not in the charset that its Content-Type names", 400, media_type="text/plain")
        client = request.client
        peer = Peer(client.host, client.port, client.port) if client else Peer("", 0)
        answer = await self._door.handle(payload, peer)
        headers = {"x-request-id": request.headers["x-request-id"]} if "x-request-id" in request.headers else {}
        return Response(answer or b"", 200 if answer is not None else 202, headers, media_type=described(answer) if answer else None)


def in_own_charset(payload: bytes, charset: str) -> bytes:
    """``payload`` in the character set that its own MSH-18 declares, where the Content-Type's ``charset`` says it is written in another.

    Raises LookupError for a charset nobody knows, UnicodeError for bytes that are not of it.
    """
    if not charset:
        return payload
    said = codecs.lookup(charset).name
    if payload.isascii() and said in ("ascii", "utf-8", "iso8859-1", "cp1252"):
        return payload
    text = payload.decode(said)
    try:
        own = parse(payload).charset
    except FormatError:
        own = "utf-8"
    return payload if codecs.lookup(own).name == said else text.encode(own)


def _content_type(value: str) -> tuple[str, dict[str, str]]:
    media, *parts = value.split(";")
    pairs = (part.partition("=") for part in parts)
    return media.strip().lower(), {name.strip().lower(): said.strip().strip('"') for name, _, said in pairs}


def described(answer: bytes) -> str:
    """The Content-Type of a message, with the character set it is written in."""
    try:
        return f"{MEDIA_TYPE}; charset={parse(answer).charset}"
    except FormatError:
        return MEDIA_TYPE
