"""What happens during a run, told to listeners. The runner knows nothing of who listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from harness.model.outcome import Outcome
from harness.model.run import Run


@dataclass(frozen=True, slots=True)
class RunStarted:
    """``cases`` are planned in ``groups`` cell groups; ``done`` of them were journalled by an interrupted run."""

    place: str
    cases: int
    groups: int
    done: int
    directory: str


@dataclass(frozen=True, slots=True)
class CaseFinished:
    """One case was examined and journalled."""

    case: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class GroupFinished:
    """All cases of one cell group are journalled."""

    group: str


@dataclass(frozen=True, slots=True)
class RunFinished:
    """The run is scored."""

    run: Run


Event = RunStarted | CaseFinished | GroupFinished | RunFinished
Listener = Callable[[Event], None]
