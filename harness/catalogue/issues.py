"""The rows that issues are said in: ``profiles/issues``, a file for each room that judges."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from harness.catalogue.load import data_root, load_yaml
from harness.errors import UnknownNameError
from harness.model.issue import Severity
from harness.model.issue_row import IssueRow


@cache
def issue_row(key: str) -> IssueRow:
    """The row called ``file/row``; only that file is read. Raises UnknownNameError.

    Keys stand in code and profiles, never in what is received: what is kept has an end.
    """
    name = key.partition("/")[0]
    root = data_root()
    rows = issue_rows(root, name) if name in issue_files(root) else {}
    if key not in rows:
        raise UnknownNameError("issue", key, rows or issue_files(root))
    return rows[key]


@lru_cache(maxsize=32)
def issue_rows(root: Path, name: str) -> Mapping[str, IssueRow]:
    """The rows of one file by key. Raises CatalogueError."""
    found: Mapping[str, Mapping[str, Any]] = load_yaml(_folder(root) / f"{name}.yaml", "issues", root=root)["issues"]
    return {f"{name}/{row}": _row(f"{name}/{row}", words) for row, words in found.items()}


def issue_files(root: Path) -> tuple[str, ...]:
    """The names of the files, sorted."""
    return tuple(sorted(path.stem for path in _folder(root).glob("*.yaml")))


def all_issue_rows(root: Path) -> list[IssueRow]:
    """Every row of every file, by key."""
    return [row for name in issue_files(root) for _, row in sorted(issue_rows(root, name).items())]


def _folder(root: Path) -> Path:
    return root / "profiles" / "issues"


def _row(key: str, words: Mapping[str, Any]) -> IssueRow:
    severities = {name: Severity(words[name]) for name in ("severity", "eased") if name in words}
    return IssueRow(key, **{**words, **severities})
