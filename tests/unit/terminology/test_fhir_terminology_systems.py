"""Code systems: content at hand in whole and in part, supplements, displays, and the systems known by a check digit alone."""

from __future__ import annotations

import pytest
from fhir_terminology_kit import COLOURS, SYSTEM, VALUE_SET, Held, colours, over, value_set

from harness.terminology import Terminology
from harness.terminology.identifiers import loinc_fault, snomed_fault
from harness.terminology.slips import meant_system
from harness.terminology.systems import built_in

SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"


def test_a_complete_system_proves_a_code_absent() -> None:
    terminology = over()
    assert terminology.code(SYSTEM, "red").status == "yes"
    assert terminology.code(SYSTEM, "mauve").status == "no"
    assert "Colours has no code 'mauve'" in terminology.code(SYSTEM, "mauve").reason


@pytest.mark.parametrize("content", ["fragment", "example", "not-present"])
def test_a_system_in_part_proves_a_code_present_only(content: str) -> None:
    terminology = over(value_set("a", colours(("concept", "is-a", "red"))), system={**COLOURS, "content": content})
    assert terminology.code(SYSTEM, "red").status == "yes"
    assert terminology.code(SYSTEM, "mauve").status == "unknown"
    assert terminology.member(VALUE_SET + "a", "pink", SYSTEM).status == "yes"
    assert terminology.member(VALUE_SET + "a", "mauve", SYSTEM).status == "unknown"
    assert terminology.codes(VALUE_SET + "a") is None


def test_supplements_add_displays_and_are_no_system_of_their_own() -> None:
    supplement = {
        "resourceType": "CodeSystem",
        "url": "https://exemplar-harness.example/s",
        "content": "supplement",
        "supplements": f"{SYSTEM}|2.0.0",
        "concept": [{"code": "red", "designation": [{"language": "cy", "value": "Coch"}]}],
    }
    terminology = over(supplement, value_set("a", colours()))
    answer = terminology.code(SYSTEM, "red")
    assert terminology.right_display(SYSTEM, "red", "coch", answer) is True
    assert terminology.right_display(SYSTEM, "red", "Glas", answer) is False
    assert terminology.member(VALUE_SET + "a", "red", SYSTEM, display="Coch").display == "Coch"
    assert terminology.system("https://exemplar-harness.example/s") is None


def test_displays_are_compared_without_case_and_runs_of_space() -> None:
    answer = over().code(SYSTEM, "any")
    assert answer.right_display(" any   COLOUR") is True
    assert answer.right_display("any color") is False
    assert over().code(SYSTEM, "red").right_display("Rouge") is True


def test_value_sets_may_word_a_code_their_own_way() -> None:
    terminology = over(value_set("a", {"system": SYSTEM, "concept": [{"code": "red", "display": "Tomato"}]}))
    assert terminology.member(VALUE_SET + "a", "red", SYSTEM, display="Tomato").display == "Tomato"
    assert terminology.member(VALUE_SET + "a", "red", SYSTEM).display == "Red"


@pytest.mark.parametrize("code", ["22298006", "73211009", "404684003", "9290701000001101", "24700007 |Multiple sclerosis|", "1234 + 5678"])
def test_snomed_ids_in_form(code: str) -> None:
    assert snomed_fault(code) is None


@pytest.mark.parametrize(
    ("code", "why"),
    [("123", "6 to 18"), ("022298006", "leading zero"), ("22298007", "check digit"), ("T-15460", "6 to 18"), ("680946014", "description"), ("1" * 19, "18")],
)
def test_snomed_ids_out_of_form(code: str, why: str) -> None:
    assert why in (snomed_fault(code) or "")


@pytest.mark.parametrize("code", ["8480-6", "85354-9", "29463-7", "718-7", "LA6576-8", "LP43571-6"])
def test_loinc_codes_in_form(code: str) -> None:
    assert loinc_fault(code) is None


@pytest.mark.parametrize("code", ["8480-7", "8480", "8480-66", "abc-1", ""])
def test_loinc_codes_out_of_form(code: str) -> None:
    assert loinc_fault(code)


def test_a_malformed_code_is_none_of_a_distant_system_and_any_other_is_unknown() -> None:
    terminology = over()
    assert terminology.code(SNOMED, "22298007").status == "no"
    assert terminology.code(SNOMED, "22298006").status == "unknown"
    assert terminology.code(LOINC, "8480-7").status == "no"
    assert terminology.code("http://hl7.org/fhir/sid/icd-10", "A00").status == "unknown"
    assert terminology.code("https://exemplar-harness.example/none", "A00").status == "unknown"


def test_a_filter_over_a_distant_system_takes_its_own_root_and_nothing_malformed() -> None:
    snomed = {"system": SNOMED, "filter": [{"property": "concept", "op": "is-a", "value": "64572001"}]}
    terminology = Terminology(Held(value_set("a", snomed)))
    asked = {code: terminology.member(VALUE_SET + "a", code, SNOMED).status for code in ("22298006", "22298007")}
    assert asked == {"22298006": "unknown", "22298007": "no"}
    assert terminology.member(VALUE_SET + "a", "red", SYSTEM).status == "no", "another system is not in it whatever SNOMED CT says"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("https://snomed.info/sct", SNOMED),
        ("http://snomed.info/sct/", SNOMED),
        ("urn:oid:2.16.840.1.113883.6.96", SNOMED),
        ("http://www.loinc.org", LOINC),
        ("ucum", "http://unitsofmeasure.org"),
        ("https://exemplar-harness.example/else", ""),
        ("", ""),
    ],
)
def test_common_slips_lead_to_the_system_that_is_meant(written: str, meant: str) -> None:
    assert meant_system(written, lambda uri: uri in built_in()) == meant


def test_moved_tables_lead_to_where_they_are_now() -> None:
    known = {"http://terminology.hl7.org/CodeSystem/v2-0203", "http://terminology.hl7.org/CodeSystem/v3-ActCode"}
    assert meant_system("http://hl7.org/fhir/v2/0203", known.__contains__) == "http://terminology.hl7.org/CodeSystem/v2-0203"
    assert meant_system("urn:oid:2.16.840.1.113883.12.203", known.__contains__) == "http://terminology.hl7.org/CodeSystem/v2-0203"
    assert meant_system("http://hl7.org/fhir/v3/ActCode", known.__contains__) == "http://terminology.hl7.org/CodeSystem/v3-ActCode"
