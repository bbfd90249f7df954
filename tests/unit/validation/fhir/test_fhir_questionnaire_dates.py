"""Dates of answers against limits and conditions: at the precision they have, and the first moment of each where the limits ask for that."""

from __future__ import annotations

import pytest

from harness.validation.fhir.questionnaire.compare import first_moment, order, same


@pytest.mark.parametrize(
    ("value", "first"),
    [
        ("2026", "2026-01-01"),
        ("2026-03", "2026-03-01"),
        ("2026-03-17", "2026-03-17"),
        ("2026-03-17T10:30:00Z", "2026-03-17T10:30:00Z"),
        ("17 March", ""),
        (2026, ""),
        (None, ""),
    ],
)
def test_the_first_moment_of_a_date_is_its_own_day_where_it_has_one(value: object, first: str) -> None:
    assert first_moment(value) == first


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("2026-03-17", "2026-03-01", 1),
        ("2026-03-17", "2026-03-18", -1),
        ("2026-03-17", "2026-03-17", 0),
        ("2026-04", "2026-03-17", 1),
        ("2026-03", "2026-03", 0),
        ("2026-03", "2026-03-01", None),
        ("2026-03-17", "2026-03", None),
        ("2026-03-17", "2026-03-17T10:30:00Z", None),
    ],
)
def test_dates_are_compared_at_their_common_precision(left: str, right: str, expected: int | None) -> None:
    assert order("Date", left, right) == expected
    assert same("Date", left, right) is (None if expected is None else expected == 0)
