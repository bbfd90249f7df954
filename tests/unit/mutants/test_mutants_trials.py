"""Mutants of a toy tree: noticed, surviving, running for ever; and which tests are asked of a mutant."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from mutants.copies import ROOT, Copy, copied
from mutants.imports import importers
from mutants.reach import Reach, TestFile, learnt
from mutants.sites import Mutant, mutants
from mutants.table import as_json, line, table
from mutants.trials import Trial, plan, tried

SUMS = '''"""Toy."""

LIMIT = 3


def total(numbers):
    count = 0
    while count < len(numbers):
        count += 1
    return sum(numbers[:LIMIT])


def unseen(a, b):
    return a < b
'''
TESTS = """import sums_kit
from harness.sums.adding import total, unseen

def test_total(): assert total([1, 2, 3, 4]) == sums_kit.SIX
def test_unseen(): unseen(1, 2)
def test_broken(): assert total([]) == 1
"""


def planted(root: Path) -> None:
    for name, text in {
        "harness/__init__.py": "",
        "harness/pytest_plugin.py": "",
        "harness/sums/__init__.py": "",
        "harness/sums/adding.py": SUMS,
        "tests/unit/sums/sums_kit.py": "SIX = 6\n",
        "tests/unit/sums/test_sums.py": TESTS,
        "tests/unit/other/test_other.py": "def test_nothing(): pass\n",
        "pyproject.toml": '[tool.pytest.ini_options]\nmarkers = ["slow: x"]\n',
        ".hidden/secret": "x",
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    shutil.copytree(ROOT / "tests" / "mutants", root / "tests" / "mutants", ignore=shutil.ignore_patterns("__pycache__"))


@pytest.fixture(scope="module")
def toy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Copy, Reach]]:
    folder = tmp_path_factory.mktemp("toy")
    planted(folder / "checkout")
    copy = copied(folder / "copy", folder / "checkout")
    yield copy, learnt([copy], folder / "kept")
    assert (folder / "checkout" / "harness" / "sums" / "adding.py").read_text() == SUMS
    assert len(list((folder / "kept").iterdir())) == 2


def of(kind: str, before: str, after: str) -> Mutant:
    found = [one for one in mutants("harness/sums/adding.py", SUMS.encode()) if (one.kind, one.before, one.after) == (kind, before, after)]
    assert len(found) == 1
    return found[0]


def tried_on(toy: tuple[Copy, Reach], mutant: Mutant, longest: float = 20.0) -> Trial:
    copy, reach = toy
    tests = {path: (copy.root / path).read_bytes() for path in reach.files}
    known = importers({"harness/sums/adding.py": SUMS.encode(), "harness/sums/__init__.py": b""}, tests)
    return tried(copy, mutant, reach, known, slow=False, longest=longest)


def test_what_each_test_calls_is_learnt_and_what_fails_already_is_not_asked(toy: tuple[Copy, Reach]) -> None:
    _, reach = toy
    file = reach.files["tests/unit/sums/test_sums.py"]
    assert file.calls == {
        "tests/unit/sums/test_sums.py::test_total": {"harness/sums/adding.py:6"},
        "tests/unit/sums/test_sums.py::test_unseen": {"harness/sums/adding.py:13"},
    }
    assert reach.failed() == ["tests/unit/sums/test_sums.py::test_broken"]


def test_a_mutant_is_noticed_and_undone(toy: tuple[Copy, Reach]) -> None:
    trial = tried_on(toy, of("slice", ":LIMIT", ":"))
    assert (trial.by, trial.timed_out, trial.test) == ("unit", False, "tests/unit/sums/test_sums.py::test_total")
    assert (toy[0].root / "harness/sums/adding.py").read_text() == SUMS


def test_a_mutant_that_no_test_asks_about_survives(toy: tuple[Copy, Reach]) -> None:
    trial = tried_on(toy, of("comparison", "a < b", "(a >= b)"))
    assert (trial.by, trial.tests) == ("", 2)


def test_an_endless_loop_is_noticed_by_its_time(toy: tuple[Copy, Reach]) -> None:
    trial = tried_on(toy, of("removed", "count += 1", "pass"), longest=0.5)
    assert (trial.by, trial.timed_out) == ("unit", True)


def test_a_change_outside_functions_is_asked_of_all_that_use_the_module(toy: tuple[Copy, Reach]) -> None:
    trial = tried_on(toy, of("number", "3", "2"))
    assert (trial.by, trial.tests) == ("unit", 2)


def test_a_module_that_no_longer_imports_is_noticed(toy: tuple[Copy, Reach]) -> None:
    whole = of("number", "3", "2")
    broken = Mutant(whole.path, whole.start, whole.end, "number", "3", "nowhere", whole.line, 0)
    assert tried_on(toy, broken).by == "unit"


def test_hidden_files_are_not_copied(toy: tuple[Copy, Reach]) -> None:
    assert not (toy[0].root / ".hidden").exists()


def test_what_was_learnt_is_kept_until_the_text_changes(toy: tuple[Copy, Reach], tmp_path: Path) -> None:
    copy, reach = toy
    first = learnt([copy], tmp_path)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert {path: file.calls for path, file in learnt([copy], tmp_path).files.items()} == {path: file.calls for path, file in first.files.items()}
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == times
    assert set(reach.files) == set(first.files)


def test_tests_that_call_the_function_come_first_then_the_rest_of_the_room() -> None:
    a, b, c = "tests/unit/sums/test_a.py", "tests/unit/sums/test_b.py", "tests/unit/far/test_c.py"
    calls = frozenset({"harness/sums/adding.py:6"})
    reach = Reach(
        {
            a: TestFile({f"{a}::1": 1.0, f"{a}::2": 1.0}, {f"{a}::1": calls, f"{a}::2": frozenset()}, frozenset()),
            b: TestFile({f"{b}::1": 5.0}, {f"{b}::1": frozenset()}, frozenset()),
            c: TestFile({f"{c}::1": 0.1, f"{c}::2": 0.1}, {f"{c}::1": frozenset(), f"{c}::2": frozenset()}, calls),
        }
    )
    inside = of("slice", ":LIMIT", ":")
    assert plan(inside, reach, {inside.path: frozenset({a})}) == [{a: [f"{a}::1"], c: [f"{c}::1", f"{c}::2"]}, {a: [f"{a}::2"], b: [f"{b}::1"]}]
    assert list(plan(inside, reach, {inside.path: frozenset({c})})[0]) == [c, a]
    elsewhere = Mutant("harness/far/off.py", 0, 1, "text", "", "", 1, 4)
    assert plan(elsewhere, reach, {}) == [{c: [f"{c}::1", f"{c}::2"]}]


def test_the_table_sums_by_room_and_names_survivors() -> None:
    one, other = of("slice", ":LIMIT", ":"), of("comparison", "a < b", "(a >= b)")
    trials = [
        Trial(one, "unit", False, "t", 1, 0.1),
        Trial(one, "unit", True, "", 1, 0.1),
        Trial(one, "wire", False, "t", 1, 0.1),
        Trial(other, "", False, "", 2, 0.1),
    ]
    rows = [row.split() for row in table(trials)]
    assert rows[1:] == [["harness/sums", "4", "2", "1", "1", "1"], ["all", "4", "2", "1", "1", "1"]]
    assert line(trials[3]).startswith("SURVIVED         harness/sums/adding.py:14  comparison  a < b  →  (a >= b)")
    assert line(trials[1]).startswith("unit, timed out")
    written = json.loads(as_json(trials, 7))
    assert (written["seed"], [row["by"] for row in written["mutants"]], written["mutants"][0]["line"]) == (7, ["unit", "unit", "wire", ""], one.line)
