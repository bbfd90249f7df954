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
OPTIONS = frozenset({"at", "severity", "clause", "expected", "actual", "remedy", "error_code", "profile"})
WORDING = "harness/validation/wording.py"
ROWS = {row.key: row for row in all_issue_rows(data_root())}


def words_of(key: str) -> set[str]:
    """The words that a row asks for."""
    row = ROWS[key]
    parts = (row.message, row.expected, row.clause, row.remedy)
    return {name for part in parts for _, name, _, _ in string.Formatter().parse(part) if name}


def keys_in(node: ast.AST) -> list[str]:
    return [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str) and "/" in one.value]


def remarked_words(call: ast.Call) -> set[str] | None:
    """The words of a ``Remark``; None where they are not written out."""
    words = next((one.value for one in call.keywords if one.arg == "words"), call.args[3] if len(call.args) > 3 else ast.Dict([], []))
    return {str(one.value) for one in words.keys if isinstance(one, ast.Constant)} if isinstance(words, ast.Dict) else None


def tellings(source: str) -> Iterator[tuple[int, list[str], set[str] | None]]:
    """(line, keys, words given) of every call that names a row in letters; None for words that only the run knows.

    A key may be picked from a table of the file. What is told later has its words by another name: a reader's remark, a flaw of a profile.
    """
    tree = ast.parse(source)
    tables = {node.targets[0].id: node.value for node in tree.body if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)}
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and node.args):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func.id if isinstance(node.func, ast.Name) else ""
        key = node.args[0]
        if isinstance(key, ast.Subscript) and isinstance(key.value, ast.Name):
            key = tables.get(key.value.id, key)
        if name in ("tell", "told", "_remark"):
            given = {one.arg for one in node.keywords if one.arg} - OPTIONS
            yield node.lineno, keys_in(key), None if any(one.arg is None for one in node.keywords) else given
        elif name == "Remark":
            yield node.lineno, keys_in(key), remarked_words(node)
        elif name in ("flaw", "ProfileFlaw"):
            yield node.lineno, keys_in(key), {"name", "where"}


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
    "planted",
    [
        'judging.tell("bundle/nowhere", at=path)',
        'judging.tell("hl7v2/missing", at=path)',
        'judging.tell("hl7v2/nowhere" if x else "hl7v2/held")',
        'ROWS = {"a": "hl7v2/nowhere"}\njudging.tell(ROWS[kind], at=path)',
        'told("national/birth-in-future", at=place)',
        'Remark("file/batch-count", place, "2", {"found": 3})',
        'Remark("file/nowhere", place)',
        'self._remark("format/xml-order", child, "after it", element=name)',
        'making.flaw("hl7v2/missing", where, said)',
    ],
)
def test_a_key_without_a_row_and_a_missing_word_are_found(planted: str) -> None:
    assert faults({"planted.py": planted}) != []


def test_every_row_is_told_somewhere() -> None:
    assert untold(sources()) == []


def test_a_row_that_nobody_tells_is_found() -> None:
    assert "bundle/link-twice" in untold({"planted.py": 'judging.tell("bundle/document-date", at=path)'})
    assert "bundle/document-date" not in untold({"planted.py": 'judging.tell("bundle/document-date", at=path)'})


def test_issues_are_made_in_one_place() -> None:
    assert built(sources()) == []


@pytest.mark.parametrize(
    "planted", ['Issue(Severity.ERROR, "fhir/bundle", "free words", Location(path))', "found.append(issue.Issue(severity, code, message))"]
)
def test_an_issue_of_free_words_is_found(planted: str) -> None:
    assert built({"planted.py": planted}) != []
    assert built({WORDING: planted}) == []
