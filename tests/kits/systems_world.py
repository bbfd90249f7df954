"""Small systems and records to try the core on."""

from __future__ import annotations

from typing import Any

from harness.model.place import Endpoint, System
from harness.model.record import Coded, Record
from harness.systems.core import uris
from harness.systems.core.clock import Clock
from harness.systems.core.defect import Defects
from harness.systems.core.fhir.access import Access
from harness.systems.core.fhir.service import FhirService
from harness.systems.core.outbox import Outbox, Outgoing
from harness.systems.core.role import Role
from harness.systems.core.store import Store

Resource = dict[str, Any]
NOW = "2026-01-05T09:00:00"
KEY = "fhir/4.0.1/ukcore"


def system(id: str = "council", authority: str = "X9L", *, auth: str = "none", role: str = "social-care", ward: str = "HOSP-M1") -> System:
    endpoints = (Endpoint("fhir-in", KEY, "http", "in", auth=auth), Endpoint("observe", KEY, "http", "observe", auth=auth))
    identity = {"application": "APP", "facility": authority, "authority": authority}
    return System(id, id, role, True, endpoints, identity, codes={"ward": {"medical-1": ward}}, capabilities=("stimulate",))


class SilentOutbox(Outbox):
    """Keeps what would be sent."""

    def __init__(self) -> None:
        super().__init__(Defects())
        self.out: list[tuple[str, Outgoing]] = []
        self.set_routes({"hospital": {"fhir": "http://127.0.0.1:9/fhir", "organisation": "X9A", "codes": {"ward": {"medical-1": "MED1"}}}})

    def send(self, partner: str, outgoing: Outgoing) -> bool:
        self.out.append((partner, outgoing))
        return True


def world(kind: type[Role] = Role, **more: Any) -> tuple[Role, FhirService]:
    one, clock = system(**more), Clock(NOW)
    role = kind(one, Store(one.id, clock), clock, SilentOutbox(), Defects())
    return role, FhirService(role, Access(one, 1))


def nhs(number: str, status: str = "01") -> Resource:
    coded = {"coding": [{"system": uris.VERIFICATION_CODES, "code": status}]}
    return {"extension": [{"url": uris.VERIFICATION, "valueCodeableConcept": coded}], "system": uris.NHS_NUMBER, "value": number}


def local(value: str, authority: str = "X9A") -> Resource:
    return {"system": f"{uris.LOCAL}{authority}", "value": value}


def patient(*identifiers: Resource, family: str = "Ashworth", **more: Any) -> Resource:
    return {"resourceType": "Patient", "identifier": list(identifiers), "name": [{"family": family}], **more}


def record(number: str = "9990007004", authority: str = "X9A", value: str = "A1", **person: str) -> Record:
    values: dict[str, Any] = {"person.nhs_number": number, "person.nhs_number_status": "01", "person.birth_date": "1925-07-04", "person.sex": "2"}
    values |= {f"person.{key}": text for key, text in person.items()}
    return (
        Record({})
        .with_group("person", values)
        .with_group("name", {"name.use": "usual", "name.family": "Ashworth", "name.given": "Margaret"})
        .with_group("identifier", {"identifier.authority": authority, "identifier.value": value})
        .with_group("address", {"address.use": "home", "address.line1": "1 Example Street", "address.postcode": "ZZ99 3WZ"})
        .with_group("contact", {"contact.family": "Ashworth", "contact.given": "Peter", "contact.relationship": "20"})
        .with_group("allergy", {"allergy.code": Coded("91936005", "SNCT", "Allergy to penicillin"), "allergy.type": "DA", "allergy.severity": "7"})
    )
