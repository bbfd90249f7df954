"""The twin shares no code with the product: that is what it is for."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

WIRE = Path(__file__).resolve().parents[1] / "wire"
MODULES = sorted(WIRE.glob("twin*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_no_module_of_the_twin_names_the_product(module: Path) -> None:
    for node in ast.walk(ast.parse(module.read_text())):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        assert not [name for name in names if name.partition(".")[0] == "harness"], f"{module.name}:{getattr(node, 'lineno', 0)}"
        called = node.func if isinstance(node, ast.Call) else None
        assert getattr(called, "id", getattr(called, "attr", "")) not in ("import_module", "__import__"), module.name


def test_the_twin_runs_without_the_product() -> None:
    """Whatever it imports, and they import in their turn, loads nothing of harness; nor would it find it."""
    code = (
        "import sys\n"
        f"sys.path.insert(0, {str(WIRE)!r})\n"
        "class Refuse:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.partition('.')[0] == 'harness': raise ImportError(name)\n"
        "sys.meta_path.insert(0, Refuse())\n"
        "import twin\n"
        "with twin.Twin(application='T', facility='X9T', partner_wards={}, own_wards={}).serving(): pass\n"
        "print(sorted(name for name in sys.modules if name.partition('.')[0] == 'harness'))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
