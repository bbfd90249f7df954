"""What a user may ask of a run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from harness.errors import SetUpError
from harness.model.run import Selection
from harness.runner.evidence import MODES


@dataclass(frozen=True, slots=True)
class RunOptions:
    """``jobs`` None means one worker a core; ``resume`` is the directory of an interrupted run, whose own options then hold.

    ``packages`` are FHIR packages to judge messages by, besides those that the place names; ``defects`` are ``SYSTEM:NAME`` of simulated systems.
    ``keep_numbers`` sends the NHS numbers of ``records`` as they are, and is refused for numbers outside the test range.
    """

    selection: Selection = field(default_factory=Selection)
    records: Path | None = None
    seed: int = 1
    jobs: int | None = None
    repeat: int = 1
    evidence: str = "failures"
    out: Path | None = None
    resume: Path | None = None
    keep_numbers: bool = False
    packages: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.evidence not in MODES:
            raise SetUpError(f"there is no evidence mode {self.evidence!r}", where="--evidence", expected=", ".join(MODES))
        for name, value in (("--jobs", self.jobs), ("--repeat", self.repeat)):
            if value is not None and value < 1:
                raise SetUpError(f"{value} is too few", where=name, expected="1 or more")
