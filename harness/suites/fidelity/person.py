"""fidelity/person: LEVELS L4a and L4b."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known
from harness.case.ledger import arrived, ledger, measured
from harness.suites.fidelity import PERSON

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding


@check("fidelity/person-1", given=[known("A"), known("D"), known("J")])
def person_keeps_fidelity(case: Case) -> Iterator[Finding]:
    """Fidelity over the person's core items SHALL be at least 0.95.

    Registers three people: rich, Welsh, and with many repeats. The minimum counts.
    """
    for letter in ("A", "D", "J"):
        person = case.person(letter)
        yield measured(case, ledger(case, person, items=PERSON), person)


@check("fidelity/person-2", given=[known("A"), known("D"), known("F"), known("J")])
def critical_items_of_person_arrive(case: Case) -> Iterator[Finding]:
    """Every safety-critical item of the person SHALL arrive with its meaning.

    Registers a rich person, a Welsh one, one who died, and one with several allergies.
    """
    for letter in ("A", "D", "F", "J"):
        person = case.person(letter)
        yield measured(case, ledger(case, person, items=PERSON), person, critical=True)


@check("fidelity/person-3", given=[known("J"), known("A")])
def repeats_arrive(case: Case) -> Iterator[Finding]:
    """Each of a person's several names, addresses, numbers and contacts SHALL arrive as what it is.

    Registers people with two and more of each.
    """
    for letter in ("J", "A"):
        yield arrived(case, case.person(letter), "name", "address", "identifier", "telecom", "contact")
