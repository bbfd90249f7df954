"""fidelity/measures: LEVELS L4d."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.blame import left_out_by
from harness.case.check import check
from harness.case.given import known
from harness.case.ledger import arrived
from harness.model.record import Coded, Value

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding

_ICD10 = "http://hl7.org/fhir/sid/icd-10"


@check("fidelity/measures-1", given=[known("A")])
def measures_arrive_with_their_digits(case: Case) -> Iterator[Finding]:
    """Values, units, ranges and flags of observations SHALL arrive as sent, digits included.

    Admits A with two observations, one of whose values ends in a zero: 1.50 is not 1.5 to a laboratory.
    """
    person = case.person("A")
    potassium: dict[str, Value] = {
        "observation.code": Coded("2823-3", "http://loinc.org", "Potassium"),
        "observation.value": "4.50",
        "observation.unit": "mmol/L",
        "observation.range": "3.5-5.3",
        "observation.flag": "N",
        "observation.status": "F",
    }
    person = case.become(person.with_group("observation", *(entry.values for entry in person.record.entries("observation")), potassium))
    case.stimulate("admit", person)
    seen = case.effect(person, lambda found: bool(found.of("Observation")))
    values = [value for record in seen.observation.records for value in record.all("observation.value")]
    blame = left_out_by(case, person, "observation.value", "4.50")
    yield case.expect("4.50" in values, expected="4.50", actual=", ".join(values) or "no value", attribution=blame, person=person)
    yield arrived(case, person, "observation")


@check("fidelity/measures-2", given=[known("A")])
def certainty_of_diagnoses_arrives(case: Case) -> Iterator[Finding]:
    """Admitting, working and final diagnoses SHALL stay apart.

    Admits A with one diagnosis of each certainty (DG1-6 A, W, F).
    """
    diagnoses: list[dict[str, Value]] = [
        {"diagnosis.code": Coded(code, _ICD10, text), "diagnosis.certainty": certainty, "diagnosis.date": case.clock.at()[:10]}
        for code, text, certainty in (("R07.4", "Chest pain", "A"), ("I20.0", "Unstable angina", "W"), ("I10", "Essential hypertension", "F"))
    ]
    person = case.become(case.person("A").with_group("diagnosis", *diagnoses))
    case.stimulate("admit", person)
    case.effect(person, lambda found: bool(found.of("Condition")))
    yield arrived(case, person, "diagnosis")
