"""``harness run`` with a manifest whose follower is no simulation: reached at its addresses, never started, and never spoken to where it must not be."""

from __future__ import annotations

import json
import re
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from twin import Twin
from wire_pairs import WARDS, new_twin
from wire_simulate import COMMAND

MANIFEST = """
id: with-twin
title: With a follower of another make
systems:
  - {{id: exemplar, uses: acute-exemplar}}
  - id: twin
    title: Follower of another make
    role: follower
    identity: {{application: TWIN, facility: X9T, authority: X9T, processing_id: P}}
    endpoints:
      - {{id: v2-in, key: hl7v2/2.4/itk, transport: mllp, direction: in, address: "{mllp}", limits: {limits}}}
      - {{id: observe, key: fhir/4.0.1/ukcore, transport: http, direction: observe, address: "{fhir}", limits: {limits}}}
    codes: {{ward: {wards}, practice: {{a: X9G01, b: X9G02}}, consultant: {{a: C9999991, b: C9999992}}}}
    capabilities: [register, update, update-person, merge, admit, death, sensitive, pseudo]
pairings:
  - source: exemplar
    target: twin
    interfaces: [{{id: hl7v2, from: v2-out, to: v2-in}}]
    families: {{identity: [hl7v2]}}
    aim: {{identity: L4}}
{more}
"""
LIMITS = "{connect: 2, acknowledge: 2, effect: 2, quiet: 0.05}"
TRACEBACK = re.compile(r"Traceback|File \"")


@dataclass(frozen=True)
class Ran:
    """What a run said, and what it wrote (None: nothing)."""

    code: int
    out: str
    err: str
    json: Any


@pytest.fixture(scope="module")
def twin() -> Iterator[Twin]:
    with new_twin().serving() as serving:
        yield serving


@pytest.fixture
def nobody() -> str:
    """An address at which nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{free.getsockname()[1]}"


def run(folder: Path, *words: str, mllp: str, fhir: str, more: str = "") -> Ran:
    """``harness run`` with the manifest filled in; whatever happens, nothing it prints is a traceback."""
    manifest = folder / "with-twin.place.yaml"
    manifest.write_text(MANIFEST.format(mllp=mllp, fhir=fhir, limits=LIMITS, wards=json.dumps(WARDS), more=more))
    out = folder / "out"
    done = subprocess.run([*COMMAND, "run", str(manifest), "--out", str(out), "--jobs", "1", *words], capture_output=True, text=True, timeout=150, check=False)
    assert not TRACEBACK.search(done.stdout + done.stderr), done.stderr
    written = out / "run.json"
    return Ran(done.returncode, done.stdout, done.stderr, json.loads(written.read_bytes()) if written.is_file() else None)


def test_a_real_follower_reaches_its_aim_and_no_copy_of_it_is_started(twin: Twin, tmp_path: Path) -> None:
    before = len(twin.people.everybody)
    ran = run(tmp_path, mllp=twin.mllp, fhir=twin.fhir)
    assert ran.code == 0, ran.out + ran.err
    (cell,) = ran.json["pairings"]
    assert (cell["source"], cell["target"], cell["family"], cell["level"], cell["caps"]) == ("exemplar", "twin", "identity", 5, [])
    # LEVELS L1a: the endpoint declares no authentication, which is printed as not applicable.
    others = {finding["check"] for finding in ran.json["findings"] if finding["outcome"] != "PASS"}
    assert others <= {"connection/session-2", "connection/session-3"}
    # The people of the run are in the twin's own memory: it was spoken to, and not a copy of it.
    assert len(twin.people.everybody) - before > len({finding["check"] for finding in ran.json["findings"]}) / 2


def test_two_runs_meet_different_people_in_a_system_that_remembers(twin: Twin, tmp_path: Path) -> None:
    """A real system keeps what it was told, so a second run comes under identities of its own and finds the same."""
    words = ("--check", "identity/merge-1", "--check", "identity/verified-1")
    results = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        ran = run(tmp_path / name, *words, mllp=twin.mllp, fhir=twin.fhir)
        assert ran.code == 0, ran.err
        results.append([(finding["check"], finding["outcome"]) for finding in ran.json["findings"]])
    assert results[0] == results[1]
    assert {outcome for _, outcome in results[0]} == {"PASS"}


@pytest.mark.parametrize("wrong", ["mllp", "fhir"])
def test_a_wrong_port_is_level_0_unreachable_in_one_sentence(twin: Twin, nobody: str, wrong: str, tmp_path: Path) -> None:
    """Exit 2, for nothing could be examined; the findings are written all the same."""
    addresses = {"mllp": twin.mllp, "fhir": twin.fhir, wrong: nobody if wrong == "mllp" else f"http://{nobody}/fhir"}
    ran = run(tmp_path, **addresses)
    lines = [line for line in ran.err.splitlines() if line]
    assert (ran.code, len(lines)) == (2, 1), ran.err
    assert nobody in lines[0]
    assert "refused" in lines[0]
    assert "correct its address in the manifest" in lines[0]
    (cell,) = ran.json["pairings"]
    assert (cell["level"], "unreachable" in json.dumps(cell)) == (0, True)
    assert {finding["outcome"] for finding in ran.json["findings"]} == {"ERROR"}


@pytest.mark.parametrize(
    ("address", "host"),
    [({"mllp": "192.0.2.7:2575"}, "192.0.2.7"), ({"fhir": "http://hospital.example/fhir"}, "hospital.example"), ({"mllp": "0.0.0.0:2575"}, "0.0.0.0")],  # noqa: S104 - refused, never bound
    ids=["mllp", "fhir", "any-address"],
)
def test_a_host_that_is_not_allowed_is_never_spoken_to(twin: Twin, address: dict[str, str], host: str, tmp_path: Path) -> None:
    """RFC 5737 and RFC 2606 set these aside: nobody is there, so a run that tried would wait for its connect limit."""
    ran = run(tmp_path, **{"mllp": twin.mllp, "fhir": twin.fhir, **address})
    lines = [line for line in ran.err.splitlines() if line]
    assert (ran.code, len(lines), ran.json) == (2, 1, None), ran.err
    assert host in lines[0]
    assert "allow" in lines[0]


def test_an_allowed_host_is_tried(twin: Twin, tmp_path: Path) -> None:
    """The same address under ``allow`` gets past the guard and is found not to answer."""
    manifest = {"mllp": "nobody-is-here.invalid:2575", "fhir": twin.fhir}
    ran = run(tmp_path, "--check", "connection/session-1", more='allow: ["nobody-is-here.invalid:2575"]', **manifest)
    assert ran.code == 2
    assert "neither this machine nor allowed" not in ran.err
    assert "nobody-is-here.invalid" in ran.err
