"""Whatever stands where, the rules over definitions and responses answer with issues."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_definitions_kit import judged
from hypothesis import given, settings
from hypothesis import strategies as st

Q = "https://exemplar-harness.example/fhir/Questionnaire/q"
# fmt: off
NAMES = [
    "url", "type", "status", "item", "linkId", "answer", "answerOption", "enableWhen", "question", "operator", "answerInteger", "valueCoding",
    "valueInteger", "valueString", "valueQuantity", "valueAttachment", "extension", "group", "population", "stratifier", "stratum", "code",
    "coding", "count", "measureScore", "library", "criteria", "expression", "language", "concept", "property", "filter", "include", "compose",
    "valueSet", "system", "op", "value", "element", "target", "equivalence", "differential", "snapshot", "path", "id", "sliceName", "slicing",
    "discriminator", "constraint", "binding", "baseDefinition", "derivation", "context", "kind", "parameter", "min", "max", "use",
    "inputProfile", "part", "base", "component", "derivedFrom", "rest", "resource", "searchParam", "definition", "profile", "supportedProfile",
    "contained", "expansion", "contains", "total", "required", "repeats", "maxLength", "effectivePeriod", "start", "authored", "subject",
    "reference", "answerValueSet", "content", "supplements",
]
# fmt: on
WORDS = st.sampled_from(
    [
        "",
        "a",
        "q1",
        "choice",
        "group",
        "string",
        "quantity",
        "=",
        "exists",
        "constraint",
        "Extension",
        "logical",
        "text/cql",
        "complete",
        "#a",
        Q,
        "Patient",
        "Patient.name",
        "é\ud800",
        "http://hl7.org/fhir/StructureDefinition/Patient",
        "http://hl7.org/fhir/StructureDefinition/minValue",
        "http://hl7.org/fhir/StructureDefinition/regex",
        "(",
        "1e999",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers(-3, 10**20) | st.floats() | WORDS
TREES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6), max_leaves=40
)
OBJECTS = st.dictionaries(st.sampled_from(NAMES), TREES, max_size=10)
KINDS = (
    "Questionnaire",
    "QuestionnaireResponse",
    "Measure",
    "MeasureReport",
    "CodeSystem",
    "ValueSet",
    "ConceptMap",
    "OperationDefinition",
    "SearchParameter",
    "CapabilityStatement",
    "StructureDefinition",
)


@pytest.mark.parametrize("kind", KINDS)
@given(tree=OBJECTS)
@settings(max_examples=60, deadline=None)
def test_no_shape_of_a_definition_raises(kind: str, tree: dict[str, Any]) -> None:
    for issue in judged({**tree, "resourceType": kind}, rules=("hl7-validator",)):
        assert issue.message
        assert issue.location.path.startswith(kind)


@given(form=OBJECTS, items=TREES, response=OBJECTS)
@settings(max_examples=150, deadline=None)
def test_no_response_to_no_questionnaire_raises(form: dict[str, Any], items: Any, response: dict[str, Any]) -> None:
    asked = {**form, "resourceType": "Questionnaire", "url": Q, "item": items}
    judged({**response, "resourceType": "QuestionnaireResponse", "questionnaire": Q}, asked, rules=("hl7-validator",))


@given(measure=OBJECTS, report=OBJECTS)
@settings(max_examples=80, deadline=None)
def test_no_report_on_no_measure_raises(measure: dict[str, Any], report: dict[str, Any]) -> None:
    judged({**report, "resourceType": "MeasureReport", "measure": Q}, {**measure, "resourceType": "Measure", "url": Q}, rules=("hl7-validator",))


def test_items_nested_without_end_are_read_to_a_bound() -> None:
    item: dict[str, Any] = {"linkId": "a", "type": "group"}
    answer: dict[str, Any] = {"linkId": "a"}
    for _ in range(400):
        item = {"linkId": "a", "type": "group", "item": [item]}
        answer = {"linkId": "a", "item": [answer]}
    form = {"resourceType": "Questionnaire", "url": Q, "item": [item]}
    judged({"resourceType": "QuestionnaireResponse", "status": "completed", "questionnaire": Q, "item": [answer]}, form)
    judged(form)
