"""Only what a message claims: its profile by MSH-21, its dialect by what it shows, and a verdict that names both."""

from __future__ import annotations

import json

import pytest

from harness.formats.hl7v2 import parse
from harness.model.judgement import Judgement
from harness.reporting.issues import issue_formats, issue_report
from harness.runner.validating import judge_files
from harness.validation.hl7v2 import verdict
from harness.validation.hl7v2.detection import detect, undone
from harness.validation.options import Options


def message(version: str, pid: str, *, claim: str = "", event: str = "ADT^A28^ADT_A05") -> bytes:
    return f"MSH|^~\\&|PIMS|X9A|R|R|20260105090000||{event}|M1|P|{version}|||||||||{claim}\rEVN||20260105090000\rPID|1|{pid}\rPV1|1|N\r".encode()


PLAIN = "|633^^^X9A^MR||Y^X||19620314|F"


@pytest.mark.parametrize(
    ("version", "claim", "options", "by"),
    [
        ("2.4", "", Options(), "base HL7 v2.4"),
        ("2.4", "ITKv1.0", Options(), "itk-2.4"),
        ("2.4", "other~iTKV1.0^X", Options(), "itk-2.4"),
        ("2.4", "ITKv9", Options(), "base HL7 v2.4"),
        ("2.4", "", Options(dialect="itk24"), "itk-2.4"),
        ("2.4", "", Options(dialect="status-in-cx5"), "base HL7 v2.4"),
        ("2.4", "", Options(profile="itk-2.4"), "itk-2.4"),
        ("2.4", "ITKv1.0", Options(profile="base"), "base HL7 v2.4"),
        ("2.5.1", "", Options(), "base HL7 v2.5.1"),
        ("2.5.1", "ITKv1.0", Options(), "itk-2.4"),
        ("9.9", "", Options(), "base HL7 v9.9"),
        ("", "", Options(), "base"),
    ],
)
def test_a_message_is_judged_by_what_it_claims_and_the_verdict_says_so(version: str, claim: str, options: Options, by: str) -> None:
    assert verdict(message(version, PLAIN, claim=claim), options).profile == by


def test_a_plain_message_is_told_nothing_of_a_profile_it_does_not_claim() -> None:
    for version in ("2.3.1", "2.4", "2.5.1"):
        assert verdict(message(version, PLAIN)).issues == []
    codes = {issue.code for issue in verdict(message("2.4", PLAIN), Options(profile="itk-2.4")).issues}
    assert "hl7v2/required-field" in codes


NINETEEN = PLAIN + "|" * 11
SHOWN = [
    ("2.3", NINETEEN + "999 000 0018", "number-in-pid19-23"),
    ("2.4", NINETEEN + "9990000018", "number-outside-pid3"),
    ("2.3", "999-000-0018" + PLAIN, "number-in-pid19-23"),
    ("2.5.1", PLAIN.replace("||Y^X", "|9990000018|Y^X"), "number-outside-pid3"),
    ("2.3", PLAIN.replace("^^^X9A^MR", "^^^X9A~9990000018^^^NHSNBR^NHSNMBR"), "number-as-nhsnbr-23"),
    ("2.4", PLAIN.replace("633^^^X9A^MR", "9990000018^^^NHS^NH{status:01}"), "status-in-cx5"),
    ("2.3.1", PLAIN.replace("633^^^X9A^MR", "9990000018^03^^^NI"), "status-in-cx2-231"),
    ("2.5", PLAIN.replace("633^^^X9A^MR", "9990000018^^^NHS^HN"), "visit-heavy-25"),
    ("2.4", PLAIN.replace("633^^^X9A^MR", "9990000018^^^NHS^NHS"), "itk24-cx5"),
    ("2.5.1", PLAIN.replace("633^^^X9A^MR", "9990000018^^^NHS^NH") + "|" * 24 + "01", "regional-251"),
]
NOT_SHOWN = [
    ("2.3", NINETEEN + "9990000019"),
    ("2.3", NINETEEN + "123-45-6789"),
    ("2.3", PLAIN.replace("633^^^X9A^MR", "9990000018^^^NHS^NH") + "|" * 11 + "9990000018"),
    ("2.4", PLAIN),
    ("2.4", PLAIN.replace("633^^^X9A^MR", "9990000018^^^NHS")),
    ("2.4", PLAIN.replace("633^^^X9A^MR", "9990000018^^^NHS^NH")),
    ("2.3.1", PLAIN.replace("633^^^X9A^MR", "633^03^^^NI")),
    ("2.5", PLAIN.replace("633^^^X9A^MR", "633^^^X9A^HN")),
    ("2.5.1", PLAIN.replace("633^^^X9A^MR", "9990000018^^^NHS^NH") + "|" * 24 + "NSTS01"),
    ("2.5.1", PLAIN.replace("||Y^X", "|9990000018^^^X9A|Y^X")),
]


