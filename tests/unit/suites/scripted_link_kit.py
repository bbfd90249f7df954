"""A link without sockets, simulated systems or threads, on which a check is asked of a right and of a wrong target in milliseconds.

``findings("connection/answer-1", Follower)`` asks one check of one target; ``findings(..., over="fhir")`` over FHIR, ``acknowledged=False`` where none is
declared, ``source=...`` with a source of another make. Waits are virtual: whoever waits sets the link's watch on, so that a limit passes at once.

    the check ──► Case ──► ScriptedControl   what a source is told, it holds, and says by a message that the lens writes
                       ──► ScriptedSession   hands whole messages to the target (scripted_follower_kit.Follower) and its answers back as bytes
                       ──► ScriptedObserver  what either side shows, as a Bundle
Only the adapters' own reading and altering of messages is the product's: how bytes travel is examined in tests/unit/adapters.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from scripted_follower_kit import EXPIRED, TOKEN, Answer, Follower
from served_kit import served

from harness.adapters.base import Caught, Session
from harness.adapters.fhir_http import FhirHttp
from harness.adapters.fhir_observer import FhirObserver, Sighting
from harness.adapters.hl7v2_mllp import Hl7v2Mllp
from harness.case.evidence import EvidenceHashes
from harness.case.examine import examine
from harness.case.link import SOURCE, TARGET, Link, Side
from harness.case.spec import CaseSpec, Namespace
from harness.catalogue import catalogue
from harness.errors import TransportError
from harness.formats.fhir import encode_json
from harness.mapping import Lens, lens
from harness.model.deployment import Deployment
from harness.model.finding import Finding
from harness.model.message import Delivery, Message, Origin
from harness.model.outcome import Outcome
from harness.model.place import Endpoint, Interface, Limits, Pairing, Place
from harness.model.record import Record

KEYS = {"hl7v2": "hl7v2/2.4/itk", "fhir": "fhir/4.0.1/ukcore"}
LIMITS = Limits(connect=0.1, acknowledge=0.1, effect=0.05, quiet=0.01, max_bytes=100_000)
STATUS = {
    **dict.fromkeys(("admit", "transfer", "update-encounter", "return-from-leave", "cancel-transfer", "cancel-discharge"), "in-progress"),
    "discharge": "finished",
    "cancel-admit": "cancelled",
    "leave": "onleave",
}


@dataclass
class Watch:
    """The link's own time."""

    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds

    def wait(self, seconds: float) -> None:
        """Nobody waits: the time passes."""
        self.seconds += seconds


class Sender(Protocol):
    """Whoever says something on a scripted link."""

    def repeats(self, message: Message) -> bool:
        """Whether it sends ``message`` again when nobody acknowledged it."""
        ...


@dataclass
class Wiring:
    """What a scripted link joins: the two ends, what the source has said and nobody has caught yet, and the time."""

    follower: Follower
    source: Sender
    watch: Watch
    said: deque[Message] = field(default_factory=deque)


@dataclass
class ScriptedSession(Session):
    """A session to the follower, under a credential."""

    adapter: Any
    wiring: Wiring
    token: str
    number: int = 0

    def open(self) -> None:
        follower = self.wiring.follower
        follower.opens(self.token)
        follower.sessions += 1
        self.number = follower.sessions

    def exchange(self, message: Message, payload: bytes | None = None) -> Delivery:
        follower = self.wiring.follower
        try:
            if not self.number:
                self.open()
            follower.speaking = self.number
            if self.adapter.endpoint.auth == "bearer" and not follower.lets_in(self.token):
                return self._said(message, Answer("401", content=b""))
            if payload is not None and payload != self.adapter.wire_bytes(message):
                follower.hears_raw(payload)
                return self._said(message, None)
            return self._said(message, follower.hears(message))
        except TransportError as error:
            return Delivery(message, message.content, failure=error.reason)

    def exchange_slowly(self, message: Message, piece: int) -> Delivery:
        return self._said(message, self.wiring.follower.hears_in_pieces(message, piece))

    def exchange_many(self, messages: Sequence[Message]) -> list[Delivery]:
        return [self._said(message, answer) for message, answer in zip(messages, self.wiring.follower.hears_many(messages), strict=True)]

    def write_raw(self, data: bytes) -> None:
        self.wiring.follower.hears_raw(data)

    def close(self) -> None:
        self.number = 0

    def _said(self, message: Message, answer: Answer | None) -> Delivery:
        wiring, adapter = self.wiring, self.adapter
        if not adapter.acknowledges:
            return Delivery(message, message.content)
        limit = adapter.endpoint.limits.acknowledge
        wiring.watch.wait(limit if answer is None else min(answer.seconds, limit))
        if answer is None or answer.seconds > limit:
            return Delivery(message, message.content, failure="time-out")
        to = message.control_id if answer.to is None else answer.to
        if adapter.format == "hl7v2":
            content = _v2_answer(answer, to) if answer.content is None else answer.content
            return Delivery(message, message.content, adapter.acknowledgement(content, seconds=answer.seconds))
        content = _fhir_answer(answer) if answer.content is None else answer.content
        return Delivery(message, message.content, replace(adapter.acknowledgement(content, int(answer.code), answer.seconds), correlates=to))


