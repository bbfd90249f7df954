"""The functions behind ``harness.run``, ``harness.read``, ``harness.compare``, ``harness.convert``, ``harness.validate`` and ``harness.coverage``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from harness.errors import FormatError, SetUpError
from harness.model.difference import Ledger
from harness.model.issue import Issue
from harness.model.judgement import Judgement
from harness.model.record import Record

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from harness.mapping.conversion import Conversion
    from harness.model.compatibility import Compatibility
    from harness.model.place import Place
    from harness.model.run import Run
    from harness.runner.run_events import Listener
    from harness.validation.fhir.coverage import Coverage

Source = bytes | str | Path
MAX_FILE = 50_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """One person's record as read from one message; ``losses`` are what the standard cannot carry or loses, by item."""

    where: str
    key: str
    record: Record
    losses: dict[str, str]


def run(
    place: str | Path | Place | None = None,
    *,
    records: str | Path | None = None,
    pairings: Sequence[str] = (),
    suites: Sequence[str] = (),
    checks: Sequence[str] = (),
    seed: int = 1,
    jobs: int | None = None,
    repeat: int = 1,
    evidence: str = "failures",
    out: str | Path | None = None,
    resume: str | Path | None = None,
    keep_numbers: bool = False,
    packages: Sequence[str] = (),
    defects: Sequence[str] = (),
    reports: Sequence[str] | None = None,
    listeners: Sequence[Listener] = (),
    executor: Executor | None = None,
) -> Run:
    """Run a place (an id, a manifest or a Place; the demonstration place when None), write its reports and return the run.

    ``packages`` are FHIR packages to judge messages by, besides the place's own; ``defects`` (``SYSTEM:NAME``) are given to simulated systems for this run.
    ``reports`` names the reports to write (None: all; empty: none). Any ``concurrent.futures.Executor`` may do the work. Raises HarnessError.
    """
    from harness.model.run import Selection
    from harness.reporting.write import write_reports
    from harness.runner.options import RunOptions
    from harness.runner.run import run as run_place

    options = RunOptions(
        selection=Selection(tuple(pairings), tuple(suites), tuple(checks)),
        records=Path(records) if records is not None else None,
        seed=seed,
        jobs=jobs,
        repeat=repeat,
        evidence=evidence,
        out=Path(out) if out is not None else None,
        resume=Path(resume) if resume is not None else None,
        keep_numbers=keep_numbers,
        packages=tuple(packages),
        defects=tuple(defects),
    )
    result = run_place(place, options, listeners=listeners, executor=executor)
    write_reports(result, reports)
    return result


def validate(source: Source, **options: Any) -> list[Issue]:
    """Issues of a message or file; ``options`` are those of ``harness.validation.options.Options``. Never raises on content.

    ``source`` is bytes, or the path of a file; SetUpError when that cannot be read. In a file of several messages each path begins ``message 2: ``;
    lines and columns are those of the file.
    """
    judgements = list(validate_each([source], **options))
    if len(judgements) == 1:
        return list(judgements[0].issues)
    return [_of_message(judgement.index, issue) for judgement in judgements for issue in judgement.issues]


def validate_each(sources: Iterable[Source | IO[bytes]], *, jobs: int = 1, **options: Any) -> Iterator[Judgement]:
    """A judgement of each message of each source, in order, as they are read: memory stays flat however long a file is.

    A source is bytes, a path, or an open binary file. ``jobs`` processes share the work. Raises SetUpError for a path that is no readable file,
    UnknownNameError for a profile or dialect nobody knows.
    """
    from harness.runner.validating import judge_files
    from harness.validation.options import Options

    chosen = Options(**options)
    return judge_files([Path(one) if isinstance(one, str) else one for one in map(_readable, sources)], chosen, jobs=jobs)


def coverage(sources: Iterable[Source | IO[bytes]], profile: str, *, packages: Sequence[str] = (), fhir_version: str = "4.0.1") -> Coverage:
    """In how many FHIR resources of ``sources`` each element and slice that ``profile`` (a canonical) marks must-support is present.

    A source is bytes, a path, or an open binary file of JSON, XML or NDJSON; what stands in Bundles counts, resources of other types do not. Raises
    UnknownNameError for a profile that is not known, SetUpError for a path that is no readable file, FormatError for what is no FHIR.
    """
    from harness.runner.covering import cover
    from harness.validation.fhir.validator import Validator

    files = [Path(one) if isinstance(one, str) else one for one in map(_readable, sources)]
    made = cover(Validator(packages, fhir_version), profile, files)
    for file, reason in made.refused:
        raise FormatError(reason, where=file or "bytes", expected="FHIR in JSON, XML or NDJSON", do="leave it out, or correct it")
    return made.coverage


def compare_profiles(first: str, second: str, *, packages: Sequence[str] = (), fhir_version: str = "4.0.1", side: str = "creator") -> Compatibility:
    """Is everything valid under the profile ``first`` valid under ``second``? See ``harness.runner.comparing.compare_profiles``."""
    from harness.runner.comparing import compare_profiles as compared

    return compared(first, second, packages=packages, fhir_version=fhir_version, side=side)


