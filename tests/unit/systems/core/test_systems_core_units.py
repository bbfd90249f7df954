"""Which units the simulated vendors call UCUM, held to the grammar that judges them."""

from __future__ import annotations

from itertools import product

import pytest

from harness.systems.core.units import is_ucum, unit_of
from harness.terminology.ucum import valid

KNOWN = [
    "mmol/L",
    "umol/L",
    "%",
    "g/L",
    "10*9/L",
    "mm[Hg]",
    "/min",
    "mg/d",
    "Cel",
    "kg",
    "cm",
    "mL/min",
    "mmol/mol{Hb}",
    "[pH]",
    "U/L",
    "m[iU]/L",
    "kPa",
    "kg/m2",
]


@pytest.mark.parametrize("unit", KNOWN)
def test_what_laboratories_write_is_known(unit: str) -> None:
    assert is_ucum(unit)
    assert unit_of(unit) == {"unit": unit, "system": "http://unitsofmeasure.org", "code": unit}


@pytest.mark.parametrize("unit", ["UMOLL", "MMOLL", "PERCENT", "x10*9/L", "MDC_DIM_MMHG", "beats/min", "mmol per litre", "", "mmHg", "mmol/L/", "kg..m"])
def test_words_of_a_vendor_claim_no_code_system(unit: str) -> None:
    assert not is_ucum(unit)
    assert unit_of(unit, "a name") == {"unit": unit}


def test_nothing_is_called_ucum_that_its_grammar_refuses() -> None:
    parts = [
        "mmol",
        "daL",
        "k[iU]",
        "M[Hg]",
        "mm[Hg]",
        "min",
        "mmin",
        "d2",
        "m-1",
        "10*3",
        "10*",
        "{cells}",
        "%",
        "1",
        "Cel",
        "kCel",
        "uU",
        "[lb_av]",
        "g{wet}",
    ]
    texts = [*parts, *(f"{one}{sign}{other}" for one, other, sign in product(parts, parts, "./")), *(f"/{one}" for one in parts)]
    assert [text for text in texts if is_ucum(text) and valid(text) is not None] == []
    assert sum(map(is_ucum, texts)) > 300
