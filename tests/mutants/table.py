"""What is said of the mutants: a table by room, each survivor with its place and change, and the same as JSON."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import asdict

from .choosing import room
from .trials import Trial

_HEAD = ("mutants", "by unit", "by slower", "timed out", "survived")
_WIDTH = 90


def table(trials: Sequence[Trial]) -> Iterator[str]:
    """Lines: one a room and their sum. A mutant that timed out was noticed, and stands among those noticed too."""
    rooms: dict[str, list[Trial]] = defaultdict(list)
    for trial in trials:
        rooms[room(trial.mutant.path)].append(trial)
    yield f"{'room':<24}" + "".join(f"{head:>11}" for head in _HEAD)
    for name in sorted(rooms):
        yield _row(name, rooms[name])
    yield _row("all", trials)


def _row(name: str, trials: Sequence[Trial]) -> str:
    unit, all_noticed = sum(one.by == "unit" for one in trials), sum(bool(one.by) for one in trials)
    figures = (len(trials), unit, all_noticed - unit, sum(one.timed_out for one in trials), len(trials) - all_noticed)
    return f"{name:<24}" + "".join(f"{figure:>11}" for figure in figures)


def line(trial: Trial) -> str:
    """One mutant: what became of it, place, kind, and the change on one line."""
    fate = f"{trial.by}{', timed out' if trial.timed_out else ''}" if trial.by else "SURVIVED"
    mutant = trial.mutant
    said = f"{fate:<16} {mutant.path}:{mutant.line}  {mutant.kind}  {_short(mutant.before)}  →  {_short(mutant.after)}"
    return f"{said}  ({trial.tests} tests, {trial.seconds:.0f} s)"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _WIDTH else flat[: _WIDTH - 1] + "…"


def as_json(trials: Sequence[Trial], seed: int) -> str:
    """``{"seed", "mutants": [{path, line, kind, before, after, start, end, by, timed_out, test, tests, seconds}]}``."""
    rows = []
    for trial in trials:
        row = asdict(trial)
        rows.append({**row.pop("mutant"), **row})
    return json.dumps({"seed": seed, "mutants": rows}, indent=1) + "\n"
