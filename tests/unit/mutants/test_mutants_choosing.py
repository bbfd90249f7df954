"""The draw: spread over rooms by their lines, the same for the same seed, kinds in turn."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from mutants.choosing import chosen, room, shares, sources
from mutants.imports import importers
from mutants.sites import differs

LINE = b"if a < 5 and b[1:] == 'x': f(a, c)\n"
TEXTS = {"harness/one/a.py": LINE * 30, "harness/one/b.py": LINE * 30, "harness/two/c.py": LINE * 20, "harness/top.py": LINE * 20}


def test_a_room_is_a_folder_or_a_module_of_the_top() -> None:
    assert {room(path) for path in TEXTS} == {"harness/one", "harness/two", "harness/top.py"}


@pytest.mark.parametrize("count", [0, 1, 2, 3, 10, 97])
def test_shares_make_up_the_count(count: int) -> None:
    found = shares({"a": 500, "b": 300, "c": 1}, count)
    assert sum(found.values()) == count
    assert all(abs(found[name] - count * lines / 801) < 1 for name, lines in (("a", 500), ("b", 300), ("c", 1)))


def test_each_room_has_its_share_of_different_places() -> None:
    found = chosen(TEXTS, 1, 20)
    assert Counter(room(one.path) for one in found) == {"harness/one": 12, "harness/two": 4, "harness/top.py": 4}
    assert len({(one.path, one.start, one.end) for one in found}) == 20
    assert all(differs(one, TEXTS[one.path]) for one in found)
    assert found == sorted(found)


def test_kinds_take_turns() -> None:
    kinds = Counter(one.kind for one in chosen({"harness/one/a.py": TEXTS["harness/one/a.py"]}, 3, 16))
    assert set(kinds) == {"boolean", "comparison", "condition", "number", "removed", "slice", "swapped", "text"}
    assert set(kinds.values()) == {2}


def test_a_seed_names_the_same_mutants_whatever_other_rooms_hold() -> None:
    assert chosen(TEXTS, 1, 20) == chosen(dict(reversed(TEXTS.items())), 1, 20)
    assert chosen(TEXTS, 1, 20) != chosen(TEXTS, 2, 20)
    other = {**TEXTS, "harness/two/c.py": b"x = 7\n" * 20}
    assert [one for one in chosen(other, 1, 20) if one.path.startswith("harness/one")] == [one for one in chosen(TEXTS, 1, 20) if "/one/" in one.path]


def test_sources_are_modules_by_path(tmp_path: Path) -> None:
    (tmp_path / "harness" / "one").mkdir(parents=True)
    for name in ("harness/one/a.py", "harness/b.py", "harness/one/notes.txt"):
        (tmp_path / name).write_text("x = 1\n")
    assert set(sources(tmp_path)) == {"harness/one/a.py", "harness/b.py"}
    assert set(sources(tmp_path, "harness/one")) == {"harness/one/a.py"}
    assert set(sources(tmp_path, "harness/b.py")) == {"harness/b.py"}
    with pytest.raises(ValueError, match="harness/nowhere"):
        sources(tmp_path, "harness/nowhere")


def test_importers_are_those_that_name_a_module_or_the_package_that_hands_it_on() -> None:
    texts = {
        "harness/__init__.py": b"",
        "harness/one/__init__.py": b"from .a import f\n",
        "harness/one/a.py": b"",
        "harness/one/b.py": b"import harness.one.a\n",
    }
    tests = {
        "tests/unit/test_a.py": b"from harness.one import f\n",
        "tests/unit/test_b.py": b"def test_late() -> None:\n    from harness.one import b\n",
        "tests/unit/test_c.py": b"import harness.one.a as x\n",
        "tests/unit/test_d.py": b"import json\n",
    }
    found = importers(texts, tests)
    assert found["harness/one/a.py"] == {"tests/unit/test_a.py", "tests/unit/test_b.py", "tests/unit/test_c.py"}
    assert found["harness/one/b.py"] == {"tests/unit/test_b.py"}
