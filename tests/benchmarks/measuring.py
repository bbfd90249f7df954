"""What the benchmarks share."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Row:
    """One line of the table; ``target`` is an upper bound in the same unit, or None where there is only a neighbour to compare with."""

    what: str
    value: float
    unit: str
    target: float | None = None
    remark: str = ""


def machine() -> str:
    """What the figures were measured on; figures of a busy machine mean little."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f} before the start"


def best(work: Callable[[], object], *, times: int, rounds: int = 5) -> float:
    """Seconds a call: the median over ``rounds`` of the mean over ``times`` calls."""
    found = []
    for _ in range(rounds):
        start = perf_counter()
        for _ in range(times):
            work()
        found.append((perf_counter() - start) / times)
    return median(found)
