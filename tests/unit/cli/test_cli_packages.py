"""harness packages, and packages as options of the commands that judge."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from harness.cli.main import main

BASE = "http://x.example/StructureDefinition/p"
PROFILE = {
    "resourceType": "StructureDefinition",
    "url": BASE,
    "version": "1.0.0",
    "kind": "resource",
    "abstract": False,
    "type": "Patient",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
    "derivation": "constraint",
    "differential": {"element": [{"id": "Patient.active", "path": "Patient.active", "min": 1}]},
}


def harness(monkeypatch: pytest.MonkeyPatch, *words: object) -> int:
    monkeypatch.setattr(sys, "argv", ["harness", *map(str, words)])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARNESS_FHIR_PACKAGES", str(tmp_path / "cache"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "p"
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"name": "p", "version": "1.0.0", "fhirVersions": ["4.0.1"], "dependencies": {"q": "1.0.0"}}))
    (folder / "p.json").write_text(json.dumps(PROFILE))
    return folder


@pytest.fixture
def patient(tmp_path: Path) -> Path:
    path = tmp_path / "patient.json"
    path.write_text(json.dumps({"resourceType": "Patient", "meta": {"profile": [BASE]}}))
    return path


def test_a_folder_is_added_listed_and_locked(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert harness(monkeypatch, "packages", "list", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == []
    assert harness(monkeypatch, "packages", "add", folder) == 0
    assert "it depends on q@1.0.0" in capsys.readouterr().out
    assert harness(monkeypatch, "packages", "list") == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["p@1.0.0", "4.0.1", "locked"]
    next(Path("../cache").rglob("p.json")).write_text("{}")
    assert harness(monkeypatch, "packages", "list", "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == [{"name": "p", "version": "1.0.0", "fhir_versions": ["4.0.1"], "lock": "differs"}]


def test_what_cannot_be_added_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert harness(monkeypatch, "packages", "add", "nowhere/at/all") == 2
    said = capsys.readouterr().err
    assert said.startswith("harness: nowhere/at/all: there is no such package")
    assert said.count("\n") == 1


def test_definitions_of_a_version_are_compiled(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    source = tmp_path / "core"
    source.mkdir()
    elements = [{"id": "Thing", "path": "Thing", "min": 0, "max": "*", "definition": "prose", "constraint": [{"key": "x-1", "human": "prose"}]}]
    thing = {"resourceType": "StructureDefinition", "url": "http://hl7.org/fhir/StructureDefinition/Thing", "type": "Thing", "kind": "resource"}
    (source / "thing.json").write_text(json.dumps({**thing, "derivation": "specialization", "abstract": False, "snapshot": {"element": elements}}))
    assert harness(monkeypatch, "packages", "compile", source, "--fhir-version", "3.0.2", "--out", tmp_path / "out") == 0
    assert "1 definitions" in capsys.readouterr().out
    from harness.catalogue.fhir.pack import Pack

    pack = Pack(tmp_path / "out" / "core-3.0.2.pack")
    assert pack.load(pack.entries[thing["url"]][0])["snapshot"]["element"][0]["constraint"] == [{"key": "x-1"}]


@pytest.mark.parametrize("words", [("--fhir-version", "5.0.0"), ("--fhir-version", "4.0.1")])
def test_what_is_no_core_is_not_compiled(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    (folder / "p.json").write_text(json.dumps({"resourceType": "ValueSet", "url": "http://x.example/v"}))
    assert harness(monkeypatch, "packages", "compile", folder, *words, "--out", tmp_path / "out") == 2
    assert "expected" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_profile_of_a_package_is_judged_by(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path, patient: Path) -> None:
    assert harness(monkeypatch, "validate", patient, "--package", folder, "--format", "json") == 1
    told = capsys.readouterr()
    assert "Patient.active" in told.out
    assert "depends on q@1.0.0" in told.err
    patient.write_text(json.dumps({**json.loads(patient.read_text()), "active": True}))
    assert harness(monkeypatch, "validate", patient, "--package", folder, "--rules", "none") == 0


@pytest.mark.parametrize("words", [("--package", "nothing@1.0.0"), ("--fhir-version", "2.0"), ("--rules", "some")])
def test_options_of_fhir_that_cannot_be_met_are_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], patient: Path, words: tuple[str, ...]
) -> None:
    assert harness(monkeypatch, "validate", patient, *words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1


def test_a_run_with_a_package_that_is_not_there_sends_nothing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert harness(monkeypatch, "run", "--package", "nothing@1.0.0") == 2
    assert "no package nothing@1.0.0" in capsys.readouterr().err
    assert not Path("harness-out").exists()


def test_what_cannot_be_decided_offline_is_neither_valid_nor_not(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], folder: Path, patient: Path
) -> None:
    binding = {"strength": "required", "valueSet": "http://x.example/ValueSet/nobody-knows"}
    element = {"id": "Patient.maritalStatus", "path": "Patient.maritalStatus", "binding": binding}
    (folder / "p.json").write_text(json.dumps({**PROFILE, "differential": {"element": [element]}}))
    marriage = {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus", "code": "M"}]}
    patient.write_text(json.dumps({**json.loads(patient.read_text()), "maritalStatus": marriage}))
    for strict, code in (((), 0), (("--strict",), 2)):
        assert harness(monkeypatch, "validate", patient, "--package", folder, "--format", "ndjson", *strict) == code
        told = capsys.readouterr()
        assert json.loads(told.out)["valid"] is None
        assert "neither valid nor invalid" in told.err
