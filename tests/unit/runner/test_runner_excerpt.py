"""The lines around a fault."""

from __future__ import annotations

from harness.model.location import Location
from harness.runner.excerpt import excerpt
from harness.runner.validating import judge_files
from harness.validation.options import Options

TEXT = b'{\n  "resourceType": "Patient",\n  "gender": "man",\n  "active": true\n}\n'


def test_two_lines_either_side_and_a_mark_under_the_column() -> None:
    assert excerpt(TEXT, Location("Patient.gender", 3, 13)) == (
        "  1 | {",
        '  2 |   "resourceType": "Patient",',
        '> 3 |   "gender": "man",',
        "    |             ^",
        '  4 |   "active": true',
        "  5 | }",
    )


def test_lines_are_numbered_as_in_the_file() -> None:
    assert excerpt(b"a\nb", Location("x", 41, None), 40) == ("  40 | a", "> 41 | b")


def test_a_long_line_is_cut_around_the_column() -> None:
    shown = excerpt(b"x" * 500 + b"!" + b"x" * 500, Location("x", 1, 501))
    mark = shown[1].index("^")
    assert shown[0][mark] == "!"
    assert len(shown[0]) < 140


def test_a_place_that_is_not_there_shows_nothing() -> None:
    assert excerpt(TEXT, Location("Patient.gender")) == ()
    assert excerpt(TEXT, Location("Patient.gender", 99, 1)) == ()


def test_segments_of_hl7v2_are_lines() -> None:
    assert excerpt(b"MSH|1\rPID|2\r", Location("PID-1", 2, 5))[1:3] == ("> 2 | PID|2", "    |     ^")


def test_a_judgement_shows_its_first_error_only() -> None:
    (judged,) = judge_files([TEXT], Options())
    assert any(line.startswith("> 3") for line in judged.excerpt)
    (sound,) = judge_files([b'{"resourceType":"Patient","active":true}'], Options())
    assert sound.excerpt == ()
