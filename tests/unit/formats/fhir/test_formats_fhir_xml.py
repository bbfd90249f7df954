"""FHIR XML becomes what FHIR JSON would have been."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

import pytest

from harness.errors import FormatError
from harness.formats.fhir.xml import Fact, parse_xml
from harness.model.remark import Remark

EXTENSION: Mapping[str, Fact] = {"extension": (True, "Extension", False)}
KNOWN: Mapping[str, Mapping[str, Fact]] = {
    "Patient": {
        "id": (False, "id", False),
        "text": (False, "Narrative", False),
        "contained": (True, "Resource", False),
        "active": (False, "boolean", True),
        "name": (True, "HumanName", False),
        "birthDate": (False, "date", False),
        "multipleBirthInteger": (False, "integer", True),
        "contact": (True, "PatientContact", False),
        **EXTENSION,
    },
    "HumanName": {"family": (False, "string", False), "given": (True, "string", False), **EXTENSION},
    "PatientContact": {"name": (False, "HumanName", False)},
    "Narrative": {"status": (False, "code", False), "div": (False, "xhtml", False)},
    "Extension": {"valueDecimal": (False, "decimal", True), "valueString": (False, "string", False), **EXTENSION},
    "Element": EXTENSION,
    "Organization": {"name": (False, "string", False)},
    "Bundle": {"entry": (True, "BundleEntry", False)},
    "BundleEntry": {"resource": (False, "Resource", False), "fullUrl": (False, "uri", False)},
}


def read(body: str, name: str = "Patient") -> object:
    return parse_xml(f'<{name} xmlns="http://hl7.org/fhir">{body}</{name}>'.encode(), KNOWN.__getitem__)


def test_values_have_their_json_types() -> None:
    assert read(
        '<id value="1"/><active value="true"/><name><family value="x"/><given value="a"/><given value="b"/></name>'
        '<birthDate value="1950"/><multipleBirthInteger value="2"/>'
    ) == {
        "resourceType": "Patient",
        "id": "1",
        "active": True,
        "name": [{"family": "x", "given": ["a", "b"]}],
        "birthDate": "1950",
        "multipleBirthInteger": 2,
    }


def test_decimals_keep_their_digits() -> None:
    tree = read('<extension url="u"><valueDecimal value="1.50"/></extension>')
    assert tree == {"resourceType": "Patient", "extension": [{"url": "u", "valueDecimal": Decimal("1.50")}]}
    assert "1.50" in str(tree)


def test_what_is_not_the_number_it_should_be_stays_text() -> None:
    body = '<active value="yes"/><multipleBirthInteger value="007"/><extension url="u"><valueDecimal value="NaN"/></extension>'
    assert read(body) == {"resourceType": "Patient", "active": "yes", "multipleBirthInteger": "007", "extension": [{"url": "u", "valueDecimal": "NaN"}]}


def test_ids_and_extensions_of_primitives_stand_beside_them() -> None:
    body = (
        '<name id="n"><given value="a"/><given value="b" id="g"/><given><extension url="u"><valueString value="why"/></extension></given></name>'
        '<birthDate><extension url="u"><valueString value="x"/></extension></birthDate>'
    )
    assert read(body) == {
        "resourceType": "Patient",
        "name": [{"id": "n", "given": ["a", "b", None], "_given": [None, {"id": "g"}, {"extension": [{"url": "u", "valueString": "why"}]}]}],
        "_birthDate": {"extension": [{"url": "u", "valueString": "x"}]},
    }


def test_an_empty_primitive_does_not_vanish() -> None:
    assert read("<birthDate/>") == {"resourceType": "Patient", "_birthDate": {}}


def test_narrative_is_kept_as_text_without_foreign_declarations() -> None:
    data = (
        b'<f:Patient xmlns:f="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="a b"><f:text><f:status value="x"/>'
        b'<div xmlns="http://www.w3.org/1999/xhtml"><p class="a">1 &lt; 2 <b>!</b></p> tail</div> </f:text></f:Patient>'
    )
    assert parse_xml(data, KNOWN.__getitem__) == {
        "resourceType": "Patient",
        "text": {"status": "x", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p class="a">1 &lt; 2 <b>!</b></p> tail</div>'},
    }


def test_resources_nest() -> None:
    assert read('<contained><Organization><name value="x"/></Organization></contained>') == {
        "resourceType": "Patient",
        "contained": [{"resourceType": "Organization", "name": "x"}],
    }
    assert read('<entry><fullUrl value="u"/><resource><Patient><id value="1"/></Patient></resource></entry>', "Bundle") == {
        "resourceType": "Bundle",
        "entry": [{"fullUrl": "u", "resource": {"resourceType": "Patient", "id": "1"}}],
    }


def test_what_nobody_knows_is_kept() -> None:
    body = '<hue value="1"/><hue value="2"/><odd><inner value="x"/></odd><o:odd xmlns:o="urn:o" value="y"/>'
    body += '<contact colour="red"><name><family value="f"/></name></contact>'
    assert read(body) == {
        "resourceType": "Patient",
        "hue": ["1", "2"],
        "odd": {"inner": "x"},
        "{urn:o}odd": "y",
        "contact": [{"colour": "red", "name": {"family": "f"}}],
    }


def test_a_single_element_met_twice_is_a_list_for_validation_to_see() -> None:
    assert read('<birthDate value="1"/><birthDate value="2"/>') == {"resourceType": "Patient", "birthDate": ["1", "2"]}


def test_types_nobody_knows_are_read_by_shape() -> None:
    data = b'<Thing xmlns="http://hl7.org/fhir"><a value="1"><extension url="u"/></a><b><c value="x"/></b></Thing>'
    expected = {"resourceType": "Thing", "a": "1", "_a": {"extension": [{"url": "u"}]}, "b": {"c": "x"}}
    assert parse_xml(data, lambda _: {}) == expected
    nothing: Mapping[str, Mapping[str, Fact]] = {}
    assert parse_xml(data, nothing.__getitem__) == expected


def test_stray_text_is_refused_or_said() -> None:
    data = b'<Patient xmlns="http://hl7.org/fhir">\n<id value="1"/>stray</Patient>'
    with pytest.raises(FormatError, match="stray"):
        parse_xml(data, KNOWN.__getitem__)
    remarks: list[Remark] = []
    assert parse_xml(data, KNOWN.__getitem__, remarks=remarks) == {"resourceType": "Patient", "id": "1"}
    assert [(remark.key, remark.location.line) for remark in remarks] == [("format/xml-stray-text", 1)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<Patient/>",
        b'<Patient xmlns="urn:other"/>',
        b'<Patient xmlns="http://hl7.org/fhir">',
        b'<Patient xmlns="http://hl7.org/fhir"><id value="\xff"/></Patient>',
        b'<!DOCTYPE Patient [<!ENTITY x SYSTEM "file:///etc/passwd">]><Patient xmlns="http://hl7.org/fhir"><id value="&x;"/></Patient>',
        b'<Patient xmlns="http://hl7.org/fhir">&nbsp;</Patient>',
        b'<Patient xmlns="http://hl7.org/fhir">' + b"<a>" * 120 + b"</a>" * 120 + b"</Patient>",
        b'<Patient xmlns="http://hl7.org/fhir">' + b"<a>" * 5000 + b"</a>" * 5000 + b"</Patient>",
    ],
)
def test_what_is_no_fhir_xml_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        parse_xml(data, KNOWN.__getitem__)


def test_comments_and_instructions_say_nothing() -> None:
    assert read('<!-- a --><id value="1"/><?pi x?>') == {"resourceType": "Patient", "id": "1"}


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ('<active><value value="true"/></active>', "format/xml-attribute-as-element"),
        ('<name><id value="a"/><family value="b"/></name>', "format/xml-attribute-as-element"),
        ('<extension><url value="https://a.example/x"/><valueString value="b"/></extension>', "format/xml-attribute-as-element"),
        ('<extension url="https://a.example/x"><url value="https://a.example/y"/><valueString value="b"/></extension>', "format/xml-attribute-as-element"),
        ('<active xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="boolean" value="true"/>', "format/xml-schema-attribute"),
        ('<?a b?><active value="true"/>', "format/xml-instruction"),
    ],
)
def test_what_is_an_attribute_is_no_element_and_the_reverse(body: str, key: str) -> None:
    remarks: list[Remark] = []
    parse_xml(f'<Patient xmlns="http://hl7.org/fhir">{body}</Patient>'.encode(), KNOWN.__getitem__, remarks=remarks)
    assert [remark.key for remark in remarks] == [key]


def test_the_id_of_a_resource_is_an_element_and_its_encoding_utf_8() -> None:
    remarks: list[Remark] = []
    data = b'<?xml version="1.0" encoding="ISO-8859-1"?><!-- <?x?> --><Patient xmlns="http://hl7.org/fhir" id="a"/>'
    parse_xml(data, KNOWN.__getitem__, remarks=remarks)
    assert [remark.key for remark in remarks] == ["format/xml-encoding", "format/xml-id-attribute"]
    remarks.clear()
    parse_xml(b'<?xml version="1.0" encoding="utf-8"?><Patient xmlns="http://hl7.org/fhir"/>', KNOWN.__getitem__, remarks=remarks)
    assert remarks == []


def test_a_contained_resource_is_read_whatever_stands_on_its_wrapper() -> None:
    found = read('<contained id="x"><Organization><name value="A"/></Organization></contained>')
    assert found == {"resourceType": "Patient", "contained": [{"resourceType": "Organization", "name": "A"}]}
