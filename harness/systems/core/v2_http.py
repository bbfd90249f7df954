"""HL7 v2 over HTTP into a system: one message a POST, its acknowledgement in the response (HL7 over HTTP draft, 2018)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import Response

from harness.systems.core.fhir.access import Access
from harness.systems.core.refusal import RefusalError
from harness.systems.core.v2 import V2Door
from harness.systems.core.v2_media import MEDIA_TYPE, TAKEN, content_type, described, in_own_charset
from harness.transports.mllp.frames import Peer

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


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
        media, parameters = content_type(request.headers.get("content-type", ""))
        if media not in TAKEN:
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
