"""What validation says of a case's messages and of what its target serves, as findings of the case."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest
from case_kit import opened
from scripted_follower_kit import Follower
from scripted_link_kit import Source

from harness.case import validation_findings as rooms
from harness.case.validation_findings import errors_of, faults_of_source, faults_served, issue_told, traits
from harness.model.finding import Attribution
from harness.model.outcome import Outcome

PATIENT = {"resourceType": "Patient", "gender": "F", "birthDate": "1970-06-15"}


@pytest.mark.parametrize(
    ("key", "version"), [("", ""), ("hl7v2/2.4/itk", ""), ("fhir/4.0.1", "4.0.1"), ("fhir/4.0.1/ukcore", "4.0.1"), ("fhir/3.0.2/careconnect", "3.0.2")]
)
def test_content_is_judged_under_the_version_of_its_key(key: str, version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def validate(content: bytes, options: Any) -> list[Any]:
        asked.append(options)
        return []

    monkeypatch.setattr(rooms, "validate", validate)
    case, _, _ = opened()
    errors_of(case, b"x", side="consumer", key=key)
    assert [(one.side, one.fhir_version, one.packages) for one in asked] == [("consumer", version, ())]


def test_what_is_served_wrongly_is_kept_as_it_is_pointed_into() -> None:
    case, _, _ = opened()
    issues, evidence = faults_served(case, PATIENT)
    assert [issue.location.path for issue in issues] == ["Patient.gender"]
    assert evidence is not None
    assert evidence.sha256 == hashlib.sha256(json.dumps(PATIENT, indent=2).encode()).hexdigest()
    assert evidence.title == f"Patient as {case.side('target').system.id} serves it"
    assert issues[0].location.line == 3


def test_what_is_served_rightly_is_no_evidence() -> None:
    case, _, _ = opened()
    assert faults_served(case, {**PATIENT, "gender": "female"}) == ([], None)
    assert case.transcript.evidence == []


def test_a_fault_is_the_same_whatever_its_repetition() -> None:
    case, _, _ = opened()
    names = {"resourceType": "Patient", "name": [{"use": "x"}, {"use": "x"}, {"use": "y"}]}
    issues, _ = faults_served(case, names)
    assert len({issue.location.path for issue in issues}) == 3
    assert len({traits(issue) for issue in issues}) == 2


def test_the_sources_own_faults_are_known_by_what_it_serves() -> None:
    class Wrong(Source):
        def shows(self, kind: str, value: str) -> list[dict[str, Any]]:
            return [{**one, "gender": "F"} if one["resourceType"] == "Patient" else one for one in super().shows(kind, value)]

    for source, found in ((Source, 0), (Wrong, 1)):
        case, _, _ = opened(source=source)
        case.stimulate("register", case.person("A"))
        assert len(faults_of_source(case, case.person("A"))) == found
    case.side("source").observer = None
    assert faults_of_source(case, case.person("A")) == frozenset()


def test_an_issue_becomes_a_finding_with_its_place_in_the_evidence() -> None:
    case, _, _ = opened(Follower)
    issues, evidence = faults_served(case, PATIENT)
    found = issue_told(case, issues[0], evidence, "Patient", attribution=Attribution.SOURCE, person=case.person("A"))
    assert (found.outcome, found.attribution, found.person) == (Outcome.FAIL, Attribution.SOURCE, "person A")
    assert found.message == f"Patient: {issues[0].message}"
    assert evidence is not None
    assert (found.location, found.within) == (issues[0].location, evidence.sha256)
    assert issue_told(case, issues[0], None, "Patient").within == ""
