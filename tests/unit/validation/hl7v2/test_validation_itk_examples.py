"""ITK examples, ours and the official ones, carry known defects: none crashes, each is flagged."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from material import FIXTURES, SHARED, Material, everywhere

from harness.model.issue import Issue
from harness.validation.hl7v2 import validate
from harness.validation.options import Options

# (event, issue code, path, what stood there, in how many files)
OFFICIAL = [
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
OWN = [
    ("A28", "hl7v2/date", "PID-7", "196213141515", 1),
    ("A31", "hl7v2/event-time", "EVN-6", "20260105091500", 1),
    ("A40", "hl7v2/merge", "MRG-1[1]", "22789^^^X9Z", 1),
    ("A40", "hl7v2/not-used", "MRG-5", "V7^^^X9A", 1),
    ("A01", "hl7v2/coding-label", "DG1-3.3", "ICD10", 1),
    ("A01", "hl7v2/code-form", "PR1-3.1", "ZZS4", 1),
    ("A03", "hl7v2/table-value", "PV1-36", "77", 1),
    ("A12", "hl7v2/control-character", "PID-32", "0x09", 1),
]


def _root(material: Material) -> Path:
    return FIXTURES / "itk" if material.own else SHARED / "itk-adt-examples"


def _files(material: Material) -> list[Path]:
    return sorted(path for path in _root(material).rglob("*.txt") if "scenario" not in path.name.lower())


@cache
def _issues(material: Material) -> list[tuple[Path, Issue]]:
    return [(path, issue) for path in _files(material) for issue in validate(path.read_bytes(), Options(strict=True))]


def _said(material: Material) -> list[tuple[str, str, str, str]]:
    """(file, code, path, actual) of every issue; the file is folder letters and event: ``DischargeMaster/A03``."""
    return [(f"{path.parent.name.split()[0]}/{path.name[:3]}", issue.code, issue.location.path, issue.actual) for path, issue in _issues(material)]


def _count(material: Material, code: str) -> int:
    return sum(each == code for _, each, *_ in _said(material))


@everywhere
def test_all_are_read(material: Material) -> None:
    assert len(_files(material)) == (6 if material.own else 37)
    assert _count(material, "hl7v2/unreadable") == 0


@everywhere
def test_known_defects_are_flagged(material: Material) -> None:
    for event, code, path, actual, files in OWN if material.own else OFFICIAL:
        found = [name for name, *rest in _said(material) if name.endswith(f"/{event}") and tuple(rest) == (code, path, actual)]
        assert len(found) == files, (event, code, path, actual)


@everywhere
def test_what_happens_after_it_is_recorded(material: Material) -> None:
    late = [name for name, code, *_ in _said(material) if code == "hl7v2/event-time"]
    assert late == ["people/A31"] if material.own else late.count("DischargeMaster/A03") == 1


@everywhere
def test_wrong_result_status(material: Material) -> None:
    places = [name for name, code, path, actual in _said(material) if code == "hl7v2/table-value" and path.startswith("OBX") and actual == "Confirmed"]
    assert len(places) == (0 if material.own else 10)


@everywhere
def test_profile_id_in_another_case(material: Material) -> None:
    assert _count(material, "hl7v2/profile-case") == (1 if material.own else 30)


@everywhere
def test_no_official_adt_file_carries_a_status_and_all_of_ours_do(material: Material) -> None:
    assert _count(material, "nhs-number/status-absent") == (0 if material.own else 30)


@everywhere
def test_titles_in_the_wrong_component_in_some_official_files(material: Material) -> None:
    assert {actual for _, code, _, actual in _said(material) if code == "hl7v2/person-title"} == (set() if material.own else {"Miss", "Dr"})


@everywhere
def test_the_xml_of_an_example_is_judged_too(material: Material) -> None:
    from harness.validation.dispatch import validate as any_format

    folder = _root(material) / ("people" if material.own else "PatientIdentityManagement/MergeTwoPatient ADT-A40")
    xml = {issue.code for issue in any_format((folder / "A40.XML").read_bytes())}
    assert {"hl7v2/merge", "hl7v2/not-used"} <= xml
    assert ("hl7v2/profile-case" in xml) != material.own
