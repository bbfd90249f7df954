"""CI types the README's command, says each step as it happens, and keeps its result."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
CI = ROOT / ".ci"
SAID = """lint: install_deps> python -I -m pip install 'ruff>=0.5'
lint: commands[0]> ruff check .
All checks passed!
lint: commands[1]> ruff format --check .
lint: OK ✔ in 1.57 seconds
unit: install_package> python -I -m pip install dist.whl
unit: commands[0]> pytest tests/unit
1 failed
unit: exit 1 (0.01 seconds) /somewhere> pytest tests/unit pid=1272
  lint: OK (1.57=setup[1.57]+cmd[0.00] seconds)
  unit: FAIL code 1 (0.41=setup[0.40]+cmd[0.01] seconds)
  evaluation failed :( (2.18 seconds)
"""


@pytest.mark.skipif(not CI.is_dir(), reason="no checkout: hidden folders are not in a distribution")
def test_ci_types_the_command_of_the_readme() -> None:
    assert "pip install tox && tox" in (ROOT / "README.md").read_text("utf-8")
    script = (CI / "run").read_text("utf-8")
    assert "{ pip install --quiet tox && tox; } 2>&1 | .ci/steps" in script
    assert "set -euo pipefail" in script


@pytest.mark.skipif(not CI.is_dir(), reason="no checkout: hidden folders are not in a distribution")
def test_each_step_is_said_as_it_begins_and_with_its_result_as_it_ends() -> None:
    done = subprocess.run([str(CI / "steps")], input=SAID, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert [line for line in lines if line not in SAID.splitlines()] == [">>> lint begins", "<<< lint OK in 0 s", ">>> unit begins", "<<< unit FAILED in 0 s"]
    assert [line for line in lines if not line.startswith((">>>", "<<<"))] == SAID.splitlines()
    assert lines.index("<<< unit FAILED in 0 s") == lines.index(SAID.splitlines()[8]) + 1
