"""Foreign clients: plain sockets, http.client and json. Of harness only what starts a simulated system is imported, nothing that reads or writes for it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from time import monotonic
from typing import Any, Final
from urllib.parse import quote

from harness.catalogue import catalogue
from harness.systems.host import start

VT, END = b"\x0b", b"\x1c\r"
SILENCE: Final = 0.4
WITHIN: Final = 5.0
NHS: Final = "https://fhir.nhs.uk/Id/nhs-number"
LOCAL: Final = "https://exemplar-harness.example/Id/local/"
NOTICE: Final = "https://exemplar-harness.example/Id/notice"
PACKAGE: Final = "https://exemplar-harness.example/Id/package"
Resource = dict[str, Any]


def frames(data: bytes) -> list[bytes]:
    return [each.lstrip(b"\r").removeprefix(VT) for each in data.split(END) if each.strip()]


class Site:
    """One simulated system, and how a stranger reaches it."""

    def __init__(self, system: str, defect: str = "") -> None:
        shipped = catalogue().system(system)
        self.running = start(replace(shipped, defects=(defect,) if defect else ()), seed=1, now="2026-01-05T09:00:00")
        at = self.running.deployment
        address = at.addresses.get("hl7v2+mllp", "")
        self.web = at.addresses["fhir+http"].split("//")[1].split("/")[0]
        self.v2 = (address.rpartition(":")[0], int(address.rpartition(":")[2])) if address else ("", 0)
        self.tokens, self.expired, self._steer = dict(at.tokens), dict(at.expired), at.control_token
        self.sent = 0

    def close(self) -> None:
        self.running.stop()

    # HL7 v2, on a plain socket

    def connect(self) -> socket.socket:
        return socket.create_connection(self.v2, timeout=WITHIN)

    def exchange(self, *payloads: bytes, wait: float = WITHIN, raw: bytes = b"") -> list[bytes]:
        """The frames that come back for payloads written at once on one connection; as many as were sent, or until nothing more comes."""
        with self.connect() as wire:
            wire.sendall(raw or b"".join(VT + each + END for each in payloads))
            return hear(wire, max(len(payloads), 1), wait)

    def tell(self, message: str, wait: float = WITHIN) -> str:
        """MSA-1 of the answer to one message, empty where none comes."""
        answers = self.exchange(message.encode(), wait=wait)
        return field(answers[0], "MSA", 1) if answers else ""

    def tells(self, *messages: str) -> str:
        """Every message on a connection of its own; MSA-1 of the last."""
        return [self.tell(each) for each in messages][-1]

    # FHIR and control, by http.client

    def http(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> tuple[int, bytes]:
        connection = HTTPConnection(self.web, timeout=WITHIN)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers or {})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def read(self, kind: str) -> list[Resource]:
        """Every resource of a kind, by the observer's credential."""
        status, body = self.http("GET", f"/fhir/{kind}?_count=100", headers={"Authorization": f"Bearer {self.tokens['observer']}"})
        assert status == 200, body
        return [entry["resource"] for entry in json.loads(body).get("entry", [])]

    def one(self, kind: str) -> Resource:
        """The only resource of a kind; empty where there is none or more."""
        found = self.read(kind)
        return found[0] if len(found) == 1 else {}

    def post(self, *resources: Resource, name: str = "", token: str | None = None, kind: str = "") -> tuple[int, bytes]:
        """One transaction of conditional PUTs, by business identifier."""
        self.sent += 1
        entries = []
        for number, each in enumerate(resources):
            first = each["identifier"][0]
            url = f"{kind or each['resourceType']}?identifier={quote(first['system'], safe='')}%7C{first['value']}"
            entries.append({"fullUrl": f"urn:uuid:00000000-0000-4000-8000-00000000000{number}", "resource": each, "request": {"method": "PUT", "url": url}})
        bundle = {"resourceType": "Bundle", "type": "transaction", "identifier": {"value": name or f"F{self.sent}"}, "entry": entries}
        given = self.tokens["fhir-in"] if token is None else token
        headers = {"Content-Type": "application/fhir+json", "X-Request-ID": name or f"F{self.sent}", "X-Organisation": "X9A"}
        return self.http("POST", "/fhir", bundle, headers | ({"Authorization": f"Bearer {given}"} if given else {}))

    def steer(self, path: str, body: Any = None) -> Any:
        status, answer = self.http("GET" if body is None else "POST", f"/control/{path}", body, {"X-Control-Token": self._steer})
        assert status < 300, answer
        return json.loads(answer)

    def event(self, event: str, record: Any, interface: str, at: str = "2026-01-05T10:00:00", **details: Any) -> None:
        """Cause an event at the system, towards ``me``; returns when everything it sends has been sent."""
        self.sent += 1
        body = {"event": event, "record": record, "to": "me", "interface": interface, "control_id": f"E{self.sent}", "occurred": at, "details": details}
        self.steer("events", body)
        self.drained()

    def drained(self) -> None:
        until = monotonic() + WITHIN
        while self.steer("outbox")["pending"]:
            assert monotonic() < until, "the system is still sending"


