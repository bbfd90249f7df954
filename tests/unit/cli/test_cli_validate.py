"""``harness validate``: each output, each exit code, folders, standard input, processes."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from command_kit import harness as command
from junitparser import JUnitXml

import harness
from harness.api import validate_each
from harness.errors import HarnessError, SetUpError

GOOD = (
    b"MSH|^~\\&|EPRA|X9A|EPRB|X9B|20260105090000||ADT^A28^ADT_A05|M1|P|2.4|||||GBR|UNICODE UTF-8|||iTKv1.0\r"
    b"EVN||20260105090000||||20260105090000\r"
    b"PID|1||9990000018^^^NHS||Ashworth^Margaret^^^^^L||19250704|2||||||||||||||||||||||||NSTS01\r"
    b"PV1||N\r"
)
BAD = GOOD.replace(b"|19250704|", b"|19251304|")
PATIENT = b'{"resourceType":"Patient","name":[{"family":"Ashworth"}],"gender":"female","birthDate":"1925-07-04"}'
KEYS = {"file", "index", "valid", "errors", "warnings", "issues"}
ISSUE_KEYS = {"severity", "code", "location", "line", "column", "expected", "actual", "message", "clause"}


class Run:
    """One call of the program: its exit code and what it said."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._monkeypatch, self._capsys = monkeypatch, capsys
        self.out = self.err = ""

    def __call__(self, *words: object) -> int:
        code = command(self._monkeypatch, "validate", *words)
        self.out, self.err = self._capsys.readouterr()
        return code

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.hl7"
    path.write_bytes(GOOD)
    return path


@pytest.fixture
def bad(tmp_path: Path) -> Path:
    path = tmp_path / "bad.hl7"
    path.write_bytes(BAD)
    return path


def test_exit_codes(run: Run, good: Path, bad: Path, tmp_path: Path) -> None:
    stranger = tmp_path / "letter.txt"
    stranger.write_text("Dear colleague,")
    assert run(good) == 0, run.out
    assert run(good, bad) == 1
    assert run(bad, stranger) == 2
    assert "letter.txt" in run.err
    assert run(tmp_path / "nowhere.hl7") == 2
    assert run(good, "--profile", "nobody-s") == 2
    assert run.out == ""
    assert run(good, "--dialect", "nobody-s") == 2
    assert run(good, "--side", "sideways") == 2


@pytest.mark.parametrize("format", ["text", "json", "ndjson", "sarif", "junit"])
@pytest.mark.parametrize(("name", "code"), [("good", 0), ("bad", 1)])
def test_every_format_has_the_same_exit_codes(run: Run, request: pytest.FixtureRequest, format: str, name: str, code: int) -> None:
    assert run(request.getfixturevalue(name), "--format", format) == code


