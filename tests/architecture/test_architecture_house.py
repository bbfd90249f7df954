"""Rules of the house that a machine can hold: layout, rooms, sizes, imports at start, words, schemas."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "harness").rglob("*.py"))
TOP = {"harness", "profiles", "fixtures", "tests", "docker", "tox.ini", "pyproject.toml", "README.md", "CONTRIBUTING.md", "LICENSE", "CHANGELOG.md"}
LIMIT = 400


def tracked() -> list[str]:
    done = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("not a git checkout")
    return done.stdout.splitlines()


def test_the_top_level_is_the_agreed_one() -> None:
    names = {path.partition("/")[0] for path in tracked()}
    assert {name for name in names if not name.startswith(".")} <= TOP


@pytest.mark.parametrize("package", sorted({path.parent for path in MODULES}), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_room_says_why_it_exists(package: Path) -> None:
    assert (package / "__init__.py").is_file()
    assert ast.get_docstring(ast.parse((package / "__init__.py").read_text())), package


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_has_a_docstring_and_is_small(module: Path) -> None:
    text = module.read_text()
    assert ast.get_docstring(ast.parse(text)), "no docstring"
    assert text.count("\n") <= LIMIT


def test_nothing_heavy_is_imported_at_the_start() -> None:
    heavy = {"msgspec", "yaml", "requests", "starlette", "uvicorn", "jinja2", "rich.table", "lxml", "sqlite3", "asyncio", "fhir.resources", "hl7apy"}
    for statement in ("import harness", "import harness.cli.main", "import harness.pytest_plugin"):
        code = f"import sys; before = set(sys.modules); {statement}; print(sorted({heavy!r} & (set(sys.modules) - before)))"
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
        known_by_pytest = {"asyncio"} if "pytest" in statement else set()
        assert set(ast.literal_eval(done.stdout)) <= known_by_pytest, statement


def test_the_product_runs_checks_and_not_tests() -> None:
    """``test`` is a word for tests/ alone: no module, function or class of the product has it in its name."""
    for module in MODULES:
        assert "test" not in module.stem.replace("pytest", ""), module
        for node in ast.walk(ast.parse(module.read_text())):
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                assert not re.match(r"_?test(_|$)|Test[A-Z]", node.name), (module, node.name)


def test_every_data_file_is_read_under_a_schema() -> None:
    """Reading everything checks everything: the catalogue refuses unknown keys and dangling ids."""
    from harness.catalogue import catalogue

    shipped = catalogue()
    assert shipped.items
    assert shipped.groups
    assert shipped.clauses
    assert shipped.flows
    assert shipped.systems
    assert shipped.defects
    assert shipped.places
    assert shipped.people
    assert shipped.levels
    assert all(shipped.table(key).rows for key in shipped.keys())  # noqa: SIM118 - a method of the catalogue
    for profile in (ROOT / "profiles" / "hl7v2").glob("*.yaml"):
        assert shipped.profile(profile.stem)


def test_trust_names_stand_in_the_register_alone() -> None:
    from harness.catalogue import catalogue

    names = [exemplar["name"] for exemplar in catalogue().register()["exemplars"]]
    register = ROOT / "profiles" / "places" / "register.yaml"
    for path in tracked():
        file = ROOT / path
        if file == register or not file.is_file() or file.suffix not in {".py", ".yaml", ".json", ".md", ".j2", ".toml", ".ini"}:
            continue
        text = file.read_text(encoding="utf-8", errors="replace")
        assert not [name for name in names if name in text], path
