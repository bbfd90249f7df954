"""A run with the people found in a user's own messages: published examples, and a folder of files that are broken on purpose."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from end_to_end_kit import A28, Ran, run
from material import FIXTURES, SHARED

pytest_plugins = ["end_to_end_runs"]

# (folder, messages at the least): ours, and the published examples where they lie beside.
PUBLISHED = ("itk-adt-examples", "ukcore-2.0.0/examples")
# A folder, how many messages it holds at least, and how many of them are defective at least: those of the package are as they should be.
EXAMPLES = [(FIXTURES / "itk", 8, 1), (FIXTURES / "package" / "examples", 2, 0), *((SHARED / name, 50, 1) for name in PUBLISHED if (SHARED / name).is_dir())]

XXE = b'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><Patient xmlns="http://hl7.org/fhir"><id value="&x;"/></Patient>'
HEAD = b"MSH|^~\\&|EPRA|X9A|EPRB|X9B|20260105090000||ADT^A28^ADT_A05|M2|P|2.4\r"
BROKEN = {
    "empty.hl7": (b"", "there are no bytes"),
    "random.bin": (bytes(range(7, 256)) * 9, "begin no format known here"),
    "truncated.hl7": (b"MSH|^~\\&|A|B|C|D|2026", "MSH-9 is required"),
    "hostile.xml": (XXE, "the XML declares a document type"),
    "torn.json": (b'{"resourceType": "Patient", "name": [{"family": "Ash', ""),
    "long.hl7": (HEAD + b"PID|1||9990000026^^^NHS||" + b"X" * 5_000_000 + b"\r", "has 5000000 characters; it is left out"),
    "<b>bold</b>.hl7": (b"MSH|nothing", "MSH-2"),
}


def found(told: str) -> dict[str, int]:
    line = told.splitlines()[1]
    return {what: int(count) for count, what in re.findall(r"(\d+) (messages|people|contradictions|defective|numbers replaced)", line)}


@pytest.mark.parametrize(("source", "least", "defective"), EXAMPLES)
def test_examples(runs: Path, source: Path, least: int, defective: int) -> None:
    ran = run(runs / "-".join(source.parts[-2:]), "--records", source)
    assert ran.code in (0, 1), ran.err
    told = found(ran.out)
    records = ran.json["records"]
    assert told["messages"] == records["messages"] >= least
    assert told["people"] == records["people"] >= 1
    assert told["contradictions"] == len(records["contradictions"])
    assert told["defective"] == len(records["defective"]) >= defective
    assert told["numbers replaced"] == records["renumbered"]
    assert not [finding for finding in ran.json["findings"] if finding["outcome"] == "ERROR"]
    # A level below an aim is a finding about codes of those people; the aims of the broken follower are met whoever is sent.
    missed = {cell["pairing"] for cell in ran.json["pairings"] if not cell["aim_met"]}
    assert missed <= {"exemplar:follower-a"}
    assert ran.code == bool(missed)


@pytest.fixture(scope="module")
def broken(runs: Path) -> Ran:
    folder = runs / "broken"
    folder.mkdir()
    for name, (content, _) in BROKEN.items():
        (folder / name.replace("/", "∕")).write_bytes(content)
    (folder / "good.hl7").write_bytes(A28.replace(b"Ashworth^Margaret", b"<script>alert(1)</script>^<img src=x onerror=alert(2)>"))
    return run(runs / "with-broken", "--records", folder)


def test_a_run_survives_broken_files(broken: Ran) -> None:
    assert broken.code == 0, (broken.out, broken.err)
    assert found(broken.out)["people"] == 2


@pytest.mark.parametrize("name", BROKEN)
def test_each_broken_file_gets_its_line(broken: Ran, name: str) -> None:
    records = broken.json["records"]
    lines = [line for line in records["defective"] + records["strangers"] if line.startswith(name.replace("/", "∕"))]
    assert any(BROKEN[name][1] in line for line in lines), lines
    assert all(len(line) < 400 for line in lines)
    assert any(line.strip() in broken.out for line in lines)


def test_names_that_are_html_stay_text(broken: Ran) -> None:
    page = (broken.folder / "report.html").read_text(encoding="utf-8")
    for hostile in ("<script", "<img", "<b>bold"):
        assert hostile not in page, hostile
    assert "&lt;b&gt;bold" in page
    assert "passwd" not in page


def test_a_folder_without_a_person_is_two(tmp_path: Path) -> None:
    (tmp_path / "empty.hl7").write_bytes(b"")
    ran = run(tmp_path / "out", "--records", tmp_path)
    assert ran.code == 2
    assert "no person was found" in ran.err
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "out").exists()
