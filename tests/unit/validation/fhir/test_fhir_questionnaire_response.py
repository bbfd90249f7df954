"""Responses against their Questionnaire: place, number, and every kind of answer."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from fhir_definitions_kit import Resource, errors, judged, warnings
from fhir_questionnaire_kit import CORE, URL, extension, form, given, item, question

FIRST = "QuestionnaireResponse.item[0]"
VALUES: dict[str, Any] = {
    "valueBoolean": True,
    "valueDecimal": Decimal("1.5"),
    "valueInteger": 3,
    "valueDate": "2026-01-02",
    "valueDateTime": "2026-01-02T10:00:00Z",
    "valueTime": "10:00:00",
    "valueString": "words",
    "valueUri": "https://a.example/",
    "valueAttachment": {"contentType": "image/gif", "data": "AAAA"},
    "valueCoding": {"system": "https://a.example/cs", "code": "a"},
    "valueQuantity": {"value": 1, "unit": "m"},
    "valueReference": {"reference": "Patient/1"},
}
RIGHT = {
    "boolean": "valueBoolean",
    "decimal": "valueDecimal",
    "integer": "valueInteger",
    "date": "valueDate",
    "dateTime": "valueDateTime",
    "time": "valueTime",
    "string": "valueString",
    "text": "valueString",
    "url": "valueUri",
    "attachment": "valueAttachment",
    "quantity": "valueQuantity",
    "reference": "valueReference",
}


@pytest.mark.parametrize("kind", RIGHT)
@pytest.mark.parametrize("value", VALUES)
def test_an_answer_has_the_type_its_question_asks_for(kind: str, value: str) -> None:
    found = errors(given(item("q1", {value: VALUES[value]})), form(question(kind=kind)))
    assert found == ([] if RIGHT[kind] == value else [("fhir/questionnaire-type", f"{FIRST}.answer[0].{value}")])


@pytest.mark.parametrize(
    ("kind", "value", "wrong"),
    [
        ("choice", "valueCoding", ""),
        ("choice", "valueString", "options"),
        ("choice", "valueBoolean", "type"),
        ("choice", "valueAttachment", "type"),
        ("open-choice", "valueCoding", ""),
        ("open-choice", "valueString", ""),
        ("open-choice", "valueUri", "type"),
    ],
)
def test_a_choice_is_one_of_its_options(kind: str, value: str, wrong: str) -> None:
    asked = form(question(kind=kind, answerOption=[{"valueCoding": VALUES["valueCoding"]}]))
    found = errors(given(item("q1", {value: VALUES[value]})), asked)
    assert [code for code, _ in found] == ([f"fhir/questionnaire-{wrong}"] if wrong else [])


@pytest.mark.parametrize(
    ("kind", "options", "answer", "right"),
    [
        ("integer", [{"valueInteger": 1}, {"valueInteger": 2}], {"valueInteger": 2}, True),
        ("integer", [{"valueInteger": 1}, {"valueInteger": 2}], {"valueInteger": 3}, False),
        ("string", [{"valueString": "yes"}], {"valueString": "no"}, False),
        ("date", [{"valueDate": "2026-01-01"}], {"valueDate": "2026-01-01"}, True),
        ("date", [{"valueDate": "2026-01-01"}], {"valueDate": "2026-01-03"}, False),
        ("time", [{"valueTime": "10:00:00"}], {"valueTime": "11:00:00"}, False),
        ("reference", [{"valueReference": {"reference": "Patient/1"}}], {"valueReference": {"reference": "Patient/2"}}, False),
        ("choice", [{"valueCoding": {"code": "a"}}], {"valueCoding": {"code": "b"}}, False),
        ("choice", [{"valueCoding": {"system": "https://a.example/cs", "code": "a"}}], {"valueCoding": {"system": "https://b.example/cs", "code": "a"}}, False),
        ("open-choice", [{"valueCoding": {"code": "a"}}], {"valueCoding": {"code": "b"}}, False),
        ("open-choice", [{"valueCoding": {"code": "a"}}], {"valueCoding": {"display": "in my own words"}}, True),
    ],
)
def test_an_answer_is_among_the_permitted(kind: str, options: list[Resource], answer: Resource, right: bool) -> None:
    found = errors(given(item("q1", answer)), form(question(kind=kind, answerOption=options)))
    assert (not found) is right


@pytest.mark.parametrize(("code", "right"), [("boolean", True), ("nonsense", False)])
def test_a_coded_answer_is_in_the_value_set(code: str, right: bool) -> None:
    asked = form(question(kind="choice", answerValueSet="http://hl7.org/fhir/ValueSet/item-type"))
    found = errors(given(item("q1", {"valueCoding": {"system": "http://hl7.org/fhir/item-type", "code": code}})), asked)
    assert found == ([] if right else [("fhir/questionnaire-options", f"{FIRST}.answer[0].valueCoding")])


def test_a_contained_value_set_is_asked() -> None:
    contained = {
        "resourceType": "ValueSet",
        "id": "v",
        "status": "active",
        "compose": {"include": [{"system": "https://a.example/cs", "concept": [{"code": "a"}]}]},
    }
    asked = form(question(kind="choice", answerValueSet="#v"), contained=[contained])
    assert errors(given(item("q1", {"valueCoding": {"system": "https://a.example/cs", "code": "a"}})), asked) == []
    assert len(errors(given(item("q1", {"valueCoding": {"system": "https://a.example/cs", "code": "z"}})), asked)) == 1


def test_an_unknown_value_set_is_said_and_is_no_error() -> None:
    asked = form(question(kind="choice", answerValueSet="https://a.example/ValueSet/none"))
    response = given(item("q1", {"valueCoding": {"system": "https://a.example/cs", "code": "a"}}))
    assert errors(response, asked) == []
    assert warnings(response, asked) == [f"{FIRST}.answer[0].valueCoding"]


@pytest.mark.parametrize(
    ("kind", "extensions", "answer", "wrong"),
    [
        ("decimal", [extension("minValue", valueDecimal=20)], {"valueDecimal": Decimal("5.6")}, "range"),
        ("decimal", [extension("maxValue", valueDecimal=2)], {"valueDecimal": Decimal("5.6")}, "range"),
        ("decimal", [extension("maxValue", valueInteger=6)], {"valueDecimal": Decimal("5.6")}, ""),
        ("integer", [extension("minValue", valueInteger=3)], {"valueInteger": 3}, ""),
        ("integer", [extension("minValue", valueInteger=3)], {"valueInteger": 2}, "range"),
        ("date", [extension("minValue", valueDate="2026-01-01")], {"valueDate": "2025-12-31"}, "range"),
        ("date", [extension("minValue", valueDate="2026-01-01")], {"valueDate": "2026"}, ""),
        ("dateTime", [extension("maxValue", valueDateTime="2026-01-01T00:00:00Z")], {"valueDateTime": "2026-01-01T00:30:00+01:00"}, ""),
        ("dateTime", [extension("maxValue", valueDateTime="2026-01-01T00:00:00Z")], {"valueDateTime": "2026-01-01T00:30:00Z"}, "range"),
        ("time", [extension("maxValue", valueTime="12:00:00")], {"valueTime": "13:00:00"}, "range"),
        ("quantity", [extension("maxValue", valueQuantity={"value": 5, "code": "m"})], {"valueQuantity": {"value": 6, "code": "m"}}, "range"),
        ("quantity", [extension("maxValue", valueQuantity={"value": 5, "code": "m"})], {"valueQuantity": {"value": 6, "code": "cm"}}, ""),
        ("decimal", [extension("maxDecimalPlaces", valueInteger=2)], {"valueDecimal": Decimal("-5.12340")}, "decimal-places"),
        ("decimal", [extension("maxDecimalPlaces", valueInteger=2)], {"valueDecimal": Decimal("-5.12")}, ""),
        ("string", [extension("minLength", valueInteger=6)], {"valueString": "words"}, "min-length"),
        ("string", [extension("regex", valueString="[a-z]+")], {"valueString": "words"}, ""),
        ("string", [extension("regex", valueString="[A-Z]+")], {"valueString": "words"}, "regex"),
        ("string", [extension("regex", valueString="(a+)+b")], {"valueString": "a" * 60}, "regex"),
        ("string", [extension("regex", valueString="(a+)+b")], {"valueString": "a" * 60 + "b"}, ""),
        ("string", [extension("regex", valueString="(a")], {"valueString": "a"}, ""),
        ("attachment", [extension("mimeType", valueCode="image/gif")], {"valueAttachment": {"contentType": "application/pdf"}}, "mime-type"),
        ("attachment", [extension("mimeType", valueCode="image/*")], {"valueAttachment": {"contentType": "image/png"}}, ""),
        ("attachment", [extension("mimeType", valueCode="image/*")], {"valueAttachment": {"url": "https://a.example/"}}, "mime-type"),
        ("attachment", [extension("maxSize", valueDecimal=50)], {"valueAttachment": {"size": 500}}, "max-size"),
        ("attachment", [extension("maxSize", valueDecimal=2)], {"valueAttachment": {"data": "AAAA"}}, "max-size"),
        ("reference", [extension("questionnaire-referenceResource", valueCode="Patient")], {"valueReference": {"reference": "Organization/1"}}, "reference"),
        (
            "reference",
            [extension("questionnaire-referenceResource", valueCode="Patient")],
            {"valueReference": {"reference": "https://a.example/Patient/1"}},
            "",
        ),
        (
            "quantity",
            [extension("questionnaire-unitOption", valueCoding={"system": "http://unitsofmeasure.org", "code": "km"})],
            {"valueQuantity": {"value": 1, "system": "http://unitsofmeasure.org", "code": "kg"}},
            "unit",
        ),
        (
            "quantity",
            [extension("questionnaire-unitOption", valueCoding={"system": "http://unitsofmeasure.org", "code": "km"})],
            {"valueQuantity": {"value": 1, "system": "http://unitsofmeasure.org", "code": "km"}},
            "",
        ),
        (
            "quantity",
            [extension("questionnaire-unitValueSet", valueCanonical="http://hl7.org/fhir/ValueSet/item-type")],
            {"valueQuantity": {"value": 1, "unit": "km"}},
            "unit",
        ),
    ],
)
def test_the_core_extensions_limit_an_answer(kind: str, extensions: list[Resource], answer: Resource, wrong: str) -> None:
    found = errors(given(item("q1", answer)), form(question(kind=kind, extension=extensions)))
    assert [code for code, _ in found] == ([f"fhir/questionnaire-{wrong}"] if wrong else [])


def test_an_answer_is_no_longer_than_its_question_allows() -> None:
    assert errors(given(item("q1", {"valueString": "words"})), form(question(maxLength=4))) == [
        ("fhir/questionnaire-max-length", f"{FIRST}.answer[0].valueString")
    ]
    assert errors(given(item("q1", {"valueString": "words"})), form(question(maxLength=5))) == []


@pytest.mark.parametrize(
    ("status", "severity"), [("completed", "error"), ("amended", "error"), ("in-progress", "warning"), ("stopped", "warning"), ("entered-in-error", "warning")]
)
def test_a_required_question_is_answered_once_the_response_is_complete(status: str, severity: str) -> None:
    for items in ([], [item("q1")]):
        found = [
            issue.severity.value for issue in judged(given(*items, status=status), form(question(required=True))) if issue.code == "fhir/questionnaire-required"
        ]
        assert found == ([severity] if severity else [])


def test_a_required_group_holds_something() -> None:
    asked = form(question("g", "group", required=True, item=[question()]))
    assert errors(given(), asked) == [("fhir/questionnaire-required", "QuestionnaireResponse")]
    assert errors(given(item("g", item=[item("q1", {"valueString": "a"})])), asked) == []


def test_what_does_not_repeat_stands_once() -> None:
    twice = [{"valueString": "a"}, {"valueString": "b"}]
    assert errors(given(item("q1", *twice)), form(question())) == [("fhir/questionnaire-repeats", FIRST)]
    assert errors(given(item("q1", *twice)), form(question(repeats=True))) == []
    assert errors(given(item("q1", twice[0]), item("q1", twice[1])), form(question())) == [("fhir/questionnaire-repeats", "QuestionnaireResponse.item[1]")]


@pytest.mark.parametrize(("answers", "wrong"), [(1, "min-occurs"), (2, ""), (3, ""), (4, "max-occurs")])
def test_answers_are_counted(answers: int, wrong: str) -> None:
    limits = [extension("questionnaire-minOccurs", valueInteger=2), extension("questionnaire-maxOccurs", valueInteger=3)]
    found = errors(given(item("q1", *[{"valueString": str(number)} for number in range(answers)])), form(question(repeats=True, extension=limits)))
    assert [code for code, _ in found] == ([f"fhir/questionnaire-{wrong}"] if wrong else [])


def test_items_are_those_of_the_questionnaire_in_its_order_and_nesting() -> None:
    asked = form(question("a"), question("g", "group", item=[question("b"), question("c")]))
    right = given(item("a", {"valueString": "1"}), item("g", item=[item("b", {"valueString": "1"}), item("c", {"valueString": "1"})]))
    assert errors(right, asked) == []
    assert errors(given(item("x", {"valueString": "1"})), asked) == [("fhir/questionnaire-link", FIRST)]
    assert errors(given(item("g", item=[item("c", {"valueString": "1"}), item("b", {"valueString": "1"})])), asked) == [
        ("fhir/questionnaire-order", f"{FIRST}.item[1]")
    ]
    assert errors(given(item("b", {"valueString": "1"})), asked) == [("fhir/questionnaire-nesting", FIRST)]


def test_groups_and_text_have_no_answers_and_questions_nest_in_theirs() -> None:
    asked = form(question("d", "display"), question("g", "group", item=[question("b")]), question("q", item=[question("n")]))
    assert errors(given(item("d", {"valueString": "1"})), asked) == [("fhir/questionnaire-answered", FIRST)]
    assert errors(given(item("g", {"valueString": "1"})), asked) == [("fhir/questionnaire-answered", FIRST)]
    assert errors(given(item("d", item=[item("b")])), asked) == [("fhir/questionnaire-nesting", FIRST)]
    assert errors(given(item("q", item=[item("n", {"valueString": "1"})])), asked) == [("fhir/questionnaire-nesting", FIRST)]
    assert errors(given(item("q", {"valueString": "1", "item": [item("n", {"valueString": "2"})]})), asked) == []


@pytest.mark.parametrize(
    ("authored", "period", "said"),
    [
        ("2026-05-01", {"start": "2027"}, True),
        ("2026-05-01", {"end": "2026-04-30"}, True),
        ("2026-05-01", {"start": "2026", "end": "2026-05"}, False),
        ("", {"end": "2020"}, False),
    ],
)
def test_the_questionnaire_was_in_force(authored: str, period: Resource, said: bool) -> None:
    response = given(item("q1", {"valueString": "a"}), **({"authored": authored} if authored else {}))
    assert warnings(response, form(question(), effectivePeriod=period)) == (["QuestionnaireResponse.authored"] if said else [])


def test_the_questionnaire_is_found_or_that_is_said() -> None:
    assert warnings(given(item("q1", {"valueString": "a"}))) == ["QuestionnaireResponse.questionnaire"]
    contained = form(question(kind="integer"), id="c")
    response = {**given(item("q1", {"valueString": "a"})), "questionnaire": "#c", "contained": [contained]}
    assert errors(response) == [("fhir/questionnaire-type", f"{FIRST}.answer[0].valueString")]
    versioned = {**given(item("q1", {"valueString": "a"})), "questionnaire": f"{URL}|2"}
    assert warnings(versioned, form(question(), version="1")) == ["QuestionnaireResponse.questionnaire"]
    assert warnings(versioned, form(question(), version="2")) == []


def test_the_subject_is_of_a_type_the_questionnaire_is_about() -> None:
    asked = form(question(), subjectType=["Patient"])
    assert errors(given(subject={"reference": "Device/1"}), asked) == [("fhir/questionnaire-subject", "QuestionnaireResponse.subject")]
    assert errors(given(subject={"reference": "Patient/1"}), asked) == []


def test_an_exclusive_option_stands_alone() -> None:
    none = {"valueCoding": {"code": "none"}, "extension": [extension("questionnaire-optionExclusive", valueBoolean=True)]}
    asked = form(question(kind="choice", repeats=True, answerOption=[{"valueCoding": {"code": "a"}}, none]))
    assert errors(given(item("q1", {"valueCoding": {"code": "none"}})), asked) == []
    found = errors(given(item("q1", {"valueCoding": {"code": "a"}}, {"valueCoding": {"code": "none"}})), asked)
    assert found == [("fhir/questionnaire-exclusive", f"{FIRST}.answer[1]")]


@pytest.mark.parametrize(("limit", "broken"), [("3", False), ("7", True)])
def test_a_constraint_of_the_questionnaire_holds(limit: str, broken: bool) -> None:
    parts = {
        "key": {"valueId": "k-1"},
        "severity": {"valueCode": "error"},
        "expression": {"valueString": f"item.where(linkId='q1').answer.value > {limit}"},
        "human": {"valueString": "larger"},
    }
    constraint = {"url": f"{CORE}questionnaire-constraint", "extension": [{"url": name, **value} for name, value in parts.items()]}
    found = errors(given(item("q1", {"valueInteger": 5})), form(question(kind="integer"), extension=[constraint]))
    assert found == ([("fhir/questionnaire-constraint", "QuestionnaireResponse")] if broken else [])


def test_a_text_that_differs_is_only_an_opinion() -> None:
    asked = form(question(text="How are you?"))
    response = given(item("q1", {"valueString": "a"}, text="How do you do?"))
    assert errors(response, asked) == []
    assert errors(response, asked, rules=("hl7-validator",)) == [("fhir/questionnaire-text", FIRST)]


def test_options_and_the_questionnaire_of_stu3_are_read() -> None:
    asked = form(question(kind="choice", option=[{"valueCoding": {"code": "a"}}]))
    response = {**given(item("q1", {"valueCoding": {"code": "z"}})), "questionnaire": {"reference": URL}}
    assert errors(response, asked) == [("fhir/questionnaire-options", f"{FIRST}.answer[0].valueCoding")]
    asked = form(question(kind="choice", options={"reference": "http://hl7.org/fhir/ValueSet/item-type"}))
    response = given(item("q1", {"valueCoding": {"system": "http://hl7.org/fhir/item-type", "code": "nonsense"}}))
    assert errors(response, asked) == [("fhir/questionnaire-options", f"{FIRST}.answer[0].valueCoding")]


def test_an_answer_refers_to_what_conforms_to_the_profile_its_question_names() -> None:
    asked = form(question(kind="reference", extension=[extension("questionnaire-referenceProfile", valueCanonical=f"{CORE}Organization")]))
    for kind, right in (("Organization", True), ("Patient", False)):
        contained = {"resourceType": kind, "id": "o", **({"name": "X"} if kind == "Organization" else {})}
        found = errors(given(item("q1", {"valueReference": {"reference": "#o"}}), contained=[contained]), asked)
        assert found == ([] if right else [("fhir/questionnaire-reference", f"{FIRST}.answer[0].valueReference")])


def test_an_answer_is_the_very_option_with_its_system() -> None:
    """Questionnaire.item.answerOption: a Coding with a system is not the option that has none (an opinion; by the specification the code decides)."""
    asked = form(question(kind="choice", answerOption=[{"valueCoding": {"code": "a"}}]))
    reply = given(item("q1", {"valueCoding": {"system": "https://a.example/cs", "code": "a"}}))
    assert errors(reply, asked) == []
    assert errors(reply, asked, rules=("hl7-validator",)) == [("fhir/questionnaire-options", f"{FIRST}.answer[0].valueCoding")]


@pytest.mark.parametrize(("unit", "code", "wrong"), [("km", "km", False), ("m", "m", False), ("m", "[mi_i]", True), ("kilometre", "m", False)])
def test_an_amount_is_compared_with_its_limit_in_another_unit(unit: str, code: str, wrong: bool) -> None:
    """SDC maxQuantity: units of UCUM are converted."""
    limit = {"value": 1, "system": "http://unitsofmeasure.org", "code": code}
    asked = form(question(kind="quantity", extension=[extension("questionnaire-maxQuantity", valueQuantity={**limit, "value": 1000, "code": "m"})]))
    answer = {"value": 1, "unit": unit, "system": "http://unitsofmeasure.org", "code": code}
    assert bool(errors(given(item("q1", {"valueQuantity": answer})), asked)) is wrong


def test_a_value_set_that_is_not_known_permits_what_it_may() -> None:
    """answerValueSet: what cannot be told is not an error, whatever the answer looks like."""
    asked = form(question(kind="choice", answerValueSet="https://a.example/ValueSet/nowhere"))
    for answer in ({"valueCoding": {"display": "A"}}, {"valueString": "A"}):
        assert errors(given(item("q1", answer)), asked) == []
    asked = form(question(kind="quantity", extension=[extension("questionnaire-unitValueSet", valueCanonical="https://a.example/ValueSet/nowhere")]))
    assert errors(given(item("q1", {"valueQuantity": {"value": 1, "unit": "m"}})), asked) == []


def test_a_unit_option_says_no_more_than_it_holds() -> None:
    """questionnaire-unitOption: an option with a display alone is met by a unit of that name."""
    asked = form(question(kind="quantity", extension=[extension("questionnaire-unitOption", valueCoding={"display": "tablet"})]))
    ucum = {"value": 1, "unit": "tablet", "system": "http://unitsofmeasure.org", "code": "{tbl}"}
    assert errors(given(item("q1", {"valueQuantity": ucum})), asked) == []
    assert errors(given(item("q1", {"valueQuantity": {"value": 1, "unit": "spoon"}})), asked) != []