class _Scripted:
    """What a scripted adapter does in place of a wire, whichever format it is of."""

    endpoint: Endpoint
    token: str
    wiring: Wiring

    def new_session(self, token: str | None = None) -> Session:
        return ScriptedSession(self, self.wiring, self.token if token is None else token)

    def cut(self, message: Message, payload: bytes) -> Delivery:
        made = ScriptedSession(self, self.wiring, self.token).exchange(message, payload)
        return Delivery(message, payload, failure=made.failure if made.failure not in ("", "time-out") else "disconnected")

    def open_inlet(self) -> str:
        return "scripted"

    def catch(self, timeout: float) -> Caught | None:
        if not self.wiring.said:
            self.wiring.watch.wait(timeout)
            return None
        message = self.wiring.said.popleft()

        def released(delivery: Delivery | None) -> None:
            if delivery is None and self.endpoint.acknowledgement != "none" and self.wiring.source.repeats(message):
                self.wiring.said.append(message)

        return Caught(message, released)


class ScriptedV2(_Scripted, Hl7v2Mllp):
    """HL7 v2 messages, whole."""


class ScriptedFhir(_Scripted, FhirHttp):
    """FHIR transactions."""


class Source:
    """A source: holds what it is told and says it. A wrong one overrides ``says``."""

    def __init__(self, lens: Lens, shown: Lens, identity: Mapping[str, str], codes: Mapping[str, Mapping[str, str]]) -> None:
        self.lens, self.shown, self.identity, self.codes = lens, shown, identity, codes
        self.people: dict[str, Record] = {}
        self.repeated: set[bytes] = set()

    def repeats(self, message: Message) -> bool:
        """Whether what was not answered is said again: once, each message."""
        if message.content in self.repeated:
            return False
        self.repeated.add(message.content)
        return True

    def holds(self, event: str, record: Record) -> None:
        """Take in what it is told: what an event does not tell of stays as it was."""
        if event in STATUS:
            record = record.replaced({"encounter.status": STATUS[event]})
        local = _local(record)[1]
        self.people[local] = Record({**self.people.get(local, Record()).groups, **record.groups})

    def says(self, event: str, record: Record, control_id: str, occurred: str, details: Mapping[str, Any]) -> Iterable[Message]:
        """The messages that tell of ``event``."""
        loser = Record.from_json(details["loser"]) if "loser" in details else None
        yield self.v2(event, record, control_id, occurred, loser) if self.lens.is_hl7v2 else self.fhir(event, record, control_id, loser)

    def v2(self, event: str, record: Record, control_id: str, occurred: str, loser: Record | None) -> Message:
        trigger = next(one.trigger for flow in catalogue().flows.values() for one in flow.events if one.name == event)
        tree = self.lens.write(record, trigger=trigger, codes=self.codes)
        stamp = occurred.replace("-", "").replace("T", "").replace(":", "")
        sent = {"MSH-3": self.identity["application"], "MSH-4": self.identity["facility"], "MSH-5": "EPRB", "MSH-6": "X9B", "MSH-7": stamp}
        sent |= {"MSH-10": control_id, "MSH-11": "P", "MSH-18": "UNICODE UTF-8", "MSH-21": "iTKv1.0", "EVN-2": stamp, "EVN-6": stamp}
        if loser is not None:
            number, (authority, local) = loser.text("person.nhs_number"), _local(loser)
            tree.add("MRG")
            sent |= {"MRG-1[1].1": number, "MRG-1[1].4": "NHS", "MRG-1[2].1": local, "MRG-1[2].4": authority}
        for address, value in sent.items():
            tree.set(address, value)
        return Message(tree.encode(), self.lens.key, "application/hl7-v2+er7", Origin.SOURCE, control_id, trigger)

    def fhir(self, event: str, record: Record, control_id: str, loser: Record | None) -> Message:
        if event in STATUS:
            record = record.replaced({"encounter.status": STATUS[event]})
        entries = list(self.lens.write(record, codes=self.codes)["entry"])
        if loser is not None:
            patient = self.lens.write(loser, codes=self.codes)["entry"][0]["resource"]
            authority, local = _local(record)
            other = {"identifier": {"system": authority, "value": local}}
            entries.append({"resource": {**patient, "active": False, "link": [{"type": "replaced-by", "other": other}]}})
        for entry in entries:
            entry["request"] = {"method": "POST", "url": entry["resource"]["resourceType"]}
        tree = {"resourceType": "Bundle", "type": "transaction", "identifier": {"value": control_id}, "entry": entries}
        return Message(encode_json(tree), self.lens.key, "application/fhir+json", Origin.SOURCE, control_id, event, "POST", "")

    def shows(self, kind: str, value: str) -> list[dict[str, Any]]:
        """What it holds of everybody under one identifier."""
        held = [record for record in self.people.values() if value in (*record.all("person.nhs_number"), *record.all("identifier.value"))]
        return [resource for record in held for resource in served(self.shown.write(record, codes=self.codes)["entry"], f"{_local(record)[1]}-held")]


