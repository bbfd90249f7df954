"""MeasureReports against their Measure, and Measures against their libraries."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from fhir_definitions_kit import Resource, errors, warnings

URL = "https://exemplar-harness.example/fhir/Measure/m"
LIBRARY = "https://exemplar-harness.example/fhir/Library/l"


def concept(code: str, system: str = "https://a.example/cs") -> Resource:
    return {"coding": [{"system": system, "code": code}]}


def population(code: str, **more: Any) -> Resource:
    return {"code": concept(code, "http://terminology.hl7.org/CodeSystem/measure-population"), **more}


def measure(*groups: Resource, scoring: str = "proportion", **more: Any) -> Resource:
    return {"resourceType": "Measure", "url": URL, "status": "active", "scoring": concept(scoring), "group": list(groups), **more}


def report(*groups: Resource, status: str = "complete", kind: str = "summary") -> Resource:
    return {"resourceType": "MeasureReport", "status": status, "type": kind, "measure": URL, "period": {"start": "2026"}, "group": list(groups)}


TWO = (
    {"code": concept("g1"), "population": [population("numerator"), population("denominator")], "stratifier": [{"code": concept("age")}]},
    {"code": concept("g2"), "population": [population("numerator")]},
)
DONE = (
    {
        "code": concept("g1"),
        "population": [population("numerator", count=1), population("denominator", count=2)],
        "measureScore": {"value": 0.5},
        "stratifier": [{"code": [concept("age")], "stratum": [{"value": concept("old"), "population": [population("numerator", count=1)]}]}],
    },
    {"code": concept("g2"), "population": [population("numerator", count=1)], "measureScore": {"value": 1}},
)


def test_a_report_with_all_that_its_measure_has_is_right() -> None:
    assert errors(report(*DONE), measure(*TWO), rules=("hl7-validator",)) == []
    assert warnings(report(*DONE), measure(*TWO)) == []


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"code": concept("g9")}, "MeasureReport.group[0]"),
        ({"population": [population("initial-population", count=1)]}, "MeasureReport.group[0].population[0]"),
        ({"stratifier": [{"code": [concept("height")]}]}, "MeasureReport.group[0].stratifier[0]"),
        ({"measureScore": {"value": 1.5}}, "MeasureReport.group[0].measureScore"),
        ({"population": [population("numerator", count=-1), population("denominator", count=1)]}, "MeasureReport.group[0].population[0].count"),
        (
            {"population": [population("numerator", count=1), population("numerator", count=1), population("denominator", count=1)]},
            "MeasureReport.group[0].population[1]",
        ),
    ],
)
def test_a_part_that_the_measure_does_not_have_is_an_error(change: Resource, path: str) -> None:
    assert path in [where for _, where in errors(report({**DONE[0], **change}, DONE[1]), measure(*TWO))]


def test_a_group_that_is_left_out_is_an_error() -> None:
    assert errors(report(DONE[0]), measure(*TWO)) == [("fhir/measure-group", "MeasureReport")]


def test_a_cohort_has_no_score() -> None:
    one = {"code": concept("g1"), "population": [population("initial-population")]}
    done = {"code": concept("g1"), "population": [population("initial-population", count=3)]}
    assert errors(report(done), measure(one, scoring="cohort")) == []
    assert errors(report({**done, "measureScore": {"value": 3}}), measure(one, scoring="cohort")) == [
        ("fhir/measure-score", "MeasureReport.group[0].measureScore")
    ]


def test_a_numerator_larger_than_its_denominator_is_a_warning() -> None:
    populations = [population("numerator", count=3), population("denominator", count=2)]
    assert warnings(report({**DONE[0], "population": populations}, DONE[1]), measure(*TWO)) == ["MeasureReport.group[0]"]


def test_an_unknown_measure_is_said() -> None:
    assert errors(report(*DONE)) == []
    assert warnings(report(*DONE)) == ["MeasureReport.measure"]


def test_data_collection_is_not_held_against_groups() -> None:
    assert errors(report(kind="data-collection"), measure(*TWO), rules=("hl7-validator",)) == []


CQL = 'library Lib version \'1\'\ndefine "In Population": true\ndefine Simple: true\ndefine function "Count of"(x Integer): x\n'
ELM = '<library><statements><def name="In Population" context="Patient"/><def name="Simple"/><def name="Count of"/></statements></library>'


@pytest.mark.parametrize(("kind", "source"), [("text/cql", CQL), ("application/elm+xml", ELM)])
@pytest.mark.parametrize(
    ("expression", "right"),
    [
        ("Simple", True),
        ('"In Population"', True),
        ("Lib.Simple", True),
        ('Lib."Count of"', True),
        ("Absent", False),
        ("Lib.Absent", False),
        ("Other.Absent", True),
    ],
)
def test_criteria_name_what_the_library_defines(kind: str, source: str, expression: str, right: bool) -> None:
    library = {
        "resourceType": "Library",
        "url": LIBRARY,
        "name": "Lib",
        "status": "active",
        "content": [{"contentType": kind, "data": base64.b64encode(source.encode()).decode()}],
    }
    criteria = {"language": "text/cql", "expression": expression}
    asked = measure({"population": [population("numerator", criteria=criteria)]}, library=[LIBRARY])
    assert errors(asked, library) == ([] if right else [("fhir/measure", "Measure.group[0].population[0].criteria")])


def test_criteria_in_fhirpath_parse() -> None:
    for expression, right in (("Patient.gender", True), ("Patient.gender..", False)):
        asked = measure({"population": [population("numerator", criteria={"language": "text/fhirpath", "expression": expression})]})
        assert (not errors(asked)) is right


def test_a_stratifier_in_cql_needs_a_library() -> None:
    """Measure.library: where the expressions of criteria are defined (an opinion of the reference for stratifiers)."""
    part = {"criteria": {"language": "text/cql", "expression": "Strata"}}
    held = measure({"population": [population("initial-population", criteria=part["criteria"])], "stratifier": [part]}, scoring="cohort")
    where = "Measure.group[0].stratifier[0].criteria"
    assert where not in [path for _, path in errors(held)]
    assert where in [path for _, path in errors(held, rules=("hl7-validator",))]
