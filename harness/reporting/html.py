"""report.html: one self-contained page. No script, no network, everything that came from a message escaped."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from harness.model.finding import Evidence, Finding
from harness.model.outcome import Outcome
from harness.model.run import Run
from harness.reporting.registry import report
from harness.reporting.view import GIVEN, CellView, arrow, cells, counts, families, ladder, pairings, printable, roots, statement

TEMPLATES = Path(__file__).parent / "templates"
_QUIET = (Outcome.PASS, Outcome.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Stair:
    """One step of the drawn stair: a column from the base line; ``filled`` is the share to fill, ``state`` its class."""

    level: int
    name: str
    means: str
    x: int
    height: int
    filled: float
    state: str


@report("html", "report.html")
def render(run: Run) -> str:
    """The page."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"arrow": arrow, "masked": printable, "per_cent": _per_cent}
    views = cells(run)
    quiet = [f for f in run.findings if f.outcome in _QUIET]
    content: dict[str, Any] = {
        "run": run,
        "statement": statement(run),
        "levels": ladder(),
        "families": families(run),
        "pairings": pairings(run),
        "cells": views,
        "by_place": {(cell.verdict.pairing, cell.verdict.family): cell for cell in views},
        "steps": {cell.anchor: steps(cell) for cell in views},
        "roots": roots(run),
        "counts": counts(run.findings),
        "loud": [f for f in run.findings if f.outcome not in _QUIET],
        "quiet": quiet,
        "evidence": evidence(run),
        "titles": {system.id: system for system in run.place.systems},
        "kept": run.evidence,
        "given": GIVEN,
        "css": (TEMPLATES / "report.css").read_text(encoding="utf-8"),
    }
    return environment.get_template("report.html.j2").render(content)


def steps(cell: CellView) -> tuple[Stair, ...]:
    """The stair of a cell: levels reached are full, levels that only a cap takes away are hollow, the next one is filled by its progress."""
    verdict = cell.verdict
    made = []
    for number, name, means in ladder():
        filled, state = 0.0, "ahead"
        if verdict.level is not None and verdict.uncapped is not None:
            if number <= verdict.level:
                filled, state = 1.0, "reached"
            elif number <= verdict.uncapped:
                state = "capped"
            elif number == verdict.level + 1 and verdict.progress is not None:
                filled = verdict.progress
        made.append(Stair(number, name, means, number * 24, 10 + number * 8, filled, state))
    return tuple(made)


def evidence(run: Run) -> tuple[tuple[Evidence, tuple[Finding, ...], bool], ...]:
    """Each evidence once, with the findings that rest on it and whether its bytes were kept."""
    named: dict[str, tuple[Evidence, list[Finding]]] = {}
    for finding in run.findings:
        for each in finding.evidence:
            named.setdefault(each.sha256, (each, []))[1].append(finding)
    return tuple((each, tuple(found), _kept(run, found)) for each, found in named.values() if _kept(run, found))


def _kept(run: Run, found: list[Finding]) -> bool:
    return run.evidence == "all" or (run.evidence == "failures" and any(f.outcome not in _QUIET for f in found))


def _per_cent(share: float | None) -> str:
    return "–" if share is None else f"{share * 100:.1f} %"
