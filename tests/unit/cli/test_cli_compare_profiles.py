"""harness compare-profiles: its answer, what it names, how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from harness.cli.main import app
from harness.errors import HarnessError

PATIENT = "http://hl7.org/fhir/StructureDefinition/Patient"


@pytest.fixture
def profile(tmp_path: Path) -> str:
    """A profile on Patient that asks for a date of birth, in a file."""
    made = {
        "resourceType": "StructureDefinition",
        "url": "http://profiles.example/StructureDefinition/born",
        "name": "Born",
        "status": "draft",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": PATIENT,
        "derivation": "constraint",
        "differential": {"element": [{"id": "Patient.birthDate", "path": "Patient.birthDate", "min": 1}]},
    }
    path = tmp_path / "born.json"
    path.write_text(json.dumps(made))
    return str(path)


def command(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["compare-profiles", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_a_profile_in_a_file_against_its_base_and_the_other_way_round(profile: str) -> None:
    assert command(profile, PATIENT)[0] == 0
    code, said = command(PATIENT, profile)
    assert code == 1
    assert "Patient.birthDate" in said
    assert "the first lets it be left out" in said


def test_as_json(profile: str) -> None:
    code, said = command(PATIENT, profile, "--format", "json")
    told = json.loads(said)
    assert (code, told["answer"], [one["place"] for one in told["obstacles"]]) == (1, "incompatible", ["Patient.birthDate"])


def test_v2_profiles_by_name() -> None:
    assert command("itk-2.4", "itk-2.4") == (0, "compatible: itk-2.4 against itk-2.4\n")
    assert command("base", "itk-2.4")[0] == 1


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [(PATIENT, "itk-2.4", "one is a FHIR profile and the other is not"), (PATIENT, "http://nowhere.example/p", "nowhere"), ("itk-2.4", "itk-9", "itk-9")],
)
def test_what_cannot_be_compared_is_one_sentence(first: str, second: str, said: str) -> None:
    with pytest.raises(HarnessError, match=said):
        command(first, second)
