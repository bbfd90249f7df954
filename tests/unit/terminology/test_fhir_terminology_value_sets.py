"""Value sets by the mechanisms of FHIR R4 4.9.5: include, exclude, filters, imports, expansions, versions."""

from __future__ import annotations

from typing import Any

import pytest
from fhir_terminology_kit import COLOURS, SYSTEM, VALUE_SET, codes, colours, listed, over, value_set

EVERY = {"any", "red", "crimson", "pink", "blue", "purple", "black"}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ((), EVERY),
        ((("concept", "is-a", "red"),), {"red", "crimson", "pink", "purple"}),
        ((("concept", "descendent-of", "red"),), {"crimson", "pink", "purple"}),
        ((("concept", "is-not-a", "any"),), {"black"}),
        ((("concept", "generalizes", "purple"),), {"purple", "red", "blue", "any"}),
        ((("concept", "child-of", "any"),), {"red", "blue"}),
        ((("concept", "descendent-leaf", "any"),), {"crimson", "pink", "purple"}),
        ((("concept", "in", "red, blue,none"),), {"red", "blue"}),
        ((("concept", "not-in", "red,blue"),), EVERY - {"red", "blue"}),
        ((("code", "regex", "[a-z]{3,4}"),), {"any", "red", "pink", "blue"}),
        ((("display", "=", "Blue"),), {"blue"}),
        ((("parent", "=", "red"),), {"crimson", "pink", "purple"}),
        ((("child", "=", "purple"),), {"red", "blue"}),
        ((("warm", "=", "true"),), {"red"}),
        ((("warm", "exists", "true"),), {"red", "blue"}),
        ((("warm", "exists", "false"),), EVERY - {"red", "blue"}),
        ((("like", "=", f"{SYSTEM}|red"),), {"pink"}),
        ((("notSelectable", "exists", "false"),), EVERY - {"any"}),
        ((("inactive", "=", "true"),), {"crimson"}),
        ((("concept", "is-a", "red"), ("concept", "is-a", "blue")), {"purple"}),
        ((("concept", "is-a", "mauve"),), set()),
    ],
)
def test_filters_take_what_the_code_system_says(filters: Any, expected: set[str]) -> None:
    assert codes(over(value_set("a", colours(*filters))), "a") == expected


@pytest.mark.parametrize(("operation", "value"), [("regex", "(a+)+b"), ("regex", "(["), ("regex", "x" * 600), ("no-such-operation", "red")])
def test_a_filter_that_cannot_be_answered_is_unknown_not_no(operation: str, value: str) -> None:
    terminology = over(value_set("a", colours(("code", operation, value))))
    assert codes(terminology, "a") is None
    answer = terminology.member(VALUE_SET + "a", "red", SYSTEM)
    assert answer.status == "unknown"
    assert operation in answer.reason
    assert terminology.member(VALUE_SET + "a", "mauve", SYSTEM).status == "no", "a code the system does not have is in no value set of it"


def test_includes_are_joined_and_excludes_taken_away() -> None:
    terminology = over(value_set("a", listed("red", "black"), colours(("concept", "is-a", "blue")), exclude=[listed("black")]))
    assert codes(terminology, "a") == {"red", "blue", "purple"}


def test_imports_of_one_include_are_intersected_and_those_of_two_joined() -> None:
    warm, cold = value_set("warm", listed("red", "purple")), value_set("cold", listed("blue", "purple"))
    both = value_set("both", {"valueSet": [VALUE_SET + "warm", VALUE_SET + "cold"]})
    either = value_set("either", {"valueSet": [VALUE_SET + "warm"]}, {"valueSet": [VALUE_SET + "cold"]})
    narrowed = value_set("narrowed", {**colours(("concept", "is-a", "blue")), "valueSet": [VALUE_SET + "cold"]})
    terminology = over(warm, cold, both, either, narrowed)
    assert codes(terminology, "both") == {"purple"}
    assert codes(terminology, "either") == {"red", "blue", "purple"}
    assert codes(terminology, "narrowed") == {"blue", "purple"}


def test_an_import_too_big_to_list_is_asked_code_by_code() -> None:
    tags = value_set("tags", {"system": "urn:ietf:bcp:47"})
    few = value_set("few", listed("en", "xx", system="urn:ietf:bcp:47"))
    both = value_set("both", {"valueSet": [VALUE_SET + "tags", VALUE_SET + "few"]})
    assert codes(over(tags, few, both), "both") == {"en"}


def test_a_value_set_in_a_circle_answers_what_it_can() -> None:
    one = value_set("one", listed("red"), {"valueSet": [VALUE_SET + "two"]})
    two = value_set("two", listed("blue"), {"valueSet": [VALUE_SET + "one"]})
    terminology = over(one, two)
    assert codes(terminology, "one") is None
    assert terminology.member(VALUE_SET + "one", "red", SYSTEM).status == "yes"
    assert terminology.member(VALUE_SET + "one", "blue", SYSTEM).status == "yes"
    answer = terminology.member(VALUE_SET + "one", "black", SYSTEM)
    assert (answer.status, "itself" in answer.reason) == ("unknown", True)


def test_inactive_codes_are_left_out_where_compose_says_so() -> None:
    terminology = over(value_set("all", colours()), value_set("active", colours(), inactive=False))
    assert codes(terminology, "all") == EVERY
    assert codes(terminology, "active") == EVERY - {"crimson"}
    assert terminology.member(VALUE_SET + "all", "crimson", SYSTEM).inactive
    assert terminology.member(VALUE_SET + "all", "any", SYSTEM).abstract


