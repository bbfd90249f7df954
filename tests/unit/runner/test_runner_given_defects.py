"""``--defect SYSTEM:NAME``: whom a defect can be given to, and that a run keeps what it was given."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fake_rooms import small_place, system

from harness.catalogue import catalogue
from harness.errors import HarnessError, SetUpError, UnknownNameError
from harness.model.place import Place
from harness.model.run import Selection
from harness.runner.given_defects import with_defects
from harness.runner.options import RunOptions
from harness.runner.run import assemble, prepare

NOW = datetime(2026, 7, 1, tzinfo=UTC)
GIVEN = ("follower-a:drops-allergies", "exemplar:source-never-repeats")


def defects(place: Place) -> dict[str, tuple[str, ...]]:
    return {one.id: one.defects for one in place.systems if one.defects}


def test_a_defect_is_given_to_its_system_alone_after_those_it_has() -> None:
    place = small_place()
    having = replace(place, systems=(replace(place.systems[0], defects=("drops-bed",)), *place.systems[1:]))
    given = with_defects(having, ["a:drops-allergies", "c:drops-bed", "a:drops-bed"])
    assert defects(given) == {"a": ("drops-bed", "drops-allergies"), "c": ("drops-bed",)}
    assert [one.id for one in given.systems] == ["a", "b", "c"]
    assert defects(having) == {"a": ("drops-bed",)}


@pytest.mark.parametrize(
    ("text", "kind", "told"),
    [
        ("d:drops-allergies", UnknownNameError, "there is no system of small 'd'; known: a, b, c, real"),
        ("a:drops-alergies", UnknownNameError, "there is no defect 'drops-alergies'; did you mean drops-allergies"),
        ("real:drops-allergies", SetUpError, "real is a real system"),
        ("drops-allergies", SetUpError, "expected SYSTEM:NAME; see `harness list defects`"),
        ("a:", SetUpError, "expected SYSTEM:NAME"),
    ],
)
def test_what_cannot_be_given_is_said(text: str, kind: type[HarnessError], told: str) -> None:
    place = small_place()
    with pytest.raises(kind) as refused:
        with_defects(replace(place, systems=(*place.systems, system("real", simulated=False))), [text])
    assert told in str(refused.value)


def test_a_run_keeps_what_it_was_given_and_finishes_with_it(tmp_path: Path) -> None:
    options = RunOptions(defects=GIVEN, out=tmp_path / "out", selection=Selection(checks=("fidelity/allergies-1",)))
    begun = prepare(None, options, started=NOW)
    assert begun.meta.defects == GIVEN
    assert {task.place.system("follower-a").defects for task in begun.tasks} == {
        (*catalogue().place("demonstration").system("follower-a").defects, "drops-allergies")
    }
    assert assemble(begun, ()).defects == GIVEN
    finished = prepare(None, RunOptions(resume=tmp_path / "out"), started=NOW)
    assert (finished.meta, finished.plan) == (begun.meta, begun.plan)


def test_an_interrupted_run_takes_no_other_defects(tmp_path: Path) -> None:
    prepare(None, RunOptions(out=tmp_path / "out"), started=NOW)
    with pytest.raises(SetUpError, match="defects of its own"):
        prepare(None, RunOptions(resume=tmp_path / "out", defects=GIVEN), started=NOW)
