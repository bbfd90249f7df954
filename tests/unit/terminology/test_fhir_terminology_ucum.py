"""UCUM: codes it takes and refuses, their worth in base units, and conversion."""

from __future__ import annotations

from decimal import Decimal

import pytest
from fhir_terminology_kit import Held
from hypothesis import given
from hypothesis import strategies as st

from harness.terminology import Terminology
from harness.terminology.ucum import canonical, convert, meant, valid
from harness.terminology.ucum_parse import atoms, prefixes

UCUM = "http://unitsofmeasure.org"

TAKEN = """m g s kg mg ug ng mL ml dL L l mmol/L mg/dL g/dL kg/m2 10*9/L 10*3/uL 10*-3 10^6 /min /uL /[HPF] % [pH] Cel [degF] mm[Hg] m[H2O] cm[H2O]
[in_i] [lb_av] [iU] [iU]/L m[iU]/mL meq/L U/L ug/kg/h mg/(24.h) mg/{creat} {tablet} {score} mL/min/{1.73_m2} mL/min/(173.10*-2.m2) 1 5 10 1/m 2.m
m-2 m+2 s-1 ar har dar KiBy kBq MBq/mL osm/kg mosm/kg [arb'U]/mL g.m/s2 ((m)) (/min) a mo wk d h min [drp] dB B[SPL] bit_s ''"""

REFUSED = {
    "": "empty",
    "kgs": "not a unit",
    "Kg": "not a unit",
    "mcg": "not a unit",
    "k[in_i]": "no prefix",
    "mg//dL": "unit is due",
    "mg/": "ends where",
    "m.": "ends where",
    ".m": "unit is due",
    "(m": "not closed",
    "m)": "closes nothing",
    "m m": "space",
    "m(s)": "is missing",
    "mg{a": "no partner",
    "[in_i": "no partner",
    "{µ}": "ASCII",
    "µg": "not a unit",
    "(" * 100 + "m" + ")" * 100: "nested",
    "m." * 300 + "m": "too long",
}


@pytest.mark.parametrize("code", TAKEN.split())
def test_units_that_ucum_takes(code: str) -> None:
    assert valid(code) is None


@pytest.mark.parametrize("code", REFUSED)
def test_units_that_ucum_refuses_and_why(code: str) -> None:
    assert REFUSED[code] in (valid(code) or "")


@pytest.mark.parametrize(
    ("code", "factor", "dimension"),
    [
        ("m", "1", (("m", 1),)),
        ("kg", "1000", (("g", 1),)),
        ("N", "1000", (("g", 1), ("m", 1), ("s", -2))),
        ("L", "0.001", (("m", 3),)),
        ("mmol/L", "602214076000000000000000", (("m", -3),)),
        ("mm[Hg]", "133322", (("g", 1), ("m", -1), ("s", -2))),
        ("[in_i]", "0.0254", (("m", 1),)),
        ("%", "0.01", ()),
        ("10*9", "1000000000", ()),
        ("{tablet}", "1", ()),
        ("m/m", "1", ()),
        ("wk", "604800", (("s", 1),)),
        ("[iU]", "1", (("[iU]", 1),)),
        ("km2", "1000000", (("m", 2),)),
    ],
)
def test_worth_in_base_units(code: str, factor: str, dimension: tuple[tuple[str, int], ...]) -> None:
    found = canonical(code)
    assert found is not None
    if code == "mmol/L":  # the table gives Avogadro's number to ten figures
        assert abs(found[0] / Decimal(factor) - 1) < Decimal("1e-6")
    else:
        assert found[0] == Decimal(factor)
    assert found[1] == dimension


@pytest.mark.parametrize("code", ["Cel", "[pH]", "B[SPL]", "kgs", ""])
def test_what_is_no_multiple_has_no_worth(code: str) -> None:
    assert canonical(code) is None


@pytest.mark.parametrize(
    ("value", "code", "wanted", "expected"),
    [("37", "Cel", "[degF]", "98.6"), ("0", "Cel", "K", "273.15"), ("1", "kg", "g", "1000"), ("1", "h", "min", "60"), ("1", "[lb_av]", "kg", "0.45359237")],
)
def test_conversion(value: str, code: str, wanted: str, expected: str) -> None:
    found = convert(Decimal(value), code, wanted)
    assert found is not None
    assert abs(found - Decimal(expected)) < Decimal("1e-15")


@pytest.mark.parametrize(("code", "wanted"), [("kg", "m"), ("[iU]", "g"), ("kgs", "g"), ("[pH]", "mol/L")])
def test_what_does_not_compare_is_not_converted(code: str, wanted: str) -> None:
    assert convert(Decimal(1), code, wanted) is None


def test_every_atom_is_taken_and_has_a_worth_unless_it_is_special() -> None:
    assert [code for code in atoms() if valid(code)] == []
    assert [code for code, atom in atoms().items() if not atom.special and canonical(code) is None] == []
    assert [code for code, atom in atoms().items() if atom.metric and any(valid(prefix + code) for prefix in prefixes())] == []


def test_the_seven_base_units_are_worth_themselves() -> None:
    assert all(canonical(code) == (Decimal(1), ((code, 1),)) for code in ("m", "s", "g", "rad", "K", "C", "cd"))


def test_a_refusal_says_how_ucum_writes_it() -> None:
    assert meant("mcg") == "ug"
    assert meant("mmHg") == "mm[Hg]"
    assert "UCUM writes 'ug'" in Terminology(Held()).code(UCUM, "mcg").reason


def test_every_common_spelling_leads_to_a_unit() -> None:
    from harness.terminology.data import table

    habits = table("unit-habits")["meant"]
    assert [right for right in habits.values() if valid(right)] == []
    assert [wrong for wrong, right in habits.items() if not valid(wrong) and wrong != right] == []


def test_units_of_one_dimension_are_those_of_a_canonical_filter() -> None:
    time = {
        "resourceType": "ValueSet",
        "url": "https://exemplar-harness.example/v",
        "compose": {"include": [{"system": UCUM, "filter": [{"property": "canonical", "op": "=", "value": "s"}]}]},
    }
    terminology = Terminology(Held(time))
    assert terminology.member("https://exemplar-harness.example/v", "wk", UCUM).status == "yes"
    assert terminology.member("https://exemplar-harness.example/v", "kg", UCUM).status == "no"
    assert terminology.member("https://exemplar-harness.example/v", "weeks", UCUM).status == "no"


@given(st.text(alphabet="mgs/.()[]{}10*^-+µ LkI'\"%", max_size=40))
def test_any_text_is_answered(code: str) -> None:
    worth, fault = canonical(code), valid(code)
    assert worth is None or fault is None


@given(st.sampled_from(sorted(atoms())), st.sampled_from(sorted(atoms())))
def test_a_quotient_has_the_dimensions_of_its_parts(one: str, other: str) -> None:
    first, second, both = canonical(one), canonical(other), canonical(f"{one}/({other})")
    assert (both is None) == (first is None or second is None)
    if first and second and both:
        powers = dict(first[1])
        for base, power in second[1]:
            powers[base] = powers.get(base, 0) - power
        assert dict(both[1]) == {base: power for base, power in powers.items() if power}
