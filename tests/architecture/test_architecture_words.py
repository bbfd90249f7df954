"""One word, one class: a name means one thing in the whole product, so that nobody has to ask which is meant; and file names say what they hold."""

from __future__ import annotations

from pathlib import Path

from source_tree import public_classes, stems

ROOT = Path(__file__).resolve().parents[2]
MOST = 3
"""How many files may bear one name. Suites, rules and defects about one subject rightly share its name; more than three say that it says nothing."""


def doubled(root: Path, package: str) -> dict[str, list[str]]:
    """Public classes that more than one module defines. That one is the protocol and the other what fulfils it is no excuse."""
    return {name: modules for name, modules in sorted(public_classes(root, package).items()) if len(modules) > 1}


def worn(root: Path, package: str) -> dict[str, list[str]]:
    """File names that more than ``MOST`` modules bear."""
    return {stem: modules for stem, modules in sorted(stems(root, package).items()) if len(modules) > MOST}


def told(found: dict[str, list[str]]) -> str:
    """One line a name."""
    return "\n".join(f"{name}: {', '.join(modules)}" for name, modules in found.items())


def test_no_public_class_name_stands_twice() -> None:
    found = doubled(ROOT, "harness")
    assert not found, f"call all but one of each by what it is:\n{told(found)}"


def test_no_file_name_stands_more_than_three_times() -> None:
    found = worn(ROOT, "harness")
    assert not found, f"call the files by what they hold:\n{told(found)}"


def test_planted_words_are_found(tmp_path: Path) -> None:
    for room in ("one", "two", "three", "four"):
        (tmp_path / "house" / room).mkdir(parents=True)
        (tmp_path / "house" / room / "__init__.py").write_text("")
        (tmp_path / "house" / room / "codes.py").write_text(f"class Own{room.title()}:\n    class Inner: ...\n\n\nclass _Step: ...\n")
    for room in ("one", "two", "three"):
        (tmp_path / "house" / room / "people.py").write_text("")
    (tmp_path / "house" / "one" / "moves.py").write_text("from typing import Protocol\n\n\nclass Step(Protocol): ...\n")
    (tmp_path / "house" / "two" / "walks.py").write_text("class Step: ...\n")
    assert doubled(tmp_path, "house") == {"Step": ["house.one.moves", "house.two.walks"]}
    assert worn(tmp_path, "house") == {"codes": ["house.four.codes", "house.one.codes", "house.three.codes", "house.two.codes"]}
