"""What a document under judgement remembers, and that what is put in its place for a while is put back, whatever happens."""

from __future__ import annotations

from typing import Any

import pytest

from harness.catalogue.fhir import definitions
from harness.validation.fhir.engine import Engine, engine_of
from harness.validation.fhir.judging import FhirJudging
from harness.validation.options import Options

PRACTICE: dict[str, Any] = {"resourceType": "Organization", "id": "o", "name": "Otley"}
PATIENT: dict[str, Any] = {"resourceType": "Patient", "contained": [PRACTICE], "managingOrganization": {"reference": "#o"}}
CORE = "http://hl7.org/fhir/StructureDefinition/"


def judging() -> FhirJudging:
    return FhirJudging(PATIENT, Options(), PATIENT, "Patient", engine_of(definitions("4.0.1"), ("national",)), container=PATIENT, container_base="Patient")


def state(held: FhirJudging) -> tuple[Any, ...]:
    return held.resource, held.base, held.container, held.container_base, held.issues, held.undetermined, held.aside


@pytest.mark.parametrize("contained", [True, False])
def test_another_resource_stands_in_for_a_while(contained: bool) -> None:
    held = judging()
    before = state(held)
    with held.within(PRACTICE, "Patient.contained[0]", contained=contained):
        assert (held.resource, held.base) == (PRACTICE, "Patient.contained[0]")
        assert held.container is (PATIENT if contained else PRACTICE)
    assert state(held) == before


def test_what_is_said_aside_is_not_said_of_the_document() -> None:
    held = judging()
    before = state(held)
    with held.asking() as found:
        held.tell("shape/profile-unknown-aside", at="Patient", canonical="aside")
        held.undetermined += 1
        assert held.aside
    assert [issue.code for issue in found] == ["fhir/unknown-profile"]
    assert state(held) == before
    assert held.issues == []


def test_state_is_put_back_when_a_rule_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    held = judging()
    before = state(held)

    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("a rule broke")

    monkeypatch.setattr("harness.validation.fhir.walk.resources.judge_object", breaks)
    monkeypatch.setattr("harness.validation.fhir.walk.conformance.judge_value", breaks)
    for value, canonical in ((PATIENT, CORE + "Patient"), ({"family": "Otley"}, CORE + "HumanName")):
        fresh = FhirJudging(PATIENT, Options(), PATIENT, "Patient", Engine(definitions("4.0.1")), held.issues, PATIENT, "Patient")
        with pytest.raises(RuntimeError, match="a rule broke"):
            fresh.conforms(value, canonical, "Patient")
        assert state(fresh) == before
        assert fresh.busy == set()


def test_conformance_is_asked_once_and_taken_as_met_while_it_is_asked() -> None:
    held = judging()
    first = held.conforms(PATIENT, CORE + "Patient", "Patient")
    assert held.conforms(PATIENT, CORE + "Patient", "Patient") is first
    assert not any(issue.is_error for issue in first)
    assert [issue.code for issue in held.conforms(PATIENT, "https://exemplar-harness.example/none", "Patient")] == ["fhir/unknown-profile"]
    assert any(issue.is_error for issue in held.conforms(PATIENT, CORE + "Observation", "Patient"))


def test_references_lead_within_the_document() -> None:
    held = judging()
    found = held.references.resolve("#o", "Patient.managingOrganization")
    assert found is not None
    assert (found.node, found.path) == (PRACTICE, "Patient.contained[0]")
    assert held.references is held.references
