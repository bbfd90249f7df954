"""Progress on a terminal; silence elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import TracebackType

    from harness.runner.run_events import Event


class Progress:
    """A line that is written over, on stderr. ``directory`` is the run's, once it has started."""

    def __init__(self) -> None:
        self.terminal = sys.stdout.isatty() and sys.stderr.isatty()
        self.directory = "DIR"
        self._done = self._cases = self._bad = 0

    def hear(self, event: Event) -> None:
        """Take notice of what happened."""
        from harness.model.outcome import Outcome
        from harness.runner.run_events import CaseFinished, RunStarted

        if isinstance(event, RunStarted):
            self.directory, self._cases, self._done = event.directory, event.cases, event.done
        elif isinstance(event, CaseFinished):
            self._done += 1
            self._bad += event.outcome in (Outcome.FAIL, Outcome.ERROR)
        if self.terminal and self._cases:
            filled = 30 * self._done // self._cases
            sys.stderr.write(f"\r{'█' * filled}{'░' * (30 - filled)} {self._done} of {self._cases} cases, {self._bad} failed\x1b[K")
            sys.stderr.flush()

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self.terminal and self._cases:
            sys.stderr.write("\r\x1b[K")
