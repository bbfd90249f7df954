"""Invariants: every core one compiles, the native ones answer as the engine does, faults are said where they are, and nothing passes in silence."""

from __future__ import annotations

from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import pytest
from fhirpath_kit import PATIENT, types
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.catalogue.fhir import definitions
from harness.catalogue.issues import issue_row
from harness.fhirpath import Environment, EvaluationError, compile, node  # noqa: A004
from harness.model.issue import Severity
from harness.validation.fhir.element_rules import ConstraintRule
from harness.validation.fhir.invariants.constraints import broken, select
from harness.validation.fhir.invariants.corrections import CORRECTIONS, corrected
from harness.validation.fhir.invariants.native import NATIVE
from harness.validation.fhir.invariants.sentences import SENTENCES, SENTENCES_STU3
from harness.validation.options import Options


@lru_cache(maxsize=2)
def core_constraints(version: str) -> set[tuple[str, str]]:
    """(key, expression) of every invariant of a FHIR version, those of its own profiles too."""
    known = definitions(version)
    structures = (known.structure(one["url"]) for one in known.every("StructureDefinition"))
    return {
        (one["key"], one["expression"])
        for structure in structures
        for element in (structure.elements if structure is not None else ())
        for one in element.get("constraint", ())
        if one.get("expression")
    }


def judged(value: Any, type_name: str, *rules: tuple[str, str], resource: Any = None, shadow: Any = None, aside: bool = False, **options: Any) -> list[Any]:
    """(clause, severity, message, path) that ``broken`` says."""
    said: list[Any] = []
    resource = value if resource is None else resource

    def tell(key: str, *, at: str, severity: Severity | None = None, **more: Any) -> None:
        row = issue_row(key)
        more = {"remedy": "", "opinion": row.opinion, "issue_type": row.issue_type, **more}
        said.append(SimpleNamespace(severity=severity or row.severity, code=row.code, message=row.message.format_map(more), path=at, **more))

    judging: Any = SimpleNamespace(
        root=resource, resource=resource, base=resource.get("resourceType", "x"), container=resource, container_base=resource.get("resourceType", "x"),
        path_nodes={}, untold_invariants=set(), answers=None,
        types=types(), aside=aside, version="4.0.1", options=Options(**options), definitions=definitions(), tell=tell, terminology=None,
    )  # fmt: skip
    broken(judging, [ConstraintRule(key, "error", expression) for key, expression in rules], value, type_name, "Patient.here", shadow)
    return said


@pytest.mark.parametrize("version", ["4.0.1", "3.0.2"])
def test_every_core_invariant_compiles(version: str) -> None:
    found = core_constraints(version)
    assert len(found) > 130
    for _, expression in found:
        compile(corrected(expression))


def test_every_correction_and_native_function_is_of_a_published_expression() -> None:
    published = {expression for _, expression in core_constraints("4.0.1") | core_constraints("3.0.2")}
    assert not CORRECTIONS.keys() - published
    assert not NATIVE.keys() - published
    assert all(compile(one.expression) and one.reason and one.expression != expression for expression, one in CORRECTIONS.items())


def test_sentences_are_of_known_keys() -> None:
    keys = {version: {key for key, _ in core_constraints(version)} for version in ("4.0.1", "3.0.2")}
    assert not SENTENCES.keys() - keys["4.0.1"] - keys["3.0.2"]
    assert not SENTENCES_STU3.keys() - keys["3.0.2"]