def hear(wire: socket.socket, wanted: int, wait: float) -> list[bytes]:
    wire.settimeout(wait)
    heard = b""
    with suppress(TimeoutError, ConnectionError):
        while heard.count(END) < wanted and (more := wire.recv(65_536)):
            heard += more
    return frames(heard)


def field(message: bytes, segment: str, number: int) -> str:
    """A field of the first segment so named, as text; MSH-1 is the separator itself."""
    for line in message.decode("utf-8", "replace").split("\r"):
        if line[:3] == segment:
            fields = line.split("|")
            at = number - 1 if segment == "MSH" else number
            return fields[at] if at < len(fields) else ""
    return ""


class Listener:
    """A partner that only writes down what it is sent: HL7 v2 answered AA, HTTP answered 200."""

    def __init__(self, deaf: int = 0) -> None:
        """``deaf`` messages over HL7 v2 are heard and not answered: the connection is closed instead."""
        self._deaf = deaf
        self.heard: list[bytes] = []
        self._v2 = socket.create_server(("127.0.0.1", 0))
        heard = self.heard

        class Web(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                heard.append(self.rfile.read(int(self.headers["Content-Length"])))
                answer = b'{"resourceType": "Bundle", "type": "transaction-response"}'
                self.send_response(200)
                self.send_header("Content-Type", "application/fhir+json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_PUT = do_POST

            def log_message(self, *_: Any) -> None:
                """Nothing."""

        self._web = ThreadingHTTPServer(("127.0.0.1", 0), Web)
        threading.Thread(target=self._web.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        threading.Thread(target=self._listen, daemon=True).start()

    @property
    def route(self) -> Resource:
        v2, web = self._v2.getsockname(), self._web.server_address
        return {"me": {"hl7v2": f"127.0.0.1:{v2[1]}", "fhir": f"http://127.0.0.1:{web[1]}/fhir", "organisation": "X9A"}}

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                threading.Thread(target=self._talk, args=(self._v2.accept()[0],), daemon=True).start()

    def _talk(self, wire: socket.socket) -> None:
        with wire, suppress(OSError):
            data = b""
            while more := wire.recv(65_536):
                data += more
                while END in data:
                    message, _, data = data.partition(END)
                    message = message.lstrip(b"\r").removeprefix(VT)
                    self.heard.append(message)
                    if len(self.heard) <= self._deaf:
                        return
                    answer = f"MSH|^~\\&|ME|X9Z|YOU|X9Z|20260105090000||ACK|R1|P|2.4\rMSA|AA|{field(message, 'MSH', 10)}\r"
                    wire.sendall(VT + answer.encode() + END)

    def close(self) -> None:
        self._web.shutdown()
        self._web.server_close()
        self._v2.close()

    def resources(self, kind: str) -> list[Resource]:
        """Every resource of a kind in the transactions heard, in order."""
        bundles = [json.loads(each) for each in self.heard if each.lstrip()[:1] == b"{"]
        return [entry["resource"] for bundle in bundles for entry in bundle.get("entry", []) if entry.get("resource", {}).get("resourceType") == kind]

    def messages(self, event: str) -> list[bytes]:
        """The HL7 v2 messages of an event."""
        return [each for each in self.heard if each[:3] == b"MSH" and f"ADT^{event}" in field(each, "MSH", 9)]


def codes(concept: Any) -> set[str]:
    """The codes of a CodeableConcept."""
    return {str(coding.get("code")) for coding in (concept or {}).get("coding", [])}


def numbers(patients: Iterable[Resource]) -> list[set[str]]:
    return [{each["value"] for each in patient.get("identifier", [])} for patient in patients]
