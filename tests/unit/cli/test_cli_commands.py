import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_kit import A28, SMALL, harness

from harness.catalogue.load import data_root
from harness.cli._list import listings


@pytest.fixture
def message(tmp_path: Path) -> Path:
    path = tmp_path / "a28.hl7"
    path.write_bytes(A28)
    return path


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from harness.cli.main import main; sys.argv = ['harness', '--help']\n"
        "try: main()\nexcept SystemExit: pass\nprint(*sys.modules, file=sys.stderr)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "simulate" in loaded.stdout
    heavy = {"lxml", "starlette", "uvicorn", "requests", "jinja2", "rich", "sqlite3", "asyncio", "yaml", "jsonschema_rs", "msgspec", "fhir"}
    assert not heavy & set(loaded.stderr.split())


@pytest.mark.parametrize(
    "words",
    [
        ("run", "nowhere"),
        ("run", "nowhere.place.yaml"),
        ("run", "--format", "poem"),
        ("run", "--evidence", "some"),
        ("run", "--jobs", "0"),
        ("run", "--resume", "nowhere"),
        ("run", "--defect", "follower-a:perfection"),
        ("run", "--suite", "identty"),
        ("run", "--pairing", "a:b"),
        ("run", "--records", "nowhere"),
        ("read", "nowhere"),
        ("compare", "nowhere", "nowhere"),
        ("validate", "nowhere"),
        ("simulate", "nobody"),
        ("simulate", "acute-follower", "--defect", "perfection"),
        ("explain", "identity/merg-1"),
        ("explain", "L3z"),
        ("explain", "L7"),
        ("list", "chequers"),
    ],
)
def test_what_a_user_gets_wrong_is_one_sentence_and_two(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert harness(monkeypatch, *words) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("harness: ")
    assert told.err.count("\n") == 1
    assert "Traceback" not in told.err


@pytest.mark.parametrize("command", ["read", "compare", "validate"])
def test_a_file_of_no_known_format_is_two(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path, command: str) -> None:
    stranger = tmp_path / "notes.txt"
    stranger.write_text("Dear colleague,")
    assert harness(monkeypatch, command, *([stranger] * (2 if command == "compare" else 1))) == 2
    assert "expected" in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["", *listings()])
def test_every_kind_is_listed_in_both_formats(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], kind: str) -> None:
    harness(monkeypatch, *filter(None, ("list", kind)))
    lines = capsys.readouterr().out.splitlines()
    harness(monkeypatch, *filter(None, ("list", kind)), "--format", "json")
    assert len(json.loads(capsys.readouterr().out)) == len(lines) - 1 > 0


@pytest.mark.parametrize(
    ("id", "told"),
    [
        ("identity/merge-1", "L3c"),
        ("identity/merge-1", "UKA3 A40: HL7 v2 implementation guide A.3 (HL7 UK; https://www.hl7.org.uk)"),
        ("person.sex", "PID-8"),
        ("L3", "Right person"),
        ("L3c", "After a merge there is one live record"),
        ("scale", "Well-formed and honest"),
        ("identity", "identity/merge-1"),
        ("adt", "S1"),
        ("mllp", "minimal lower layer protocol"),
        ("social-care", "A council's system"),
        ("itk24", "{number}^^^NHS"),
        ("ITK-M", "identity/merge-1"),
    ],
)
def test_explain(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], id: str, told: str) -> None:
    assert harness(monkeypatch, "explain", id) == 0
    assert told in capsys.readouterr().out
    assert harness(monkeypatch, "explain", id, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)


def test_the_scale_is_printed_as_it_ships(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert harness(monkeypatch, "explain", "scale") == 0
    assert capsys.readouterr().out == (data_root() / "profiles" / "levels.md").read_text()


def test_read_shows_item_value_location_and_loss(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], message: Path) -> None:
    assert harness(monkeypatch, "read", message) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["person.birth_date", "1925-07-04", "PID-7"] in [row[:3] for row in rows]


def test_compare_tells_a_changed_item(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], message: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.hl7"
    other.write_bytes(A28.replace(b"19250704", b"19250703"))
    assert harness(monkeypatch, "compare", message, message) == 0
    assert harness(monkeypatch, "compare", message, other, "--format", "json") == 1
    told = json.loads(capsys.readouterr().out.partition("\n")[2])
    assert [(d["item"], d["fate"]) for d in told[0]["differences"] if d["fate"] != "kept"] == [("person.birth_date", "wrong")]


def test_validate_counts_errors(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], message: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.hl7"
    broken.write_bytes(A28.replace(b"|19250704|", b"|19251304|"))
    harness(monkeypatch, "validate", message)
    before = capsys.readouterr().out
    assert harness(monkeypatch, "validate", broken, "--format", "json") == 1
    issues = json.loads(capsys.readouterr().out)[0]["issues"]
    assert any("PID-7" in issue["location"] and issue["severity"] == "error" for issue in issues)
    assert "PID-7" not in before


def test_terminal_controls_in_a_message_are_not_played(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "hostile.hl7"
    path.write_bytes(A28.replace(b"Ashworth", b"Ash\x1b[2Jworth"))
    harness(monkeypatch, "read", path)
    harness(monkeypatch, "validate", path)
    assert "\x1b" not in capsys.readouterr().out


def test_run_prints_the_matrix_and_writes_its_files(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    place, out = tmp_path / "small.place.yaml", tmp_path / "out"
    place.write_text(SMALL)
    code = harness(monkeypatch, "run", place, "--check", "connection/session-1", "--jobs", 1, "--out", out)
    told = capsys.readouterr().out
    assert code == 0, told
    assert "not scored (partial)" in told
    assert {"run.json", "report.html", "junit.xml", "run-meta.json", "journal"} <= {path.name for path in out.iterdir()}
    assert harness(monkeypatch, "run", place, "--out", out) == 2


def test_simulate_says_where_and_serves_until_interrupted() -> None:
    words = [sys.executable, "-u", "-m", "harness.cli", "simulate", "acute-follower"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        told = dict(line.split(": ", 1) for line in iter(process.stdout.readline, "serving until interrupted\n"))
        assert told["mllp"].startswith("127.0.0.1:")
        assert process.poll() is None
        started = time.monotonic()
        process.terminate()
        assert process.wait(10) == 0
        assert time.monotonic() - started < 5
