"""fidelity/encounter: LEVELS L4a to L4c for the stay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known
from harness.case.ledger import arrived, ledger, measured
from harness.suites.fidelity import STAY
from harness.suites.process.stays import admitted, discharged

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding

# Data dictionary codes with the UK Core additions that an older list lacks (25, 2A … 2D).
_METHODS = ("11", "12", "13", "21", "22", "23", "24", "31", "32", "81", "82", "83", "98", "99", "25", "2A", "2B", "2C", "2D", "28")
_SOURCES = ("19", "29", "39", "49", "51", "52", "53", "54", "65", "66", "79", "85", "87", "88", "98", "99")
_CLASSES = ("I", "O", "E", "P")


@check("fidelity/encounter-1", given=[admitted("A")])
def encounter_keeps_fidelity(case: Case) -> Iterator[Finding]:
    """Fidelity over the encounter's core items SHALL be at least 0.95.

    Admits A, whose record has every item of a stay, and measures.
    """
    person = case.person("A")
    yield measured(case, ledger(case, person, items=STAY), person)


@check("fidelity/encounter-2", given=[admitted("A")])
def critical_items_of_the_stay_arrive(case: Case) -> Iterator[Finding]:
    """Status, discharge destination and discharge date of an encounter SHALL arrive with their meaning.

    Discharges A to a care home (54) and measures what is safety-critical.
    """
    person = case.become(discharged(case, case.person("A"), destination="54"))
    case.stimulate("discharge", person)
    case.effect(person, lambda found: any(e.get("status") == "finished" for e in found.of("Encounter")))
    yield measured(case, ledger(case, person, items=STAY), person, critical=True)
    yield arrived(case, person, "encounter.status", "encounter.discharge_destination", "encounter.end")


@check("fidelity/encounter-3", given=[admitted("A")])
def codes_of_the_stay_arrive(case: Case) -> Iterator[Finding]:
    """Every admission method, source and class SHALL arrive as declared equivalent.

    Walks the tables by updating the encounter. What the standard itself folds (25, 2A to 2D into 28) is excused by its row.
    """
    base = case.person("A")
    for at, method in enumerate(_METHODS):
        person = case.become(
            base.with_(
                {
                    "encounter.admission_method": method,
                    "encounter.admission_source": _SOURCES[at % len(_SOURCES)],
                    "encounter.class": _CLASSES[at % len(_CLASSES)],
                }
            )
        )
        case.stimulate("update-encounter", person)
        yield arrived(case, person, "encounter.admission_method", "encounter.admission_source", "encounter.class")


@check("fidelity/encounter-4", given=[known("A")])
def place_of_the_stay_arrives(case: Case) -> Iterator[Finding]:
    """Ward, bed and site SHALL arrive as the place they mean, in the target's own codes.

    Admits A to a ward that the two systems code differently, and compares the meanings.
    """
    person = case.person("A")
    case.stimulate("admit", person)
    case.effect(person, lambda found: bool(found.of("Encounter")))
    yield arrived(case, person, "encounter.ward", "encounter.bed", "encounter.site")


@check("fidelity/encounter-5", given=[admitted("A")])
def disposal_is_no_method_of_discharge(case: Case) -> Iterator[Finding]:
    """An accident and emergency disposal SHALL NOT be read as a method of discharge.

    A discharge, taken off the wire, whose PV1-36 says 1: admitted in table 0112, but clinical advice in the list of discharge methods.
    """
    person = discharged(case, case.person("A"))
    message = case.altered(case.capture("discharge", person), ("PV1-36", "1"))
    case.send(message)
    seen = case.effect(person, lambda found: any(e.get("status") == "finished" for e in found.of("Encounter")))
    methods = sorted({value for record in seen.observation.records for value in record.all("encounter.discharge_method")})
    if not seen.met:
        yield case.inconclusive("the discharge had no effect, so nothing can be said of its method", blocked_by="process/encounter-1")
        return
    yield case.expect("1" not in methods, expected="no method read from the disposal", actual=", ".join(methods) or "no method", person=person)