_TEXT = st.sampled_from(
    ["a", "#c1", "#", "#c2", "2014", "2014-02-01", "2014-02-01T10:00:00Z", "2014-02-01T12:00:00+02:00", "2014-02-01T09:00:00", "2013-12", "x#c1", ""]
)
_MEMBERS = """id extension url valueString valueBoolean _valueString start end _start code system value data contentType comparator name telecom address
organization low high text reference contained meta versionId lastUpdated security div _div resourceType _reference"""
_NAMES = st.sampled_from(_MEMBERS.split())
_LEAVES = st.one_of(_TEXT, st.booleans(), st.integers(0, 3))
_SHADOWS = st.dictionaries(st.sampled_from(["id", "extension"]), st.one_of(_TEXT, st.just([{"url": "u"}])), min_size=1, max_size=2)
_OBJECTS = st.recursive(
    st.dictionaries(_NAMES, _LEAVES, max_size=4),
    lambda inner: st.dictionaries(
        _NAMES, st.one_of(_LEAVES, inner, st.lists(inner, min_size=1, max_size=2), st.lists(_TEXT, min_size=1, max_size=2)), max_size=5
    ),
    max_leaves=8,
)
_TYPE = {
    "start.hasValue().not() or end.hasValue().not() or (start <= end)": "Period", "start.empty() or end.empty() or (start <= end)": "Period",
    "extension.exists() != value.exists()": "Extension", "comparator.empty()": "Quantity", "code.empty() or system.exists()": "Quantity",
    "value.empty() or system.exists()": "ContactPoint", "data.empty() or contentType.exists()": "Attachment",
    "low.exists() or high.exists() or text.exists()": "Observation.referenceRange",
    "name.exists() or telecom.exists() or address.exists() or organization.exists()": "Patient.contact",
}  # fmt: skip


def _type_of(expression: str) -> str:
    if expression in _TYPE:
        return _TYPE[expression]
    return "Reference" if expression.startswith("reference") else "Patient"


@pytest.mark.parametrize("expression", sorted(NATIVE), ids=lambda one: one[:60])
@settings(max_examples=250, deadline=None)
@given(value=_OBJECTS, shadow=st.one_of(st.none(), _SHADOWS), container=_OBJECTS)
def test_native_functions_answer_as_the_engine_does(expression: str, value: dict[str, Any], shadow: Any, container: dict[str, Any]) -> None:
    kind = _type_of(expression)
    value.pop("resourceType", None)
    # ``value`` is a choice of types in an Extension only, and is not written as such.
    for name in ("value", "_value") if kind == "Extension" else ():
        value.pop(name, None)
    if kind == "Patient":
        value["resourceType"], container = "Patient", value
    start = node(value, kind, types())
    top = start if kind == "Patient" else node({"resourceType": "Patient", **container}, "Patient", types())
    native = NATIVE[expression](value, None, top.value)
    if native is None:
        return
    try:
        answer = compile(corrected(expression)).truth(start, Environment(types(), start if kind == "Patient" else top, top))
    except EvaluationError:
        return
    assert native is (answer is True)


@pytest.mark.parametrize(
    ("value", "shadow", "holds"), [("x", None, True), (None, {"extension": [{"url": "u"}]}, True), (None, {"id": "a"}, False), (True, None, True)]
)
def test_a_primitive_has_a_value_or_children(value: Any, shadow: Any, holds: bool) -> None:
    expression = "hasValue() or (children().count() > id.count())"
    start = node(value, "string", types(), shadow=shadow)
    assert NATIVE[expression](value, shadow, None) is compile(expression).truth(start, Environment(types())) is holds


@pytest.mark.parametrize(
    ("expression", "type_name", "value", "holds"),
    [
        ("name.matches('[A-Z]([A-Za-z0-9_]){0,254}')", "ValueSet", {"name": "Fine_1"}, True),
        ("name.matches('[A-Z]([A-Za-z0-9_]){0,254}')", "ValueSet", {"name": "not Fine"}, False),
        ("name.matches('[A-Z]([A-Za-z0-9_]){0,254}')", "ValueSet", {}, True), ("fullUrl.contains('/_history/').not()", "Bundle.entry", {}, True),
        ("fullUrl.contains('/_history/').not()", "Bundle.entry", {"fullUrl": "http://a/Patient/1/_history/2"}, False),
        ("start.hasValue().not() or end.hasValue().not() or (start <= end)", "Period", {"start": "2014-02-02", "end": "2014-02"}, True),
        ("start.hasValue().not() or end.hasValue().not() or (start <= end)", "Period", {"start": "2014-02-02", "end": "2014-01"}, False),
        ("low.empty() or high.empty() or (low <= high)", "Range", {"low": {"value": 1, "unit": "a"}, "high": {"value": 2, "unit": "b"}}, True),
        ("low.empty() or high.empty() or (low <= high)", "Range", {"low": {"value": 3}, "high": {"value": 2}}, False),
        ("probability is decimal implies (probability as decimal) <= 100", "RiskAssessment.prediction", {}, True),
        ("probability is decimal implies (probability as decimal) <= 100", "RiskAssessment.prediction", {"probabilityDecimal": 101}, False),
        ("operator = 'exists' implies (answer is Boolean)", "Questionnaire.item.enableWhen", {"operator": "exists", "answerBoolean": True}, True),
        ("operator = 'exists' implies (answer is Boolean)", "Questionnaire.item.enableWhen", {"operator": "exists", "answerString": "x"}, False),
        ("enableWhen.count() > 2 implies enableBehavior.exists()", "Questionnaire.item", {"enableWhen": [{}, {}]}, False),
        ("offset.empty() or (when.exists() and ((when in ('C' | 'CM' | 'CD' | 'CV')).not()))", "Timing.repeat", {"offset": 1, "when": ["MORN", "EVE"]}, True),
        ("offset.empty() or (when.exists() and ((when in ('C' | 'CM' | 'CD' | 'CV')).not()))", "Timing.repeat", {"offset": 1, "when": ["MORN", "CM"]}, False),
    ],
)  # fmt: skip
def test_corrected_invariants_mean_what_their_sentence_says(expression: str, type_name: str, value: Any, holds: bool) -> None:
    said = judged(value, type_name, ("x-1", expression), resource={"resourceType": "Basic"})
    assert (not said) is holds


