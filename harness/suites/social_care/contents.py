"""What a hospital and a council come to hold of a person before they tell each other: a notice, a package, an alert."""

from __future__ import annotations

from collections.abc import Mapping

from harness.case.case import Case
from harness.case.people import Person
from harness.model.record import Coded, Value

# SNOMED CT codes of the three notices (SCCI2075).
ASSESSMENT, DISCHARGE, WITHDRAWAL = "975701000000106", "975731000000100", "975841000000102"
# SNOMED CT 417430008: vulnerable adult.
VULNERABLE = Coded("417430008", "http://snomed.info/sct", "Vulnerable adult")
_PACKAGE_TYPES = "https://exemplar-harness.example/fhir/CodeSystem/package-type"


def noticed(case: Case, letter: str, *, code: str = ASSESSMENT, days: int = 5, reason: str = "Needs help with washing and dressing") -> Person:
    """The person with a notice to social care: ``code`` is the SNOMED CT event code, the date asked for lies ``days`` ahead."""
    person = case.person(letter)
    return person.with_group(
        "referral",
        {
            "referral.code": Coded(code, "http://snomed.info/sct"),
            "referral.status": "active",
            "referral.date": case.clock.at(days=days)[:10],
            "referral.support_reason": f"{reason} {person.token}",
        },
    )


def packaged(case: Case, letter: str, *, status: str = "active", kind: str = "home-care", worker: str = "Allocated worker 1") -> Person:
    """The person with a social-care package of one kind."""
    return case.person(letter).with_group(
        "package",
        {
            "package.type": Coded(kind, _PACKAGE_TYPES),
            "package.status": status,
            "package.start": case.clock.at(days=-30)[:10],
            "package.worker": worker,
        },
    )


def alerted(case: Case, letter: str, *, status: str = "active") -> Person:
    """The person with a safeguarding alert beside those the person has."""
    person = case.person(letter)
    alert: Mapping[str, Value] = {"alert.code": VULNERABLE, "alert.status": status}
    others = [entry.values for entry in person.record.entries("alert") if entry.text("alert.code") != VULNERABLE.code]
    return person.with_group("alert", *others, alert)
