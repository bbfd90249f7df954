"""CONTRIBUTING.md says what is so: the files it walks through exist, and every worked example works, and fails, as it says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
_BLOCK = re.compile(r"^```(\w+) ?([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMAND = re.compile(r"(?P<typed>.*?)(?:\s+# (?P<code>\d) (?P<said>.+))?")


@dataclass(frozen=True, slots=True)
class Example:
    """One worked example: (file, key under which it is put, text) in order, and (command, exit code, what is said) in order.

    The key is None for a new file, and empty for what is put at the end of one.
    """

    title: str
    files: tuple[tuple[str, str | None, str], ...]
    commands: tuple[tuple[str, int, str], ...]


def examples(page: str) -> list[Example]:
    """Every section that gives files: ``yaml PATH`` behind the fence is a file, ``yaml PATH + KEY`` what is put at the end of a key's block of one."""
    found = []
    for section in re.split(r"^## ", page, flags=re.MULTILINE)[1:]:
        files, commands = [], []
        for kind, name, text in _BLOCK.findall(section):
            if kind == "sh":
                for line in text.splitlines():
                    match = _COMMAND.fullmatch(line)
                    assert match, line
                    commands.append((match["typed"], int(match["code"] or 0), match["said"] or ""))
            else:
                path, plus, key = name.partition(" +")
                files.append((path, key.strip() if plus else None, text))
        if files:
            found.append(Example(section.partition("\n")[0], tuple(files), tuple(commands)))
    return found


def laid_over(example: Example, tree: Path) -> None:
    """The example's files in a copy of the tree, which must not have them yet."""
    for name, key, text in example.files:
        path = tree / name
        assert path.is_file() == (key is not None), f"{name} is {'there' if key is None else 'not there'}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if key is None else put(path.read_text("utf-8"), key, text), "utf-8")


def put(whole: str, key: str, text: str) -> str:
    """``text`` at the end of the block of a key that begins a line; at the end of the file without one."""
    block = re.search(rf"^{key}:\n(?:[ #].*\n)*", whole, re.MULTILINE) if key else None
    assert block or not key, f"there is no {key}"
    end = block.end() if block else len(whole)
    return whole[:end] + text + whole[end:]


def typed(example: Example, tree: Path, bin: Path) -> list[str]:
    """What came otherwise than the page says, command by command."""
    bin.mkdir()
    (bin / "harness").write_text(f'#!/bin/sh\nexec {sys.executable} -m harness.cli "$@"\n')
    (bin / "harness").chmod(0o755)
    environment = {**os.environ, "PYTHONPATH": str(tree), "PATH": f"{bin}{os.pathsep}{os.environ['PATH']}", "NO_COLOR": "1", "COLUMNS": "200"}
    wrong = []
    for command, code, said in example.commands:
        done = subprocess.run(["sh", "-c", command], cwd=tree, env=environment, capture_output=True, text=True, timeout=120, check=False)
        if done.returncode != code or said not in done.stdout + done.stderr:
            wrong.append(f"{command}\n  exit {done.returncode}, not {code}, or without {said!r}:\n{done.stdout}{done.stderr}")
    return wrong


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("harness", "profiles", "fixtures", "tests/unit/suites"):
        shutil.copytree(ROOT / name, tmp_path / "tree" / name, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path / "tree"


def test_every_thing_that_can_be_added_has_its_example() -> None:
    assert [one.title for one in examples(PAGE)] == [f"Add a {thing}" for thing in ("check", "simulated system", "dialect", "report", "defect", "flow")]
    for example in examples(PAGE):
        codes = [code for _, code, said in example.commands if said]
        assert 0 in codes, f"{example.title}: nothing works"
        assert {1, 2} & set(codes), f"{example.title}: nothing fails as it should"


@pytest.mark.parametrize("example", examples(PAGE), ids=lambda one: one.title)
def test_a_worked_example_works_and_fails_as_it_says(example: Example, tree: Path, tmp_path: Path) -> None:
    laid_over(example, tree)
    assert typed(example, tree, tmp_path / "bin") == []


def test_an_example_that_lies_is_found(tree: Path, tmp_path: Path) -> None:
    planted = Example("planted", (), (("harness list reports", 0, "console"), ("harness list reports", 0, "no such"), ("harness list reports", 1, "console")))
    assert len(typed(planted, tree, tmp_path / "bin")) == 2


def test_a_flow_takes_as_many_files_as_the_page_counts() -> None:
    flow = next(one for one in examples(PAGE) if one.title == "Add a flow")
    product = [(name, key) for name, key, _ in flow.files if name.startswith(("harness/", "profiles/"))]
    assert sum(key is None for _, key in product) == 7
    rows = [("profiles/vocabulary.yaml", "families"), ("profiles/vocabulary.yaml", "roles"), ("profiles/systems/defects.yaml", "")]
    assert [(name, key) for name, key in product if key is not None] == rows


def test_every_file_of_the_walk_exists() -> None:
    named = re.findall(r"`((?:harness|profiles|fixtures|tests)/[\w./-]*)`", re.sub(_BLOCK, "", PAGE))
    assert len(named) > 30
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_examples_are_in_the_style_of_the_house(tree: Path) -> None:
    """Python of the page passes the linter and is laid out as its formatter would."""
    for example in examples(PAGE):
        laid_over(example, tree)
        shutil.copy(ROOT / "pyproject.toml", tree)
        modules = [name for name, _, _ in example.files if name.endswith(".py")]
        for command in (["ruff", "check", *modules], ["ruff", "format", "--check", *modules]) if modules else ():
            done = subprocess.run(command, cwd=tree, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout + done.stderr
        for name, _, _ in example.files:
            (tree / name).unlink() if not (ROOT / name).exists() else shutil.copy(ROOT / name, tree / name)
