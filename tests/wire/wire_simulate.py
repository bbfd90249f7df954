"""``harness simulate`` in a process of its own, as an integration engineer starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

COMMAND = (sys.executable, "-m", "harness.cli")
PATIENCE = 60


@contextmanager
def simulated(system: str, *options: str) -> Iterator[dict[str, Any]]:
    """Serve ``system`` and give what it says of itself: mllp, fhir, tokens … It is interrupted when the block ends and must then stop by itself."""
    process = subprocess.Popen([*COMMAND, "simulate", system, "--format", "json", *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        yield _said(process)
    finally:
        process.terminate()
        try:
            _, errors = process.communicate(timeout=PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert (process.returncode, "Traceback" in errors) == (0, False), errors


def _said(process: subprocess.Popen[str]) -> dict[str, Any]:
    """The JSON object it prints once it serves."""
    assert process.stdout is not None
    text = ""
    for line in process.stdout:
        text += line
        if line.rstrip() == "}":
            said: dict[str, Any] = json.loads(text)
            return said
    raise AssertionError(f"it ended before it served: {process.communicate()[1]}")
