"""Running the real product as a user does, and reading what it wrote."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from command_kit import A28, SMALL

__all__ = ["A28", "SMALL"]

ROOT = Path(__file__).resolve().parents[2]
PLACES = Path(__file__).parent / "places"
DEMONSTRATION = ROOT / "profiles" / "places" / "demonstration.place.yaml"
COMMAND = (sys.executable, "-m", "harness.cli")
TIMES = ("seconds", "waited")
# Worst first, typed again here.
WORST_FIRST = ("ERROR", "FAIL", "INCONCLUSIVE", "PASS", "NOT_APPLICABLE")


@dataclass(frozen=True)
class Ran:
    """What a finished run left behind."""

    code: int
    out: str
    err: str
    folder: Path

    @property
    def json(self) -> Any:
        return json.loads((self.folder / "run.json").read_bytes())


def environment(**more: str) -> dict[str, str]:
    return {**os.environ, "CI": "true", **more}


def harness(*words: object, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """``harness words…`` in a process of its own."""
    return subprocess.run(
        [*COMMAND, *map(str, words)], capture_output=True, text=True, cwd=cwd or ROOT, env=dict(env or environment()), timeout=150, check=False
    )


def run(folder: Path, *words: object, cwd: Path | None = None) -> Ran:
    """``harness run words… --out folder``."""
    done = harness("run", *words, "--out", folder, cwd=cwd)
    return Ran(done.returncode, done.stdout, done.stderr, folder)


def timeless(findings: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Findings without what a clock says."""
    return [{name: value for name, value in finding.items() if name not in TIMES} for finding in findings]


def outcomes(findings: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """The worst outcome of each case, by the id that pytest shows."""
    found: dict[str, str] = {}
    for finding in findings:
        place = "/".join(part for part in (finding["pairing"], finding["interface"], finding["family"]) if part)
        case = f"{finding['check']}[{place}]"
        found[case] = min(found.get(case, finding["outcome"]), finding["outcome"], key=WORST_FIRST.index)
    return found


def evidence_files(folder: Path) -> set[str]:
    """The names of the evidence files, each proven to be the hash of its content."""
    files = list((folder / "evidence").iterdir()) if (folder / "evidence").is_dir() else []
    for path in files:
        assert sha256(path.read_bytes()).hexdigest() == path.name
    return {path.name for path in files}


def one_sentence(done: subprocess.CompletedProcess[str], *told: str) -> None:
    """The command ended with 2 and one line on stderr that holds what a user needs to know."""
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("harness: ")
    assert "Traceback" not in done.stderr
    for text in told:
        assert text in lines[0], lines[0]
