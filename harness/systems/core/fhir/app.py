"""The web application of one system: FHIR below /fhir, control below /control, HL7 v2 at /hl7v2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from harness.systems.core.fhir.reply import MEDIA_TYPE, outcome

if TYPE_CHECKING:
    from harness.systems.core.control import ControlService
    from harness.systems.core.fhir.access import Access
    from harness.systems.core.fhir.service import FhirService
    from harness.systems.core.v2 import V2Door

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]


def build(service: FhirService, control: ControlService, v2: tuple[V2Door, Access, int] | None = None) -> Starlette:
    """The application; ``v2`` (door, access, maximum bytes) puts HL7 v2 over HTTP at /hl7v2. Bodies over their limit are not read to their end."""

    async def fhir(request: Request) -> Response:
        body = await _body(request, service.max_bytes)
        headers = dict(request.headers)
        path = request.path_params.get("path", "")
        base = f"{request.url.scheme}://{headers.get('host', request.url.netloc)}/fhir"
        status, extra, content = service.handle(request.method, path, request.url.query, headers, body, base)
        return Response(content if request.method != "HEAD" else b"", status, headers=dict(extra), media_type=MEDIA_TYPE)

    async def steer(request: Request) -> Response:
        body = await _body(request, 4_000_000)
        status, content = control.handle(request.method, request.path_params["path"], request.headers.get("x-control-token", ""), body)
        return Response(content, status, media_type="application/json")

    async def failed(_: Request, error: Exception) -> Response:
        from harness.formats.fhir import encode_json

        return Response(encode_json(outcome("exception", type(error).__name__, "fatal")), 500, media_type=MEDIA_TYPE)

    routes = [
        Route("/fhir", fhir, methods=METHODS),
        Route("/fhir/{path:path}", fhir, methods=METHODS),
        Route("/control/{path:path}", steer, methods=["GET", "POST"]),
    ]
    if v2 is not None:
        from harness.systems.core.v2_http import V2Web

        routes.append(Route("/hl7v2", V2Web(*v2, _body).handle, methods=["POST"]))
    return Starlette(routes=routes, exception_handlers={Exception: failed})


async def _body(request: Request, limit: int) -> bytes:
    """The body, cut one byte after ``limit`` so that the service can refuse it."""
    found = bytearray()
    try:
        async for chunk in request.stream():
            found += chunk[: limit + 1 - len(found)] if len(found) <= limit else b""
    except ClientDisconnect:
        return b""
    return bytes(found)
