"""harness list: the kinds there are, typed again, and that each has something under its headings."""

from __future__ import annotations

import pytest

from harness.cli._list import kinds, listings

OWN = "checks clauses defects dialects documents exemplars flows issues items keys levels people places profiles reports suites systems"
WORDS = (
    "acknowledgements credentials criticalities directions families fates faults formats grounds kinds modes negatives readings roles searches sides signals "
    "strengths transports"
)


def test_the_kinds_are_those_typed_here() -> None:
    assert sorted(listings()) == sorted([*OWN.split(), *WORDS.split()])
    _, rows = kinds()
    assert {name: words for name, words, _ in rows} == {**dict.fromkeys(OWN.split(), ""), **dict.fromkeys(WORDS.split(), "words")}


@pytest.mark.parametrize("kind", [*OWN.split(), *WORDS.split()])
def test_each_kind_has_headings_and_rows(kind: str) -> None:
    headings, rows = listings()[kind].table()
    assert all(headings)
    assert rows
    assert {len(row) for row in rows} == {len(headings)}
