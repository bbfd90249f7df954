"""Which files ``harness validate`` is to judge, and what its exit code says of them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from harness.cli._output import clean
from harness.errors import SetUpError
from harness.model.issue import Issue
from harness.model.judgement import Judgement

_SHOWN = 5  # files left out that are named; the others are counted


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to judge; ``asked`` is False where a folder was asked for and this was found in it."""

    content: Path | IO[bytes]
    asked: bool


def sources(names: Sequence[str]) -> list[InputFile]:
    """The files of those names, folders searched through, hidden files left out. SetUpError for a name that is not there and for an empty folder."""
    found: list[InputFile] = []
    for name in names:
        path = Path(name)
        if name == "-":
            found.append(InputFile(sys.stdin.buffer, True))
        elif path.is_dir():
            inside = sorted(one for one in path.rglob("*") if one.is_file() and not any(part.startswith(".") for part in one.relative_to(path).parts))
            if not inside:
                raise SetUpError("the folder holds no file", where=name, expected="a folder of messages", do="correct the path")
            found += [InputFile(one, False) for one in inside]
        elif path.exists():
            found.append(InputFile(path, True))
        else:
            raise SetUpError("there is no such file", where=name, expected="a file, a folder, or - for standard input", do="correct the path")
    return found


class Tally:
    """Lets judgements through, keeps count of them, and leaves out files of a folder that are no messages. ``strict`` asks for a decision on everything."""

    def __init__(self, found: Sequence[InputFile], *, strict: bool = False) -> None:
        self._strict = strict
        self._undecided = 0
        self._asked = frozenset("-" if not isinstance(one.content, Path) else str(one.content) for one in found if one.asked)
        self._left_out: list[str] = []
        self._refused: list[tuple[str, Issue]] = []
        self._messages = 0
        self._invalid = False

    def of(self, judgements: Iterable[Judgement]) -> Iterator[Judgement]:
        """The judgements to print."""
        for judgement in judgements:
            if not judgement.judged:
                issue = judgement.issues[-1]
                if judgement.file not in self._asked and issue.code == "format/unknown":
                    self._left_out.append(judgement.file)
                    continue
                self._refused.append((judgement.file, issue))
            self._messages += judgement.index > 0
            self._invalid = self._invalid or judgement.valid is False
            self._undecided += judgement.valid is None
            yield judgement

    def said(self) -> Iterator[str]:
        """What is said beside the report, on lines of their own."""
        if self._left_out:
            names = ", ".join(self._left_out[:_SHOWN]) + (f" and {len(self._left_out) - _SHOWN} more" if len(self._left_out) > _SHOWN else "")
            yield clean(f"harness: left out, being in no format known here: {names}")
        for file, issue in self._refused[:1]:
            yield clean(f"harness: {file}: {issue.message}; expected {issue.expected or 'HL7 v2 or FHIR'}; {issue.remedy or 'give a message file'}")
        if not self._messages:
            yield "harness: no message was found"
        if self._undecided:
            what = "1 message is" if self._undecided == 1 else f"{self._undecided} messages are"
            yield f"harness: {what} neither valid nor invalid as far as can be told offline: a value set or profile that must hold is not known here"

    @property
    def exit_code(self) -> int:
        """0 valid, 1 not, 2 could not; what could not be decided is 2 when strict, else 0."""
        if self._refused or not self._messages:
            return 2
        return 1 if self._invalid else 2 if self._strict and self._undecided else 0


def said_of(packages: Sequence[str], fhir_version: str) -> Iterator[str]:
    """What is to be known of the packages that were used: files left out, dependencies that are missing."""
    if packages:
        from harness.catalogue.fhir import definitions

        notes = definitions(fhir_version or "4.0.1", tuple(packages)).notes
        yield from (clean(f"harness: {note}") for note in notes[:_SHOWN])
        if len(notes) > _SHOWN:
            yield f"harness: and {len(notes) - _SHOWN} more notes on packages"
