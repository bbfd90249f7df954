"""``harness --help`` beside a typer program that does nothing, timed in turn."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

from .measuring import ROOT, Row

BARE = "import typer\napp = typer.Typer(rich_markup_mode=None)\n@app.command()\ndef nothing() -> None: pass\napp()"
TIMES = 10


def rows() -> Iterator[Row]:
    ours, bare = [], []
    for _ in range(TIMES):
        ours.append(_timed("-m", "harness.cli", "--help"))
        bare.append(_timed("-c", BARE, "--help"))
    yield Row(f"bare typer program, --help (median of {TIMES})", median(bare), "s")
    yield Row(f"harness --help (median of {TIMES})", median(ours), "s", round(median(bare) + 0.1, 3), "target: the bare program + 0.1 s")


def _timed(*words: str) -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, *words], cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - start
