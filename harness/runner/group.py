"""Runs one cell group: a worker's whole job, from starting its own systems to the last line of its journal."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from harness.case.evidence import EvidenceStore
from harness.case.spec import CaseSpec
from harness.errors import TransportError
from harness.model.deployment import Deployment
from harness.model.finding import Attribution, Finding
from harness.model.mask import mask_bytes, mask_finding
from harness.model.outcome import Outcome
from harness.model.place import FixturePerson, Place, System
from harness.runner.evidence import FolderEvidence
from harness.runner.excerpt import excerpt
from harness.runner.journal import SUFFIX, CaseFindings, Journal, read
from harness.runner.plan import CellGroup


class StartedSystem(Protocol):
    """A started simulated system."""

    @property
    def deployment(self) -> Deployment:
        """How it is reached."""
        ...

    def stop(self) -> None:
        """Close its sockets and its store."""
        ...


class Tools(Protocol):
    """What a group needs from the rooms below; a test hands in its own. Must be picklable."""

    def start(self, system: System, *, seed: int, now: str) -> StartedSystem:
        """Start a simulated system; raises SetUpError."""
        ...

    def open(self, task: Task, pairing: str, interface: str, deployments: Mapping[str, Deployment]) -> Any:
        """A link over one interface of a pairing, with ``close()``; raises TransportError when an end cannot be reached."""
        ...

    def examine(self, spec: CaseSpec, link: Any, evidence: EvidenceStore, people: Sequence[FixturePerson]) -> tuple[Finding, ...]:
        """Ask one question; never raises."""
        ...

    def reach(self, system: System) -> Deployment:
        """How a real system is reached, by its manifest and the environment; raises SetUpError when a secret is missing."""
        ...

    def level(self, check: str) -> int:
        """The level of a check's clause."""
        ...


@dataclass(frozen=True, slots=True)
class Task:
    """One group to run. ``people`` replace the fixtures when not empty; ``masked`` says that identifiers outside the test range may appear."""

    group: CellGroup
    place: Place
    seed: int
    namespace: str
    epoch: str
    directory: Path
    tools: Tools
    evidence: str = "failures"
    people: tuple[FixturePerson, ...] = ()
    masked: bool = False

    @property
    def journal(self) -> Path:
        """The group's journal file; ``:`` and the like never occur in system ids."""
        return self.directory / "journal" / f"{self.group.id}{SUFFIX}"


def run_group(task: Task, on_case: Callable[[CaseFindings], None] | None = None) -> list[CaseFindings]:
    """Examine every case of ``task`` that its journal does not hold yet; returns all entries, those of earlier attempts included.

    Raises SetUpError when a system cannot be started. Whatever happens, the entries written stay written and the systems are stopped.
    """
    known = {entry.spec: entry for entry in read(task.journal)}
    entries = [known[spec] for spec in task.group.cases if spec in known]
    waiting = [spec for spec in task.group.cases if spec not in known]
    if not waiting:
        return entries
    evidence = FolderEvidence(task.directory / "evidence", task.evidence, mask=mask_bytes if task.masked else None)
    with Journal(task.journal) as journal, ExitStack() as open_things:
        deployments = _start(task, open_things)
        links: dict[tuple[str, str], Any] = {}
        for spec in waiting:
            findings = _examine(task, spec, links, deployments, evidence, open_things)
            if task.masked:
                findings = tuple(mask_finding(finding) for finding in findings)
            findings = tuple(_in_context(finding, evidence) for finding in findings)
            evidence.settle(findings)
            entry = CaseFindings(spec, findings)
            journal.append(entry)
            entries.append(entry)
            if on_case:
                on_case(entry)
    return entries


def _in_context(finding: Finding, evidence: FolderEvidence) -> Finding:
    """With the lines around its place, where it names one in evidence that is kept."""
    if not finding.within or finding.location is None:
        return finding
    return replace(finding, excerpt=excerpt(evidence.content(finding.within), finding.location))


def _start(task: Task, open_things: ExitStack) -> dict[str, Deployment]:
    deployments: dict[str, Deployment] = {}
    for name in task.group.systems:
        system = task.place.system(name)
        if system.simulated:
            running = task.tools.start(system, seed=task.seed, now=f"{task.epoch}T09:00:00")
            open_things.callback(running.stop)
            deployments[name] = running.deployment
        else:
            deployments[name] = task.tools.reach(system)
    return deployments


def _examine(
    task: Task,
    spec: CaseSpec,
    links: dict[tuple[str, str], Any],
    deployments: Mapping[str, Deployment],
    evidence: FolderEvidence,
    open_things: ExitStack,
) -> tuple[Finding, ...]:
    way = (spec.pairing, spec.interface)
    if way not in links:
        try:
            links[way] = task.tools.open(task, *way, deployments)
            open_things.callback(links[way].close)
        except TransportError as error:
            links[way] = error
    link = links[way]
    if isinstance(link, TransportError):
        return (_unreachable(spec, link, task.tools.level(spec.check)),)
    findings = task.tools.examine(spec, link, evidence, task.people)
    return findings or (_finding(spec, task.tools.level(spec.check), Outcome.INCONCLUSIVE, "the check said nothing", Attribution.HARNESS),)


def _unreachable(spec: CaseSpec, error: TransportError, level: int) -> Finding:
    return _finding(spec, level, Outcome.ERROR, str(error), Attribution.UNKNOWN, signals=("unreachable",))


def _finding(spec: CaseSpec, level: int, outcome: Outcome, message: str, attribution: Attribution, signals: Iterable[str] = ()) -> Finding:
    return Finding(
        check=spec.check,
        clause=spec.check,
        level=level,
        pairing=spec.pairing,
        interface=spec.interface,
        family=spec.family,
        outcome=outcome,
        message=message,
        attribution=attribution,
        signals=tuple(signals),
        attempt=spec.attempt,
    )
