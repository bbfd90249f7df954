"""``harness coverage``: what is counted, in which order it is said, and each exit code."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.cli.main import main
from harness.errors import FormatError, SetUpError, UnknownNameError

URL = "https://exemplar-harness.example/fhir/StructureDefinition/sample-patient"
NUMBER = "https://fhir.nhs.uk/Id/nhs-number"
ELEMENTS: list[dict[str, Any]] = [
    {
        "id": "Patient.identifier",
        "path": "Patient.identifier",
        "slicing": {"discriminator": [{"type": "value", "path": "system"}], "rules": "open"},
        "mustSupport": True,
    },
    {"id": "Patient.identifier:nhs", "path": "Patient.identifier", "sliceName": "nhs", "mustSupport": True},
    {"id": "Patient.identifier:nhs.system", "path": "Patient.identifier.system", "min": 1, "fixedUri": NUMBER},
    {"id": "Patient.name", "path": "Patient.name", "mustSupport": True},
    {"id": "Patient.birthDate", "path": "Patient.birthDate", "mustSupport": True},
]
DEFINITION = {
    "resourceType": "StructureDefinition",
    "url": URL,
    "name": "SamplePatient",
    "kind": "resource",
    "abstract": False,
    "type": "Patient",
    "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
    "derivation": "constraint",
    "differential": {"element": ELEMENTS},
}
NAMED = {"resourceType": "Patient", "name": [{"family": "Ashworth"}], "identifier": [{"system": "https://x.example/id", "value": "1"}]}
NUMBERED = {"resourceType": "Patient", "name": [{"family": "Bell"}], "identifier": [{"system": NUMBER, "value": "9990000018"}]}
BORN = {"resourceType": "Patient", "birthDate": "1970-06-15"}

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def package(tmp_path: Path) -> str:
    folder = tmp_path / "package"
    folder.mkdir()
    (folder / "sample.json").write_text(json.dumps(DEFINITION))
    return str(folder)


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    folder = tmp_path / "examples"
    folder.mkdir()
    (folder / "named.json").write_text(json.dumps(NAMED))
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": NUMBERED}, {"resource": {"resourceType": "Basic"}}]}
    (folder / "numbered.json").write_text(json.dumps(bundle))
    return folder


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    def calling(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["harness", "coverage", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out, said.err

    return calling


def test_what_was_never_seen_comes_first(call: Call, package: str, examples: Path) -> None:
    code, out, err = call("--profile", URL, "--package", package, examples)
    assert out.splitlines() == [
        f"{URL}: 3 of 4 must-support elements seen in 2 examples of Patient",
        "never  Patient.birthDate",
        "    2  Patient.identifier",
        "    1  Patient.identifier:nhs",
        "    2  Patient.name",
    ]
    assert (code, err) == (1, "")


def test_json_says_the_same(call: Call, package: str, examples: Path) -> None:
    code, out, _ = call("--profile", URL, "--package", package, examples, "--format", "json")
    found = json.loads(out)
    assert (code, found["profile"], found["type"], found["examples"], found["seen"]) == (1, URL, "Patient", 2, 3)
    assert found["elements"][:2] == [{"id": "Patient.birthDate", "seen": 0}, {"id": "Patient.identifier", "seen": 2}]


def test_everything_seen_is_exit_code_0(call: Call, package: str, examples: Path) -> None:
    (examples / "more.ndjson").write_text(f"{json.dumps(BORN)}\n{json.dumps(BORN)}\n")
    (examples / "one.xml").write_text('<Patient xmlns="http://hl7.org/fhir"><birthDate value="1980-01-01"/></Patient>')
    code, out, _ = call("--profile", URL, "--package", package, examples)
    assert code == 0
    assert "    3  Patient.birthDate" in out.splitlines()
    assert "seen in 5 examples" in out


def test_files_of_a_folder_that_are_no_fhir_are_left_out_and_said(call: Call, package: str, examples: Path) -> None:
    (examples / "notes.txt").write_text("hello")
    (examples / "torn.json").write_text('{"resourceType": "Patient", "name": ')
    code, out, err = call("--profile", URL, "--package", package, examples)
    assert (code, "seen in 2 examples" in out) == (1, True)
    assert [line.partition(": left out")[0].rpartition("/")[2] for line in err.splitlines()] == ["notes.txt", "torn.json"]


def test_a_named_file_that_is_no_fhir_is_exit_code_2(call: Call, package: str, examples: Path) -> None:
    message = examples.parent / "a28.hl7"
    message.write_bytes(b"MSH|^~\\&|A|X9A|B|X9B|20260105090000||ADT^A28|1|P|2.4\r")
    code, out, err = call("--profile", URL, "--package", package, examples, message)
    assert (code, "seen in 2 examples" in out, "a28.hl7: left out" in err) == (2, True, True)


def test_nothing_to_count_is_exit_code_2(call: Call, package: str, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"resourceType": "Basic"}')
    code, _, err = call("--profile", URL, "--package", package, other)
    assert (code, "no example is a Patient" in err) == (2, True)
    code, out, err = call("--profile", f"{URL}s", "--package", package, other)
    assert (code, out, "Traceback" in err) == (2, "", False)
    assert URL in err


def test_the_same_from_python(package: str, examples: Path) -> None:
    found = harness.coverage([examples / "named.json", json.dumps(BORN).encode()], URL, packages=[package])
    assert [(one.id, one.seen) for one in found.elements if not one.seen] == [("Patient.identifier:nhs", 0)]
    with pytest.raises(FormatError):
        harness.coverage([b"hello"], URL, packages=[package])
    with pytest.raises(SetUpError):
        harness.coverage([examples / "nowhere.json"], URL, packages=[package])
    with pytest.raises(UnknownNameError):
        harness.coverage([], URL)
