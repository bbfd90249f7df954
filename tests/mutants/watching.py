"""A pytest plugin for a run on a mutant: ``-p tests.mutants.watching``, plan in MUTANTS_PLAN.

The plan leaves out known tests by id (whatever is new runs) and orders the rest; a test that takes far longer than it did, or memory without
end, ends the process: an endless loop is a mutant that was noticed.
"""

from __future__ import annotations

import json
import os
import resource
import signal
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

_ADDRESS_SPACE = 8 << 30
"""Bytes; the product and its tests need less than a quarter."""
_PLAN: dict[str, Any] = json.loads(Path(os.environ["MUTANTS_PLAN"]).read_text())

resource.setrlimit(resource.RLIMIT_AS, (_ADDRESS_SPACE, resource.getrlimit(resource.RLIMIT_AS)[1]))
signal.signal(signal.SIGALRM, signal.SIG_DFL)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    left_out = set(_PLAN["leave_out"])
    items[:] = [item for item in items if item.nodeid not in left_out]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    signal.setitimer(signal.ITIMER_REAL, _PLAN["longest"] + 10 * _PLAN["seconds"].get(item.nodeid, 0.0))
    try:
        return (yield)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
