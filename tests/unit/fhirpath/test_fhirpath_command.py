"""harness fhirpath: what it prints, where it points, how it exits."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fhirpath_kit import OBSERVATION, PATIENT
from typer.testing import CliRunner

from harness.cli.main import app
from harness.errors import HarnessError
from harness.formats.fhir import encode_json

XML = b'<Patient xmlns="http://hl7.org/fhir"><id value="x1"/><active value="true"/><name><given value="Ann"/><given value="Lee"/></name></Patient>'


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "patient.json").write_bytes(encode_json(PATIENT))
    (tmp_path / "observation.json").write_bytes(encode_json(OBSERVATION))
    (tmp_path / "patient.xml").write_bytes(XML)
    (tmp_path / "message.hl7").write_bytes(b"MSH|^~\\&|A|B|C|D|20240101||ADT^A01|1|P|2.4\r")
    return tmp_path


def command(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["fhirpath", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.stdout


def test_results_with_type_and_place(files: Path) -> None:
    assert command("name.where(use = 'usual').given", str(files / "patient.json")) == (0, "Meg\tstring\tPatient.name[1].given[0]\n")
    assert command("name.given", str(files / "patient.xml")) == (0, "Ann\tstring\tPatient.name[0].given[0]\nLee\tstring\tPatient.name[0].given[1]\n")
    assert command("name.count()", str(files / "patient.xml")) == (0, "1\tSystem.Integer\n")


def test_a_choice_is_placed_by_its_type(files: Path) -> None:
    assert command("value.code", str(files / "observation.json")) == (0, "kg\tcode\tObservation.value.ofType(Quantity).code\n")
    assert command("value.value", str(files / "observation.json"))[1].startswith("83.90\tdecimal\t")


def test_json_a_line(files: Path) -> None:
    code, printed = command("name.select(given.count()) | birthDate", str(files / "patient.json"), "--format", "json")
    assert code == 0
    assert [json.loads(line) for line in printed.splitlines()] == [
        {"value": 2, "type": "System.Integer"},
        {"value": 1, "type": "System.Integer"},
        {"value": "1925-07-04", "type": "date", "path": "Patient.birthDate"},
    ]
    assert json.loads(command("@2014 + 1 year", str(files / "patient.json"), "--format", "json")[1])["value"] == "2015"


@pytest.mark.parametrize(("expression", "code"), [("active", 0), ("active.not()", 1), ("photo", 1), ("photo.exists()", 1), ("false | true", 0)])
def test_exit_codes(files: Path, expression: str, code: int) -> None:
    assert command(expression, str(files / "patient.json"))[0] == code


@pytest.mark.parametrize(
    ("expression", "file", "told"),
    [
        ("name.where(", "patient.json", "column 12"), ("name.fist()", "patient.json", "column 6, at 'fist()'"), ("name.single()", "patient.json", "3 items"),
        ("id", "none.json", "cannot be read"),
        ("id", "message.hl7", "expected FHIR JSON or XML"),
    ],
)  # fmt: skip
def test_faults_are_said(files: Path, expression: str, file: str, told: str) -> None:
    with pytest.raises(HarnessError, match=told.replace("(", r"\(").replace(")", r"\)")):
        command(expression, str(files / file))


def test_unknown_names_are_hinted_at_and_refused_when_strict(files: Path) -> None:
    said = CliRunner().invoke(app, ["fhirpath", "name.givn", str(files / "patient.json")])
    assert (said.exit_code, said.stdout) == (1, "")
    assert said.stderr == "hint: column 6: HumanName has no element givn; did you mean given?\n"
    with pytest.raises(HarnessError, match=r"column 6, at 'givn'.*HumanName has no element givn.*did you mean given"):
        command("name.givn", str(files / "patient.json"), "--strict")
    assert command("name.use", str(files / "patient.json"), "--strict")[0] == 0


def test_value_sets_profiles_and_references_are_asked_of_the_definitions(files: Path) -> None:
    patient = str(files / "patient.json")
    assert command("gender.memberOf('http://hl7.org/fhir/ValueSet/administrative-gender')", patient)[1] == "true\tSystem.Boolean\n"
    assert command("gender.memberOf('http://hl7.org/fhir/ValueSet/name-use')", patient) == (1, "false\tSystem.Boolean\n")
    assert command("telecom.last().conformsTo('http://hl7.org/fhir/StructureDefinition/ContactPoint')", patient)[1] == "true\tSystem.Boolean\n"
    assert command("managingOrganization.resolve().name", patient)[1].startswith("Otley\t")
    with pytest.raises(HarnessError, match="cannot be told here"):
        command("conformsTo('http://profiles.example/StructureDefinition/unknown')", patient)