@pytest.mark.parametrize(("version", "pid", "name"), SHOWN)
def test_a_dialect_is_detected_by_check_digit_and_place_or_spelling(version: str, pid: str, name: str) -> None:
    data = message(version, pid)
    assert detect(parse(data)) == name
    said = verdict(data)
    assert (said.dialect, said.detected, said.issues[0].code) == (name, name, "dialect/detected")
    assert f"detected: {name}" in said.issues[0].message
    off = verdict(data, Options(dialect="none"))
    assert (off.dialect, off.detected) == ("", "")
    assert not any(issue.code.startswith("dialect/") for issue in off.issues)
    normal, by = undone(parse(data))
    assert by == name
    assert "9990000018^^^NHS" in (normal.get("PID-3") or "")
    assert undone(parse(data), "none")[0].encode() == data


@pytest.mark.parametrize(("version", "pid"), NOT_SHOWN)
def test_what_only_looks_like_a_habit_is_not_detected(version: str, pid: str) -> None:
    tree = parse(message(version, pid))
    assert detect(tree) == ""
    assert undone(tree) == (tree, "")


def test_a_claimed_profile_is_held_to_its_letter_and_the_dialect_only_said() -> None:
    data = message("2.4", NINETEEN + "9990000018", claim="ITKv1.0")
    said = verdict(data)
    assert (said.profile, said.dialect, said.detected) == ("itk-2.4", "", "number-outside-pid3")
    assert any(issue.location.path == "PID-19" and issue.code == "hl7v2/not-used" for issue in said.issues)


def test_a_detected_dialect_hides_no_number_that_is_wrong() -> None:
    codes = [issue.code for issue in verdict(message("2.3", NINETEEN + "9434765919")).issues]
    assert "nhs-number/not-synthetic" in codes


@pytest.mark.parametrize("name", issue_formats())
def test_every_report_names_profile_and_dialect(name: str) -> None:
    judged = list(judge_files([message("2.3", NINETEEN + "9990000018")], Options()))
    text = "".join(issue_report(name)(judged))
    assert "base HL7 v2.3" in text
    assert "detected: number-in-pid19-23" in text
    clean = "".join(issue_report(name)(judge_files([message("2.4", PLAIN)], Options())))
    assert "base HL7 v2.4" in clean
    assert "detected:" not in clean


def test_a_judgement_says_what_it_was_judged_by() -> None:
    one, two = Judgement("a", 1, (), profile="base", dialect="x", detected="x"), Judgement("a", 1, (), profile="itk-2.4", detected="x")
    assert (one.by, two.by, Judgement("a", 1, ()).by) == ("base, dialect x (detected)", "itk-2.4, detected x and not forgiven", "")
    mapped = json.loads("".join(issue_report("ndjson")([one])))
    assert (mapped["profile"], mapped["dialect"], mapped["detected"]) == ("base", "x", "x")
