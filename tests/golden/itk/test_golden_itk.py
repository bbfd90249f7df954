"""ITK examples, ours and the official ones: every defect known is found by name, and every error is one that is listed with what it breaks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import yaml
from material import FIXTURES, SHARED, Material, everywhere

from harness.model.issue import Issue
from harness.validation.dispatch import validate
from harness.validation.options import Options

Place = tuple[str, str, str, str, str]
Said = list[tuple[str, Issue]]


def _defects(own: bool) -> list[dict[str, Any]]:
    name = "expected-own.yaml" if own else "expected.yaml"
    found: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / name).read_text("utf-8"))["defects"]
    return found


def _files(material: Material, suffix: str) -> dict[str, Path]:
    """``folder/A01`` → the example's file of that suffix."""
    root = FIXTURES / "itk" if material.own else SHARED / "itk-adt-examples"
    found = (path for path in root.rglob("*") if path.suffix.lower() == suffix and "scenario" not in path.name.lower())
    return {f"{path.parent.relative_to(root)}/{path.stem[:3]}": path for path in found}


_SAID: dict[tuple[bool, str], Said] = {}


def _said(material: Material, suffix: str = ".txt") -> Said:
    if (material.own, suffix) not in _SAID:
        options = Options(profile="itk-2.4", allow_real_numbers=True)
        files = sorted(_files(material, suffix).items())
        _SAID[material.own, suffix] = [(name, issue) for name, path in files for issue in validate(path.read_bytes(), options, path.name)]
    return _SAID[material.own, suffix]


def _place(name: str, issue: Issue) -> Place:
    return (name, issue.severity.value, issue.code, issue.location.path, issue.actual)


@everywhere
def test_all_messages_are_there(material: Material) -> None:
    assert (len(_files(material, ".txt")), len(_files(material, ".xml"))) == ((6, 2) if material.own else (37, 37))


@everywhere
def test_every_error_is_listed_and_every_listed_error_is_found(material: Material) -> None:
    rows = [row for row in _defects(material.own) if row["severity"] == "error"]
    listed = Counter((file, "error", row["code"], row["path"], row["actual"]) for row in rows for file in row["files"])
    assert Counter(_place(name, issue) for name, issue in _said(material) if issue.is_error) == listed


@everywhere
def test_known_defects_are_found_in_the_files_named(material: Material) -> None:
    for row in _defects(material.own):
        wanted = (row["severity"], row["code"], row["path"], row["actual"])
        found = sorted(name for name, issue in _said(material) if _place(name, issue)[1:] == wanted)
        assert len(found) == row["count"] if "count" in row else found == sorted(row["files"]), row


def test_nothing_else_is_said_of_ours() -> None:
    listed = Counter((file, row["severity"], row["code"], row["path"], row["actual"]) for row in _defects(own=True) for file in row["files"])
    assert Counter(_place(name, issue) for name, issue in _said(Material(own=True))) == listed


@everywhere
def test_every_defect_says_what_it_breaks_and_every_error_its_clause(material: Material) -> None:
    assert all(row["breaks"].startswith(("ITK-M ", "ITK-R ", "HL7 ")) for row in _defects(material.own))
    assert all(issue.clause and issue.message and issue.remedy and issue.location.line for _, issue in _said(material) if issue.is_error)


@everywhere
def test_the_xml_has_the_errors_of_the_text(material: Material) -> None:
    in_xml = set(_files(material, ".xml"))
    text = {_place(name, issue) for name, issue in _said(material) if issue.is_error and name in in_xml}
    assert {_place(name, issue) for name, issue in _said(material, ".xml") if issue.is_error} == text != set()


@everywhere
def test_a_consumer_is_warned_only_of_what_it_may_still_read(material: Material) -> None:
    options = Options(profile="itk-2.4", side="consumer")
    errors = {issue.code for path in _files(material, ".txt").values() for issue in validate(path.read_bytes(), options, path.name) if issue.is_error}
    assert errors < {issue.code for _, issue in _said(material) if issue.is_error}
    assert "hl7v2/table-value" not in errors
