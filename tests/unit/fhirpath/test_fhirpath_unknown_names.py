"""Names that no definition knows are told from the types alone; where a type cannot be told nothing is said."""

from __future__ import annotations

import pytest
from fhirpath_kit import types

from harness.fhirpath.unknown_names import unknown_names


def told(expression: str, root: str = "Patient") -> list[str]:
    return [f"{one.what}; {one.do}".rstrip("; ") for one in unknown_names(expression, types(), root)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Patient.foo", ["Patient has no element foo"]),
        ("nme.given", ["Patient has no element nme; did you mean name?"]),
        ("Patient.name.givn", ["HumanName has no element givn; did you mean given?"]),
        ("Patient.name.where(usse = 'official').given", ["HumanName has no element usse; did you mean use?"]),
        ("Patient.contact.name.first().famly", ["HumanName has no element famly; did you mean family?"]),
        ("Patient.name.select(given.lenght())", []),
        ("Encounter.status", ["Encounter is not what the expression is evaluated on, Patient"]),
        ("Patient.gender.is(text)", ["there is no type text"]),
        ("Patient.gender as FHIR.text", ["there is no type FHIR.text"]),
        ("Patient.birthDate.is(FHIR.Strng)", ["there is no type FHIR.Strng"]),
        ("1 is System.Strng", ["there is no type System.Strng"]),
        ("Patient.deceased.ofType(boolean)", []),
        ("Patient.deceasedBoolean", ["deceasedBoolean is a member of the JSON, not an element; write deceased.ofType(boolean)"]),
        ("Patient.extension('http://a.example').value.ofType(Period).start", []),
        ("Patient.extension('http://a.example').valu", ["Extension has no element valu; did you mean value?"]),
        ("Patient.managingOrganization.resolve().anything", []),
        ("Patient.contained.anything", []),
        ("Patient.children().anything", []),
        ("%resource.anything", []),
        ("(name | contact.name).givn", ["HumanName has no element givn; did you mean given?"]),
        ("name.union(contact.name).given", []),
        ("name.sort(famly desc)", ["HumanName has no element famly; did you mean family?"]),
        ("name[nme.count()].given", ["Patient has no element nme; did you mean name?"]),
        ("name.given.id | name.id | id", []),
        ("link.other.reference and link.typ = 'seealso'", ["Patient.link has no element typ; did you mean type?"]),
        ("iif(active, nme, name)", ["Patient has no element nme; did you mean name?"]),
        ("-multipleBirth.ofType(integer)", []),
        ("name.given.exists($this.xx = 'a')", ["string has no element xx"]),
    ],
)
def test_what_is_told(expression: str, expected: list[str]) -> None:
    assert told(expression) == expected


def test_the_invariants_of_the_standard_name_nothing_unknown() -> None:
    from harness.catalogue.fhir import definitions

    known = definitions("4.0.1")
    wrong = []
    for name in ("Patient", "Observation", "Encounter", "Bundle", "Condition", "Questionnaire", "MedicationRequest", "Composition"):
        structure = known.type(name)
        assert structure is not None
        for element in structure.elements:
            if element["path"] == name:
                expressions = [one["expression"] for one in element.get("constraint") or () if one.get("expression")]
                wrong += [(name, one, told(one, name)) for one in expressions if told(one, name)]
    assert wrong == []


def test_an_unknown_root_says_nothing() -> None:
    assert told("foo.bar", "Nothing") == []
