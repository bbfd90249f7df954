"""Each normal form holds some pairs equal and keeps others apart."""

from __future__ import annotations

import pytest

from harness.catalogue import catalogue
from harness.errors import UnknownNameError
from harness.fidelity import NORMAL_FORMS, normal_form
from harness.model.item import Item
from harness.model.record import DELETED, Coded, Value

ALIKE: list[tuple[str, Value, Value]] = [
    ("exact", "Sia\u0302n", "Si\u00e2n"),
    ("exact", "Sneezing\nItching", "Sneezing\rItching"),
    ("exact", "Sneezing\nItching", "Sneezing\r\nItching"),
    ("text", "12  High\nStreet ", "12 High Street"),
    ("name", " O'Neill", "O'Neill"),
    ("code", Coded("01", "a"), "01"),
    ("email", "sian@EXAMPLE.org", "sian@example.org"),
    ("unit", "mg ", "mg"),
    ("upper", "Llŷr", "LLŶR"),
    ("date", "19650312", "1965-03-12"),
    ("date", "1965-03-12T00:00:00", "1965-03-12"),
    ("date-time", "2026-01-05T09:00", "2026-01-05T09:00:00"),
    ("date-time", "20260105090000", "2026-01-05T09:00"),
    ("date-time", "2026-07-01T09:00:00+01:00", "2026-07-01T09:00"),
    ("date-time", "2026-07-01T08:00:00Z", "2026-07-01T09:00"),
    ("time", "0905", "09:05:00"),
    ("coded", Coded("91936005", "SNCT", "Penicillin"), Coded("91936005", "http://snomed.info/sct", "Allergy to penicillin")),
    ("coded", Coded("J45", "ICD10"), Coded("J45", "I10")),
    ("coded", Coded("X1", "L"), Coded("X1", "https://exemplar-harness.example/fhir/CodeSystem/local")),
    ("coded", Coded("", "", "nuts"), Coded("", "L", " nuts ")),
    ("nhs-number", "999 000 0018", "9990000018"),
    ("nhs-number", "999-000-0018", "9990000018"),
    ("decimal", "100", "1E+2"),
    ("decimal", "5E+0", "5"),
    ("telephone", "+44 (0)7700 900123", "07700900123"),
    ("telephone", "0044 7700 900123", "07700 900123"),
    ("telephone", "sian@Example.org", "sian@example.org"),
    ("postcode", "zz99 3vz", "ZZ993VZ"),
    ("yes-no", "true", "Y"),
    ("yes-no", "n", "false"),
    ("text", DELETED, ""),
]
APART: list[tuple[str, Value, Value]] = [
    ("exact", "a b", "a  b"),
    ("exact", "a\nb", "a b"),
    ("exact", "a\nb", "a\n\nb"),
    ("code", "01", "1"),
    ("code", "a", "A"),
    ("email", "Sian@example.org", "sian@example.org"),
    ("unit", "mg", "Mg"),
    ("text", "High Street", "high street"),
    ("text", "Highstreet", "High street"),
    ("name", "Llyr", "Llŷr"),
    ("name", "O'Neill", "O\u2019Neill"),
    ("name", "O'Neill", "ONeill"),
    ("upper", "Llŷr", "LLYR"),
    ("date", "1965-03-12", "1965-12-03"),
    ("date", "196503", "1965-03-01"),
    ("date-time", "2026-01-05", "2026-01-05T00:00:00"),
    ("date-time", "2026-01-05T09:00", "2026-01-05T10:00"),
    ("date-time", "2026-07-01T09:00:00Z", "2026-07-01T09:00"),
    ("time", "09:05", "09:50"),
    ("coded", Coded("91936005", "SNCT"), Coded("91936005", "I10")),
    ("coded", Coded("a"), Coded("A")),
    ("coded", Coded("X1", "L"), Coded("X1")),
    ("coded", Coded("", "", "nuts"), Coded("nuts")),
    ("nhs-number", "0123", "123"),
    ("nhs-number", "9990000018", "9990000081"),
    ("decimal", "1.5", "15"),
    ("decimal", "1.50", "1.5"),
    ("decimal", "<5", "5"),
    ("decimal", "NaN", "0"),
    ("telephone", "07700 900123", "07700 900124"),
    ("telephone", "01632 960001", "01632 960001 x2"),
    ("postcode", "ZZ99 3VZ", "ZZ99 3WZ"),
    ("yes-no", "Y", "N"),
    ("yes-no", "U", "N"),
]


@pytest.mark.parametrize(("form", "one", "other"), ALIKE)
def test_alike(form: str, one: Value, other: Value) -> None:
    assert normal_form(form)(one) == normal_form(form)(other)


@pytest.mark.parametrize(("form", "one", "other"), APART)
def test_apart(form: str, one: Value, other: Value) -> None:
    assert normal_form(form)(one) != normal_form(form)(other)


def test_every_form_is_shown_to_keep_something_apart_and_to_hold_something_alike() -> None:
    names = set(NORMAL_FORMS)
    assert names == {form for form, _, _ in APART}
    assert names == {form for form, _, _ in ALIKE}


@pytest.mark.parametrize("form", list(NORMAL_FORMS))
@pytest.mark.parametrize(
    "value", ["", "\x00", "99999999-99-99", "2026-99-99T99:99:99+99:99", "1e999999", "Infinity", "名前", "'; --", "\ud800", "+", DELETED, Coded("")]
)
def test_hostile_values_never_raise(form: str, value: Value) -> None:
    assert isinstance(normal_form(form)(value), str)


def test_an_unknown_form_is_named() -> None:
    with pytest.raises(UnknownNameError, match="decimal"):
        normal_form("decimals")


# "Value-equal numbers are equivalent, not kept": the ledger shows the changed digits, so the form need not keep them apart.
VALUE_EQUAL = ("1.0", "1.00")
PAIRS = [(item, pair) for item in catalogue().items.values() for pair in (*item.apart, *item.alike) if pair != VALUE_EQUAL]


@pytest.mark.parametrize(("item", "pair"), PAIRS, ids=lambda part: getattr(part, "id", None))
def test_the_pairs_the_catalogue_ships(item: Item, pair: tuple[str, str]) -> None:
    form = normal_form(item.normal_form)
    assert (form(pair[0]) == form(pair[1])) is (pair in item.alike)


def test_every_item_names_a_known_form() -> None:
    assert {item.normal_form for item in catalogue().items.values()} <= set(NORMAL_FORMS)
