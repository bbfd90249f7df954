"""The demonstration run from a cold start: wall time, busy time a check, memory of all its processes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

import psutil

from .measuring import ROOT, Row

RUNS = 3
COMMAND = (sys.executable, "-m", "harness.cli", "run", "--out")


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        runs = [_run(Path(folder, f"run-{number}")) for number in range(RUNS)]
        peak = _peak(Path(folder, "memory"))
        before = os.times()
        alone = _run(Path(folder, "alone"), "--jobs", "1")
        after = os.times()
    yield Row(f"demonstration run, wall time (median of {RUNS})", median(seconds for seconds, _ in runs), "s", 10)
    yield Row("  cases", len(_cases(runs[0][1])), "", None, f"{len(runs[0][1]['findings'])} findings")
    yield Row("  mean busy time a check, one worker a core", median(_busy(told) for _, told in runs) * 1000, "ms", 15)
    yield Row("demonstration run, one worker, wall time", alone[0], "s")
    yield Row("  mean busy time a check, one worker", _busy(alone[1]) * 1000, "ms", 15)
    processor = (after.children_user + after.children_system - before.children_user - before.children_system) / len(_cases(alone[1]))
    yield Row("  processor time a check, start-up and reports included", processor * 1000, "ms", None, "says more than the busy time on a busy machine")
    yield Row("proportional set size of the process tree, highest seen", peak, "MB", 400)


def _run(folder: Path, *words: str) -> tuple[float, Any]:
    start = time.perf_counter()
    subprocess.run([*COMMAND, str(folder), *words], cwd=ROOT, env={**os.environ, "CI": "true"}, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start, json.loads((folder / "run.json").read_bytes())


def _cases(told: Any) -> set[tuple[str, ...]]:
    return {(f["check"], f["pairing"], f["interface"], f["family"]) for f in told["findings"]}


def _busy(told: Any) -> float:
    """Seconds a case, waiting for declared limits left out: what the findings of a case share is its time."""
    return float(sum(finding["seconds"] for finding in told["findings"]) / len(_cases(told)))


def _peak(folder: Path) -> float:
    """Looking costs time, so memory is measured in a run of its own."""
    process = subprocess.Popen([*COMMAND, str(folder)], cwd=ROOT, env={**os.environ, "CI": "true"}, stdout=subprocess.DEVNULL)
    tree, highest = psutil.Process(process.pid), 0.0
    while process.poll() is None:
        highest = max(highest, sum(map(_pss, [tree, *_children(tree)])))
        time.sleep(0.1)
    return highest / 1e6


def _children(tree: psutil.Process) -> list[psutil.Process]:
    try:
        return tree.children(recursive=True)
    except psutil.Error:
        return []


def _pss(process: psutil.Process) -> float:
    try:
        memory = process.memory_full_info()
    except psutil.Error:
        return 0.0
    return float(getattr(memory, "pss", memory.uss))