def _readable(source: Source | IO[bytes]) -> Source | IO[bytes]:
    if isinstance(source, (str, Path)):
        try:
            with Path(source).open("rb"):
                pass
        except OSError as error:
            raise SetUpError(f"the file cannot be read: {error.strerror}", where=str(source), expected="a readable file", do="correct the path") from None
    return source


def _of_message(index: int, issue: Issue) -> Issue:
    if not index:
        return issue
    path = f"message {index}: {issue.location.path}" if issue.location.path else f"message {index}"
    return replace(issue, location=replace(issue.location, path=path))


def read(source: Source, *, key: str = "", dialect: str = "") -> list[Reading]:
    """The people found in a message or file, as the mapping of ``key`` reads them once the habits of ``dialect`` are undone.

    Raises FormatError for what cannot be read, UnknownNameError for a key or dialect nobody knows.
    """
    from harness.runner.reading import parts, records, stated_losses

    data, name = _content(source)
    found = []
    for part in parts(data, name, key=key, dialect=dialect):
        if part.error is not None:
            raise FormatError(
                part.error.what, offset=part.error.offset, where=f"{part.where}: {part.error.where}", expected=part.error.expected, do=part.error.do
            )
        found += [Reading(part.where, part.key, record, stated_losses(part.key)) for record in records(part)]
    return found


def compare(sent: Source, received: Source, *, sent_key: str = "", received_key: str = "") -> list[tuple[str, Ledger]]:
    """What became of each person of ``sent`` in ``received``: (how the person is named, ledger), in the order sent.

    People are paired by NHS number, then by local number; one person on each side is one pair. Only items that the received format has a
    place for count. Raises FormatError, or SetUpError when either side holds no person.
    """
    from harness.catalogue import catalogue
    from harness.fidelity import compare as ledger_of
    from harness.runner.reading import carried_items, stated_losses

    ours, theirs = read(sent, key=sent_key), read(received, key=received_key)
    for side, people in ((sent, ours), (received, theirs)):
        if not people:
            raise SetUpError("no person was found", where=_content(side)[1], expected="a message with a person in it", do="see what `harness read` says")
    c = catalogue()
    made = []
    for index, reading in enumerate(ours, 1):
        partner = theirs[0] if len(ours) == len(theirs) == 1 else _same_person(reading.record, theirs)
        keys = {reading.key, partner.key if partner else reading.key}
        carried = frozenset.intersection(*(carried_items(key) for key in keys))
        losses = {item: loss for key in sorted(keys) for item, loss in stated_losses(key).items()}
        maps = {row.item: c.code_map(row.map) for row in c.table(reading.key).rows if row.map}
        target = partner.record if partner else Record()
        made.append((f"person {index}", ledger_of(reading.record, None, target, items=c.items, groups=c.groups, carried=carried, losses=losses, maps=maps)))
    return made


def convert(source: Source, to: str = "fhir-r4") -> list[tuple[str, Conversion]]:
    """Each message of a file in another format, with its ledger: (where it stands, conversion), in order.

    ``to`` is ``fhir-r4`` (from HL7 v2) or ``hl7v2-2.4`` (from FHIR R4). The resources of an NDJSON file are converted together.
    Raises FormatError for what cannot be read or has no person, SetUpError for another ``to`` or for a message that is in that format already.
    """
    from harness.mapping.convert import TARGETS, convert_tree
    from harness.runner.reading import bundled, parts

    if to not in TARGETS:
        raise SetUpError(f"there is no conversion to {to!r}", where="to", expected=" or ".join(TARGETS), do="choose one of them")
    data, name = _content(source)
    found = list(parts(data, name))
    for part in found:
        if part.error is not None:
            raise FormatError(
                part.error.what, offset=part.error.offset, where=f"{part.where}: {part.error.where}", expected=part.error.expected, do=part.error.do
            )
        if part.kind.startswith("fhir") == to.startswith("fhir"):
            raise SetUpError(f"the file holds {part.kind}", where=part.where, expected=TARGETS[to], do="choose the other --to")
    if found and found[0].kind == "fhir-ndjson":
        return [(name, convert_tree(bundled(found), to))]
    return [(part.where, convert_tree(part.tree, to)) for part in found]


def _same_person(record: Record, others: Sequence[Reading]) -> Reading | None:
    for item in ("person.nhs_number", "identifier.value"):
        values = set(record.all(item)) - {""}
        for other in others:
            if values & set(other.record.all(item)):
                return other
    return None


def _content(source: Source) -> tuple[bytes, str]:
    if isinstance(source, bytes):
        return source, ""
    path = Path(source)
    try:
        size = path.stat().st_size
        if size > MAX_FILE:
            raise SetUpError(f"the file has {size} bytes", where=str(path), expected=f"at most {MAX_FILE}", do="split it")
        return path.read_bytes(), path.name
    except OSError as error:
        raise SetUpError(f"the file cannot be read: {error.strerror}", where=str(path), expected="a readable file", do="correct the path") from None
