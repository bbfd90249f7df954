"""What conversion makes is valid where the message is: codes that a site put into an HL7 table are not called HL7's."""

from __future__ import annotations

from typing import Any

import pytest
from mapping_convert_kit import converted, messages_of, resources
from material import Material, everywhere

from harness.mapping.carry.back import to_v2
from harness.mapping.carry.datatypes import coded_in, system_in
from harness.mapping.convert import to_fhir
from harness.validation.dispatch import validate
from harness.validation.options import Options

PUBLISHED, OURS = "http://terminology.hl7.org/CodeSystem/v2-", "https://exemplar-harness.example/fhir/CodeSystem/v2-"


@pytest.mark.parametrize(
    ("table", "code", "system"),
    [
        ("0128", "SV", f"{PUBLISHED}0128"),
        ("0128", "7", f"{OURS}0128"),
        ("0063", "SPO", f"{PUBLISHED}0063"),
        ("0063", "16", f"{OURS}0063"),
        ("0296", "cy", "urn:ietf:bcp:47"),
        ("9999", "A", f"{PUBLISHED}9999"),
    ],
)
def test_a_code_is_of_the_published_table_where_that_has_it(table: str, code: str, system: str) -> None:
    assert system_in(table, code) == system
    assert coded_in("", table, code) == system
    assert coded_in(f"HL7{table}", "", code) == system


def test_a_named_coding_system_stands_before_the_table_of_the_field() -> None:
    assert coded_in("SNCT", "0128", "7") == "http://snomed.info/sct"
    assert coded_in("", "", "7") == ""


def test_a_code_of_a_site_comes_back_as_it_went() -> None:
    made = converted("AL1|1|DA|91936005^Penicillin^SNCT|7|Rash")
    severity = [one for one in resources(made, "AllergyIntolerance")[0]["extension"] if one["url"].endswith("severity-0128")]
    assert severity[0]["valueCodeableConcept"]["coding"][0] == {"system": f"{OURS}0128", "code": "7"}
    assert to_v2(made.result).result.get("AL1-4.1") == "7"


@everywhere
def test_every_example_converts_without_a_validation_error(material: Material) -> None:
    faults: list[Any] = []
    count = 0
    for name, tree in messages_of(material):
        if name.startswith(("fixtures/itk", "itk-adt-examples")):
            count += 1
            faults += [(name, str(issue.location), issue.message) for issue in validate(to_fhir(tree).data, Options()) if issue.is_error]
    assert count >= material.least(own=8, shared=50)
    assert faults == []
