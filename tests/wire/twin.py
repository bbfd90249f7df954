"""A follower nobody of harness wrote code for: python-hl7, fhir.resources and the standard library's servers.

It takes HL7 v2.4 ITK ADT over MLLP, keeps people in memory and shows them under a FHIR base. It is a target only: no control interface, no
virtual time, no defects but the one a test asks for. Imports nothing of harness, which a test proves.
"""

from __future__ import annotations

import socket
import socketserver
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from threading import Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twin_fhir import NHS_NUMBER, OURS, Tree, around, patient, typed, write
from twin_hl7 import Heard, Identifier, RefusalError, answer, text_of
from twin_people import People, Someone

VT, FS_CR = b"\x0b", b"\x1c\r"
MAX_BYTES = 1_000_000
TYPES = ("Patient", "AllergyIntolerance", "Condition", "Consent", "Encounter", "Observation", "Procedure")


class Twin:
    """The follower: ``mllp`` is host:port, ``fhir`` a base URL. ``partner_wards`` and ``own_wards`` code the same wards (key: code)."""

    def __init__(self, *, application: str, facility: str, partner_wards: Mapping[str, str], own_wards: Mapping[str, str], merges: bool = True) -> None:
        self.application, self.facility = application, facility
        self.people = People({partner_wards[key]: code for key, code in own_wards.items() if key in partner_wards}, merges=merges)
        self._lock, self._answers = Lock(), count(1)
        self._servers: list[socketserver.BaseServer] = [_MllpServer(self.hear), _FhirServer(self.show)]
        self.mllp, host = (f"127.0.0.1:{server.server_address[1]}" for server in self._servers)  # type: ignore[index]
        self.fhir = f"http://{host}/fhir"

    def hear(self, payload: bytes) -> bytes:
        """One message in, one acknowledgement out. AA is said after the effect, never before."""
        with self._lock:
            number = next(self._answers)
            try:
                self.people.take(Heard(text_of(payload)), payload)
            except RefusalError as refusal:
                return answer(payload, self.application, self.facility, number, refusal)
            return answer(payload, self.application, self.facility, number)

    def show(self, path: str, query: Mapping[str, list[str]]) -> tuple[int, Tree]:
        """A GET below the FHIR base: metadata, a read, or a search."""
        with self._lock:
            kind, _, name = path.strip("/").partition("/")
            if kind == "metadata":
                return 200, _capabilities()
            if kind not in TYPES:
                return 404, _outcome("not-supported", f"{kind or 'nothing'} is not kept here")
            if name:
                found = next((one for person in self.people.everybody for one in _of(person, kind) if one["id"] == name), None)
                return (200, found) if found else (404, _outcome("not-found", f"there is no {kind}/{name}"))
            return 200, _bundle(self._search(kind, query))

    def _search(self, kind: str, query: Mapping[str, list[str]]) -> Iterator[tuple[str, Tree]]:
        if kind != "Patient":
            wanted = {reference.rpartition("/")[2] for reference in query.get("patient", query.get("subject", []))}
            for person in self.people.everybody:
                if not wanted or person.id in wanted:
                    yield from (("match", one) for one in _of(person, kind))
            return
        included = {value.partition(":")[0] for value in query.get("_revinclude", [])}
        for person in self._people(query):
            yield "match", patient(person)
            yield from (("include", one) for one in around(person) if one["resourceType"] in included)

    def _people(self, query: Mapping[str, list[str]]) -> list[Someone]:
        if "identifier" not in query:
            return self.people.everybody
        system, _, value = query["identifier"][0].rpartition("|")
        authority = "NHS" if system == NHS_NUMBER else system.removeprefix(f"{OURS}/Id/local/")
        return self.people.known_as(Identifier(authority, value))

    @contextmanager
    def serving(self) -> Iterator[Twin]:
        """Serve in threads until the block ends."""
        threads = [Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True) for server in self._servers]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            for server in self._servers:
                server.shutdown()
                server.server_close()


class _MllpServer(socketserver.ThreadingTCPServer):
    daemon_threads, block_on_close, allow_reuse_address = True, False, True

    def __init__(self, hear: Callable[[bytes], bytes]) -> None:
        self.hear = hear
        super().__init__(("127.0.0.1", 0), _MllpSession)


class _MllpSession(socketserver.BaseRequestHandler):
    """One connection: what stands between frames is passed over; what is no message is answered as one that was not understood."""

    def handle(self) -> None:
        connection: socket.socket = self.request
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        held = b""
        try:
            while received := connection.recv(65536):
                held += received
                while VT in held and FS_CR in held.partition(VT)[2]:
                    payload, _, held = held.partition(VT)[2].partition(FS_CR)
                    connection.sendall(VT + self.server.hear(payload) + FS_CR)  # type: ignore[attr-defined]
                if VT not in held:
                    held = b""
                elif len(held) > 2 * MAX_BYTES:
                    return
        except OSError:
            return


@dataclass
class _Reply:
    status: int
    tree: Tree


class _FhirServer(ThreadingHTTPServer):
    daemon_threads, block_on_close = True, False

    def __init__(self, show: Callable[[str, Mapping[str, list[str]]], tuple[int, Tree]]) -> None:
        self.show = show
        super().__init__(("127.0.0.1", 0), _FhirSession)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes without a word is no error of ours."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _FhirSession(BaseHTTPRequestHandler):
    """Reading and searching; whoever wants to write is told to use HL7 v2."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = 1 << 16
    server: _FhirServer

    def do_GET(self) -> None:
        """A read or a search."""
        url = urlsplit(self.path)
        base, _, path = url.path.partition("/fhir")
        if base:
            self._say(_Reply(404, _outcome("not-found", "the base is /fhir")))
            return
        self._say(_Reply(*self.server.show(path, parse_qs(url.query))))

    def do_POST(self) -> None:
        """Refused."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._say(_Reply(405, _outcome("not-supported", "records are taken by HL7 v2 only")))

    do_PUT = do_DELETE = do_PATCH = do_POST

    def _say(self, reply: _Reply) -> None:
        body = write(reply.tree).encode()
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/fhir+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: what a test needs it asks."""


def _of(person: Someone, kind: str) -> Iterator[Tree]:
    yield from (patient(person),) if kind == "Patient" else (one for one in around(person) if one["resourceType"] == kind)


def _bundle(found: Iterable[tuple[str, Tree]]) -> Tree:
    shown = list(found)
    matches = sum(mode == "match" for mode, _ in shown)
    entries = [{"fullUrl": f"urn:twin:{one['resourceType']}:{one['id']}", "resource": one, "search": {"mode": mode}} for mode, one in shown]
    return {"resourceType": "Bundle", "type": "searchset", "total": matches, "entry": entries}


def _outcome(code: str, text: str) -> Tree:
    return typed("OperationOutcome", issue=[{"severity": "error", "code": code, "diagnostics": text}])


def _capabilities() -> Tree:
    resources = [{"type": name, "interaction": [{"code": "read"}, {"code": "search-type"}]} for name in TYPES]
    return typed(
        "CapabilityStatement",
        status="active",
        date="2026-01-05",
        kind="instance",
        implementation={"description": "A follower for trials"},
        fhirVersion="4.0.1",
        format=["application/fhir+json"],
        rest=[{"mode": "server", "resource": resources}],
    )
