"""The journal of a cell group: one line of JSON a case, appended and synced, so that an interrupted run loses at most the case in hand."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from harness.case.spec import CaseSpec
from harness.errors import SetUpError
from harness.model.finding import Finding
from harness.model.outcome import Outcome, worst

SUFFIX = ".ndjson"
LOCK_SECONDS = 5.0  # to wait for a journal: a worker whose run was killed ends within a moment
_RETRY_SECONDS = 0.05  # between tries


@dataclass(frozen=True, slots=True)
class CaseFindings:
    """What one case found. ``spec`` identifies the case; an entry is valid for a plan that holds an equal one."""

    spec: CaseSpec
    findings: tuple[Finding, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of its findings."""
        return worst(finding.outcome for finding in self.findings)


class Journal:
    """Append-only file of entries. One writer at a time: opening waits until no other process holds the file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._file = path.open("ab")
        _lock(self._file.fileno(), path)
        # A line torn by a crash stays where it is and is skipped; the next entry must start on a line of its own.
        if path.stat().st_size and not path.read_bytes().endswith(b"\n"):
            self._file.write(b"\n")

    def append(self, entry: CaseFindings) -> None:
        """Write ``entry`` and return when it is on disk."""
        import msgspec

        self._file.write(msgspec.json.encode(entry) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """Release the file."""
        self._file.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()


def read(path: Path) -> list[CaseFindings]:
    """The entries of a journal file in the order written; none where there is no file. Lines that do not decode are skipped."""
    return list(Tail(path))


class Tail:
    """Yields the whole lines that have appeared since the last look."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._offset = 0

    def __iter__(self) -> Iterator[CaseFindings]:
        import msgspec

        try:
            with self.path.open("rb") as file:
                file.seek(self._offset)
                data = file.read()
        except FileNotFoundError:
            return
        whole = data[: data.rfind(b"\n") + 1]
        self._offset += len(whole)
        for line in whole.splitlines():
            try:
                yield msgspec.json.decode(line, type=CaseFindings)
            except msgspec.DecodeError:
                continue


def _lock(handle: int, path: Path) -> None:
    try:
        import fcntl
    except ImportError:  # not a POSIX system: two runs into one directory are refused by run-meta.json only
        return
    give_up = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() > give_up:
                raise SetUpError(
                    "another run is writing this journal", where=str(path), expected="one run per directory", do="wait for it to end, or choose another --out"
                ) from None
            time.sleep(_RETRY_SECONDS)
