"""Findings that name a place in evidence get the lines around it, from what is kept and as it is kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fake_rooms import CLAUSES, FakeTools, applies, small_place

from harness.case.evidence import EvidenceStore
from harness.case.spec import CaseSpec
from harness.model.finding import Finding
from harness.model.location import Location
from harness.model.outcome import Outcome
from harness.runner.group import Task, run_group
from harness.runner.journal import read
from harness.runner.plan import make_plan

CONTENT = b'{\n  "resourceType": "Patient",\n  "id": "9434765919",\n  "gender": "F"\n}\n'


@dataclass(frozen=True)
class Placing(FakeTools):
    """Says of every case that something is wrong in line 4 of what it kept."""

    def examine(self, spec: CaseSpec, link: Any, evidence: EvidenceStore, people: Sequence[Any]) -> tuple[Finding, ...]:
        """One failure with a place."""
        kept = evidence.store(CONTENT, "application/fhir+json", "Patient")
        finding = super().examine(spec, link, evidence, people)[0]
        return (replace(finding, outcome=Outcome.FAIL, evidence=(kept,), within=kept.sha256, location=Location("Patient.gender", 4, 3)),)


def task(folder: Path, evidence: str, *, masked: bool = False) -> Task:
    place = small_place()
    group = make_plan(place, CLAUSES, set(CLAUSES), applies).groups[0]
    return Task(group, place, 1, "0" * 8, "2026-01-05", folder, Placing(), evidence, (), masked=masked)


@pytest.mark.parametrize("mode", ["all", "failures"])
def test_the_lines_are_those_of_the_evidence(tmp_path: Path, mode: str) -> None:
    made = task(tmp_path, mode)
    found = run_group(made)[0].findings[0]
    assert found.excerpt[:3] == ('  2 |   "resourceType": "Patient",', '  3 |   "id": "9434765919",', '> 4 |   "gender": "F"')
    assert read(made.journal)[0].findings[0].excerpt == found.excerpt


def test_numbers_of_real_people_are_covered_in_the_lines_too(tmp_path: Path) -> None:
    lines = run_group(task(tmp_path, "failures", masked=True))[0].findings[0].excerpt
    assert '  3 |   "id": "xxxxxxx919",' in lines


def test_who_keeps_no_content_shows_none(tmp_path: Path) -> None:
    assert run_group(task(tmp_path, "none"))[0].findings[0].excerpt == ()
