"""The kill matrix: every check passes on faithful systems and fails under a named defect; every defect makes a check fail. ``-s`` shows the counts.

``--defect NAME`` and ``--check ID`` run that part of it: the checks chosen on faithful systems and under the defects chosen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from kill_world import WAYS, Answer, Chosen, Job, applying, ask, spread

from harness.model.outcome import Outcome

pytest_plugins = ("kill_selection",)


@dataclass(frozen=True)
class Matrix:
    """Everything asked: of faithful systems, and of each defect where a check that it names can be asked."""

    faithful: list[Answer]
    defective: list[Answer]

    @property
    def killed(self) -> dict[str, set[str]]:
        """check → defects under which it failed"""
        found: dict[str, set[str]] = defaultdict(set)
        for answer in self.defective:
            if answer.failed:
                found[answer.check].add(answer.job.defect)
        return found

    @property
    def caught(self) -> dict[str, set[str]]:
        """defect → checks that failed under it"""
        found: dict[str, set[str]] = defaultdict(set)
        for check, defects in self.killed.items():
            for defect in defects:
                found[defect].add(check)
        return found


def jobs(chosen: Chosen) -> Iterator[Job]:
    """Faithful first (they take longest): all checks, in three parts. Then each defect on every way where a check that it names can be asked."""
    for way in WAYS:
        wanted = tuple(check for check in applying(way) if check in chosen.checks)
        for part in range(3):
            if wanted[part::3]:
                yield Job(way, "", wanted[part::3])
    for name in chosen.defects:
        for way in WAYS:
            named = tuple(check for check in applying(way) if check in chosen.named(name))
            if named:
                yield Job(way, name, named)


@pytest.fixture(scope="module")
def matrix(asked: Chosen) -> Matrix:
    answers = [answer for answers in spread(ask, jobs(asked)) for answer in answers]
    made = Matrix([each for each in answers if not each.job.defect], [each for each in answers if each.job.defect])
    checks, defects = set(asked.checks), set(asked.defects)
    print(f"\n{len(WAYS)} pairings, {len(made.faithful)} faithful answers, {len(made.defective)} under a defect")
    print(f"checks: {len(checks)}, killed {len(made.killed)}, survivors {sorted(checks - set(made.killed)) or 'none'}")
    print(f"defects: {len(defects)}, caught {len(made.caught)}, survivors {sorted(defects - set(made.caught)) or 'none'}")
    return made


def test_every_check_is_asked_of_faithful_systems_and_passes(matrix: Matrix, asked: Chosen) -> None:
    passing = {Outcome.PASS, Outcome.NOT_APPLICABLE}
    assert [(each.job.way, each.check, each.message) for each in matrix.faithful if not each.outcomes <= passing] == []
    assert set(asked.checks) - {each.check for each in matrix.faithful if Outcome.PASS in each.outcomes} == set()


def test_every_check_fails_under_a_named_defect(matrix: Matrix, asked: Chosen) -> None:
    assert sorted(set(asked.checks) - set(matrix.killed)) == []


def test_every_defect_makes_a_check_fail(matrix: Matrix, asked: Chosen) -> None:
    assert sorted(set(asked.defects) - set(matrix.caught)) == []


def test_what_a_defect_is_said_to_break_it_breaks(matrix: Matrix, asked: Chosen) -> None:
    done = {(name, check) for name, checks in matrix.caught.items() for check in checks}
    assert sorted(asked.pairs - done) == []


def test_a_defect_breaks_nothing_by_accident(matrix: Matrix) -> None:
    """Errors of the harness under a defect are faults of the harness."""
    assert [(each.job.defect, each.job.way, each.check, each.message) for each in matrix.defective if Outcome.ERROR in each.outcomes] == []
