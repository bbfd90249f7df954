"""fidelity/package: LEVELS L4 for what the council tells the hospital."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known
from harness.case.ledger import arrived, ledger, measured
from harness.suites.fidelity import PACKAGE
from harness.suites.social_care.contents import alerted, packaged

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.people import Person
    from harness.model.finding import Finding


def _told(case: Case) -> Person:
    person = case.become(packaged(case, "A"))
    case.stimulate("package-start", person)
    case.effect(person, lambda found: bool(found.of("EpisodeOfCare")))
    return person


@check("fidelity/package-1", given=[known("A")])
def package_keeps_fidelity(case: Case) -> Iterator[Finding]:
    """Fidelity over the core items of a person with a package SHALL be at least 0.95.

    Starts a package for A and measures.
    """
    person = _told(case)
    yield measured(case, ledger(case, person, items=PACKAGE), person)


@check("fidelity/package-2", given=[known("A")])
def alerts_and_carers_arrive(case: Case) -> Iterator[Finding]:
    """Alerts, package status and carers SHALL arrive with their meaning.

    Starts a package for A and raises an alert; contacts are A's carers.
    """
    _told(case)
    person = case.become(alerted(case, "A"))
    case.stimulate("alert-raise", person)
    case.effect(person, lambda found: bool(found.of("Flag")))
    yield measured(case, ledger(case, person, items=PACKAGE), person, critical=True)
    yield arrived(case, person, "alert", "package.status", "contact")