@dataclass
class ScriptedControl:
    """The control interface of one side; the target's declines whatever it is asked."""

    wiring: Wiring
    source: Source | None
    available: bool = True

    def event(self, name: str, record: Record, *, control_id: str, occurred: str, details: Mapping[str, Any], **_: Any) -> tuple[int, str]:
        if self.source is None:
            return 0, f"the scripted target does not do the event {name!r}"
        self.source.holds(name, record)
        messages = list(self.source.says(name, record, control_id, occurred, details))
        self.wiring.said.extend(messages)
        return len(messages), ""

    def pending(self) -> int:
        return 0

    def route(self, partner: str, route: Mapping[str, Any]) -> None:
        """Nothing to be told: messages go where they are caught."""

    def close(self) -> None:
        """Nothing to release."""


@dataclass
class ScriptedObserver:
    """Shows what its side shows, as a searchset."""

    shows: Any

    def find(self, kind: str, value: str, *, thoroughly: bool = True) -> Sighting:
        resources = self.shows(kind, value)
        tree = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": resource} for resource in resources]}
        return Sighting(encode_json(tree), tree, FhirObserver.kind, True)

    def close(self) -> None:
        """Nothing to release."""


def scripted_link(follower: type[Follower] = Follower, *, over: str = "hl7v2", acknowledged: bool = True, source: type[Source] = Source) -> tuple[Link, Watch]:
    """A link from a scripted source to a target of this make, and its watch."""
    c = catalogue()
    ends = c.system("acute-exemplar"), c.system("acute-follower")
    transport = "mllp" if over == "hl7v2" else "http"
    endpoint = Endpoint("in", KEYS[over], transport, "in", acknowledgement="application" if acknowledged else "none", limits=LIMITS)
    if over == "fhir":
        endpoint = replace(endpoint, auth="bearer")
    spoken, shown = lens(KEYS[over]), lens(KEYS["fhir"])
    watch = Watch()
    target = follower(spoken, shown, ends[0].codes, ends[1].codes)
    target.now = watch
    told = source(spoken, shown, ends[0].identity, ends[0].codes)
    wiring = Wiring(target, told, watch)
    adapter: Any = (ScriptedV2 if over == "hl7v2" else ScriptedFhir)(endpoint, "127.0.0.1:9" if over == "hl7v2" else "http://127.0.0.1:9", token=TOKEN)
    adapter.wiring = wiring
    controls: list[Any] = [ScriptedControl(wiring, told), ScriptedControl(wiring, None)]
    observers: list[Any] = [ScriptedObserver(told.shows), ScriptedObserver(lambda kind, value: target.shows(kind, value))]
    deployments = Deployment(ends[0]), Deployment(ends[1], tokens={"in": TOKEN}, expired={"in": EXPIRED})
    one, other = (Side(*facts, KEYS["fhir"]) for facts in zip((SOURCE, TARGET), deployments, controls, observers, strict=True))
    interface = Interface(over, "out", "in")
    pairing = Pairing(ends[0].id, ends[1].id, (interface,), dict.fromkeys(c.vocabulary["families"].words, (over,)))
    place = Place("scripted", "Scripted", ends, (pairing,))
    lenses = {spoken.key: spoken, shown.key: shown}
    link = Link(place, pairing, interface, Namespace(1, "scripted", "2026-01-05"), one, other, adapter, adapter, None, endpoint, spoken, lenses)
    return link, watch


def findings(check: str, follower: type[Follower] = Follower, **how: Any) -> tuple[Finding, ...]:
    """What ``check`` says of a target of this make (``how``: see scripted_link)."""
    return asked(check, *scripted_link(follower, **how))


def asked(check: str, link: Link, watch: Watch) -> tuple[Finding, ...]:
    """What ``check`` says on a link."""
    spec = CaseSpec(3, link.pairing.id, link.interface.id, catalogue().clauses[check].family, check)
    return examine(spec, {TARGET: link}, EvidenceHashes(), {person.id: person for person in catalogue().people}, watch=watch)


def outcomes(check: str, follower: type[Follower] = Follower, **how: Any) -> set[Outcome]:
    """The outcomes among what ``check`` says."""
    return {finding.outcome for finding in findings(check, follower, **how)}


def _local(record: Record) -> tuple[str, str]:
    first = record.entries("identifier")[0]
    return first.text("identifier.authority"), first.text("identifier.value")


def _v2_answer(answer: Answer, to: str) -> bytes:
    error = f"|||{answer.error_code}" if answer.error_code else ""
    return f"MSH|^~\\&|EPRB|X9B|EPRA|X9A|20260105090001||ACK|A1|P|2.4\rMSA|{answer.code}|{to}|{error}\r".encode()


def _fhir_answer(answer: Answer) -> bytes:
    issue = {"severity": "error", "code": answer.error_code or "processing", "diagnostics": "scripted"}
    return encode_json({"resourceType": "OperationOutcome", "issue": [issue]})
