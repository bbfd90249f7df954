"""``pytest tests/kill --defect NAME`` and ``--check ID`` run only that defect or check, of the checks and of the foreign observation.

A plugin of pytest that the two test modules load; the options themselves are declared in ``tests/conftest.py``, where they are known in time.
"""

from __future__ import annotations

import pytest
from kill_world import Chosen, chosen

from harness.errors import UnknownNameError


def _asked(config: pytest.Config) -> Chosen:
    return chosen(config.getoption("defect"), config.getoption("check"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With something chosen, the mutants of tables and what is asked of all defects at once are left out."""
    try:
        asked = _asked(config)
    except UnknownNameError as error:
        raise pytest.UsageError(str(error)) from None
    if asked.all:
        return
    kept = {"test_kill_checks.py"} | ({"test_each_defect_is_seen_and_nothing_is_seen_without_it"} if config.getoption("defect") else set())
    left = [item for item in items if item.path.name not in kept and item.name not in kept]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


@pytest.fixture(scope="session")
def asked(pytestconfig: pytest.Config) -> Chosen:
    """What is to be run."""
    return _asked(pytestconfig)
