"""Report formats by name: adding one is adding a file with a decorated ``render``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.model.run import Run
from harness.registry import Registry

Render = Callable[[Run], str | bytes]


@dataclass(frozen=True, slots=True)
class Report:
    """``file`` is the name under the run's directory, empty for a report that is only shown."""

    name: str
    file: str
    render: Render

    def content(self, run: Run) -> bytes:
        """The report as bytes (UTF-8)."""
        made = self.render(run)
        return made.encode() if isinstance(made, str) else made


REPORTS: Registry[Report] = Registry("report", "harness.reporting")


def report(name: str, file: str = "") -> Callable[[Render], Render]:
    """Register ``render`` as the report ``name``, written to ``file``."""

    def register(render: Render) -> Render:
        REPORTS.add(name, Report(name, file, render))
        return render

    return register
