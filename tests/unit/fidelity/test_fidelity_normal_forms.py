"""Each normal form holds some pairs equal and keeps others apart."""

from __future__ import annotations

import pytest

from harness.errors import UnknownNameError
from harness.fidelity import NORMAL_FORMS, normal_form
from harness.model.record import DELETED, Coded, Value

ALIKE: list[tuple[str, Value, Value]] = [
    ("text-exact", "Sia\u0302n", "Si\u00e2n"),
    ("text", "12  High\nStreet ", "12 High Street"),
    ("name", " O'Neill", "O'Neill"),
    ("upper", "Llŷr", "LLŶR"),
    ("date", "19650312", "1965-03-12"),
    ("date", "1965-03-12T00:00:00", "1965-03-12"),
    ("datetime", "2026-01-05T09:00", "2026-01-05T09:00:00"),
    ("datetime", "20260105090000", "2026-01-05T09:00"),
    ("datetime", "2026-07-01T09:00:00+01:00", "2026-07-01T09:00"),
    ("datetime", "2026-07-01T08:00:00Z", "2026-07-01T09:00"),
    ("time", "0905", "09:05:00"),
    ("code", Coded("91936005", "SNCT", "Penicillin"), Coded("91936005", "http://snomed.info/sct", "Allergy to penicillin")),
    ("code", Coded("J45", "ICD10"), Coded("J45", "I10")),
    ("code", Coded("X1", "L"), Coded("X1")),
    ("code", Coded("", "", "nuts"), Coded("", "L", " nuts ")),
    ("digits", "999 000 0018", "9990000018"),
    ("digits", "999-000-0018", "9990000018"),
    ("decimal", "1.50", "1.5"),
    ("decimal", "100", "1E+2"),
    ("decimal", "-0.0", "0"),
    ("phone", "+44 (0)7700 900123", "07700900123"),
    ("phone", "0044 7700 900123", "07700 900123"),
    ("phone", "Sian@Example.org", "sian@example.org"),
    ("postcode", "zz99 3vz", "ZZ993VZ"),
    ("yes-no", "true", "Y"),
    ("yes-no", "n", "false"),
    ("text", DELETED, ""),
]
APART: list[tuple[str, Value, Value]] = [
    ("text-exact", "a b", "a  b"),
    ("text", "High Street", "high street"),
    ("text", "Highstreet", "High street"),
    ("name", "Llyr", "Llŷr"),
    ("name", "O'Neill", "O\u2019Neill"),
    ("name", "O'Neill", "ONeill"),
    ("upper", "Llŷr", "LLYR"),
    ("date", "1965-03-12", "1965-12-03"),
    ("date", "196503", "1965-03-01"),
    ("datetime", "2026-01-05", "2026-01-05T00:00:00"),
    ("datetime", "2026-01-05T09:00", "2026-01-05T10:00"),
    ("datetime", "2026-07-01T09:00:00Z", "2026-07-01T09:00"),
    ("time", "09:05", "09:50"),
    ("code", Coded("91936005", "SNCT"), Coded("91936005", "I10")),
    ("code", Coded("a"), Coded("A")),
    ("code", Coded("", "", "nuts"), Coded("nuts")),
    ("digits", "0123", "123"),
    ("digits", "9990000018", "9990000081"),
    ("decimal", "1.5", "15"),
    ("decimal", "<5", "5"),
    ("decimal", "NaN", "0"),
    ("phone", "07700 900123", "07700 900124"),
    ("phone", "01632 960001", "01632 960001 x2"),
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
