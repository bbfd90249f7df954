"""STU3 definitions in the shape of R4, and the slim form of both: nothing judged by is lost, nothing malformed raises."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from harness.catalogue.fhir import definitions
from harness.catalogue.fhir.choices import by_own_name
from harness.catalogue.fhir.slim import slim
from harness.catalogue.fhir.structure import elements_of, structure_of
from harness.catalogue.fhir.stu3 import to_r4

CORE = "http://hl7.org/fhir/StructureDefinition/"


def structure(*elements: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "StructureDefinition", "url": "http://x.example/p", "type": "Patient", "differential": {"element": list(elements)}, **more}


def first(resource: dict[str, Any]) -> Any:
    return to_r4(resource)["differential"]["element"][0]


def test_types_of_one_code_become_one_with_all_their_profiles_and_targets() -> None:
    types = [
        {"code": "Reference", "targetProfile": f"{CORE}Patient", "aggregation": ["bundled"]},
        {"code": "Reference", "targetProfile": f"{CORE}Group"},
        {"code": "Quantity", "profile": f"{CORE}SimpleQuantity"},
        {"code": "Reference", "targetProfile": f"{CORE}Patient", "profile": f"{CORE}ref"},
    ]
    assert first(structure({"path": "Patient.x", "type": types}))["type"] == [
        {"code": "Reference", "targetProfile": [f"{CORE}Patient", f"{CORE}Group"], "aggregation": ["bundled"], "profile": [f"{CORE}ref"]},
        {"code": "Quantity", "profile": [f"{CORE}SimpleQuantity"]},
    ]


def test_bindings_name_their_value_set_as_a_canonical() -> None:
    extension = {"url": f"{CORE}elementdefinition-maxValueSet", "valueReference": {"reference": "http://x.example/max"}}
    for held in ({"valueSetUri": "http://x.example/v"}, {"valueSetReference": {"reference": "http://x.example/v"}}):
        binding = first(structure({"path": "Patient.x", "binding": {"strength": "required", "extension": [extension], **held}}))["binding"]
        assert binding == {
            "strength": "required",
            "valueSet": "http://x.example/v",
            "extension": [{"url": extension["url"], "valueCanonical": "http://x.example/max"}],
        }


def test_contexts_are_pairs() -> None:
    for kind, said in (("resource", "element"), ("datatype", "element"), ("extension", "extension")):
        assert to_r4(structure(contextType=kind, context=["Patient.x"]))["context"] == [{"type": said, "expression": "Patient.x"}]


def test_the_source_of_a_constraint_is_a_canonical() -> None:
    assert first(structure({"path": "Patient", "constraint": [{"key": "a-1", "source": "Element"}]}))["constraint"][0]["source"] == f"{CORE}Element"


def test_a_choice_goes_by_its_own_name() -> None:
    base = {"path": "Observation.value[x]", "min": 0, "max": "1"}
    elements = [
        {"id": "Observation", "path": "Observation"},
        {"id": "Observation.component:a", "path": "Observation.component", "sliceName": "a"},
        {"id": "Observation.component:a.valueQuantity", "path": "Observation.component.valueQuantity", "base": base},
        {"id": "Observation.component:a.valueQuantity.unit", "path": "Observation.component.valueQuantity.unit"},
        {"id": "Observation.component:b.value[x]", "path": "Observation.component.value[x]", "base": base},
        {"id": "Observation.component:b.valueString", "path": "Observation.component.valueString", "base": base},
        {"id": "Observation.valueSet", "path": "Observation.valueSet", "base": {"path": "Observation.valueSet"}},
    ]
    assert [(one["id"], one["path"], one.get("sliceName")) for one in by_own_name(elements)] == [
        ("Observation", "Observation", None),
        ("Observation.component:a", "Observation.component", "a"),
        ("Observation.component:a.value[x]", "Observation.component.value[x]", None),
        ("Observation.component:a.value[x].unit", "Observation.component.value[x].unit", None),
        ("Observation.component:b.value[x]", "Observation.component.value[x]", None),
        ("Observation.component:b.value[x]:valueString", "Observation.component.value[x]", "valueString"),
        ("Observation.valueSet", "Observation.valueSet", None),
    ]


def test_two_types_of_a_choice_become_slices_of_it() -> None:
    base = {"path": "Extension.value[x]", "min": 0, "max": "1"}
    two = [{"id": f"Extension.value{kind}", "path": f"Extension.value{kind}", "base": base, "type": [{"code": kind}]} for kind in ("Quantity", "Range")]
    whole, *slices = by_own_name(two)
    assert whole["slicing"] == {"discriminator": [{"type": "type", "path": "$this"}], "rules": "open"}
    assert [one["code"] for one in whole["type"]] == ["Quantity", "Range"]
    assert [one["id"] for one in slices] == ["Extension.value[x]:valueQuantity", "Extension.value[x]:valueRange"]


def test_questionnaires_and_maps_have_the_names_of_r4() -> None:
    item = {
        "linkId": "1",
        "options": {"reference": "http://x.example/v"},
        "option": [{"valueString": "a"}],
        "initialString": "a",
        "enableWhen": [{"question": "0", "hasAnswer": True}, {"question": "0", "answerString": "b"}],
        "item": [{"linkId": "1.1", "initialBoolean": False}],
    }
    assert to_r4({"resourceType": "Questionnaire", "item": [item]})["item"] == [
        {
            "linkId": "1",
            "answerValueSet": "http://x.example/v",
            "answerOption": [{"valueString": "a"}],
            "initial": [{"valueString": "a"}],
            "enableWhen": [{"question": "0", "operator": "exists", "answerBoolean": True}, {"question": "0", "answerString": "b", "operator": "="}],
            "enableBehavior": "any",
            "item": [{"linkId": "1.1", "initial": [{"valueBoolean": False}]}],
        }
    ]
    assert to_r4({"resourceType": "ConceptMap", "sourceReference": {"reference": "http://x.example/v"}})["sourceCanonical"] == "http://x.example/v"


def test_no_choice_of_the_core_goes_by_the_type_that_is_left() -> None:
    for resource in definitions("3.0.2").every("StructureDefinition"):
        for element in elements_of(resource, "snapshot"):
            assert str(element["path"]).endswith("[x]") == str(element["base"]["path"]).endswith("[x]"), (resource["url"], element["id"])


def test_slim_keeps_what_is_judged_by_and_drops_prose() -> None:
    element = {
        "id": "Patient.x",
        "path": "Patient.x",
        "short": "prose",
        "comment": "prose",
        "_definition": {"extension": []},
        "mustSupport": False,
        "fixedString": "x",
        "extension": [{"url": "http://x.example/e", "valueString": "kept"}],
        "constraint": [{"key": "a-1", "severity": "error", "human": "Say it.", "expression": "true", "xpath": "prose"}],
        "binding": {"strength": "required", "valueSet": "http://x.example/v", "description": "prose"},
        "slicing": {"rules": "open", "description": "prose"},
    }
    found = slim(structure(element, text={"div": "prose"}, description="prose", contact=[{"name": "prose"}]), "4.0.1")
    assert "prose" not in str(found)
    assert found["differential"]["element"][0] == {
        "id": "Patient.x",
        "path": "Patient.x",
        "mustSupport": False,
        "fixedString": "x",
        "extension": [{"url": "http://x.example/e", "valueString": "kept"}],
        "constraint": [{"key": "a-1", "severity": "error", "human": "Say it.", "expression": "true"}],
        "binding": {"strength": "required", "valueSet": "http://x.example/v"},
        "slicing": {"rules": "open"},
    }


WORDS = """snapshot differential element type code profile binding valueSetReference reference constraint source context id path contextType base concept
extension url item enableWhen hasAnswer options compose slicing sliceName max"""
NAMES = st.sampled_from(WORDS.split())
KINDS = st.sampled_from(["StructureDefinition", "CodeSystem", "ValueSet", "ConceptMap", "Questionnaire", "Other", 5, None])
TEXTS = st.sampled_from(["Patient", "Patient.value[x]", "Patient.valueString", "Reference", "", "http://x.example/a", "element", "required"])
TREES = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5), max_leaves=30
)


@settings(max_examples=300, deadline=None)
@given(kind=KINDS, body=st.dictionaries(NAMES, TREES, max_size=6), elements=st.lists(st.dictionaries(NAMES, TREES, max_size=5), max_size=4))
def test_malformed_definitions_never_raise(kind: Any, body: dict[str, Any], elements: list[Any]) -> None:
    for version in ("4.0.1", "3.0.2"):
        found = slim({**body, "resourceType": kind, "snapshot": {"element": elements}}, version)
        structure_of(found, elements_of(found, "snapshot"))
