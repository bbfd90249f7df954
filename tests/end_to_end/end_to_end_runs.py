"""Runs that several tests look at: each is made once, by the product itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from end_to_end_kit import Ran, run


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the runs of this session."""
    return tmp_path_factory.mktemp("runs")


@pytest.fixture(scope="session")
def demonstration(runs: Path) -> Ran:
    """``harness run`` as a newcomer types it, on four workers."""
    return run(runs / "demonstration", "--jobs", 4)


@pytest.fixture(scope="session")
def one_worker(runs: Path) -> Ran:
    """The same on one worker."""
    return run(runs / "one-worker", "--jobs", 1)
