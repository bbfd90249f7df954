"""What fidelity/served asks, answered by a stand-in for a case."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from harness.case.evidence import EvidenceHashes
from harness.model.finding import Evidence
from harness.suites.fidelity.served import person_is_served_without_error, stay_is_served_without_error

PATIENT = {"resourceType": "Patient", "gender": "female", "birthDate": "1970-06-15"}
RESULT = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"text": "Potassium"},
    "valueQuantity": {"value": 4, "system": "http://unitsofmeasure.org", "code": "mmol/L"},
}


def asked(check: Any, *resources: dict[str, Any], key: str = "fhir/4.0.1/ukcore", at_source: tuple[dict[str, Any], ...] = ()) -> list[dict[str, Any]]:
    """What the check says of a target that serves these resources, whoever is asked for."""
    kept: list[str] = []

    def keep(content: bytes, media_type: str, title: str, origin: str = "") -> Evidence:
        kept.append(title)
        return EvidenceHashes().store(content, media_type, title, origin)

    def say(outcome: str) -> Any:
        return lambda *text, **more: {"outcome": outcome, "text": text, **more}

    sides = {
        "target": SimpleNamespace(observe_key=key, system=SimpleNamespace(id="follower")),
        "source": SimpleNamespace(observe_key=key, observer=object()),
    }
    link = SimpleNamespace(place=SimpleNamespace(packages=()))

    def observe(person: str, at: str = "target") -> Any:
        return SimpleNamespace(resources=resources if at == "target" else at_source)

    case: Any = SimpleNamespace(person=lambda letter: letter, observe=observe, transcript=SimpleNamespace(keep=keep))
    case.link, case.side, case.endpoint = lambda: link, lambda party="target": sides[party], lambda: SimpleNamespace(key="hl7v2/2.4/itk")
    case.passed, case.failed, case.inconclusive, case.not_applicable = say("PASS"), say("FAIL"), say("INCONCLUSIVE"), say("NOT_APPLICABLE")
    return list(check(case))


def test_what_is_right_passes_once_a_person() -> None:
    assert [one["outcome"] for one in asked(person_is_served_without_error, PATIENT, RESULT)] == ["PASS", "PASS"]
    assert [one["outcome"] for one in asked(stay_is_served_without_error, PATIENT, RESULT)] == ["PASS"]


@pytest.mark.parametrize(
    ("change", "place"),
    [({"gender": "F"}, "Patient.gender"), ({"birthDate": "1970-02-30"}, "Patient.birthDate"), ({"contact": []}, "Patient.contact")],
)
def test_each_fault_is_told_with_its_place_and_the_evidence_it_is_in(change: dict[str, Any], place: str) -> None:
    found = asked(person_is_served_without_error, PATIENT | change, RESULT)
    assert {one["outcome"] for one in found} == {"FAIL"}
    assert {one["location"].path for one in found} == {place}
    assert all(one["location"].line and len(one["within"]) == 64 for one in found)
    assert {one["attribution"] for one in found} == {"target"}


def test_a_fault_that_the_source_serves_too_is_the_sources() -> None:
    wrong = PATIENT | {"gender": "F", "birthDate": "1970-02-30"}
    found = asked(person_is_served_without_error, wrong, at_source=(PATIENT | {"gender": "F"},))
    assert {(one["location"].path, str(one["attribution"])) for one in found} == {("Patient.gender", "source"), ("Patient.birthDate", "target")}


def test_the_stay_is_judged_by_its_own_resources() -> None:
    assert [one["outcome"] for one in asked(stay_is_served_without_error, PATIENT | {"gender": "F"}, RESULT)] == ["PASS"]
    free = RESULT | {"valueQuantity": {"value": 4, "system": "http://unitsofmeasure.org", "code": "millimoles per litre"}}
    assert [one["location"].path for one in asked(stay_is_served_without_error, PATIENT, free)] == ["Observation.value.ofType(Quantity).code"]


def test_nothing_served_is_nothing_judged() -> None:
    assert {one["outcome"] for one in asked(stay_is_served_without_error, PATIENT)} == {"INCONCLUSIVE"}


@pytest.mark.parametrize("check", [person_is_served_without_error, stay_is_served_without_error])
def test_a_target_that_is_not_read_as_fhir_is_not_asked(check: Any) -> None:
    assert [one["outcome"] for one in asked(check, PATIENT, key="hl7v2/2.4/itk")] == ["NOT_APPLICABLE"]
