"""The whole of a run: place → plan → groups → findings → verdict."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain, count
from pathlib import Path
from time import perf_counter

from harness import __version__
from harness.errors import SetUpError
from harness.model.finding import Finding
from harness.model.place import FixturePerson, Place
from harness.model.run import RecordsSummary, Run, Selection
from harness.runner.execute import execute
from harness.runner.given_defects import with_defects
from harness.runner.group import Task, Tools
from harness.runner.journal import CaseFindings, read
from harness.runner.meta import Meta, digest, namespace_and_epoch
from harness.runner.options import RunOptions
from harness.runner.plan import Plan, make_plan
from harness.runner.run_events import Event, Listener, RunFinished, RunStarted
from harness.runner.tools import HarnessTools

DEMONSTRATION = "demonstration"
OUT = Path("harness-out")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A run that could start: everything decided, nothing sent."""

    plan: Plan
    tasks: tuple[Task, ...]
    meta: Meta
    directory: Path
    records: RecordsSummary | None


def run(
    place: str | Path | Place | None = None,
    options: RunOptions | None = None,
    *,
    listeners: Sequence[Listener] = (),
    executor: Executor | None = None,
    tools: Tools | None = None,
    started: datetime | None = None,
) -> Run:
    """Run ``place`` (an id, a manifest file or a Place; the demonstration place when None) and score it.

    Raises HarnessError for everything a user can cause. The journal, run-meta.json and evidence stay in the run's directory.
    """
    options = options or RunOptions()
    clock = perf_counter()
    prepared = prepare(place, options, tools=tools, started=started)

    def tell(event: Event) -> None:
        for listener in listeners:
            listener(event)

    done = [entry for task in prepared.tasks for entry in read(task.journal)]
    tell(RunStarted(prepared.plan.place.id, len(prepared.plan.cases), len(prepared.tasks), len(done), str(prepared.directory)))
    entries = execute(prepared.tasks, tell, jobs=options.jobs, executor=executor)
    result = replace(assemble(prepared, entries), seconds=perf_counter() - clock)
    tell(RunFinished(result))
    return result


def prepare(place: str | Path | Place | None, options: RunOptions, *, tools: Tools | None = None, started: datetime | None = None) -> Prepared:
    """Decide everything about a run, write run-meta.json (or check it, when resuming) and send nothing."""
    from harness.case.check import CHECKS
    from harness.catalogue import catalogue
    from harness.scoring import applicable

    earlier = Meta.load(options.resume) if options.resume else None
    if earlier:
        options = _as_before(options, earlier)
        place = earlier.place if place is None else place
    found = place if isinstance(place, Place) else catalogue().place(str(place or DEMONSTRATION))
    if options.packages:
        found = replace(found, packages=(*found.packages, *(_readable_package(one) for one in options.packages)))
    if options.defects:
        found = with_defects(found, options.defects)
    plan = make_plan(found, catalogue().clauses, set(CHECKS), applicable, selection=options.selection, repeat=options.repeat)
    now = started or datetime.now().astimezone()
    namespace, epoch = (earlier.namespace, earlier.epoch) if earlier else namespace_and_epoch(found, options.seed, now)
    people, records = _people(options, namespace, found)
    directory = options.resume or options.out or _new_directory(found.id, now)
    meta = earlier or Meta(
        id=f"{found.id}-{namespace}",
        place=found.path or found.id,
        digest=digest(found, people),
        seed=options.seed,
        namespace=namespace,
        epoch=epoch,
        version=__version__,
        started=now.isoformat(timespec="seconds"),
        selection=options.selection,
        repeat=options.repeat,
        evidence=options.evidence,
        records=str(options.records.resolve()) if options.records else "",
        keep_numbers=options.keep_numbers,
        packages=options.packages,
        defects=options.defects,
    )
    if not earlier:
        meta.save(directory)
    elif meta.digest != digest(found, people):
        raise SetUpError("the place or its records changed since the run began", where=str(directory), expected="them as they were", do="start a new run")
    foreign = records is not None or not all(system.simulated for system in found.systems)
    tasks = tuple(
        Task(group, found, meta.seed, namespace, epoch, directory, tools or HarnessTools(), options.evidence, people, masked=foreign) for group in plan.groups
    )
    return Prepared(plan, tasks, meta, directory, records)


def _new_directory(place: str, now: datetime) -> Path:
    wanted = OUT / f"{place}-{now:%Y%m%d-%H%M%S}"
    return next(path for path in chain([wanted], (wanted.with_name(f"{wanted.name}-{number}") for number in count(2))) if not path.exists())


def assemble(prepared: Prepared, entries: Iterable[CaseFindings]) -> Run:
    """Score what was journalled. Findings stand in the order of the complete plan, whatever the workers' order was."""
    from harness.catalogue import catalogue
    from harness.scoring import score

    plan, meta, c = prepared.plan, prepared.meta, catalogue()
    planned = set(plan.cases)
    ordered = sorted((entry for entry in entries if entry.spec in planned), key=lambda entry: (entry.spec.attempt, entry.spec.ordinal))
    findings = tuple(finding for entry in ordered for finding in entry.findings)
    verdict = score(findings, plan.place, clauses=c.clauses, flows=c.flows, levels=c.levels, not_selected=tuple(plan.left_out))
    return Run(
        id=meta.id,
        place=plan.place,
        verdict=verdict,
        findings=findings,
        clauses=c.clauses,
        seed=meta.seed,
        namespace=meta.namespace,
        epoch=meta.epoch,
        harness_version=__version__,
        planned=len(plan.cases),
        not_selected=len(plan.left_out),
        selection=meta.selection,
        repeat=meta.repeat,
        evidence=meta.evidence,
        records=prepared.records,
        troubles=_troubles(findings),
        defects=meta.defects,
        directory=str(prepared.directory),
        started=meta.started,
    )


def _readable_package(name: str) -> str:
    """The package as workers find it; refused before anything is sent where it cannot be read."""
    from harness.catalogue.fhir.packages import open_package

    open_package(name)
    return str(Path(name).resolve()) if Path(name).exists() else name


def _as_before(options: RunOptions, meta: Meta) -> RunOptions:
    asked = (options.selection, options.records, options.packages, options.defects)
    if asked != (Selection(), None, (), ()):
        raise SetUpError(
            "--resume takes no selection, records, packages or defects of its own",
            where="--resume",
            expected="the options of the interrupted run",
            do="leave the others out",
        )
    return replace(
        options,
        selection=meta.selection,
        seed=meta.seed,
        repeat=meta.repeat,
        evidence=meta.evidence,
        records=Path(meta.records) if meta.records else None,
        keep_numbers=meta.keep_numbers,
        packages=meta.packages,
        defects=meta.defects,
    )


def _people(options: RunOptions, namespace: str, place: Place) -> tuple[tuple[FixturePerson, ...], RecordsSummary | None]:
    if options.records is None:
        return (), None
    from harness.catalogue import catalogue
    from harness.runner.people_of_records import people_of

    return people_of(options.records, catalogue().people, namespace, keep_numbers=options.keep_numbers, allow=place.allow)


def _troubles(findings: Sequence[Finding]) -> tuple[str, ...]:
    """One sentence for each pairing and interface whose every finding is that it could not be reached."""
    ways: dict[tuple[str, str], list[Finding]] = {}
    for finding in findings:
        ways.setdefault((finding.pairing, finding.interface), []).append(finding)
    return tuple(
        f"{pairing} over {interface}: {group[0].message}"
        for (pairing, interface), group in ways.items()
        if all("unreachable" in finding.signals for finding in group)
    )
