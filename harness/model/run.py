"""A finished run, as the gate and the reports see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.model.clause import Clause
from harness.model.finding import Finding
from harness.model.place import Place
from harness.model.verdict import PlaceVerdict


@dataclass(frozen=True, slots=True)
class RecordsSummary:
    """What ``--records`` found: ``defective`` are ``file: reason`` of messages that could not be read or have validation errors;
    ``contradictions`` sentences about one number held with two contents; ``renumbered`` how many foreign NHS numbers were replaced;
    ``strangers`` are ``file: reason`` of files in no known format; ``ignored`` counts them and the people nobody identifies."""

    path: str
    files: int = 0
    messages: int = 0
    people: int = 0
    contradictions: tuple[str, ...] = ()
    defective: tuple[str, ...] = ()
    renumbered: int = 0
    ignored: int = 0
    strangers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Selection:
    """What a run was restricted to: pairing ids, suite ids and check ids. Empty everywhere means the whole plan."""

    pairings: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()

    @property
    def partial(self) -> bool:
        """True when something was filtered."""
        return bool(self.pairings or self.suites or self.checks)


@dataclass(frozen=True, slots=True)
class Run:
    """Everything recorded of one run. ``findings`` stand in the order of the plan; ``clauses`` hold the register by id.

    ``started`` is an ISO date-time with offset, ``seconds`` wall time; both, and the times inside findings, differ between equal runs.
    ``troubles`` are sentences about pairings that could not be examined at all. ``evidence`` is all, failures or none.
    ``defects`` are ``SYSTEM:NAME`` that were switched on for this run, besides those of the manifest.
    """

    id: str
    place: Place
    verdict: PlaceVerdict
    findings: tuple[Finding, ...]
    clauses: Mapping[str, Clause]
    seed: int
    namespace: str
    epoch: str
    harness_version: str
    planned: int
    not_selected: int = 0
    selection: Selection = field(default_factory=Selection)
    repeat: int = 1
    evidence: str = "failures"
    records: RecordsSummary | None = None
    troubles: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()
    directory: str = ""
    started: str = field(default="", compare=False)
    seconds: float = field(default=0.0, compare=False)