def test_ndjson_is_one_line_a_message(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "two.hl7"
    path.write_bytes(GOOD + BAD)
    assert run(path, "--format", "ndjson") == 1
    first, second = run.lines()
    assert (first["file"], first["index"], first["valid"], first["errors"]) == (str(path), 1, True, 0)
    assert (second["index"], second["valid"]) == (2, False)
    assert second["errors"] == sum(issue["severity"] in ("error", "fatal") for issue in second["issues"])
    assert second["warnings"] == sum(issue["severity"] == "warning" for issue in second["issues"])
    assert set(first) >= KEYS
    found = next(issue for issue in second["issues"] if issue["location"] == "PID-7" and issue["severity"] == "error")
    assert set(found) >= ISSUE_KEYS
    # The third segment of the second message: lines and columns are those of the file.
    assert (found["line"], found["column"]) == (7, BAD.split(b"\r")[2].index(b"19251304") + 1)


def test_json_is_the_same_as_an_array(run: Run, good: Path, bad: Path) -> None:
    run(good, bad, "--format", "ndjson")
    lines = run.lines()
    assert run(good, bad, "--format", "json") == 1
    assert json.loads(run.out) == lines


def test_sarif_has_what_version_210_requires(run: Run, good: Path, bad: Path) -> None:
    assert run(good, bad, "--format", "sarif") == 1
    log = json.loads(run.out)
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-schema-2.1.0.json")
    (only,) = log["runs"]
    driver = only["tool"]["driver"]
    assert driver["name"] == "exemplar-harness"
    assert only["invocations"] == [{"executionSuccessful": True}]
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    assert any(result["level"] == "error" for result in only["results"])
    for result in only["results"]:
        assert result["message"]["text"]
        assert result["level"] in {"none", "note", "warning", "error"}
        assert ids[result["ruleIndex"]] == result["ruleId"]
        (location,) = result["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"]
        region = location["physicalLocation"].get("region", {})
        assert region.get("startLine", 1) >= 1
        assert region.get("startColumn", 1) >= 1


def test_sarif_says_when_a_file_could_not_be_examined(run: Run, tmp_path: Path) -> None:
    stranger = tmp_path / "a letter.txt"
    stranger.write_text("Dear colleague,")
    assert run(stranger, "--format", "sarif") == 2
    log = json.loads(run.out)
    assert log["runs"][0]["invocations"] == [{"executionSuccessful": False}]
    assert "%20" in log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_junit_is_a_suite_a_file_and_a_case_a_message(run: Run, tmp_path: Path, good: Path) -> None:
    two = tmp_path / "two & <more>.hl7"
    two.write_bytes(GOOD + BAD.replace(b"Ashworth", b"Ash\x01worth"))
    assert run(good, two, "--format", "junit") == 1
    document = JUnitXml.fromstring(run.out.encode())
    suites = {suite.name: suite for suite in document}
    assert [(suite.tests, suite.failures, suite.errors) for suite in suites.values()] == [(1, 0, 0), (2, 1, 0)]
    cases = list(suites[str(two)])
    assert [case.name for case in cases] == ["message 1", "message 2"]
    assert not list(cases[0].result)
    (failure,) = cases[1].result
    assert "PID-7" in failure.text
    assert ElementTree.fromstring(run.out.encode()).tag == "testsuites"  # noqa: S314 - written here


def test_text_names_place_expected_code_and_sums_a_file(run: Run, bad: Path) -> None:
    assert run(bad) == 1
    assert f"{bad}: error: PID-7 (line 3, column" in run.out
    assert run.out.splitlines()[-1].startswith(f"{bad}: ")
    assert "other issues" in run.out.splitlines()[-1]


def test_folders_are_searched_and_what_is_no_message_is_left_out_and_said(run: Run, tmp_path: Path) -> None:
    inner = tmp_path / "in" / "deep"
    inner.mkdir(parents=True)
    (inner / "b.hl7").write_bytes(BAD)
    (tmp_path / "in" / "a.json").write_bytes(PATIENT)
    (tmp_path / "in" / "notes.md").write_text("# Notes")
    (tmp_path / "in" / ".hidden").write_text("x")
    assert run(tmp_path / "in", "--format", "ndjson") == 1
    assert [Path(line["file"]).name for line in run.lines()] == ["a.json", "b.hl7"]
    assert "notes.md" in run.err
    assert "hidden" not in run.err


def test_a_folder_without_a_message_is_two(run: Run, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert run(empty) == 2
    (empty / "notes.md").write_text("# Notes")
    assert run(empty) == 2
    assert "no message was found" in run.err


def test_standard_input_is_a_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GOOD + BAD)))
    assert run("-", "--format", "ndjson") == 1
    assert [(line["file"], line["index"], line["valid"]) for line in run.lines()] == [("-", 1, True), ("-", 2, False)]


def test_processes_say_the_same_in_the_same_order(run: Run, tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / f"{number}.hl7").write_bytes((GOOD + BAD) * 100)
    run(tmp_path, "--format", "ndjson")
    alone = run.out
    assert run(tmp_path, "--format", "ndjson", "--jobs", 2) == 1
    assert run.out == alone
    assert len(alone.splitlines()) == 600


