import json
from pathlib import Path

import pytest
from command_kit import harness

import harness as package

ADMISSION = (
    b"MSH|^~\\&|EPRA|X9A|EPRB|X9B|20260105090000||ADT^A01^ADT_A01|M1|P|2.4|||||GBR|UNICODE UTF-8|EN||ITKv1.0\r"
    b"EVN||20260105090000\r"
    b"PID|1||9990000018^^^NHS||Ashworth^Margaret^^^^^L||19250704|2\r"
    b"PV1||I|W1^R1^B1^X9A01\r"
    b"ZZZ|kept out\r"
)


@pytest.fixture
def admission(tmp_path: Path) -> Path:
    path = tmp_path / "a01.hl7"
    path.write_bytes(ADMISSION)
    return path


def test_the_bundle_goes_to_stdout_and_the_ledger_beside_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], admission: Path) -> None:
    assert harness(monkeypatch, "convert", admission) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["resourceType"] == "Bundle"
    assert "no carry table for the segment ZZZ" in said.err


def test_with_out_the_ledger_is_stdout_as_json(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], admission: Path, tmp_path: Path) -> None:
    assert harness(monkeypatch, "convert", admission, "--out", tmp_path / "made.json", "--format", "json") == 0
    (ledger,) = json.loads(capsys.readouterr().out)
    assert sum(ledger["counts"].values()) == len(ledger["values"])
    lost = [value for value in ledger["values"] if value["state"] == "not carried"]
    assert {"address": "ZZZ-1", "value": "kept out", "state": "not carried", "reason": "no carry table for the segment ZZZ"} in lost
    assert json.loads((tmp_path / "made.json").read_bytes())["type"] == "message"


def test_there_and_back(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], admission: Path, tmp_path: Path) -> None:
    assert harness(monkeypatch, "convert", admission, "--out", tmp_path / "made.json") == 0
    assert harness(monkeypatch, "convert", tmp_path / "made.json", "--to", "hl7v2-2.4", "--out", tmp_path / "back.hl7") == 0
    back = (tmp_path / "back.hl7").read_bytes()
    assert b"ADT^A01^ADT_A01" in back
    assert b"9990000018^^^NHS" in back


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--to", "fhir-r5"), "there is no conversion to 'fhir-r5'"),
        (("--to", "hl7v2-2.4"), "the file holds hl7v2"),
        (("--out", "/nowhere/x"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], admission: Path, words: tuple[str, ...], said: str
) -> None:
    assert harness(monkeypatch, "convert", admission, *words) == 2
    assert said in capsys.readouterr().err


def test_several_messages_make_a_line_each(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "two.hl7"
    path.write_bytes(ADMISSION + ADMISSION)
    assert harness(monkeypatch, "convert", path) == 0
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert [where for where, _ in package.convert(path)] == ["two.hl7#1", "two.hl7#2"]
