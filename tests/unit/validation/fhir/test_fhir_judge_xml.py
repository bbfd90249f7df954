"""What only XML can get wrong: order, attributes, namespaces, text between elements; and where it is said to stand."""

from __future__ import annotations

import pytest
from fhir_profiles_kit import base, patient, said

from harness.model.issue import Severity

OPEN = '<Patient xmlns="http://hl7.org/fhir" xmlns:o="http://other.example">'


def xml(inner: str) -> bytes:
    return f"{OPEN}\n{inner}\n</Patient>".encode()


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ('<active value="true"/>\n<name><family value="A"/></name>', []),
        ('<birthDate value="2000-01-01"/>\n<active value="true"/>', [("fhir/xml-order", "Patient.active")]),
        ('<name id="n" family="A"><given value="B"/></name>', [("fhir/xml-attribute", "Patient.name[0]")]),
        ("<name>oops<family value='A'/></name>", [("fhir/stray-text", "Patient.name[0]")]),
        ('<o:odd value="1"/>', [("fhir/unknown-element", "Patient.{http://other.example}odd")]),
        ('<active value="True"/>', [("fhir/primitive", "Patient.active")]),
        ('<multipleBirthInteger value="1.0"/>', [("fhir/primitive", "Patient.multipleBirth.ofType(integer)")]),
        ('<name><family value="  "/></name>', [("fhir/primitive", "Patient.name[0].family")]),
        ('<gender value="male"/>\n<gender value="male"/>', [("fhir/cardinality", "Patient.gender")]),
        ("<name/>", [("fhir/empty", "Patient.name[0]")]),
    ],
)
def test_xml(inner: str, expected: list[tuple[str, str]]) -> None:
    found = base().validate(xml(inner))
    assert said(found) == expected
    assert all(issue.location.line is not None for issue in found.issues)


def test_line_and_column() -> None:
    (issue,) = base().validate(xml('<active value="true"/>\n  <name><given value="B"/><given value=""/></name>')).errors
    assert (issue.location.path, issue.location.line) == ("Patient.name[0].given[1]", 3)


def test_white_space_alone_is_a_warning_in_json_and_no_content_in_xml() -> None:
    (issue,) = base().validate(patient(name=[{"family": "  "}])).issues
    assert (issue.code, issue.severity) == ("fhir/text", Severity.WARNING)


@pytest.mark.parametrize("data", [b'<!DOCTYPE a [<!ENTITY x "y">]><Patient xmlns="http://hl7.org/fhir"/>', b"<Patient/>", b"<Patient", b"<a:b/>"])
def test_unsafe_or_foreign_xml_is_fatal(data: bytes) -> None:
    (issue,) = base().validate(data).issues
    assert issue.severity is Severity.FATAL
