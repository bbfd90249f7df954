"""fidelity/notice: LEVELS L4 for what the hospital tells the council."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.ledger import arrived, ledger, measured
from harness.suites.fidelity import NOTICE
from harness.suites.process.stays import admitted
from harness.suites.social_care.contents import noticed

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.people import Person
    from harness.model.finding import Finding


def _told(case: Case) -> Person:
    person = case.become(noticed(case, "A"))
    case.stimulate("assessment-notice", person)
    case.effect(person, lambda found: bool(found.of("ServiceRequest")))
    return person


@check("fidelity/notice-1", given=[admitted("A")])
def notice_keeps_fidelity(case: Case) -> Iterator[Finding]:
    """Fidelity over the core items of a person with a notice SHALL be at least 0.95.

    Tells the council of A and measures.
    """
    person = _told(case)
    yield measured(case, ledger(case, person, items=NOTICE), person)


@check("fidelity/notice-2", given=[admitted("A")])
def critical_items_travel_with_the_notice(case: Case) -> Iterator[Finding]:
    """Every safety-critical item that travels with a notice SHALL arrive with its meaning.

    Tells the council of A, who has allergies, medicines, contacts and an alert.
    """
    person = _told(case)
    yield measured(case, ledger(case, person, items=NOTICE), person, critical=True)


@check("fidelity/notice-3", given=[admitted("A")])
def date_of_the_notice_stays_the_day(case: Case) -> Iterator[Finding]:
    """The date asked for in a notice SHALL arrive as the same calendar day.

    Asks for a day in summer, whose midnight is the day before in UTC.
    """
    person = noticed(case, "A")
    person = case.become(person.with_({"referral.date": "2026-07-01"}))
    case.stimulate("assessment-notice", person)
    case.effect(person, lambda found: bool(found.of("ServiceRequest")))
    yield arrived(case, person, "referral.date")
