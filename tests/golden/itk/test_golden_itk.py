"""The official ITK examples: every defect known is found by name, and every error is one that is listed with what it breaks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.model.issue import Issue
from harness.validation.dispatch import validate
from harness.validation.options import Options

EXAMPLES = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "itk-adt-examples"
pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="../shared/data/itk-adt-examples is not here")
DEFECTS: list[dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "expected.yaml").read_text("utf-8"))["defects"]
Place = tuple[str, str, str, str, str]


def _files(suffix: str) -> dict[str, Path]:
    """``folder/A01`` → the example's file of that suffix."""
    found = (path for path in EXAMPLES.rglob("*") if path.suffix.lower() == suffix and "scenario" not in path.name.lower())
    return {f"{path.parent.relative_to(EXAMPLES)}/{path.stem[:3]}": path for path in found}


def _said(suffix: str) -> list[tuple[str, Issue]]:
    options = Options(profile="itk-2.4", allow_real_numbers=True)
    return [(name, issue) for name, path in sorted(_files(suffix).items()) for issue in validate(path.read_bytes(), options, path.name)]


@pytest.fixture(scope="module")
def said() -> list[tuple[str, Issue]]:
    return _said(".txt")


def _place(name: str, issue: Issue) -> Place:
    return (name, issue.severity.value, issue.code, issue.location.path, issue.actual)


def test_all_37_messages_are_there() -> None:
    assert len(_files(".txt")) == len(_files(".xml")) == 37


def test_every_error_is_listed_and_every_listed_error_is_found(said: list[tuple[str, Issue]]) -> None:
    listed = Counter((file, "error", row["code"], row["path"], row["actual"]) for row in DEFECTS if row["severity"] == "error" for file in row["files"])
    found = Counter(_place(name, issue) for name, issue in said if issue.is_error)
    assert found == listed


@pytest.mark.parametrize("row", DEFECTS, ids=lambda row: f"{row['code']} {row['path']} {row['actual'][:12].strip()}")
def test_a_known_defect_is_found_in_the_files_named(row: dict[str, Any], said: list[tuple[str, Issue]]) -> None:
    found = sorted(name for name, issue in said if _place(name, issue)[1:] == (row["severity"], row["code"], row["path"], row["actual"]))
    assert len(found) == row["count"] if "count" in row else found == sorted(row["files"])


def test_every_defect_says_what_it_breaks_and_every_error_its_clause(said: list[tuple[str, Issue]]) -> None:
    assert all(row["breaks"].startswith(("ITK-M ", "ITK-R ", "HL7 ")) for row in DEFECTS)
    assert all(issue.clause and issue.message and issue.remedy and issue.location.line for _, issue in said if issue.is_error)


def test_the_xml_has_the_errors_of_the_text(said: list[tuple[str, Issue]]) -> None:
    text = {_place(name, issue) for name, issue in said if issue.is_error}
    assert {_place(name, issue) for name, issue in _said(".xml") if issue.is_error} == text


def test_a_consumer_is_warned_only_of_what_it_may_still_read(said: list[tuple[str, Issue]]) -> None:
    options = Options(profile="itk-2.4", side="consumer")
    errors = {issue.code for path in _files(".txt").values() for issue in validate(path.read_bytes(), options, path.name) if issue.is_error}
    assert errors < {issue.code for _, issue in said if issue.is_error}
    assert "hl7v2/table-value" not in errors
