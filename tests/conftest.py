"""What all tests share: property tests are judged by what they find, not by the clock of a busy machine; the fast loop draws few examples."""

from __future__ import annotations

import os

import pytest
from fast_loop import EXPRESSION, draw_few
from hypothesis import HealthCheck, settings

collect_ignore = ["end_to_end/places"]  # manifests that the end-to-end tests run themselves

settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")), suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("kill matrix")
    group.addoption("--defect", action="append", default=[], metavar="NAME", help="only this defect, with the checks that it breaks; may be repeated")
    group.addoption("--check", action="append", default=[], metavar="ID", help="only this check, with the defects that break it; may be repeated")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.markexpr == EXPRESSION:
        draw_few({getattr(item, "obj", None) for item in items})
