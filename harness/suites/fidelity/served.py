"""fidelity/served: LEVELS L4c. What is kept in meaning but served in codes, units or dates that are none helps no reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from harness.case.check import check
from harness.case.given import known
from harness.case.validation_findings import SHOWN, faults_of_source, faults_served, issue_told, traits
from harness.model.finding import Attribution
from harness.suites.process.stays import admitted

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.people import Person
    from harness.model.finding import Finding

_STAY = ("Encounter", "Condition", "Procedure", "Observation")


def _usable(case: Case, person: Person, resources: Iterable[dict[str, Any]]) -> Iterator[Finding]:
    """One finding for each fault, or one that says how many resources have none. A fault that the source serves as well is the source's."""
    served = list(resources)
    faults = 0
    of_source: frozenset[tuple[str, str, str]] | None = None
    for resource in served:
        issues, evidence = faults_served(case, resource)
        faults += len(issues)
        if issues and of_source is None:
            of_source = faults_of_source(case, person)
        for issue in issues[:SHOWN]:
            theirs = of_source is not None and traits(issue) in of_source
            whose = Attribution.SOURCE if theirs else Attribution.TARGET
            yield issue_told(case, issue, evidence, str(resource.get("resourceType")), attribution=whose, person=person)
    if not served:
        yield case.inconclusive("nothing was served to be judged", blocked_by="acknowledgement/effect-1")
    elif not faults:
        yield case.passed(f"{len(served)} resources without a validation error", person=person)


def _read_as_fhir(case: Case) -> bool:
    return case.side().observe_key.startswith("fhir/")


@check("fidelity/served-1", given=[known("A"), known("J")])
def person_is_served_without_error(case: Case) -> Iterator[Finding]:
    """What the target serves of a person over FHIR SHALL have no validation error.

    Reads two people back, one with many repeats, and judges resource by resource: codes of required value sets, units, dates, structure.
    """
    if not _read_as_fhir(case):
        yield case.not_applicable("the target is not observed over FHIR")
        return
    for letter in ("A", "J"):
        person = case.person(letter)
        yield from _usable(case, person, case.observe(person).resources)


@check("fidelity/served-2", given=[admitted("A")])
def stay_is_served_without_error(case: Case) -> Iterator[Finding]:
    """What the target serves of a stay over FHIR SHALL have no validation error.

    Reads back an encounter with its diagnoses, procedures and results, and judges resource by resource.
    """
    if not _read_as_fhir(case):
        yield case.not_applicable("the target is not observed over FHIR")
        return
    person = case.person("A")
    yield from _usable(case, person, (one for one in case.observe(person).resources if one.get("resourceType") in _STAY))
