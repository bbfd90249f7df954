"""Every issue is said by a row of ``profiles/issues``, every row is said somewhere, and each is given just the words it asks for."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from harness.catalogue.issues import all_issue_rows
from harness.catalogue.load import data_root

ROOT = Path(__file__).resolve().parents[2]
OPTIONS = frozenset({"at", "severity", "clause", "expected", "actual", "remedy", "profile", "words"})
WORDING = "harness/validation/wording.py"
ROWS = {row.key: row for row in all_issue_rows(data_root())}


def words_of(key: str) -> set[str]:
    """The words that a row asks for."""
    row = ROWS[key]
    parts = (row.message, row.expected, row.clause, row.remedy)
    return {name for part in parts for _, name, _, _ in string.Formatter().parse(part) if name}


def tellings(source: str) -> Iterator[tuple[int, list[str], set[str] | None]]:
    """(line, keys, words given) of every call of ``tell`` or ``worded`` whose keys are written out; None for words that only the run knows."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "tell" and node.args:
            keys = [one.value for one in ast.walk(node.args[0]) if isinstance(one, ast.Constant) and isinstance(one.value, str) and "/" in one.value]
            given = {one.arg for one in node.keywords if one.arg} - OPTIONS
            yield node.lineno, keys, None if any(one.arg is None for one in node.keywords) else given


def faults(sources: Mapping[str, str]) -> list[str]:
    """What is wrong with the calls of these files."""
    found = []
    for name, source in sources.items():
        for line, keys, given in tellings(source):
            for key in keys:
                if key not in ROWS:
                    found.append(f"{name}:{line}: there is no row {key}")
                elif given is not None and not words_of(key) <= given:
                    found.append(f"{name}:{line}: {key} asks for {sorted(words_of(key) - given)} too")
    return found


def untold(sources: Mapping[str, str]) -> list[str]:
    """Rows that these files name nowhere. A key may be told where it is found, or be handed on as what was found (by a primitive type, by a narrative)."""
    named = {
        node.value for source in sources.values() for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return sorted(ROWS.keys() - named)


def built(sources: Mapping[str, str]) -> list[str]:
    """Where an ``Issue`` is made by other hands than those that word rows."""
    return [
        f"{name}:{node.lineno}"
        for name, source in sources.items()
        for node in ast.walk(ast.parse(source))
        if name != WORDING and isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "Issue"
    ]


def sources() -> dict[str, str]:
    return {str(path.relative_to(ROOT)): path.read_text() for path in sorted((ROOT / "harness").rglob("*.py"))}


def test_every_key_has_a_row_and_its_words() -> None:
    assert faults(sources()) == []


@pytest.mark.parametrize(
    "planted", ['judging.tell("bundle/nowhere", at=path)', 'judging.tell("hl7v2/missing", at=path)', 'judging.tell("hl7v2/nowhere" if x else "hl7v2/held")']
)
def test_a_key_without_a_row_and_a_missing_word_are_found(planted: str) -> None:
    assert faults({"planted.py": planted}) != []


def test_every_row_is_told_somewhere() -> None:
    assert [key for key in untold(sources()) if not key.startswith("hl7v2/")] == []


def test_a_row_that_nobody_tells_is_found() -> None:
    assert "bundle/link-twice" in untold({"planted.py": 'judging.tell("bundle/document-date", at=path)'})
    assert "bundle/document-date" not in untold({"planted.py": 'judging.tell("bundle/document-date", at=path)'})


def test_issues_are_made_in_one_place() -> None:
    assert built({name: source for name, source in sources().items() if name.startswith("harness/validation/fhir/")}) == []


@pytest.mark.parametrize(
    "planted", ['Issue(Severity.ERROR, "fhir/bundle", "free words", Location(path))', "found.append(issue.Issue(severity, code, message))"]
)
def test_an_issue_of_free_words_is_found(planted: str) -> None:
    assert built({"planted.py": planted}) != []
    assert built({WORDING: planted}) == []
