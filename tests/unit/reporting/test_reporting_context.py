"""A fault in content is shown where it stands; anything else is told without a place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sample_run import FOREIGN, HOSTILE, sample_run

from harness.model.location import Location
from harness.reporting.registry import REPORTS
from harness.reporting.view import roots

PLACE = Location("Patient.gender", 94, 13)
LINES = ('  93 |   "birthDate": "1925-07-04",', f'> 94 |   "gender": "{HOSTILE}",', f"     |             ^ {FOREIGN}")


def rendered(name: str, **change: Any) -> str:
    """The report of the sample run whose failure is changed so."""
    run = sample_run()
    changed = tuple(replace(one, **change) if one.check == "identity/merge-1" else one for one in run.findings)
    return REPORTS.get(name).content(replace(run, findings=changed)).decode()


def shown(name: str) -> str:
    return rendered(name, location=PLACE, within="a" * 64, excerpt=LINES, expected="male", actual="F")


def test_the_console_shows_place_and_lines() -> None:
    text = shown("console")
    assert "      at Patient.gender (line 94, column 13): expected male; found F\n" in text
    assert '          93 |   "birthDate": "1925-07-04",\n        > 94 |   "gender"' in text
    assert FOREIGN not in text
    assert "\x1b" not in text


def test_the_page_escapes_the_lines() -> None:
    text = shown("html")
    assert "At <code>Patient.gender (line 94, column 13)</code>: expected male; found F" in text
    assert "&gt; 94 |" in text
    assert "<script>" not in text
    assert FOREIGN not in text
    assert text.count("<pre") == 2, "once with its cause, once with its finding"


def test_markdown_shows_the_lines_as_a_block_inside_the_list() -> None:
    lines = shown("markdown").splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("  at Patient.gender"))
    assert lines[at + 1] == ""
    assert all(line.startswith("      ") for line in lines[at + 2 : at + 5])
    assert lines[at + 3].startswith("      > 94 |")


def test_a_failure_without_a_place_in_evidence_is_told_as_before() -> None:
    assert "      at " not in rendered("console", within="")
    assert "<pre" not in rendered("html", within="")
    assert {cause.place for cause in roots(sample_run())} == {""}
