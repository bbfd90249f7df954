"""What a user gets wrong: one clear sentence saying what, where, what was expected and what to do; exit 2; no traceback."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from end_to_end_kit import A28, SMALL, harness, one_sentence

OUTSIDE = A28.replace(b"9990000018", b"9434765919")
REAL = """
id: real
title: Real
{allow}
systems:
  - {{id: exemplar, uses: acute-exemplar}}
  - id: follower
    uses: acute-follower
    simulated: false
    endpoints:
      - {{id: v2-in, address: "{address}"}}
      - {{id: observe, address: "http://{host}/fhir", auth: none}}
pairings:
  - source: exemplar
    target: follower
    interfaces: [{{id: hl7v2, from: v2-out, to: v2-in}}]
    families: {{identity: [hl7v2]}}
"""


@contextmanager
def taken() -> Iterator[int]:
    """A port of loopback that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def manifest(folder: Path, text: str) -> Path:
    path = folder / "mine.place.yaml"
    path.write_text(text)
    return path


def test_a_manifest_with_an_unknown_key(tmp_path: Path) -> None:
    place = manifest(tmp_path, SMALL + "colour: red\n")
    one_sentence(harness("run", place, "--out", tmp_path / "out"), "colour", f"{place}:", "expected")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("target: follower", "target: folower", "folower"),
        ("uses: acute-follower", "uses: acute-folower", "acute-follower"),
        ("from: v2-out", "from: v2-aut", "v2-out"),
        ("uses: acute-follower", "uses: acute-follower, defects: [ignores-a41]", "ignores-a40"),
        ("id: small", "id: small\nid: small", "id"),
        ("title: Small", "title: [", "mine.place.yaml:"),
    ],
)
def test_a_manifest_that_does_not_hold(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in SMALL
    place = manifest(tmp_path, SMALL.replace(old, new))
    one_sentence(harness("run", place, "--out", tmp_path / "out"), told, str(place))


@pytest.mark.parametrize("option", ["--mllp-port", "--fhir-port"])
def test_a_port_in_use(option: str) -> None:
    with taken() as port:
        one_sentence(harness("simulate", "acute-follower", option, port), str(port), "in use", "expected")


def test_a_refused_connection(tmp_path: Path) -> None:
    port = free()
    place = manifest(tmp_path, REAL.format(address=f"127.0.0.1:{port}", host=f"127.0.0.1:{port}", allow=""))
    done = harness("run", place, "--out", tmp_path / "out", "--suite", "connection")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr + done.stdout
    assert done.stderr.startswith("harness: exemplar:follower over hl7v2: ")
    assert done.stderr.count("\n") == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert json.loads((tmp_path / "out" / "run.json").read_bytes())["troubles"], "what was recorded stays"


@pytest.mark.parametrize("command", ["read", "validate"])
@pytest.mark.parametrize("content", [b"Dear colleague,\n", b"", b"\x00\x01\x02", b"[1, 2]", b"<html><body/></html>", b"PID|1||999"])
def test_a_file_that_is_neither_v2_nor_fhir(tmp_path: Path, command: str, content: bytes) -> None:
    path = tmp_path / "letter.txt"
    path.write_bytes(content)
    done = harness(command, path)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith("harness: ")
    assert done.stderr.count("\n") == 1
    assert "expected" in done.stderr


def test_json_that_is_not_fhir(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"colour": "red"}')
    one_sentence(harness("read", path), "resourceType", "settings.json")
    assert "resourceType" in harness("validate", path).stdout


def test_foreign_numbers_are_not_kept_without_an_allow_list(tmp_path: Path) -> None:
    records = tmp_path / "theirs.hl7"
    records.write_bytes(OUTSIDE)
    one_sentence(harness("run", "--records", records, "--keep-numbers", "--out", tmp_path / "out"), "outside the test range", "allow")
    assert "9434765919" not in harness("run", "--records", records, "--keep-numbers", "--out", tmp_path / "out").stderr


def test_nothing_is_sent_to_a_host_that_is_not_allowed(tmp_path: Path) -> None:
    place = manifest(tmp_path, REAL.format(address="192.0.2.1:2575", host="192.0.2.1:80", allow=""))
    one_sentence(harness("run", place, "--out", tmp_path / "out"), "192.0.2.1", "allow")


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_out_that_cannot_be_a_directory(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine")
    one_sentence(harness("run", "--suite", "connection", "--out", tmp_path / name), "file", "expected")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("nowhere",), "demonstration"),
        (("--suite", "identty"), "identity"),
        (("--pairing", "exemplar:folower-a"), "exemplar:follower-a"),
        (("--check", "identity/merg-1"), "identity/merge-1"),
        (("--pairing", "council:exemplar", "--suite", "process"), "nothing would be examined"),
        (("--records", "/nowhere/at/all"), "/nowhere/at/all"),
        (("--evidence", "some"), "failures"),
        (("--jobs", "0"), "--jobs"),
        (("--repeat", "0"), "--repeat"),
        (("--format", "poem"), "poem"),
    ],
)
def test_names_nobody_knows(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    one_sentence(harness("run", *words, "--out", tmp_path / "out"), told)
    assert not (tmp_path / "out").exists()
