"""Items that the answers to others enable (Questionnaire.item.enableWhen)."""

from __future__ import annotations

import pytest
from fhir_definitions_kit import Resource, errors
from fhir_questionnaire_kit import form, given, item, question


@pytest.mark.parametrize(
    ("operator", "wanted", "answer", "on"),
    [
        ("=", {"answerInteger": 5}, {"valueInteger": 5}, True),
        ("=", {"answerInteger": 5}, {"valueInteger": 6}, False),
        ("!=", {"answerInteger": 5}, {"valueInteger": 5}, False),
        ("!=", {"answerInteger": 5}, {"valueInteger": 6}, True),
        (">", {"answerInteger": 5}, {"valueInteger": 6}, True),
        (">", {"answerInteger": 5}, {"valueInteger": 5}, False),
        ("<", {"answerInteger": 5}, {"valueInteger": 4}, True),
        ("<", {"answerInteger": 5}, {"valueInteger": 5}, False),
        (">=", {"answerInteger": 5}, {"valueInteger": 5}, True),
        (">=", {"answerInteger": 5}, {"valueInteger": 4}, False),
        ("<=", {"answerInteger": 5}, {"valueInteger": 5}, True),
        ("<=", {"answerInteger": 5}, {"valueInteger": 6}, False),
        ("exists", {"answerBoolean": True}, {"valueInteger": 6}, True),
        ("exists", {"answerBoolean": True}, None, False),
        ("exists", {"answerBoolean": False}, {"valueInteger": 6}, False),
        ("exists", {"answerBoolean": False}, None, True),
    ],
)
def test_a_condition_enables_or_does_not(operator: str, wanted: Resource, answer: Resource | None, on: bool) -> None:
    asked = form(question("n", "integer"), question("d", required=True, enableWhen=[{"question": "n", "operator": operator, **wanted}]))
    first = [item("n", answer)] if answer else []
    assert errors(given(*first), asked) == ([("fhir/questionnaire-required", "QuestionnaireResponse")] if on else [])
    where = f"QuestionnaireResponse.item[{len(first)}]"
    assert errors(given(*first, item("d", {"valueString": "1"})), asked) == ([] if on else [("fhir/questionnaire-disabled", where)])


@pytest.mark.parametrize(("behaviour", "on"), [("all", False), ("any", True), ("", None)])
def test_conditions_go_together_as_the_item_says(behaviour: str, on: bool | None) -> None:
    conditions = [{"question": "n", "operator": "=", "answerInteger": number} for number in (1, 2)]
    dependent = question("d", required=True, enableWhen=conditions, **({"enableBehavior": behaviour} if behaviour else {}))
    asked = form(question("n", "integer"), dependent)
    assert len(errors(given(item("n", {"valueInteger": 1})), asked)) == (1 if on else 0)
    assert len(errors(given(item("n", {"valueInteger": 1}), item("d", {"valueString": "1"})), asked)) == (1 if on is False else 0)


def test_a_condition_looks_at_its_own_repetition_of_a_group() -> None:
    inner = [question("n", "boolean"), question("d", enableWhen=[{"question": "n", "operator": "=", "answerBoolean": True}])]
    asked = form(question("g", "group", repeats=True, item=inner))
    groups = [item("g", item=[item("n", {"valueBoolean": on}), item("d", {"valueString": "1"})]) for on in (True, False)]
    assert errors(given(*groups), asked) == [("fhir/questionnaire-disabled", "QuestionnaireResponse.item[1].item[1]")]


@pytest.mark.parametrize(("first", "second", "on"), [("1", "9", True), ("9", "1", True), ("9", "9", False)])
def test_conditions_of_stu3_enable_when_any_is_met(first: str, second: str, on: bool) -> None:
    conditions = [{"question": "a", "answerString": "1"}, {"question": "b", "answerString": "1"}]
    asked = form(question("a"), question("b"), question("d", enableWhen=conditions), question("e", enableWhen=[{"question": "a", "hasAnswer": False}]))
    answers = [item("a", {"valueString": first}), item("b", {"valueString": second}), item("d", {"valueString": "x"})]
    assert errors(given(*answers), asked) == ([] if on else [("fhir/questionnaire-disabled", "QuestionnaireResponse.item[2]")])
    assert errors(given(*answers[:2], item("e", {"valueString": "x"})), asked) == [("fhir/questionnaire-disabled", "QuestionnaireResponse.item[2]")]


@pytest.mark.parametrize(("values", "on"), [((), False), ((3,), False), ((1, 3), True), ((1,), True)])
def test_not_equal_asks_for_an_answer_of_another_value(values: tuple[int, ...], on: bool) -> None:
    """questionnaire-enable-operator !=: at least one answer has a value that is not equal."""
    when = [{"question": "q1", "operator": "!=", "answerInteger": 3}]
    asked = form(question(kind="integer", repeats=True), question("q2", enableWhen=when))
    reply = given(item("q1", *({"valueInteger": each} for each in values)), item("q2", {"valueString": "words"}))
    assert [code for code, _ in errors(reply, asked)] == ([] if on else ["fhir/questionnaire-disabled"])
