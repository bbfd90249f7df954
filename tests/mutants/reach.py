"""Which unit test calls which function: learnt by running them once, kept between runs for the files that have not changed."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .copies import Copy

UNIT = "tests/unit"
FAST = "not slow"


@dataclass(frozen=True, slots=True)
class TestFile:
    """What one file of unit tests calls: seconds and functions (``path:line``) by test id, and functions its wider fixtures call."""

    __test__ = False
    seconds: Mapping[str, float]
    calls: Mapping[str, frozenset[str]]
    wider: frozenset[str]
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reach:
    """The files of unit tests by path from the root of the tree."""

    files: Mapping[str, TestFile] = field(default_factory=dict)

    def failed(self) -> list[str]:
        return [test for one in self.files.values() for test in one.failed]


def learnt(copies: Sequence[Copy], kept: Path | None = None) -> Reach:
    """The reach of the tree in these copies, each running its part; what ``kept`` (a folder) holds of the same text is not run again.

    Raises RuntimeError with pytest's last words where tests cannot be collected.
    """
    root = copies[0].root
    folder = kept or Path(tempfile.gettempdir()) / "exemplar-harness-mutants"
    folder.mkdir(parents=True, exist_ok=True)
    paths = sorted(path.relative_to(root).as_posix() for path in (root / UNIT).rglob("test_*.py"))
    product = _digest(root, [path for top in ("harness", "profiles", "fixtures", "tests") for path in sorted((root / top).rglob("*")) if _counts(path)])
    places = {path: folder / f"{hashlib.sha256(product + (root / path).read_bytes()).hexdigest()}.json" for path in paths}
    missing = [path for path in paths if not places[path].is_file()]
    sized = sorted(missing, key=lambda path: -(root / path).stat().st_size)
    parts = [sized[index :: len(copies)] for index in range(len(copies))]
    with ThreadPoolExecutor(len(copies)) as pool:
        for traced in pool.map(_traced, copies, parts):
            for path, written in traced.items():
                places[path].write_text(json.dumps(written))
    return Reach({path: _read(json.loads(places[path].read_text())) for path in paths})


def _counts(path: Path) -> bool:
    """Whether every test depends on that file: the product, its data, and what tests share, but no other test."""
    return path.is_file() and path.suffix != ".pyc" and not path.name.startswith("test_") and "mutants" not in path.parts


def _digest(root: Path, paths: Iterable[Path]) -> bytes:
    total = hashlib.sha256()
    for path in paths:
        total.update(path.relative_to(root).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.digest()


def _traced(copy: Copy, paths: Sequence[str]) -> dict[str, Any]:
    if not paths:
        return {}
    trace = copy.temporary / "trace.json"
    command = [sys.executable, "-m", "pytest", *paths, "-q", "-p", "no:randomly", "-p", "no:xdist", "-p", "tests.mutants.tracing", "-m", FAST]
    done = subprocess.run(command, cwd=copy.root, env=copy.environment(MUTANTS_TRACE=str(trace)), capture_output=True, text=True, errors="replace", check=False)
    if done.returncode not in (0, 1) or not trace.is_file():
        raise RuntimeError("the unit tests do not run on the unchanged tree:\n" + "\n".join((done.stdout + done.stderr).splitlines()[-20:]))
    found = json.loads(trace.read_text())
    files: dict[str, Any] = {path: {"tests": [], "wider": found["wider"].get(path, []), "failed": []} for path in paths}
    for test in found["tests"]:
        files[test["id"].partition("::")[0]]["tests"].append(test)
    for name in found["failed"]:
        files[name.partition("::")[0]]["failed"].append(name)
    return files


def _read(written: Mapping[str, Any]) -> TestFile:
    calls: dict[str, frozenset[str]] = defaultdict(frozenset)
    for test in written["tests"]:
        calls[test["id"]] = frozenset(sys.intern(name) for name in test["calls"])
    return TestFile({test["id"]: test["seconds"] for test in written["tests"]}, dict(calls), frozenset(written["wider"]), tuple(written["failed"]))
