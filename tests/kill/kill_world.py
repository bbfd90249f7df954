"""Pairs of simulated systems with a defect switched on, asked by checks: the engine of the kill matrix."""

from __future__ import annotations

import faulthandler
import multiprocessing
import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from harness.case.check import CHECKS
from harness.case.evidence import EvidenceHashes
from harness.case.examine import examine
from harness.case.link import TARGET, Link
from harness.case.spec import CaseSpec, Namespace
from harness.catalogue import catalogue
from harness.errors import UnknownNameError
from harness.model.outcome import Outcome
from harness.model.place import Endpoint, Interface, Pairing, Place, System
from harness.scoring import applicable
from harness.systems.host import start

# A defect that says nothing costs a check its whole limit; the faithful systems keep the limits they declare.
HASTE: Final = 0.5
HANG: Final = 60.0
NOW: Final = "2026-01-05T06:00:00"
FAMILIES: Final = tuple(catalogue().vocabulary["families"].words)


@dataclass(frozen=True, slots=True)
class Way:
    """One interface of one pairing: who sends to whom over what."""

    source: str
    target: str
    interface: str
    outgoing: str
    incoming: str
    acknowledged: bool = True

    def place(self, defect: str = "") -> Place:
        """The place with ``defect`` on the side that defects.yaml names."""
        known = catalogue()
        side = known.defects[defect].side if defect else ""
        source = _system(self.source, defect if side == "source" else "", bool(defect))
        target = _system(self.target, defect if side == "target" else "", bool(defect))
        if not self.acknowledged:
            source, target = (replace(one, endpoints=tuple(map(_unacknowledged, one.endpoints))) for one in (source, target))
        families = dict.fromkeys(FAMILIES, (self.interface,))
        pairing = Pairing(self.source, self.target, (Interface(self.interface, self.outgoing, self.incoming),), families)
        return Place("kill", "Kill matrix", (source, target), (pairing,))


def _unacknowledged(endpoint: Endpoint) -> Endpoint:
    return replace(endpoint, acknowledgement="none") if endpoint.transport == "mllp" else endpoint


def _system(name: str, defect: str, hasty: bool) -> System:
    shipped = catalogue().system(name)
    if not hasty:
        return shipped
    endpoints = tuple(replace(each, limits=replace(each.limits, acknowledge=min(HASTE, each.limits.acknowledge))) for each in shipped.endpoints)
    return replace(shipped, defects=(defect,) if defect else (), endpoints=endpoints)


WAYS: Final = {
    "exemplar-follower/hl7v2": Way("acute-exemplar", "acute-follower", "hl7v2", "v2-out", "v2-in"),
    "exemplar-follower/fhir": Way("acute-exemplar", "acute-follower", "fhir", "fhir-out", "fhir-in"),
    "exemplar-council/fhir": Way("acute-exemplar", "social-care", "fhir", "fhir-out", "fhir-in"),
    "council-exemplar/fhir": Way("social-care", "acute-exemplar", "fhir", "fhir-out", "fhir-in"),
    # No shipped endpoint declares that it does not acknowledge; one clause is about those that do.
    "exemplar-follower/unacknowledged": Way("acute-exemplar", "acute-follower", "hl7v2", "v2-out", "v2-in", acknowledged=False),
}
SPECIAL: Final = {"exemplar-follower/unacknowledged": ("connection/answer-4",)}


@dataclass(frozen=True, slots=True)
class Job:
    """Checks to ask of one pairing; ``defect`` empty for faithful systems; ``checks`` empty for all that apply."""

    way: str
    defect: str = ""
    checks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What one check said in one job: every outcome among its findings, and the first message that is not a pass."""

    job: Job
    check: str
    outcomes: frozenset[Outcome]
    message: str

    @property
    def failed(self) -> bool:
        """True when a finding is FAIL; INCONCLUSIVE or ERROR alone is no kill."""
        return Outcome.FAIL in self.outcomes


@dataclass(frozen=True, slots=True)
class Chosen:
    """The part of the matrix to run: ``pairs`` are the (defect, check) that are said to go together; ``all`` when nothing was left out."""

    defects: tuple[str, ...]
    checks: tuple[str, ...]
    pairs: frozenset[tuple[str, str]]
    all: bool = False

    def named(self, defect: str) -> frozenset[str]:
        """The checks to ask under ``defect``: those that it is said to break, or, where both were chosen, every check chosen."""
        return frozenset(check for name, check in self.pairs if name == defect)


def chosen(defects: Sequence[str] = (), checks: Sequence[str] = ()) -> Chosen:
    """The defects and checks named; with only one of them the others that go with it; all when none is. Raises UnknownNameError."""
    breaks = {name: note.breaks for name, note in catalogue().defects.items()}
    for kind, names, known in (("defect", defects, breaks), ("check", checks, CHECKS)):
        for name in names:
            if name not in known:
                raise UnknownNameError(kind, name, known)
    if not defects and not checks:
        return Chosen(tuple(breaks), tuple(CHECKS), frozenset((name, check) for name, broken in breaks.items() for check in broken), all=True)
    found = tuple(defects) or tuple(name for name, broken in breaks.items() if set(broken) & set(checks))
    asked = tuple(checks) or tuple(dict.fromkeys(check for name in found for check in breaks[name]))
    together = bool(defects and checks)
    return Chosen(found, asked, frozenset((name, check) for name in found for check in asked if together or check in breaks[name]))


def applying(way: str) -> tuple[str, ...]:
    """The checks that can be asked over ``way``."""
    place = WAYS[way].place()
    pairing = place.pairings[0]
    clauses = catalogue().clauses
    asked = SPECIAL.get(way, tuple(CHECKS))
    return tuple(name for name in asked if applicable(clauses[name], place, pairing, WAYS[way].interface, clauses[name].family))


def ask(job: Job) -> list[Answer]:
    """Start the two systems, ask the checks in the order of the registers, stop the systems. A job that hangs shows where, and ends its process."""
    faulthandler.dump_traceback_later(HANG, exit=True)
    try:
        return _ask(job)
    finally:
        faulthandler.cancel_dump_traceback_later()


def _ask(job: Job) -> list[Answer]:
    way = WAYS[job.way]
    place = way.place(job.defect)
    pairing = place.pairings[0]
    asked = [name for name in applying(job.way) if not job.checks or name in job.checks]
    running = [start(system, seed=1, now=NOW) for system in place.systems]
    try:
        deployments = {one.deployment.system.id: one.deployment for one in running}
        link = Link.open(place, pairing, pairing.interfaces[0], deployments, Namespace(1, "kill", NOW[:10]))
        try:
            return [_answer(job, ordinal, name, link) for ordinal, name in enumerate(asked)]
        finally:
            link.close()
    finally:
        for one in running:
            one.stop()


def _answer(job: Job, ordinal: int, name: str, link: Link) -> Answer:
    spec = CaseSpec(ordinal, link.pairing.id, WAYS[job.way].interface, catalogue().clauses[name].family, name)
    findings = examine(spec, {TARGET: link}, EvidenceHashes(), {person.id: person for person in catalogue().people})
    told = [f"{finding.outcome.name} {finding.message}" for finding in findings if finding.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)]
    return Answer(job, name, frozenset(finding.outcome for finding in findings), told[0] if told else "")


In = TypeVar("In")
Out = TypeVar("Out")


def spread(function: Callable[[In], Out], inputs: Iterable[In]) -> list[Out]:
    """One result an input, in order, from one process a core."""
    count = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    with ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn")) as executor:
        return list(executor.map(function, inputs))
