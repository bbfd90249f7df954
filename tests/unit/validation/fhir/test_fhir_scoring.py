"""The script that scores the FHIR validator: any folder of units, a prediction for each, a crash that stays its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from fhir_mutations_definitions import definitions
from fhir_mutations_samples import PATIENT_PROFILE, R4, UK

ROOT = Path(__file__).parents[4]
SCRIPT = ROOT / "tests" / "benchmarks" / "fhir_test_cases.py"


def _unit(name: str, file: str, errors: int, place: str = "", **more: Any) -> dict[str, Any]:
    issues = [{"severity": "error", "expression": place, "text": "x", "code": "structure"}] * errors
    unit = {"id": name, "file": file, "kind": "base", "tier": "A", "module": "general", "format": file.rpartition(".")[2], "fhir": "4.0", "supporting": []}
    return {**unit, "source_profile": None, "options": {}, "errors": errors, "warnings": 0, "infos": 0, "issues": issues, "firely_errors": None, **more}


@pytest.fixture(scope="module")
def scored(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, dict[str, Any]], str]:
    folder = tmp_path_factory.mktemp("units")
    held = folder / "validator" / "sub"
    held.mkdir(parents=True)
    plain = {"resourceType": "Patient", "gender": "female"}
    files: dict[str, Any] = {"good.json": plain, "bad.json": {**plain, "gender": "F"}, "none.json": {"resourceType": "Patient", "identifier": []}}
    files["ours.json"] = {"resourceType": "Patient", "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number"}]}
    files["sub/profiles.json"] = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in definitions()]}
    files["sub/profile.json"] = definitions()[0]
    files["whole.json"] = R4["patient"]
    files["other.json"] = {**plain, "extension": [{"url": "http://example.org/nowhere", "valueString": "x"}]}
    for name, resource in files.items():
        (folder / "validator" / name).write_text(json.dumps(resource), "utf-8")
    (folder / "validator" / "good.xml").write_text('<Patient xmlns="http://hl7.org/fhir"><gender value="female"/></Patient>', "utf-8")
    (folder / "validator" / "broken.xml").write_text('<Patient xmlns="http://hl7.org/fhir">', "utf-8")
    support = ["sub/profiles.json", "sub/profile.json", "sub/absent.json"]
    units = [
        _unit("good", "good.json", 0),
        _unit("bad", "bad.json", 1, "Patient.gender"),
        _unit("empty", "none.json", 1, "Patient.identifier", tier="C"),
        _unit("xml", "good.xml", 0),
        _unit("broken", "broken.xml", 1),
        _unit("gone", "gone.json", 1),
        _unit("profile", "ours.json", 1, "Patient.identifier[0]", kind="profile", source_profile="sub/profile.json", supporting=support, tier="P"),
        _unit("canonical", "ours.json", 1, "Patient.identifier[0]", kind="profile", source_profile=PATIENT_PROFILE, supporting=support, tier="P"),
        _unit("base", "ours.json", 0, supporting=support, tier="B"),
        _unit("whole", "whole.json", 0, supporting=support, tier="B"),
        _unit("example", "other.json", 1, "Patient.extension[0]", options={"examples": False}),
    ]
    (folder / "units.jsonl").write_text("".join(json.dumps(unit) + "\n" for unit in units), "utf-8")
    out = folder / "predictions.jsonl"
    done = subprocess.run([sys.executable, str(SCRIPT), str(folder), "--out", str(out)], capture_output=True, text=True, check=True)
    return {one["id"]: one for one in map(json.loads, out.read_text("utf-8").splitlines())}, done.stdout


def test_every_unit_has_a_prediction_of_the_shape_that_scorers_read(scored: tuple[dict[str, dict[str, Any]], str]) -> None:
    predictions, _ = scored
    assert len(predictions) == 11
    for one in predictions.values():
        assert set(one) == {"id", "errors", "issues", "crashed"}
        assert one["errors"] == sum(issue["severity"] in ("error", "fatal") for issue in one["issues"])


@pytest.mark.parametrize(
    ("name", "bad"), [("good", False), ("bad", True), ("empty", True), ("xml", False), ("broken", True), ("base", False), ("whole", False), ("example", True)]
)
def test_resources_are_judged_by_the_base(scored: tuple[dict[str, dict[str, Any]], str], name: str, bad: bool) -> None:
    assert (scored[0][name]["errors"] > 0) is bad
    assert not scored[0][name]["crashed"]


@pytest.mark.parametrize("name", ["profile", "canonical"])
def test_the_profile_is_taken_from_its_file_or_by_its_canonical(scored: tuple[dict[str, dict[str, Any]], str], name: str) -> None:
    assert [issue["expression"] for issue in scored[0][name]["issues"] if issue["severity"] == "error"] == ["Patient.identifier[0]"]


def test_what_cannot_be_judged_is_a_crash_of_its_own(scored: tuple[dict[str, dict[str, Any]], str]) -> None:
    assert scored[0]["gone"] == {"id": "gone", "errors": 0, "issues": [], "crashed": True}


def test_agreement_is_printed_and_disagreement_listed(scored: tuple[dict[str, dict[str, Any]], str]) -> None:
    said = scored[1]
    rows = {line[:30].strip(): line[30:].split() for line in said.splitlines() if line[:2] in ("ti", "  ")}
    assert rows["tiers A, B and P"][:2] == ["10", "9"]
    assert {"without opinions", "JSON", "XML", "tier A", "tier B", "tier C", "tier P", "module general"} <= set(rows)
    assert "gone (tier A, general): reference 1, ours crashed: UNEXPLAINED" in said
    assert "1 unexplained" in said
    assert UK not in said
