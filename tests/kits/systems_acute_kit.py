"""Hospitals without sockets, and messages typed by hand."""

from __future__ import annotations

import asyncio
from typing import Any

from harness.model.place import Endpoint, System
from harness.model.record import Coded, Record
from harness.systems.core.clock import Clock
from harness.systems.core.defect import Defects
from harness.systems.core.outbox import Outbox
from harness.systems.core.role import Occurrence
from harness.systems.core.store import Store
from harness.systems.core.v2 import V2Door
from harness.systems.roles.acute import Acute

LOCAL = "https://exemplar-harness.example/Id/local/"
VISIT = "https://exemplar-harness.example/Id/visit/"
NHS = "https://fhir.nhs.uk/Id/nhs-number"


def hospital(defects: tuple[str, ...] = (), *, code: str = "X9B", acknowledgement: str = "application") -> Acute:
    identity = {"application": "PAS", "facility": code, "authority": code, "processing_id": "P", "version": "2.4", "charset": "UNICODE UTF-8"}
    endpoint = Endpoint("v2-in", "hl7v2/2.4/itk", "mllp", "in", acknowledgement=acknowledgement)
    codes = {"ward": {"medical-1": f"{code}-M1", "surgical-1": f"{code}-S1"}}
    system = System(f"hospital-{code.lower()}", "A hospital", "follower", True, (endpoint,), {**identity, "profile": "ITKv1.0"}, codes)
    active, clock = Defects(defects), Clock("2026-01-05T09:00:00")
    store = Store(system.id, clock, keep=active.stored if active else None)
    role = Acute(system, store, clock, Outbox(active, organisation=code), active)
    role.outbox.set_routes({"sender": {"organisation": "X9A", "codes": {"ward": {"medical-1": "A-MED", "surgical-1": "A-SUR"}}}})
    return role


def tell(role: Acute, message: str | bytes) -> str:
    """MSA-1 and, where there is one, the 0357 code: ``AA``, ``AE/101``; empty without an answer."""
    payload = message if isinstance(message, bytes) else message.encode()
    answer = asyncio.run(V2Door(role).handle(payload, None))  # type: ignore[arg-type]
    if answer is None:
        return ""
    msa = next(line for line in answer.decode().split("\r") if line.startswith("MSA")).split("|")
    code = msa[6].split("^")[0] if len(msa) > 6 else ""
    return f"{msa[1]}/{code}" if code else msa[1]


def adt(event: str, *segments: str, at: str = "20260105090001", id: str = "M1", structure: str = "", sender: str = "X9A", **header: str) -> str:
    """An ADT message: ``segments`` without PID-less defaults, EVN made from ``at``."""
    names = {
        "A01": "ADT_A01", "A02": "ADT_A02", "A03": "ADT_A03", "A04": "ADT_A01", "A08": "ADT_A01", "A11": "ADT_A09", "A12": "ADT_A09", "A13": "ADT_A01",
        "A21": "ADT_A21", "A22": "ADT_A21", "A28": "ADT_A05", "A31": "ADT_A05", "A40": "ADT_A39",
    }  # fmt: skip
    version, processing = header.get("version", "2.4"), header.get("processing", "P")
    msh = f"MSH|^~\\&|EPR|{sender}|ROUTE|X9B|{at}||ADT^{event}^{structure or names.get(event, 'ADT_A01')}|{id}|{processing}|{version}|||||GBR|UNICODE UTF-8|EN"
    return "\r".join([msh, f"EVN||{at}||||{at}", *segments]) + "\r"


def pid(local: str = "A1", nhs: str = "", status: str = "01", *, name: str = "Jones^Ann^^^^^L", born: str = "19700615", sex: str = "2", **fields: str) -> str:
    """A PID; ``fields`` are f11, f29 …"""
    numbers = "~".join(each for each in (f"{nhs}^^^NHS" if nhs else "", f"{local}^^^X9A" if local else "") if each)
    values = {3: numbers, 5: name, 7: born, 8: sex, 32: f"NSTS{status}" if nhs and status else ""} | {int(key[1:]): text for key, text in fields.items()}
    return "PID|" + "|".join(values.get(number, "") for number in range(1, 33)).rstrip("|")


def pv1(number: str = "V1", ward: str = "A-MED", bed: str = "4", **fields: str) -> str:
    values = {2: "I", 3: f"^{ward}^{bed}^X9A01", 19: f"{number}^^^X9A", 44: "20260105083000"} | {int(key[1:]): text for key, text in fields.items()}
    return "PV1|" + "|".join(values.get(number, "") for number in range(1, 46)).rstrip("|")


def person(role: Acute, local: str = "A1") -> dict[str, Any]:
    found = role.store.find("Patient", LOCAL + "X9A", local)
    assert len(found) == 1, found
    return found[0]


def visit(role: Acute, number: str = "V1") -> dict[str, Any]:
    found = role.store.find("Encounter", VISIT + "X9A", number)
    assert len(found) == 1, found
    return found[0]


def place_of(encounter: dict[str, Any]) -> dict[str, str]:
    """{"si": …, "wa": …, "bd": …}."""
    return {each["physicalType"]["coding"][0]["code"]: each["location"]["identifier"]["value"] for each in encounter.get("location", [])}


def record(**changes: Any) -> Record:
    """Somebody with a stay and an allergy, at authority X9A."""
    made = Record({}).replaced({"person.nhs_number": "9990000018", "person.nhs_number_status": "01", "person.birth_date": "1970-06-15", "person.sex": "2"})
    made = made.with_group("name", {"name.use": "usual", "name.family": "Llŷr-Ŵyn", "name.given": "Siân"})
    made = made.with_group("identifier", {"identifier.authority": "X9A", "identifier.value": "A1"})
    made = made.with_group("address", {"address.use": "home", "address.line1": "1 High Street", "address.postcode": "ZZ99 9ZZ"})
    made = made.with_group("allergy", {"allergy.code": Coded("91936005", "SNCT", "Penicillin"), "allergy.type": "DA", "allergy.severity": "7"})
    made = made.with_group("encounter", {"encounter.number": "V1", "encounter.class": "I", "encounter.ward": "medical-1", "encounter.bed": "4"})
    return made.replaced(changes) if changes else made


def emit(role: Acute, event: str, about: Record, *, interface: str = "hl7v2", second: int = 1, **details: Any) -> bytes:
    """The one message that ``event`` makes ``role`` send."""
    occurred = f"2026-01-05T09:00:{second:02d}"
    (made,) = role.on_event(Occurrence(event, about, "sender", interface, f"C{second}", occurred, details))
    return made.payload