def test_a_code_without_a_system_is_looked_up_in_all_systems_of_the_set() -> None:
    terminology = over(value_set("a", listed("red")), value_set("tags", {"system": "urn:ietf:bcp:47"}))
    assert terminology.member(VALUE_SET + "a", "red").status == "yes"
    assert terminology.member(VALUE_SET + "a", "blue").status == "no"
    assert terminology.member(VALUE_SET + "tags", "en-GB").status == "yes"
    assert terminology.member(VALUE_SET + "tags", "english").status == "no"


def test_case_matters_unless_the_code_system_says_not() -> None:
    strict, loose = over(value_set("a", listed("red"))), over(value_set("a", listed("red")), system={**COLOURS, "caseSensitive": False})
    assert strict.member(VALUE_SET + "a", "RED", SYSTEM).status == "no"
    assert loose.member(VALUE_SET + "a", "RED", SYSTEM).status == "yes"
    assert loose.code(SYSTEM, "Blue").status == "yes"


def test_codes_by_name_decide_although_their_system_is_not_at_hand() -> None:
    terminology = over(value_set("a", listed("22298006", system="http://snomed.info/sct")))
    assert terminology.member(VALUE_SET + "a", "22298006", "http://snomed.info/sct").status == "yes"
    assert terminology.member(VALUE_SET + "a", "73211009", "http://snomed.info/sct").status == "no"


def test_a_shipped_expansion_stands_in_for_a_compose_that_cannot_be_answered() -> None:
    snomed = {"system": "http://snomed.info/sct", "filter": [{"property": "concept", "op": "is-a", "value": "64572001"}]}
    inner = [{"system": "http://snomed.info/sct", "code": "22298006", "display": "Myocardial infarction"}]
    contains = [{"system": "http://snomed.info/sct", "code": "64572001", "abstract": True, "contains": inner}]
    whole = value_set("whole", snomed, expansion={"contains": contains})
    paged = value_set("paged", snomed, expansion={"total": 90_000, "contains": contains})
    cut = value_set("cut", snomed, expansion={"parameter": [{"name": "count", "valueInteger": 2}], "contains": contains})
    terminology = over(whole, paged, cut)
    asked = {name: terminology.member(VALUE_SET + name, "73211009", "http://snomed.info/sct").status for name in ("whole", "paged", "cut")}
    assert asked == {"whole": "no", "paged": "unknown", "cut": "unknown"}
    assert terminology.member(VALUE_SET + "paged", "22298006", "http://snomed.info/sct").status == "yes"
    assert terminology.member(VALUE_SET + "whole", "64572001", "http://snomed.info/sct").abstract


def test_a_shipped_expansion_does_not_overrule_a_compose_that_can_be_answered() -> None:
    stale = value_set("a", listed("red"), expansion={"contains": [{"system": SYSTEM, "code": "blue"}]})
    assert codes(over(stale), "a") == {"red"}


def test_another_version_of_a_code_system_proves_nothing_absent() -> None:
    terminology = over(value_set("a", {**colours(), "version": "3.0.0"}), value_set("b", {**colours(), "version": "2.0"}))
    assert terminology.member(VALUE_SET + "a", "red", SYSTEM).status == "yes"
    answer = terminology.member(VALUE_SET + "a", "mauve", SYSTEM)
    assert (answer.status, "3.0.0" in answer.reason) == ("unknown", True)
    assert terminology.member(VALUE_SET + "b", "mauve", SYSTEM).status == "no"
    assert terminology.code(SYSTEM, "mauve", "1.0").status == "unknown"


def test_versions_of_value_sets_are_told_apart() -> None:
    old, new = value_set("a", listed("red"), version="1"), value_set("a", listed("blue"), version="2")
    terminology = over(old, new)
    assert terminology.member(VALUE_SET + "a|1", "red", SYSTEM).status == "yes"
    assert terminology.member(VALUE_SET + "a|2", "red", SYSTEM).status == "no"


def test_what_is_not_at_hand_is_unknown_and_says_so() -> None:
    terminology = over(value_set("a", {"system": "https://exemplar-harness.example/none"}))
    assert terminology.member(VALUE_SET + "missing", "red", SYSTEM).status == "unknown"
    assert "not at hand" in terminology.why(VALUE_SET + "missing")
    assert "none is not at hand" in terminology.member(VALUE_SET + "a", "x", "https://exemplar-harness.example/none").reason
    assert terminology.expand(VALUE_SET + "a") is None


def test_an_expansion_tells_displays_and_what_is_out_of_use() -> None:
    found = over(value_set("a", colours(("concept", "is-a", "red")))).expand(VALUE_SET + "a")
    assert found is not None
    assert found.codes[SYSTEM, "pink"] == "Pink"
    assert found.inactive == {(SYSTEM, "crimson")}


def test_a_value_set_inside_a_profile_is_found_behind_its_fragment() -> None:
    inner = {**value_set("x", listed("red")), "id": "few"}
    profile = {"resourceType": "StructureDefinition", "url": "https://exemplar-harness.example/p", "contained": [inner]}
    terminology = over(profile)
    assert terminology.member("https://exemplar-harness.example/p#few", "red", SYSTEM).status == "yes"
    assert terminology.member("https://exemplar-harness.example/p#none", "red", SYSTEM).status == "unknown"


def test_terminology_is_shared_over_definitions_that_add_none() -> None:
    terminology = over(value_set("a", listed("red")))
    assert terminology.over(terminology._definitions, [{"resourceType": "Patient"}]) is terminology
    assert terminology.over(terminology._definitions, [value_set("b")]) is not terminology
