"""Judges every message of many files, in this process or in several, in order and in the memory of a few messages."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from harness.errors import FormatError
from harness.model.issue import Issue
from harness.model.judgement import Judgement
from harness.model.location import Location
from harness.runner.excerpt import excerpt
from harness.runner.units import Unit, units
from harness.validation.wording import told

if TYPE_CHECKING:
    from concurrent.futures import Future
    from typing import IO

    from harness.validation.options import Options

_HANDED_OVER = 256  # messages handed to a worker at a time: sending fewer costs more than judging them
_WAITING = 3  # such bundles waiting a worker: enough that none is idle, few enough that memory stays flat
_FIRST = 8  # messages judged before any worker is started: starting them costs more than judging as many


def judge_files(sources: Iterable[Path | bytes | IO[bytes]], options: Options, *, jobs: int = 1) -> Iterator[Judgement]:
    """A judgement of each message of each file (a path, bytes, or an open binary file, called ``-``), in order.

    A file that cannot be read is judged so. Raises UnknownNameError for a profile or dialect nobody knows.
    """
    each = chain.from_iterable(opened(source) for source in sources)
    if jobs == 1:
        return (judge_unit(unit, options) for unit in each)
    return _spread(each, options, jobs)


def judge_unit(unit: Unit, options: Options) -> Judgement:
    """What is known of the unit and what its validator says of it, located in the file."""
    if not unit.kind:
        return Judgement(unit.file, unit.index, unit.issues)
    found, undetermined, by = _judged(unit, options)
    if unit.kind == "hl7v2-xml":
        found = _in_xml(found, unit.data)
    elif unit.offset or unit.line > 1 or unit.column > 1:
        found = [replace(issue, location=_within(issue.location, unit)) for issue in found]
    first = next((issue for issue in found if issue.is_error), None)
    shown = excerpt(unit.data, first.location, unit.line) if first is not None and unit.column <= 1 else ()
    return Judgement(unit.file, unit.index, (*unit.issues, *found), shown, undetermined, *by)


def _judged(unit: Unit, options: Options) -> tuple[list[Issue], int, tuple[str, ...]]:
    """Issues, how much that must hold could not be decided, and (profile, dialect, detected dialect) where those are known."""
    if unit.kind in ("fhir-json", "fhir-xml"):
        from harness.validation.fhir import validation

        verdict = validation(unit.data, options, kind=unit.kind)
        return list(verdict.issues), verdict.undetermined, ()
    from harness.validation.hl7v2 import verdict as judged

    said = judged(unit.data, options, kind=unit.kind)
    return said.issues, 0, (said.profile, said.dialect, said.detected)


def _in_xml(found: list[Issue], data: bytes) -> list[Issue]:
    """Issues judged on what the XML says, at the lines where the XML says it."""
    from harness.formats.hl7v2 import address
    from harness.formats.hl7v2.xml import xml_lines

    try:
        lines = xml_lines(data)
    except FormatError:
        return found
    placed = []
    for issue in found:
        path = issue.location.path
        try:
            at = address(path)
        except FormatError:
            placed.append(replace(issue, location=Location(path)))
            continue
        line = lines.get((at.segment, at.occurrence, at.field, at.repetition or 1)) or lines.get((at.segment, at.occurrence, 0, 0))
        placed.append(replace(issue, location=Location(path, line)))
    return placed


def _within(place: Location, unit: Unit) -> Location:
    column = place.column
    if place.line == 1 and column is not None:
        column += unit.column - 1
    line = None if place.line is None else place.line + unit.line - 1
    return Location(place.path, line, column, None if place.offset is None else place.offset + unit.offset)


def opened(source: Path | bytes | IO[bytes]) -> Iterator[Unit]:
    """The units of one source; of a path that cannot be read one that says so."""
    if isinstance(source, bytes):
        yield from units(BytesIO(source), "")
    elif isinstance(source, Path):
        try:
            with source.open("rb") as file:
                yield from units(file, str(source))
        except OSError as error:
            issue = told("file/unreadable", at=Location(), reason=error.strerror)
            yield Unit(str(source), 1, "", b"", issues=(issue,))
    else:
        yield from units(source, "-")


def _spread(each: Iterator[Unit], options: Options, jobs: int) -> Iterator[Judgement]:
    """Bundles of units handed to processes; no more of them wait than keeps every process busy.

    The first few are judged here: where processes are copies of this one they begin with everything that those needed already read.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    for unit in islice(each, _FIRST):
        yield judge_unit(unit, options)
    waiting: deque[Future[list[Judgement]]] = deque()
    with ProcessPoolExecutor(jobs, mp_context=get_context(_start_method())) as pool:
        try:
            while bundle := list(islice(each, _HANDED_OVER)):
                waiting.append(pool.submit(_judge_many, bundle, options))
                if len(waiting) > jobs * _WAITING:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def _start_method() -> str:
    """Copying this process is quick, and sound only where it has no other thread and the platform does it well."""
    import sys
    import threading

    return "fork" if sys.platform == "linux" and threading.active_count() == 1 else "spawn"


def _judge_many(bundle: Sequence[Unit], options: Options) -> list[Judgement]:
    return [judge_unit(unit, options) for unit in bundle]
