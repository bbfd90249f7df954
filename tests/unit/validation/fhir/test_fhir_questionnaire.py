"""Questionnaires as definitions."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_definitions_kit import Resource, errors, judged, warnings

CORE = "http://hl7.org/fhir/StructureDefinition/"


def form(*items: Resource) -> Resource:
    return {"resourceType": "Questionnaire", "url": "https://exemplar-harness.example/fhir/Questionnaire/q", "status": "active", "item": list(items)}


def question(link: str, kind: str = "string", **more: Any) -> Resource:
    return {"linkId": link, "type": kind, **more}


def test_a_condition_names_another_question_that_is_there() -> None:
    for link in ("nowhere", "b"):
        found = errors(form(question("a"), question("b", enableWhen=[{"question": link, "operator": "exists", "answerBoolean": True}])))
        assert found == [("fhir/questionnaire", "Questionnaire.item[1].enableWhen[0].question")]


def test_a_condition_on_a_later_question_is_a_warning() -> None:
    asked = form(question("a", enableWhen=[{"question": "b", "operator": "=", "answerString": "x"}]), question("b"))
    assert errors(asked) == []
    assert warnings(asked) == ["Questionnaire.item[0].enableWhen[0].question"]


@pytest.mark.parametrize(
    ("kind", "answer", "said"), [("integer", {"answerInteger": 1}, False), ("integer", {"answerDecimal": 1}, False), ("integer", {"answerString": "1"}, True)]
)
def test_a_condition_compares_with_the_type_of_the_answer(kind: str, answer: Resource, said: bool) -> None:
    asked = form(question("a", kind), question("b", enableWhen=[{"question": "a", "operator": "=", **answer}]))
    assert warnings(asked) == (["Questionnaire.item[1].enableWhen[0]"] if said else [])


@pytest.mark.parametrize("name", ["initial", "answerOption"])
def test_values_are_of_the_type_of_the_item(name: str) -> None:
    assert errors(form(question("a", "integer", **{name: [{"valueInteger": 1}]}))) == []
    assert errors(form(question("a", "integer", **{name: [{"valueString": "1"}]}))) == [("fhir/questionnaire", f"Questionnaire.item[0].{name}[0]")]


def test_bounds_are_in_order() -> None:
    limits = [{"url": f"{CORE}questionnaire-minOccurs", "valueInteger": 3}, {"url": f"{CORE}questionnaire-maxOccurs", "valueInteger": 2}]
    assert errors(form(question("a", extension=limits))) == [("fhir/questionnaire", "Questionnaire.item[0]")]
    limits = [{"url": f"{CORE}minValue", "valueDecimal": 20}, {"url": f"{CORE}maxValue", "valueDecimal": 2}]
    assert warnings(form(question("a", "decimal", extension=limits))) == ["Questionnaire.item[0]"]


def test_every_issue_says_what_to_do() -> None:
    asked = form(question("a", "integer", initial=[{"valueString": "1"}], enableWhen=[{"question": "z", "operator": "exists", "answerBoolean": True}]))
    found = judged(asked)
    assert found
    assert all(issue.message and issue.remedy and issue.issue_type for issue in found)
