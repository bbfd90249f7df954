"""The same checks under pytest: collects ``*.place.yaml``. Floor 7.

One item a case, ``identity/merge-1[exemplar:follower/hl7v2]``. PASS passes, NOT_APPLICABLE is skipped; FAIL, ERROR and INCONCLUSIVE fail with what
was found, except where the manifest's own aim for the pairing lies below the check's level: that failure is expected (xfail). The outcome of the
run is the item's user property ``outcome``. Loaded in every pytest session, so nothing of the harness is imported before a place is collected.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from harness.case.spec import CaseSpec
    from harness.model.finding import Finding
    from harness.runner.group import Task
    from harness.runner.journal import CaseFindings
    from harness.runner.run import Prepared


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A place manifest is a file of checks."""
    if file_path.name.endswith(".place.yaml"):
        return PlaceFile.from_parent(parent, path=file_path)
    return None


class PlaceFile(pytest.File):
    """A place manifest. Its cell groups run when the first of their items is asked for, with the selected cases only."""

    prepared: Prepared
    _found: dict[CaseSpec, CaseFindings]

    def collect(self) -> Iterable[PlaceItem]:
        """One item a case of the plan."""
        from harness.errors import HarnessError
        from harness.runner.options import RunOptions
        from harness.runner.run import prepare

        folder = tempfile.TemporaryDirectory(prefix="harness-")
        self.config.add_cleanup(folder.cleanup)
        try:
            self.prepared = prepare(self.path, RunOptions(evidence="none", out=Path(folder.name)))
        except HarnessError as error:
            raise self.CollectError(str(error)) from None
        self._found = {}
        for task in self.prepared.tasks:
            for spec in task.group.cases:
                yield PlaceItem.from_parent(self, name=spec.id, spec=spec, task=task)

    def entry(self, spec: CaseSpec, task: Task) -> CaseFindings:
        """What was found for ``spec``; runs its group when that has not been done."""
        if spec not in self._found:
            from dataclasses import replace

            from harness.runner.group import run_group

            wanted = {item.spec for item in self.session.items if isinstance(item, PlaceItem) and item.parent is self}
            cases = tuple(case for case in task.group.cases if case in wanted)
            self._found.update({entry.spec: entry for entry in run_group(replace(task, group=replace(task.group, cases=cases)))})
        return self._found[spec]


class PlaceItem(pytest.Item):
    """One case."""

    parent: PlaceFile

    def __init__(self, *, spec: CaseSpec, task: Task, **more: Any) -> None:
        super().__init__(**more)
        self.spec, self.task = spec, task

    def runtest(self) -> None:
        """Turn the case's outcome into pytest's."""
        from harness.model.outcome import Outcome

        entry = self.parent.entry(self.spec, self.task)
        self.user_properties.append(("outcome", str(entry.outcome)))
        if entry.outcome is Outcome.PASS:
            return
        found = [finding for finding in entry.findings if finding.outcome is entry.outcome]
        text = "\n".join(_described(finding) for finding in found)
        if entry.outcome is Outcome.NOT_APPLICABLE:
            pytest.skip(text)
        aim = self._aim()
        if entry.outcome is not Outcome.ERROR and aim is not None and found[0].level > aim:
            pytest.xfail(f"the manifest aims at L{aim}: {text}")
        raise CheckFailed(text)

    def _aim(self) -> int | None:
        """The level the manifest asks of the cells this case counts in; None when it asks none."""
        pairing = next(pairing for pairing in self.task.place.pairings if pairing.id == self.spec.pairing)
        return min((level for family, level in pairing.aim.items() if self.spec.family in ("", family)), default=None)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was found, without a traceback through the harness."""
        from harness.errors import HarnessError

        if isinstance(excinfo.value, (CheckFailed, HarnessError)):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where pytest says the item stands."""
        return self.path, None, self.name


class CheckFailed(Exception):  # noqa: N818 - an outcome, not an error
    """A case that did not pass, with what was found."""


def _described(finding: Finding) -> str:
    from harness.reporting.junit import described

    return f"{finding.outcome}: {described(finding)}"
