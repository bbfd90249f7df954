"""The official ITK examples carry known defects: none crashes, each is flagged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.model.issue import Issue
from harness.validation.hl7v2 import validate
from harness.validation.options import Options

EXAMPLES = Path(__file__).resolve().parents[4].parent / "shared" / "data" / "itk-adt-examples"
pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="../shared/data/itk-adt-examples is not here")


def _files() -> list[Path]:
    return sorted(path for path in EXAMPLES.rglob("*.txt") if "scenario" not in path.name.lower())


def _issues() -> Iterator[tuple[Path, Issue]]:
    for path in _files():
        for issue in validate(path.read_bytes(), Options(strict=True)):
            yield path, issue


@pytest.fixture(scope="module")
def said() -> list[tuple[str, str, str, str]]:
    """(file, code, path, actual) of every issue; the file is folder letters and event: ``DischargeMaster/A03``."""
    return [(f"{path.parent.name.split()[0]}/{path.name[:3]}", issue.code, issue.location.path, issue.actual) for path, issue in _issues()]


def test_all_37_are_read() -> None:
    assert len(_files()) == 37
    assert not [issue for _, issue in _issues() if issue.code == "hl7v2/unreadable"]


# (event, issue code, path, what stood there, in how many files)
DEFECTS = [
    ("A28", "hl7v2/date", "PID-7", "196513121515", 1),
    ("A31", "hl7v2/date", "PID-7", "196513121515", 1),
    ("K22", "hl7v2/date", "PID-7", "196513121515", 1),
    ("A12", "hl7v2/date", "DG1-5", "201030081030", 2),
    ("A11", "hl7v2/control-character", "PID-32", "0x09", 1),
    ("A40", "hl7v2/merge", "MRG-1", "22789^^^LOCALID", 1),
    ("A40", "hl7v2/not-used", "MRG-5", "44455^^^VISITID", 1),
    ("A01", "hl7v2/code-form", "PR1-3.1", "ZZS4", 1),
    ("A01", "hl7v2/coding-label", "DG1-3.3", "ICD10", 1),
    ("A12", "hl7v2/coding-label", "DG1-3.3", "ICD10", 2),
    ("A01", "hl7v2/admit-time", "PV1-44", "201010201716", 1),
    ("A12", "hl7v2/table-value", "PV1-36", "19", 2),
    ("A03", "hl7v2/table-value", "PV1-36", "19", 1),
    ("A12", "hl7v2/table-value", "PV1-37", "Home", 2),
    ("A04", "hl7v2/day-month", "EVN-6", "2010-01-11", 2),
    ("A38", "hl7v2/day-month", "EVN-6", "2010-01-11", 1),
    ("A05", "hl7v2/day-month", "EVN-6", "2010-01-11", 1),
    ("A52", "hl7v2/event-time", "EVN-6", "201002251135", 1),
    ("A53", "hl7v2/event-time", "EVN-6", "201002251200", 1),
    ("A31", "hl7v2/event-time", "EVN-6", "201008141100", 1),
    ("A05", "hl7v2/required-field", "PV1-3.4", "empty", 1),
    ("ZV2", "hl7v2/table-value", "PV1[1]-14", "DNA", 1),
    ("ZV2", "hl7v2/table-value", "PV1[3]-14", "5", 1),
    ("ZV2", "hl7v2/table-value", "PV1[4]-14", "CANBP", 1),
    ("ZV2", "hl7v2/table-value", "PV1[2]-4", "NSP", 1),
]


@pytest.mark.parametrize(("event", "code", "path", "actual", "files"), DEFECTS)
def test_a_known_defect_is_flagged(said: list[tuple[str, str, str, str]], event: str, code: str, path: str, actual: str, files: int) -> None:
    assert sum(name.endswith(f"/{event}") and rest == (code, path, actual) for name, *others in said for rest in [tuple(others)]) == files


def test_update_master_discharge_happens_after_it_is_recorded(said: list[tuple[str, str, str, str]]) -> None:
    assert [name for name, code, *_ in said if code == "hl7v2/event-time"].count("DischargeMaster/A03") == 1


def test_wrong_result_status_in_ten_places(said: list[tuple[str, str, str, str]]) -> None:
    places = [name for name, code, path, actual in said if code == "hl7v2/table-value" and path.startswith("OBX") and actual == "Confirmed"]
    assert len(places) == 10


def test_profile_id_in_another_case_in_thirty_files(said: list[tuple[str, str, str, str]]) -> None:
    assert sum(code == "hl7v2/profile-case" for _, code, *_ in said) == 30


def test_no_adt_file_carries_a_status(said: list[tuple[str, str, str, str]]) -> None:
    assert sum(code == "nhs-number/status-absent" for _, code, *_ in said) == 30


def test_titles_in_the_wrong_component_in_some_files(said: list[tuple[str, str, str, str]]) -> None:
    assert {actual for _, code, _, actual in said if code == "hl7v2/person-title"} == {"Miss", "Dr"}


def test_the_xml_and_the_text_of_an_example_are_judged_alike() -> None:
    from harness.validation.dispatch import validate as any_format

    folder = EXAMPLES / "PatientIdentityManagement" / "MergeTwoPatient ADT-A40"
    xml = {issue.code for issue in any_format((folder / "A40.XML").read_bytes())}
    assert {"hl7v2/merge", "hl7v2/not-used", "hl7v2/profile-case"} <= xml
