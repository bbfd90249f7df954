"""Wire-level exchanges on a connection of the check's own: for questions about sessions, framing and damage."""

from __future__ import annotations

from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, cast

from harness.adapters.fhir_http import FhirHttp
from harness.adapters.hl7v2_mllp import Hl7v2Mllp
from harness.errors import TransportError
from harness.formats.fhir import encode_json, parse_json
from harness.model.message import AckKind, Delivery, Message, Origin
from harness.transports.mllp import frame

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.people import Person
    from harness.transports.http import HttpClient
    from harness.transports.mllp import MllpClient

    Wire = MllpClient | HttpClient


def open_wire(case: Case, token: str | None = None) -> Wire:
    """A connection of its own to the target; ``token`` replaces the endpoint's credential over HTTP (empty: none)."""
    adapter = case.link.adapter
    if isinstance(adapter, Hl7v2Mllp):
        client = adapter.fresh()
        client.reconnect()
        return client
    return cast(FhirHttp, adapter).client(token)


def exchange_on(case: Case, wire: Wire, message: Message) -> Delivery:
    """Send ``message`` on ``wire`` and read the answer; what the wire does wrong is in ``failure``."""
    adapter = case.link.adapter
    start = perf_counter()
    try:
        if isinstance(adapter, Hl7v2Mllp) and silent(case):
            write_raw(wire, frame(message.content))
            delivery = Delivery(message, message.content)
        elif isinstance(adapter, Hl7v2Mllp):
            answer = cast("MllpClient", wire).exchange(message.content, adapter.endpoint.limits.acknowledge)
            delivery = Delivery(message, message.content, adapter.acknowledgement(answer, seconds=perf_counter() - start))
        else:
            delivery = cast(FhirHttp, adapter).exchange_with(cast("HttpClient", wire), message)
    except TransportError as error:
        delivery = Delivery(message, message.content, failure=error.reason)
    if delivery.failure == "time-out":
        case.waited += adapter.endpoint.limits.acknowledge
    case.relay.note(delivery)
    return delivery


def exchange_slowly(case: Case, wire: Wire, message: Message, piece: int) -> Delivery:
    """Write an MLLP frame ``piece`` bytes at a time and read the answer."""
    adapter = cast(Hl7v2Mllp, case.link.adapter)
    client = cast("MllpClient", wire)
    whole = frame(message.content)
    try:
        client.write_slowly([whole[at : at + piece] for at in range(0, len(whole), piece)])
        answer = None if silent(case) else adapter.acknowledgement(client.read(adapter.endpoint.limits.acknowledge))
        delivery = Delivery(message, message.content, answer)
    except TransportError as error:
        delivery = Delivery(message, message.content, failure=error.reason)
        case.waited += adapter.endpoint.limits.acknowledge if error.reason == "time-out" else 0.0
    case.relay.note(delivery)
    return delivery


def exchange_many(case: Case, wire: Wire, messages: list[Message]) -> list[Delivery]:
    """Write several frames in one go and read as many answers as come."""
    adapter = cast(Hl7v2Mllp, case.link.adapter)
    client = cast("MllpClient", wire)
    deliveries = []
    client.write(b"".join(frame(message.content) for message in messages))
    for message in messages:
        try:
            answer = None if silent(case) else adapter.acknowledgement(client.read(adapter.endpoint.limits.acknowledge))
            delivery = Delivery(message, message.content, answer)
        except TransportError as error:
            delivery = Delivery(message, message.content, failure=error.reason)
            case.waited += adapter.endpoint.limits.acknowledge if error.reason == "time-out" else 0.0
        case.relay.note(delivery)
        deliveries.append(delivery)
    return deliveries


def silent(case: Case) -> bool:
    """True where the target declares that it acknowledges nothing: there is no answer to wait for."""
    return case.link.endpoint.acknowledgement == "none"


def served(case: Case, delivery: Delivery, person: Person) -> bool:
    """The message was acknowledged positively; where nothing is acknowledged, the person it is about became observable."""
    if silent(case):
        return not delivery.failure and case.effect(person, lambda seen: seen.found).met
    return delivery.positive


def write_raw(wire: Wire, data: bytes) -> None:
    """Write bytes as they are on an MLLP connection."""
    cast("MllpClient", wire).write(data)


def answered(delivery: Delivery) -> str:
    """How a person would say what came back."""
    said = delivery.acknowledgement
    if said is None:
        return "no answer" if not delivery.failure else f"no answer ({delivery.failure})"
    if said.kind is AckKind.UNREADABLE:
        return "an answer that cannot be read"
    return f"{said.code}{f'/{said.error_code}' if said.error_code else ''}"


def padded(case: Case, message: Message, size: int) -> Message:
    """``message`` made about ``size`` bytes long by free text: NTE segments in HL7 v2, the narrative in FHIR."""
    missing = max(size - len(message.content), 0)
    if message.key.startswith("hl7v2"):
        line = "X" * 60_000
        notes = [(f"+NTE|{number}||{line}", None) for number in range(1, missing // 60_008 + 1)]
        return case.altered(message, *notes)
    tree = parse_json(message.content)
    patient = next(entry["resource"] for entry in tree["entry"] if entry["resource"]["resourceType"] == "Patient")
    patient["text"] = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{"X" * missing}</p></div>'}
    return replace(message, content=encode_json(tree), origin=Origin.HARNESS)
