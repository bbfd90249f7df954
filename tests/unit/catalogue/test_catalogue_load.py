"""Strict YAML: text stays text, keys once, schema faults located."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.catalogue.load import load_yaml, parse_yaml
from harness.errors import CatalogueError


def test_only_true_and_false_are_booleans_and_dates_stay_text() -> None:
    data = parse_yaml("a: yes\nb: no\nc: on\nd: 2026-01-05\ne: true\nf: 012\ng: 12:30\nh: 1e3\ni: 7\nj: 0x10\nk: 1_000\nl: ~\nm: 1.5\n", "x")
    assert data == {
        "a": "yes",
        "b": "no",
        "c": "on",
        "d": "2026-01-05",
        "e": True,
        "f": "012",
        "g": "12:30",
        "h": "1e3",
        "i": 7,
        "j": "0x10",
        "k": "1_000",
        "l": None,
        "m": 1.5,
    }


def test_a_key_that_stands_twice_is_refused_with_its_line() -> None:
    with pytest.raises(CatalogueError, match=r"people\.yaml:3: the key 'a' stands twice"):
        parse_yaml("a: 1\nb:\na: 2\n", "people.yaml")
    with pytest.raises(CatalogueError, match=r"x:3"):
        parse_yaml("top:\n  a: 1\n  a: 2\n", "x")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: &x {b: [1]}\nc: *x\n", "alias"),
        ("a: [1, 2\n", "not readable"),
        ("? [1, 2]\n: x\n", "a key that is not text"),
        ("a: !!python/object:os.system x\n", "not readable"),
        ("<<: {a: 1}\na: &b [*b]\n", "recursive"),
        ("- " * 400_000, "x:1: nested too deeply"),
        ("a:\n  b: " + "[" * 400_000, "x:2: nested too deeply"),
        ("{a: " * 400_000, "x:1: nested too deeply"),
    ],
)
def test_what_yaml_could_smuggle_in_is_refused(text: str, fault: str) -> None:
    with pytest.raises(CatalogueError, match=fault):
        parse_yaml(text, "x")


def _groups(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_an_unknown_key_is_located_by_line_and_pointer(tmp_path: Path) -> None:
    path = _groups(tmp_path / "g.yaml", "groups:\n  - {name: person, key: [], repeats: false}\n  - {name: name, key: [], repeats: true, colour: red}\n")
    with pytest.raises(CatalogueError) as caught:
        load_yaml(path, "groups")
    assert caught.value.where == f"{path}:3#/groups/1"
    assert "colour" in str(caught.value)


def test_a_wrong_type_is_located(tmp_path: Path) -> None:
    path = _groups(tmp_path / "g.yaml", "groups:\n  - name: person\n    key: []\n    repeats: yes\n")
    with pytest.raises(CatalogueError) as caught:
        load_yaml(path, "groups")
    assert caught.value.where == f"{path}:4#/groups/0/repeats"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="cannot be read"):
        load_yaml(tmp_path / "absent.yaml", "groups")
    with pytest.raises(CatalogueError, match=r"l\.yaml:2: not UTF-8"):
        load_yaml(_groups(tmp_path / "l.yaml", b"groups: []\n# \xff\n"), "groups")
    with pytest.raises(CatalogueError, match="no schema for 'nothing'"):
        load_yaml(_groups(tmp_path / "g.yaml", "a: 1\n"), "nothing")