def test_fhir_is_judged_alike(run: Run, tmp_path: Path) -> None:
    wrong = PATIENT.replace(b"1925-07-04", b"1925-13-04")
    (tmp_path / "p.json").write_bytes(wrong)
    (tmp_path / "p.ndjson").write_bytes(PATIENT + b"\n\n" + wrong + b"\n")
    (tmp_path / "p.xml").write_bytes(b'<Patient xmlns="http://hl7.org/fhir"><birthDate value="1925-13-04"/></Patient>')
    assert run(tmp_path, "--format", "ndjson") == 1
    found = {(Path(line["file"]).name, line["index"]): line for line in run.lines()}
    assert [found[key]["valid"] for key in (("p.json", 1), ("p.ndjson", 2), ("p.xml", 1))] == [False] * 3
    located = [issue for issue in found["p.ndjson", 2]["issues"] if "birthDate" in issue["location"]]
    assert {issue["line"] for issue in located} == {3}


def test_a_batch_cut_in_half_is_judged_as_far_as_it_goes(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "cut.hl7"
    path.write_bytes(b"FHS|^~\\&|A\rBHS|^~\\&|A\r" + GOOD + GOOD[:150])
    assert run(path, "--format", "ndjson") == 1
    first, second, whole = run.lines()
    assert (first["index"], first["valid"]) == (1, True)
    assert [issue["code"] for issue in second["issues"]] == ["hl7v2/message-cut"]
    assert (whole["index"], {issue["code"] for issue in whole["issues"]}) == (0, {"hl7v2/envelope-open"})


def test_lines_of_xml_are_those_of_the_xml(run: Run, tmp_path: Path) -> None:
    from harness.formats.hl7v2 import parse
    from harness.formats.hl7v2.xml import to_xml

    data = to_xml(parse(BAD)).replace(b"><", b">\n<")
    path = tmp_path / "bad.xml"
    path.write_bytes(data)
    assert run(path, "--format", "ndjson") == 1
    (line,) = run.lines()
    found = next(issue for issue in line["issues"] if issue["location"] == "PID-7" and issue["severity"] == "error")
    assert b"19251304" in data.split(b"\n")[found["line"] - 1]
    assert found["column"] is None


def test_strict_side_and_dialect_reach_the_validator(run: Run, good: Path) -> None:
    def codes(*words: object) -> set[str]:
        run(good, "--format", "ndjson", *words)
        return {issue["code"] for line in run.lines() for issue in line["issues"]}

    assert codes() <= codes("--strict")
    assert run(good, "--dialect", "itk24", "--side", "consumer") in (0, 1)


def test_python_says_what_the_command_says(run: Run, bad: Path, tmp_path: Path) -> None:
    run(bad, "--format", "ndjson")
    (line,) = run.lines()
    for source in (BAD, bad, str(bad)):
        issues = harness.validate(source)
        assert [(issue.code, issue.location.path, issue.location.line) for issue in issues] == [(i["code"], i["location"], i["line"]) for i in line["issues"]]
    two = harness.validate(GOOD + BAD)
    assert any(issue.location.path == "message 2: PID-7" for issue in two)
    with pytest.raises(SetUpError):
        harness.validate(tmp_path / "nowhere")


def test_judging_is_lazy_and_holds_one_message() -> None:
    class Endless:
        """Two million messages nobody will ever read to the end."""

        def read(self, size: int = -1) -> bytes:
            return GOOD * max(size // len(GOOD), 1)

    judged = validate_each([Endless()])  # type: ignore[list-item]
    assert [next(judged).index for _ in range(300)] == list(range(1, 301))


def test_an_unknown_profile_is_said_by_every_process() -> None:
    with pytest.raises(HarnessError, match="nobody-s"):
        list(validate_each([GOOD], jobs=2, profile="nobody-s"))


def test_text_that_is_not_unicode_can_be_printed(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bytes.hl7"
    path.write_bytes(BAD.replace(b"19251304", b"1925\xff\xfe13").replace(b"Ashworth", b"\xffAsh"))
    for name in ("text", "json", "ndjson", "sarif", "junit"):
        assert run(path, "--format", name) == 1
        assert run.out.encode()
