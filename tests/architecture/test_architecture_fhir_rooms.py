"""Rooms of the FHIR judge import what their docstrings say they may, and rules are found in whichever room they stand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BASE = "harness.validation.fhir"
HOME = ROOT / "harness" / "validation" / "fhir"
# What every rule is handed, for all rooms to import.
HANDED = {"content", "element_rules", "judging"}
# Room: other rooms (or one file of one) that it may import, those for type checking alone left aside.
MAY: dict[str, set[str]] = {
    "bundle": {"references"},
    "compatibility": {"data", "slicing"},
    "data": set(),
    "definitions": set(),
    "fastpath": {"data", "invariants", "slicing", "walk"},
    "invariants": {"narrative.xhtml"},
    "narrative": set(),
    "national": set(),
    "opinion": {"narrative.xhtml"},
    "questionnaire": set(),
    "references": {"narrative.xhtml"},
    "slicing": {"data"},
    "walk": {"data", "invariants", "references", "slicing"},
}


def imported(tree: ast.AST) -> Iterator[str]:
    """Modules below the FHIR judge that a file imports, early or late, by their name there."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(BASE):
            for one in node.names:
                whole = f"{node.module}.{one.name}"
                is_module = (ROOT / (whole.replace(".", "/") + ".py")).is_file()
                yield (whole if is_module else str(node.module)).removeprefix(BASE).removeprefix(".")
        elif isinstance(node, ast.Import):
            yield from (one.name.removeprefix(f"{BASE}.") for one in node.names if one.name.startswith(f"{BASE}."))
        yield from imported(node)


def strangers(room: str, source: str) -> list[str]:
    """What a file of a room imports and may not."""
    allowed = HANDED | {room} | MAY[room]
    return [name for name in imported(ast.parse(source)) if name not in allowed and name.partition(".")[0] not in allowed]


@pytest.mark.parametrize("room", sorted(path.parent.name for path in HOME.glob("*/__init__.py")))
def test_a_room_imports_only_what_it_may(room: str) -> None:
    assert room in MAY, "say here, and in its docstring, what the room may import"
    assert {path.name: found for path in sorted((HOME / room).glob("*.py")) if (found := strangers(room, path.read_text("utf-8")))} == {}


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (f"from {BASE}.walk.members import judge_value", ["walk.members"]),
        (f"def late():\n    from {BASE}.walk import members", ["walk.members"]),
        (f"import {BASE}.engine", ["engine"]),
        (f"from {BASE}.narrative.narrative_rules import narrative", ["narrative.narrative_rules"]),
        (f"from {BASE}.narrative.xhtml import examine", []),
        (f"from {BASE}.judging import FhirJudging", []),
        (f"if TYPE_CHECKING:\n    from {BASE}.engine import Engine", []),
    ],
)
def test_a_planted_import_is_seen(line: str, found: list[str]) -> None:
    assert strangers("references", line) == found


def test_rules_are_found_in_every_room() -> None:
    from harness.validation.fhir.judging import RULES

    written = {
        f"{path.relative_to(ROOT).with_suffix('')}".replace("/", ".") for path in HOME.rglob("*.py") if path.parent != HOME and "\n@rule(" in path.read_text()
    }
    assert {entry.function.__module__ for _, entry in RULES.items()} == written
    assert len({name.split(".")[3] for name in written}) > 5
