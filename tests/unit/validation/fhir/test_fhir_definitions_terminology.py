"""Code systems, value sets and concept maps as definitions."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_definitions_kit import Resource, errors, warnings

from harness.validation.fhir.definitions.constraint_language import well_formed

SYSTEM = "https://exemplar-harness.example/fhir/CodeSystem/c"
SET = "https://exemplar-harness.example/fhir/ValueSet/v"
STANDARD = "http://hl7.org/fhir/concept-properties#"


def system(*concepts: Resource, **more: Any) -> Resource:
    return {"resourceType": "CodeSystem", "url": SYSTEM, "status": "active", "content": "complete", "caseSensitive": True, "concept": list(concepts), **more}


def value_set(**include: Any) -> Resource:
    return {"resourceType": "ValueSet", "url": SET, "status": "active", "compose": {"include": [include]}}


A, B = {"code": "a"}, {"code": "b", "concept": [{"code": "b1"}]}


@pytest.mark.parametrize(("count", "right"), [(3, True), (2, False), (10, False)])
def test_a_complete_system_has_as_many_concepts_as_it_says(count: int, right: bool) -> None:
    assert errors(system(A, B, count=count)) == ([] if right else [("fhir/code-system", "CodeSystem.count")])


@pytest.mark.parametrize(
    ("declared", "held", "wrong"),
    [
        ({"code": "p", "type": "string"}, {"code": "p", "valueString": "x"}, ""),
        ({"code": "p", "type": "string"}, {"code": "p", "valueBoolean": True}, "CodeSystem.concept[0].property[0]"),
        ({"code": "notSelectable", "uri": f"{STANDARD}notSelectable", "type": "boolean"}, {"code": "notSelectable", "valueBoolean": True}, ""),
        ({"code": "notSelectable", "uri": f"{STANDARD}notSelectable", "type": "dateTime"}, {}, "CodeSystem.property[0]"),
        ({"code": "parent", "uri": f"{STANDARD}parent", "type": "code"}, {"code": "parent", "valueCode": "nowhere"}, "CodeSystem.concept[0].property[0]"),
        (
            {"code": "p", "type": "Coding"},
            {"code": "p", "valueCoding": {"system": "http://hl7.org/fhir/item-type", "code": "nonsense"}},
            "CodeSystem.concept[0].property[0].valueCoding.code",
        ),
    ],
)
def test_properties_are_of_their_declared_types(declared: Resource, held: Resource, wrong: str) -> None:
    found = errors(system({"code": "a", **({"property": [held]} if held else {})}, property=[declared]))
    assert found == ([("fhir/code-system", wrong)] if wrong else [])


def test_a_property_that_is_not_declared_is_a_warning() -> None:
    assert warnings(system({"code": "a", "property": [{"code": "x", "valueString": "y"}]})) == ["CodeSystem.concept[0].property[0]"]


def test_a_supplement_adds_to_codes_that_are_there() -> None:
    supplement = {**system({"code": "a"}, {"code": "z"}), "url": f"{SYSTEM}-s", "content": "supplement", "supplements": SYSTEM}
    assert errors(supplement, system(A, B)) == [("fhir/code-system", "CodeSystem.concept[1].code")]
    assert errors({**supplement, "supplements": None, "concept": []}) == [("fhir/code-system", "CodeSystem")]
    assert ("fhir/code-system", "CodeSystem.content") in errors({**supplement, "content": "complete"})


@pytest.mark.parametrize(
    ("include", "right"), [({"system": SYSTEM}, True), ({"system": SYSTEM, "concept": [A]}, False), ({"system": "https://b.example/"}, False)]
)
def test_the_value_set_of_all_codes_is_that(include: Resource, right: bool) -> None:
    assert (not errors(system(A, valueSet=SET), value_set(**include))) is right


def test_a_value_set_lists_codes_once_and_as_they_are() -> None:
    assert warnings(value_set(system=SYSTEM, concept=[{"code": "a"}, {"code": "b1"}]), system(A, B)) == []
    found = warnings(value_set(system=SYSTEM, concept=[{"code": "a"}, {"code": "z"}, {"code": "a"}]), system(A, B))
    assert found == ["ValueSet.compose.include[0].concept[1].code", "ValueSet.compose.include[0].concept[2].code"]


def test_systems_are_systems_and_imports_are_value_sets() -> None:
    other = {**value_set(system=SYSTEM), "url": f"{SET}-other"}
    assert errors(value_set(system=f"{SET}-other"), other) == [("fhir/value-set", "ValueSet.compose.include[0].system")]
    assert errors(value_set(valueSet=[SYSTEM]), system(A)) == [("fhir/value-set", "ValueSet.compose.include[0].valueSet[0]")]
    assert errors(value_set(valueSet=[SET])) == [("fhir/value-set", "ValueSet.compose.include[0].valueSet[0]")]
    assert warnings(value_set(valueSet=["https://a.example/none"])) == ["ValueSet.compose.include[0].valueSet[0]"]
    assert errors(value_set(valueSet=[f"{SET}-other"]), other) == []


PROPERTIES = [
    {"code": "flag", "type": "boolean"},
    {"code": "number", "type": "integer"},
    {"code": "size", "type": "decimal"},
    {"code": "when", "type": "dateTime"},
    {"code": "kind", "type": "Coding"},
    {"code": "name", "type": "string"},
]


@pytest.mark.parametrize(
    ("each", "wrong"),
    [
        (("flag", "=", "true"), False),
        (("flag", "=", "1"), True),
        (("number", "=", "12"), False),
        (("number", "=", "lt2"), False),
        (("number", "=", "many"), True),
        (("size", "=", "1.5"), False),
        (("size", "=", "big"), True),
        (("when", "=", "2026-01-01"), False),
        (("when", "=", "soon"), True),
        (("kind", "=", "http://hl7.org/fhir/item-type#boolean"), False),
        (("kind", "=", "http://hl7.org/fhir/item-type#nonsense"), True),
        (("kind", "=", "boolean"), True),
        (("kind", "in", "http://hl7.org/fhir/item-type#boolean,boolean"), True),
        (("name", "regex", "a(b"), True),
        (("name", "regex", "a.*"), False),
        (("name", "exists", "maybe"), True),
        (("concept", "is-a", "b"), False),
        (("concept", "is-a", "zz"), True),
        (("own", "=", "x"), False),
        (("own", "is-a", "x"), True),
    ],
)
def test_filters_go_with_their_property(each: tuple[str, str, str], wrong: bool) -> None:
    held = system(A, B, property=PROPERTIES, filter=[{"code": "own", "operator": ["="], "value": "v"}])
    asked = value_set(system=SYSTEM, filter=[dict(zip(("property", "op", "value"), each, strict=True))])
    assert errors(asked, held) == ([("fhir/value-set", "ValueSet.compose.include[0].filter[0]")] if wrong else [])


def test_a_filter_on_an_unknown_property_is_a_warning() -> None:
    asked = value_set(system=SYSTEM, filter=[{"property": "colour", "op": "=", "value": "red"}])
    assert warnings(asked, system(A)) == ["ValueSet.compose.include[0].filter[0]"]


def test_an_expansion_holds_no_more_than_its_total() -> None:
    expansion = {"timestamp": "2026-01-01", "total": 1, "contains": [{"system": SYSTEM, "code": "a", "contains": [{"system": SYSTEM, "code": "b"}]}]}
    assert warnings({"resourceType": "ValueSet", "status": "active", "expansion": expansion}) == ["ValueSet.expansion.total"]


def concept_map(*elements: Resource, **more: Any) -> Resource:
    return {"resourceType": "ConceptMap", "status": "active", "group": [{"source": SYSTEM, "target": SYSTEM, "element": list(elements)}], **more}


def test_mapped_codes_are_of_their_system_and_value_set() -> None:
    right = {"code": "a", "target": [{"code": "b", "equivalence": "equal"}]}
    assert errors(concept_map(right), system(A, B)) == []
    assert errors(concept_map({"code": "z", "target": [{"code": "y", "equivalence": "equal"}]}), system(A, B)) == [
        ("fhir/concept-map", "ConceptMap.group[0].element[0].code"),
        ("fhir/concept-map", "ConceptMap.group[0].element[0].target[0].code"),
    ]
    scoped = concept_map({"code": "b"}, sourceCanonical=SET)
    assert errors(scoped, system(A, B), value_set(system=SYSTEM, concept=[A])) == [("fhir/concept-map", "ConceptMap.group[0].element[0].code")]
    assert errors({"resourceType": "ConceptMap", "group": [{"source": SET}]}, value_set(system=SYSTEM)) == [("fhir/concept-map", "ConceptMap.group[0].source")]


def test_a_mapping_says_what_it_maps_to() -> None:
    found = concept_map({"code": "a", "target": [{"equivalence": "equal"}, {"code": "b", "equivalence": "unmatched"}]}, {"code": "a"})
    assert warnings(found, system(A, B)) == [
        "ConceptMap.group[0].element[0].target[0]",
        "ConceptMap.group[0].element[0].target[1]",
        "ConceptMap.group[0].element[1].code",
    ]


@pytest.mark.parametrize(
    ("constraint", "right"),
    [
        ("< 404684003 |Clinical finding|", True),
        ("<< 73211009", True),
        ("^ 999000561000000109 |Refset|", True),
        ("(< 404684003 OR 73211009) MINUS << 46635009", True),
        ("< 404684003 : 363698007 |Finding site| = << 39057004, 116676008 = *", True),
        ("< 404684003 : { 363698007 = << 39057004 }, [1..3] R 127489000 = (< 1 234567)", False),
        ("< 404684003 : [0..1] { [1..*] 363698007 != << 39057004 }", True),
        ("< 373873005 : 1142135004 >= #500", True),
        ("< 125605004 . 363698007", True),
        ('<< 404684003 {{ D term = "heart" }}', True),
        ("*", True),
        ("DescendantOrSelfOf 86290005 MINUS DescendantOrSelfOf 927961000000102", True),
        ("memberOf 999000561000000109", True),
        ("234234 << 234234", False),
        ("<< 404684003 OR", False),
        ("(<< 404684003", False),
        ("404684003 73211009", False),
        ("", False),
        ("heart", False),
    ],
)
def test_a_constraint_over_snomed_has_the_shape_of_one(constraint: str, right: bool) -> None:
    assert well_formed(constraint) is right
