"""The kill matrix: every check passes on faithful systems and fails under a named defect; every defect makes a check fail. ``-s`` shows the counts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from kill_world import WAYS, Answer, Job, applying, ask, spread

from harness.case.check import CHECKS
from harness.catalogue import catalogue
from harness.model.outcome import Outcome


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


def jobs() -> Iterator[Job]:
    """Faithful first (they take longest): all checks, in three parts. Then each defect on every way where a check that it names can be asked."""
    for way in WAYS:
        asked = applying(way)
        for part in range(3):
            if asked[part::3]:
                yield Job(way, "", asked[part::3])
    for name, note in catalogue().defects.items():
        for way in WAYS:
            named = tuple(check for check in applying(way) if check in note.breaks)
            if named:
                yield Job(way, name, named)


@pytest.fixture(scope="module")
def matrix() -> Matrix:
    answers = [answer for answers in spread(ask, jobs()) for answer in answers]
    made = Matrix([each for each in answers if not each.job.defect], [each for each in answers if each.job.defect])
    checks, defects = set(CHECKS), set(catalogue().defects)
    print(f"\n{len(WAYS)} pairings, {len(made.faithful)} faithful answers, {len(made.defective)} under a defect")
    print(f"checks: {len(checks)}, killed {len(made.killed)}, survivors {sorted(checks - set(made.killed)) or 'none'}")
    print(f"defects: {len(defects)}, caught {len(made.caught)}, survivors {sorted(defects - set(made.caught)) or 'none'}")
    return made


def test_every_check_is_asked_of_faithful_systems_and_passes(matrix: Matrix) -> None:
    passing = {Outcome.PASS, Outcome.NOT_APPLICABLE}
    assert [(each.job.way, each.check, each.message) for each in matrix.faithful if not each.outcomes <= passing] == []
    assert set(CHECKS) - {each.check for each in matrix.faithful if Outcome.PASS in each.outcomes} == set()


def test_every_check_fails_under_a_named_defect(matrix: Matrix) -> None:
    assert sorted(set(CHECKS) - set(matrix.killed)) == []


def test_every_defect_makes_a_check_fail(matrix: Matrix) -> None:
    assert sorted(set(catalogue().defects) - set(matrix.caught)) == []


def test_what_a_defect_is_said_to_break_it_breaks(matrix: Matrix) -> None:
    said = {(name, check) for name, note in catalogue().defects.items() for check in note.breaks}
    done = {(name, check) for name, checks in matrix.caught.items() for check in checks}
    assert sorted(said - done) == []


def test_a_defect_breaks_nothing_by_accident(matrix: Matrix) -> None:
    """Errors of the harness under a defect are faults of the harness."""
    assert [(each.job.defect, each.job.way, each.check, each.message) for each in matrix.defective if Outcome.ERROR in each.outcomes] == []
