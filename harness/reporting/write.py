"""Writes the reports of a run beside its journal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from harness.model.run import Run
from harness.reporting.registry import REPORTS


def write_reports(run: Run, names: Iterable[str] | None = None) -> dict[str, Path]:
    """Write the named reports (all that have a file, by default) under the run's directory; returns where each went.

    Each file is replaced whole, so that a reader never sees half a report. Raises UnknownNameError.
    """
    folder = Path(run.directory)
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[str, Path] = {}
    for name in names if names is not None else REPORTS:
        made = REPORTS.get(name)
        if not made.file:
            continue
        path = folder / made.file
        partial = path.with_name(f".{path.name}.partial")
        partial.write_bytes(made.content(run))
        partial.replace(path)
        written[name] = path
    return written
