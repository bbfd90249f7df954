"""The NHS number and the rules of births and deaths, on their own."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.location import Location
from harness.model.mask import check_digit_holds
from harness.validation.national import bare, life_issues, number_issues, synthetic, well_formed
from harness.validation.options import DEFAULT, Options


def _codes(value: str, options: Options = DEFAULT) -> list[str]:
    return [f"{issue.severity.value} {issue.code}" for issue in number_issues(value, Location, options)]


@pytest.mark.parametrize("number", ["9990000018", "9990000026", "9434765919", "3333333333", "4010232137", "9912003888"])
def test_numbers_that_hold(number: str) -> None:
    assert check_digit_holds(number)


@pytest.mark.parametrize("number", ["9990000019", "9990000081", "9434765918", "9912003890", "9990000000", "1234567890"])
def test_numbers_that_do_not(number: str) -> None:
    assert not check_digit_holds(number)


@given(st.integers(min_value=0, max_value=999_999_999))
def test_at_most_one_check_digit_holds(stem: int) -> None:
    assert sum(check_digit_holds(f"{stem:09}{digit}") for digit in range(10)) <= 1


@given(st.integers(min_value=0, max_value=999_999_999))
def test_the_nhs_number_library_agrees(stem: int) -> None:
    import nhs_number

    text = f"{stem:09}"
    expected = nhs_number.calculate_checksum(text)
    assert [digit for digit in range(10) if check_digit_holds(f"{text}{digit}")] == ([] if expected == 10 else [expected])


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("9990000018", []),
        ("999 000 0018", ["warning nhs-number/format"]),
        ("999-000-0018", ["warning nhs-number/format"]),
        ("99900000", ["error nhs-number/format"]),
        ("999000001X", ["error nhs-number/format"]),
        ("٩٩٩٠٠٠٠٠١٨", ["error nhs-number/format"]),
        ("9990000019", ["error nhs-number/check-digit"]),
        ("3333333333", ["information nhs-number/not-synthetic"]),
        ("3333333334", ["error nhs-number/check-digit", "information nhs-number/not-synthetic"]),
    ],
)
def test_what_is_said_of_a_number(value: str, codes: list[str]) -> None:
    assert _codes(value) == codes


def test_real_numbers_allowed() -> None:
    assert _codes("3333333333", Options(allow_real_numbers=True)) == []


def test_parts() -> None:
    assert bare("999 000-0018") == "9990000018"
    assert well_formed("9990000018")
    assert not well_formed("999000001")
    assert synthetic("9990000018")
    assert not synthetic("9980000018")


@pytest.mark.parametrize(
    ("birth", "death", "now", "codes"),
    [
        ("1962-03-14", "2026-01-01", "2026-01-05", []),
        ("1962", "1962-01-01", "", []),
        ("1962-03-14", "1962", "", []),
        ("1962-03-14", "1962-03-13", "", ["national/death-before-birth"]),
        ("1962-03-14", "1961", "", ["national/death-before-birth"]),
        ("2026-01-06", "", "2026-01-05", ["national/birth-in-future"]),
        ("", "2026-01-06T10:00:00+00:00", "2026-01-05", ["national/death-in-future"]),
        ("2026-01-06", "", "", []),
    ],
)
def test_births_and_deaths(birth: str, death: str, now: str, codes: list[str]) -> None:
    assert [issue.code for issue in life_issues(birth, death, Options(now=now), Location, Location)] == codes
