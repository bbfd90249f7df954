"""FHIR over HTTP: one request a message, the response its acknowledgement, and a listener that stands where the partner expects a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from harness.adapters.base import serves
from harness.adapters.over_http import OverHttp
from harness.errors import FormatError
from harness.formats.fhir import encode_json, parse_json
from harness.model.message import AckKind, Acknowledgement, Delivery, Message, Origin
from harness.transports.http import HttpResponse
from harness.transports.inlet import HttpIncoming

MEDIA_TYPE = "application/fhir+json"


@serves
class FhirHttp(OverHttp):
    """Requests below the FHIR base."""

    format = "fhir"
    accepts = MEDIA_TYPE
    inlet_bytes = 16_000_000  # bytes: a Bundle of everything about a person; the endpoint itself is to refuse what it finds too large

    def request_headers(self, message: Message) -> Mapping[str, str]:
        """The message's own headers and its control id as X-Request-ID."""
        named = {"X-Request-ID": message.control_id} if message.control_id else {}
        return {"Content-Type": message.media_type, **dict(message.headers), **named}

    def answered(self, message: Message, response: HttpResponse, seconds: float) -> Delivery:
        """See OverHttp: the X-Request-ID that is echoed says which message it is about."""
        answer = self.acknowledgement(response.content, response.status, seconds)
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

    def padded(self, message: Message, size: int, control_id: str) -> Message:
        """See Adapter: by the narrative of the first Patient of a Bundle."""
        tree = parse_json(message.content)
        patient = next(entry["resource"] for entry in tree["entry"] if entry["resource"]["resourceType"] == "Patient")
        text = "X" * max(size - len(message.content), 0)
        patient["text"] = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{text}</p></div>'}
        return replace(message, content=encode_json(tree), origin=Origin.HARNESS, control_id=control_id)

    def accept(self, message: Message) -> Delivery:
        """A 200 with an empty transaction-response."""
        answer = self.acknowledgement(b'{"resourceType":"Bundle","type":"transaction-response"}', 200)
        return Delivery(message, b"", replace(answer, correlates=message.control_id))

    def emitted(self, incoming: HttpIncoming) -> Message:
        """See Listening. Of the headers those are kept that change what the request means."""
        kept = tuple((name, value) for name, value in sorted(incoming.headers.items()) if name in ("if-match", "if-none-exist", "prefer"))
        media_type = incoming.headers.get("content-type", MEDIA_TYPE).partition(";")[0]
        control_id = incoming.headers.get("x-request-id", "")
        return Message(incoming.payload, self.endpoint.key, media_type, Origin.SOURCE, control_id, "", incoming.method, incoming.path, kept)

    def release(self, incoming: HttpIncoming, delivery: Delivery | None) -> None:
        """The receiver's own status and body; 504 where the answer was lost."""
        answer = delivery.acknowledgement if delivery else None
        named = {"x-request-id": incoming.headers.get("x-request-id", "")}
        if answer is None:
            incoming.reply(504, named, b"")
        else:
            incoming.reply(int(answer.code or 502), {"content-type": MEDIA_TYPE, **named}, answer.content)


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
