"""``pytest tests/kill --defect NAME`` and ``--check ID`` run only that defect or check, of the checks and of the foreign observation."""

from __future__ import annotations

import pytest
from kill_world import Chosen, chosen

from harness.errors import UnknownNameError


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("kill matrix")
    group.addoption("--defect", action="append", default=[], metavar="NAME", help="only this defect, with the checks that it breaks; may be repeated")
    group.addoption("--check", action="append", default=[], metavar="ID", help="only this check, with the defects that break it; may be repeated")


def _asked(config: pytest.Config) -> Chosen:
    # Where a folder above was named, the options came too late to be read: then everything is run.
    return chosen(config.getoption("defect", []), config.getoption("check", []))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With something chosen, the mutants of tables and what is asked of all defects at once are left out."""
    try:
        asked = _asked(config)
    except UnknownNameError as error:
        raise pytest.UsageError(str(error)) from None
    if asked.all:
        return
    kept = {"test_kill_checks.py"} | ({"test_each_defect_is_seen_and_nothing_is_seen_without_it"} if config.getoption("defect", []) else set())
    left = [item for item in items if item.path.name not in kept and item.name not in kept]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


@pytest.fixture(scope="session")
def asked(pytestconfig: pytest.Config) -> Chosen:
    """What is to be run."""
    return _asked(pytestconfig)
