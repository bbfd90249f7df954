"""run.json: the whole run for machines. Its shape is ``profiles/schemas/run.schema.json``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from harness.model.finding import Finding
from harness.model.run import Run
from harness.model.verdict import CellVerdict
from harness.reporting.registry import report
from harness.reporting.view import statement

SCHEMA = "https://exemplar-harness.example/schemas/run.schema.json"
VERSION = 1  # of the shape: a new one where a reader of the old would go wrong


@report("json", "run.json")
def render(run: Run) -> bytes:
    """The run as UTF-8 JSON, two spaces deep."""
    import msgspec

    return msgspec.json.format(msgspec.json.encode(as_data(run)), indent=2) + b"\n"


def as_data(run: Run) -> dict[str, Any]:
    """The run as plain data."""
    verdict = run.verdict
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "statement": statement(run),
        "run": {
            "id": run.id,
            "harness_version": run.harness_version,
            "scale_version": verdict.scale_version,
            "seed": run.seed,
            "namespace": run.namespace,
            "epoch": run.epoch,
            "repeat": run.repeat,
            "evidence": run.evidence,
            "selection": asdict(run.selection),
            "defects": list(run.defects),
            "planned": run.planned,
            "not_selected": run.not_selected,
            "started": run.started,
            "seconds": round(run.seconds, 3),
        },
        "place": {
            "id": run.place.id,
            "title": run.place.title,
            "headline": verdict.headline,
            "partial": verdict.partial,
            "required": verdict.required,
            "run": verdict.run,
            "social_care_required": verdict.social_care_required,
            "social_care_run": verdict.social_care_run,
            "notes": list(verdict.notes),
        },
        "systems": [
            {"id": s.id, "title": s.title, "role": s.role, "simulated": s.simulated, "dialect": s.dialect, "defects": list(s.defects)}
            for s in run.place.systems
        ],
        "pairings": [_cell(cell) for cell in verdict.cells],
        "findings": [_finding(finding) for finding in run.findings],
        "troubles": list(run.troubles),
        "records": asdict(run.records) if run.records else None,
    }


def _cell(cell: CellVerdict) -> Mapping[str, Any]:
    data = asdict(cell)
    data["counts"] = dict(cell.counts)
    return data


def _finding(finding: Finding) -> Mapping[str, Any]:
    data = asdict(finding)
    data["location"] = str(finding.location) if finding.location else ""
    data["differences"] = [list(difference) for difference in finding.differences]
    data["seconds"], data["waited"] = round(finding.seconds, 4), round(finding.waited, 4)
    return data
