"""acknowledgement/events: LEVELS L2a."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known
from harness.case.wire import came_back
from harness.suites.process.stays import admitted, discharged, transferred, undischarged
from harness.suites.social_care.contents import alerted, noticed, packaged

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding
    from harness.model.message import Exchange


def accepted(case: Case, exchange: Exchange) -> Finding:
    """Every message of the exchange was acknowledged positively (where acknowledgement is declared)."""
    last = exchange.last
    if last is None:
        return case.inconclusive(f"the source sent nothing for {exchange.event}", blocked_by="acknowledgement/events-1")
    taken = exchange.positive or (not case.acknowledges() and not last.failure)
    return case.expect(taken, expected=f"{exchange.event} acknowledged positively", actual=came_back(last))


@check("acknowledgement/events-1")
def person_events_are_accepted(case: Case) -> Iterator[Finding]:
    """Registering and updating a person SHALL be accepted.

    Registers A, then updates A's marital status.
    """
    yield accepted(case, case.stimulate("register", case.person("A")))
    yield accepted(case, case.stimulate("update-person", case.person("A").with_({"person.marital_status": "D"})))


@check("acknowledgement/events-2", given=[known("A")])
def encounter_events_are_accepted(case: Case) -> Iterator[Finding]:
    """Admission, transfer, update and discharge, and the cancellation of each, SHALL be accepted.

    One stay forwards and back again: A01 A02 A12 A08 A03 A13 A11.
    """
    person = case.person("A")
    yield accepted(case, case.stimulate("admit", person))
    yield accepted(case, case.stimulate("transfer", transferred(person)))
    yield accepted(case, case.stimulate("cancel-transfer", person))
    yield accepted(case, case.stimulate("update-encounter", person.with_({"encounter.medically_fit": "Y"})))
    gone = discharged(case, person)
    yield accepted(case, case.stimulate("discharge", gone))
    yield accepted(case, case.stimulate("cancel-discharge", undischarged(gone)))
    yield accepted(case, case.stimulate("cancel-admit", person))


@check("acknowledgement/events-3", given=[known("A"), known("B")])
def merge_is_accepted(case: Case) -> Iterator[Finding]:
    """A merge of two known people SHALL be accepted.

    Merges B into A.
    """
    case.people.share(case.person("A"), case.person("B"))
    yield accepted(case, case.stimulate("merge", case.person("A"), loser=case.person("B")))


@check("acknowledgement/events-4", given=[admitted("A")])
def notice_is_accepted(case: Case) -> Iterator[Finding]:
    """An assessment notice about a known person SHALL be accepted.

    Tells the council that A is likely to need care on discharge.
    """
    yield accepted(case, case.stimulate("assessment-notice", noticed(case, "A")))


@check("acknowledgement/events-5", given=[known("A")])
def package_and_alert_are_accepted(case: Case) -> Iterator[Finding]:
    """A social-care package and an alert about a known person SHALL be accepted.

    Starts a package for A, then raises an alert.
    """
    yield accepted(case, case.stimulate("package-start", packaged(case, "A")))
    yield accepted(case, case.stimulate("alert-raise", alerted(case, "A")))
