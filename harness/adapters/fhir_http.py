"""FHIR over HTTP: one request a message, the response its acknowledgement, and a listener that stands where the partner expects a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from time import perf_counter
from typing import Any

from harness.adapters.base import Caught, serves
from harness.adapters.over_http import OverHttp
from harness.errors import FormatError, TransportError
from harness.formats.fhir import encode_json, parse_json
from harness.model.message import AckKind, Acknowledgement, Delivery, Message, Origin
from harness.transports.http import HttpClient
from harness.transports.inlet import HttpInlet

MEDIA_TYPE = "application/fhir+json"


@serves
class FhirHttp(OverHttp):
    """One keep-alive session to the FHIR base, with the endpoint's credential."""

    format = "fhir"
    accepts = MEDIA_TYPE

    def exchange_with(self, client: HttpClient, message: Message) -> Delivery:
        """One request on a given session, and its answer."""
        headers = {"Content-Type": message.media_type, **dict(message.headers)}
        if message.control_id:
            headers["X-Request-ID"] = message.control_id
        start = perf_counter()
        try:
            response = client.request(message.method or "POST", message.path or "", message.content, headers)
        except TransportError as error:
            return Delivery(message, message.content, failure=error.reason)
        answer = self.acknowledgement(response.content, response.status, perf_counter() - start)
        return Delivery(message, message.content, replace(answer, correlates=response.headers.get("x-request-id", "")))

    def acknowledgement(self, content: bytes, status: int = 0, seconds: float = 0.0) -> Acknowledgement:
        """2xx is positive (202 queued), 4xx rejects, 5xx is an error; the OperationOutcome's first issue gives code and text.

        A 200 whose body is an OperationOutcome with an error says no (a failure seen in practice).
        """
        body: Mapping[str, Any] = {}
        if content:
            try:
                body = parse_json(content)
            except FormatError as error:
                return Acknowledgement(content, AckKind.UNREADABLE, str(status), text=str(error), seconds=seconds)
        issue: Mapping[str, Any] = next(iter(body.get("issue") or []), {}) if body.get("resourceType") == "OperationOutcome" else {}
        text = str(issue.get("diagnostics") or (issue.get("details") or {}).get("text") or "")
        kind = AckKind.ERROR if status >= 500 else AckKind.REJECTED if status >= 400 else AckKind.QUEUED if status == 202 else AckKind.ACCEPTED
        if kind is AckKind.ACCEPTED and issue.get("severity") in ("error", "fatal"):
            kind = AckKind.ERROR
        return Acknowledgement(content, kind, str(status), "", str(issue.get("code") or ""), text, seconds)

    def altered(self, message: Message, changes: Sequence[tuple[str, Any]], control_id: str) -> Message:
        """Addresses are ``/``-separated paths from the body (``entry/0/resource/gender``); None removes; ``entry/-`` appends to a list."""
        tree = deepcopy(parse_json(message.content))
        identifier = tree.get("identifier")
        if tree.get("resourceType") == "Bundle" and isinstance(identifier, dict):
            identifier["value"] = control_id
        for address, value in changes:
            _put(tree, address.split("/"), value)
        return replace(message, content=encode_json(tree), origin=Origin.HARNESS, control_id=control_id)

    def accept(self, message: Message) -> Delivery:
        """A 200 with an empty transaction-response."""
        answer = self.acknowledgement(b'{"resourceType":"Bundle","type":"transaction-response"}', 200)
        return Delivery(message, b"", replace(answer, correlates=message.control_id))

    def open_inlet(self) -> str:
        """A loopback server; the partner is routed here instead of to the endpoint."""
        self._inlet = HttpInlet()
        self._inlet.start()
        return self._inlet.base_url

    def catch(self, timeout: float) -> Caught | None:
        """What the partner sent, with origin SOURCE (the case turns it into TARGET on the way back)."""
        incoming = self._inlet.take(timeout) if self._inlet else None
        if incoming is None:
            return None
        kept = tuple((name, value) for name, value in sorted(incoming.headers.items()) if name in ("if-match", "if-none-exist", "prefer"))
        media_type = incoming.headers.get("content-type", MEDIA_TYPE).partition(";")[0]
        control_id = incoming.headers.get("x-request-id", "")
        message = Message(incoming.payload, self.endpoint.key, media_type, Origin.SOURCE, control_id, "", incoming.method, incoming.path, kept)

        def reply(delivery: Delivery | None) -> None:
            answer = delivery.acknowledgement if delivery else None
            if answer is None:
                incoming.reply(504, {"x-request-id": control_id}, b"")
            else:
                incoming.reply(int(answer.code or 502), {"content-type": MEDIA_TYPE, "x-request-id": control_id}, answer.content)

        return Caught(message, reply)

    def close(self) -> None:
        """Close the session and the listener."""
        if self._client is not None:
            self._client.close()
            self._client = None
        if self._inlet is not None:
            self._inlet.stop()
            self._inlet = None


def _put(tree: Any, path: list[str], value: Any) -> None:
    *parents, last = path
    for step in parents:
        tree = tree[int(step)] if isinstance(tree, list) else tree.setdefault(step, {})
    if isinstance(tree, list):
        if last == "-":
            tree.append(value)
        elif value is None:
            del tree[int(last)]
        else:
            tree[int(last)] = value
    elif value is None:
        tree.pop(last, None)
    else:
        tree[last] = value
