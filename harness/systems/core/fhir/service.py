"""One FHIR request, from method and path to reply. Knows no web framework."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qsl

from harness.errors import FormatError
from harness.formats.fhir import encode_json, parse_json
from harness.systems.core.fhir.access import Access
from harness.systems.core.fhir.reading import FhirReader, capability
from harness.systems.core.fhir.reply import Reply, Resource, outcome, versioned
from harness.systems.core.fhir.structure import TYPES
from harness.systems.core.fhir.transaction import process
from harness.systems.core.fhir.validate import OPERATION, answer
from harness.systems.core.fhir.write import Writer
from harness.systems.core.refusal import RefusalError
from harness.systems.core.role import Role
from harness.systems.core.search import SearchError
from harness.systems.core.store import NATIVE, VersionConflictError

_MEDIA_TYPES = frozenset({"application/fhir+json", "application/json", "text/json"})


class FhirService:
    """The interface of one role. ``max_bytes`` bounds a body."""

    def __init__(self, role: Role, access: Access, *, max_bytes: int = 1_000_000) -> None:
        self.role, self.access, self.max_bytes = role, access, max_bytes
        self._reader, self._writer = FhirReader(role), Writer(role)

    def handle(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, base: str) -> tuple[int, Mapping[str, str], bytes]:
        """(status, headers, body) for one request; ``path`` below the base, header names lower-case. Never raises."""
        try:
            reply = self._dispatch(method, [part for part in path.split("/") if part], query, headers, body, base)
        except RefusalError as refusal:
            reply = Reply(refusal.status, outcome(refusal.code, refusal.text))
        except VersionConflictError as conflict:
            reply = Reply(412, outcome("conflict", str(conflict)))
        except FormatError as error:
            reply = Reply(400, outcome("structure", str(error)))
        except SearchError as error:
            reply = Reply(400, outcome("invalid", str(error)))
        except Exception as error:  # a server answers, whatever happened inside
            reply = Reply(500, outcome("exception", f"the server failed: {type(error).__name__}", "fatal"))
        if headers.get("x-request-id"):
            reply = replace(reply, headers={**reply.headers, "X-Request-ID": headers["x-request-id"]})
        content = reply.content()
        answer = self.role.defects.ack(content, body) if method in ("POST", "PUT") else content
        return reply.status, reply.headers, content if answer is None else answer

    def _dispatch(self, method: str, parts: list[str], query: str, headers: Mapping[str, str], body: bytes, base: str) -> Reply:
        if parts == ["metadata"] and method == "GET":
            return capability(self.role)
        searching = method == "POST" and len(parts) == 2 and parts[1] == "_search"
        validating = method in ("GET", "POST") and len(parts) in (2, 3) and parts[-1] == OPERATION
        self._let_in(method, headers.get("authorization", ""), searching or validating)
        if len(body) > self.max_bytes:
            raise RefusalError(413, "too-long", f"the body is longer than {self.max_bytes} bytes")
        if parts and parts[0] not in TYPES:
            raise RefusalError(404, "not-supported", f"{parts[0][:60]!r} is not a resource type of this server")
        params = parse_qsl(query, keep_blank_values=True)
        if searching:
            return self._reader.search(parts[0], [*params, *parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)], base)
        if validating:
            return answer(self.role, parts, params, body)
        if method in ("GET", "HEAD"):
            return self._read(parts, params, base)
        if method == "DELETE":
            return self._delete(parts, params)
        if method in ("POST", "PUT"):
            return self._write(method, parts, query, headers, body, base)
        raise RefusalError(405, "not-supported", f"{method[:20]} is not done here")

    def _let_in(self, method: str, authorization: str, searching: bool) -> None:
        try:
            self.access.check(method, authorization, reads=searching)
        except RefusalError as refusal:
            if self.role.defects.refuse(refusal.code):
                raise

    def _read(self, parts: list[str], params: list[tuple[str, str]], base: str) -> Reply:
        match parts:
            case [kind]:
                return self._reader.search(kind, params, base)
            case [kind, id]:
                return self._reader.read(kind, id)
            case [kind, id, "_history"]:
                return self._reader.history(kind, id, base)
            case [kind, id, "_history", version]:
                return self._reader.vread(kind, id, version)
        raise RefusalError(404, "not-found", "there is nothing at this address")

    def _delete(self, parts: list[str], params: list[tuple[str, str]]) -> Reply:
        store = self.role.store
        if len(parts) == 1 and params:
            found = store.search(parts[0], params)
            if len(found) > 1:
                raise RefusalError(412, "multiple-matches", f"{len(found)} {parts[0]} resources match")
            parts = [parts[0], found[0]["id"]] if found else parts
            if not found:
                return Reply(204)
        if len(parts) != 2:
            raise RefusalError(404, "not-found", "there is nothing at this address")
        kind, own_id = parts
        if not store.version(kind, own_id):
            raise RefusalError(404, "not-found", f"there is no {kind}/{own_id[:64]} here")
        if kind == "Patient" and store.all_of_patient(own_id):
            raise RefusalError(409, "conflict", f"Patient/{own_id} is still referred to")
        with store.transaction():
            store.delete(kind, own_id)
        return Reply(204)

    def _write(self, method: str, parts: list[str], query: str, headers: Mapping[str, str], body: bytes, base: str) -> Reply:
        kept = self.role.defects.wire_in(body)
        if kept is None:
            return Reply(202)
        media_type = headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in _MEDIA_TYPES:
            raise RefusalError(415, "not-supported", f"{media_type[:80] or 'no media type'} is not read here; send application/fhir+json")
        request_id = headers.get("x-request-id", "")
        resource = parse_json(kept)
        name = resource.get("identifier") if not parts else None
        bundle_id = str(name.get("value", "")) if isinstance(name, dict) else ""
        # A message that names itself is done once: a Bundle by its identifier and bytes, any other request by X-Request-ID and bytes.
        key = body if bundle_id else "\n".join((method, "/".join(parts), query, request_id, "")).encode() + body
        store = self.role.store
        known = store.answer_to(key) if (bundle_id or request_id) and not self.role.defects.has("forgets-replays") else None
        if known is not None:
            replayed = parse_json(known[1])
            return Reply(known[0], replayed["body"], replayed["headers"])
        number = store.received(body, media_type, NATIVE, bundle_id or request_id, key=key)
        with store.transaction():
            reply = self._apply(method, parts, query, headers, resource, base)
        store.answered(number, reply.status, encode_json({"body": reply.body, "headers": dict(reply.headers)}))
        return reply

    def _apply(self, method: str, parts: list[str], query: str, headers: Mapping[str, str], resource: Resource, base: str) -> Reply:
        organisation = headers.get("x-organisation", "")
        if not parts:
            if method != "POST":
                raise RefusalError(405, "not-supported", "only POST a Bundle to the base")
            if resource.get("resourceType") != "Bundle":
                raise RefusalError(400, "invalid", f"a Bundle is expected here, not {str(resource.get('resourceType'))[:60]}")
            return Reply(200, process(self._writer, resource, organisation, base))
        writer, kind = self._writer, parts[0]
        writer.check(resource, kind)
        partner = writer.partner([resource], organisation)
        match = headers.get("if-match", "").strip().removeprefix("W/").strip('"')
        if method == "POST" and len(parts) == 1:
            before, keep = writer.create_target(resource, headers.get("if-none-exist", ""))
            if before is not None and keep:
                return versioned(200, before, base)
            own_id = before["id"] if before else writer.store.new_id({key: value for key, value in resource.items() if key != "id"})
        elif method == "PUT" and len(parts) == 2:
            own_id = parts[1]
            if resource.get("id") != own_id:
                raise RefusalError(400, "invalid", f"the body's id must be the one in the address, {own_id[:64]}")
            before = writer.store.get(kind, own_id)
        elif method == "PUT" and len(parts) == 1 and query:
            before = writer.target(resource, query)
            own_id = before["id"] if before else writer.store.new_id({key: value for key, value in resource.items() if key != "id"})
        else:
            raise RefusalError(404, "not-found", "there is nothing to write to at this address")
        status, stored = writer.store_one(resource, own_id, before, partner, expect_version=match or None)
        self.role.on_fhir_written([stored], partner)
        return versioned(status, writer.store.get(kind, stored["id"]) or stored, base)
