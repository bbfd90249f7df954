"""How a person's record changes along a stay: what the source comes to hold before it tells of the event."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from harness.model.record import Coded, Record, Value

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.people import Person

# Events that speak of the person alone: what hangs on an encounter is not theirs to tell.
PERSON_EVENTS = frozenset({"register", "update-person", "merge"})
ENCOUNTER_GROUPS = frozenset({"encounter", "diagnosis", "procedure", "observation"})
# A notice is told by the notices alone, a package by the package's own events: a ward that admits says nothing of either.
TOLD_BY_ITS_OWN = {"referral": "-notice", "package": "package-"}

SECOND_WARD: Mapping[str, Value] = {"encounter.ward": "surgical-1", "encounter.bed": "S02"}


def told_by(event: str, record: Record) -> Record:
    """The part of ``record`` that ``event`` is about."""
    left_out = {group for group, mark in TOLD_BY_ITS_OWN.items() if mark not in event}
    if event in PERSON_EVENTS:
        left_out |= ENCOUNTER_GROUPS
    return Record({group: entries for group, entries in record.groups.items() if group not in left_out})


def on_the_calendar(case: Case, person: Person) -> Person:
    """The stay moved to the case's own calendar."""
    if not person.record.entries("encounter"):
        return person
    noon = f"{case.at(days=4)[:10]}T12:00:00"
    changes: dict[str, Value | None] = {"encounter.start": case.at(hours=-1)}
    if person.record.text("encounter.expected_discharge"):
        changes["encounter.expected_discharge"] = noon
    return person.with_(changes)


def transferred(person: Person) -> Person:
    """On another ward."""
    return person.with_(SECOND_WARD)


def discharged(case: Case, person: Person, *, destination: str = "19", method: str = "8") -> Person:
    """With an end, a destination (table 0113) and a method; 19 is the usual place of residence, 8 not applicable."""
    return person.with_({"encounter.end": case.at(minutes=5), "encounter.discharge_destination": destination, "encounter.discharge_method": method})


def undischarged(person: Person) -> Person:
    """As before the discharge."""
    return person.with_({"encounter.end": None, "encounter.discharge_destination": None, "encounter.discharge_method": None})


ASSESSMENT, DISCHARGE, WITHDRAWAL = "975701000000106", "975731000000100", "975841000000102"


def noticed(case: Case, person: Person, *, code: str = ASSESSMENT, days: int = 5, reason: str = "Needs help with washing and dressing") -> Person:
    """With a notice to social care: ``code`` is the SNOMED CT event code, the date asked for lies ``days`` ahead."""
    return person.with_group(
        "referral",
        {
            "referral.code": Coded(code, "http://snomed.info/sct"),
            "referral.status": "active",
            "referral.date": case.at(days=days)[:10],
            "referral.support_reason": f"{reason} {person.token}",
        },
    )


def packaged(case: Case, person: Person, *, status: str = "active", kind: str = "home-care", worker: str = "Allocated worker 1") -> Person:
    """With a social-care package of one kind."""
    return person.with_group(
        "package",
        {
            "package.type": Coded(kind, "https://exemplar-harness.example/fhir/CodeSystem/package-type"),
            "package.status": status,
            "package.start": case.at(days=-30)[:10],
            "package.worker": worker,
        },
    )


def alerted(person: Person, *, status: str = "active") -> Person:
    """With a safeguarding alert (SNOMED CT 417430008, vulnerable adult) beside those the person has."""
    alert: Mapping[str, Value] = {"alert.code": Coded("417430008", "http://snomed.info/sct", "Vulnerable adult"), "alert.status": status}
    others = [entry.values for entry in person.record.entries("alert") if entry.text("alert.code") != "417430008"]
    return person.with_group("alert", *others, alert)