def test_what_is_said_of_a_broken_invariant() -> None:
    (issue,) = judged(
        {"gender": "male"}, "Patient.contact", ("pat-1", "name.exists() or telecom.exists() or address.exists() or organization.exists()"), resource=PATIENT
    )
    assert (issue.severity, issue.code, issue.clause, issue.path) == (Severity.ERROR, "fhir/invariant", "pat-1", "Patient.here")
    assert issue.message.startswith("invariant pat-1 is not met: a contact of the patient")
    assert issue.remedy == "send name, telecom, address or organization"
    assert issue.issue_type == "invariant"


def test_an_invariant_that_gives_nothing_is_not_met() -> None:
    (issue,) = judged(PATIENT, "Patient", ("own-1", "photo.url.contains('x')"))
    assert issue.message == "invariant own-1 is not met: photo.url.contains('x')"


@pytest.mark.parametrize(
    "expression", ["name.single().exists()", "name.nonsense(1)", "%unheard", "name.(", "gender.memberOf('http://example.org/vs') and 'a' < 1"]
)
def test_what_cannot_be_evaluated_is_said_and_never_passed(expression: str) -> None:
    patient: dict[str, Any] = {key: value for key, value in PATIENT.items() if key != "gender"}
    (issue,) = judged(
        patient | {"birthDate": 1} if "memberOf" not in expression else patient, "Patient", ("own-1", expression if "memberOf" not in expression else "'a' < 1")
    )
    assert (issue.severity, issue.code) == (Severity.INFORMATION, "fhir/invariant-undetermined")
    assert issue.issue_type == "not-supported"


def test_it_is_said_once_a_document() -> None:
    assert len(judged(PATIENT, "Patient", ("own-1", "name.single()"), ("own-1", "name.single()"))) == 1


def test_rules_that_say_it_better_are_left_to_them_unless_judged_aside() -> None:
    attachment = ("att-1", "data.empty() or contentType.exists()")
    assert judged({"data": "AA=="}, "Attachment", attachment, resource=PATIENT) == []
    assert [one.clause for one in judged({"data": "AA=="}, "Attachment", attachment, resource=PATIENT, aside=True)] == ["att-1"]


def test_today_is_what_the_options_say() -> None:
    rule = ("own-1", "birthDate <= today()")
    assert judged(PATIENT, "Patient", rule, now="2024-05-06") == []
    assert [one.clause for one in judged(PATIENT, "Patient", rule, now="1925-07-03")] == ["own-1"]
    assert [one.code for one in judged(PATIENT, "Patient", rule)] == ["fhir/invariant-undetermined"]


def test_select_gives_elements_with_their_places() -> None:
    judging: Any = SimpleNamespace(
        resource=PATIENT,
        base="Patient",
        container=PATIENT,
        container_base="Patient",
        path_nodes={},
        untold_invariants=set(),
        answers=None,
        types=types(),
        version="4.0.1",
        options=Options(),
        definitions=None,
    )
    assert [one.path for one in select(judging, "name.where(use = 'usual')", PATIENT, "Patient", "Patient")] == ["Patient.name[1]"]
