"""read, compare, explain, list and validate, as text and as JSON, and the same from Python."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from end_to_end_kit import A28, harness

import harness as product

PATIENT = {
    "resourceType": "Patient",
    "identifier": [{"system": "https://fhir.nhs.uk/Id/nhs-number", "value": "9990000018"}],
    "name": [{"use": "usual", "family": "Ashworth", "given": ["Margaret"]}],
    "gender": "female",
    "birthDate": "1925-07-04",
}


@pytest.fixture
def v2(tmp_path: Path) -> Path:
    path = tmp_path / "a28.hl7"
    path.write_bytes(A28)
    return path


@pytest.fixture
def fhir(tmp_path: Path) -> Path:
    path = tmp_path / "patient.json"
    path.write_text(json.dumps(PATIENT))
    return path


def as_json(*words: object, code: int = 0) -> Any:
    done = harness(*words, "--format", "json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def test_read(v2: Path, fhir: Path) -> None:
    for path, location in ((v2, "PID-7"), (fhir, "Patient.birthDate")):
        text = harness("read", path)
        assert text.returncode == 0
        row = next(line.split() for line in text.stdout.splitlines() if line.startswith("person.birth_date"))
        assert row[1] == "1925-07-04"
        assert location in row[2]
        (person,) = as_json("read", path)
        assert person["record"]["person"][0]["person.nhs_number"] == "9990000018"
        (reading,) = product.read(path)
        assert reading.record.text("name.family") == "Ashworth"
        assert product.read(path.read_bytes()) == [type(reading)("", reading.key, reading.record, reading.losses)]


def test_compare_across_formats(v2: Path, fhir: Path) -> None:
    same = harness("compare", v2, fhir)
    assert same.returncode == 0, same.stdout
    assert "fidelity 1.000, 0 faults" in same.stdout
    fhir.write_text(json.dumps({**PATIENT, "birthDate": "1925-07-03"}))
    (told,) = as_json("compare", v2, fhir, code=1)
    assert [(each["item"], each["fate"], each["sent"], each["received"]) for each in told["differences"] if each["fate"] != "kept"] == [
        ("person.birth_date", "wrong", "1925-07-04", "1925-07-03")
    ]
    ((_, ledger),) = product.compare(v2, fhir)
    assert [difference.item for difference in ledger.faults] == ["person.birth_date"]


def test_validate(v2: Path) -> None:
    v2.write_bytes(A28.replace(b"|19250704|", b"|19251304|"))
    text = harness("validate", v2)
    assert text.returncode == 1
    assert "PID-7" in text.stdout
    (told,) = as_json("validate", v2, code=1)
    assert any("PID-7" in issue["location"] and issue["severity"] == "error" for issue in told["issues"])
    assert any(issue.is_error and "PID-7" in str(issue.location) for issue in product.validate(v2))


@pytest.mark.parametrize(
    ("name", "told"),
    [("identity/merge-1", "L3c"), ("L3", "Right person"), ("ignores-a40", "identity/merge-1"), ("person.sex", "PID-8"), ("adt", "A01"), ("identity", "L3")],
)
def test_explain(name: str, told: str) -> None:
    text = harness("explain", name)
    assert text.returncode == 0
    assert told in text.stdout
    assert told in json.dumps(as_json("explain", name))


@pytest.mark.parametrize("kind", ["checks", "places", "systems", "defects", "exemplars"])
def test_list(kind: str) -> None:
    text = harness("list", kind).stdout.splitlines()
    assert len(as_json("list", kind)) == len(text) - 1 > 0


def test_run_from_python(tmp_path: Path) -> None:
    result = product.run(checks=["connection/session-1"], pairings=["exemplar:follower-a"], out=tmp_path / "out", jobs=1)
    assert {str(finding.outcome) for finding in result.findings} == {"PASS"}
    assert result.verdict.partial
    assert json.loads((tmp_path / "out" / "run.json").read_bytes())["run"]["planned"] == len({(f.check, f.interface) for f in result.findings})


def test_every_command_takes_a_format() -> None:
    for command in ("run", "read", "compare", "simulate", "explain", "list", "validate"):
        assert "--format" in harness(command, "--help").stdout
