"""A pytest plugin that writes down which functions of the product each test calls: ``-p tests.mutants.tracing``, file in MUTANTS_TRACE.

Calls made by a fixture of more than one test count for every test of its file. What happens while modules are imported belongs to no test.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from collections.abc import Generator
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import pytest

_ROOT = str(Path(__file__).resolve().parents[2]) + "/"
_PRODUCT = _ROOT + "harness/"
_SEEN: dict[int, CodeType] = {}
_TESTS: list[dict[str, Any]] = []
_WIDER: dict[str, set[str]] = {}
_FAILED: set[str] = set()


def _called(frame: FrameType, event: str, argument: object) -> None:
    code = frame.f_code
    _SEEN[id(code)] = code


def _functions() -> set[str]:
    return {f"{code.co_filename.removeprefix(_ROOT)}:{code.co_firstlineno}" for code in list(_SEEN.values()) if code.co_filename.startswith(_PRODUCT)}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    _SEEN.clear()
    started = time.perf_counter()
    threading.settrace(_called)
    sys.settrace(_called)
    try:
        return (yield)
    finally:
        sys.settrace(None)
        threading.settrace(None)
        _TESTS.append({"id": item.nodeid, "seconds": round(time.perf_counter() - started, 3), "calls": sorted(_functions())})


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Generator[None, object, object]:
    if fixturedef.scope == "function":
        return (yield)
    before = dict(_SEEN)
    _SEEN.clear()
    try:
        return (yield)
    finally:
        _WIDER.setdefault(request.node.nodeid.partition("::")[0], set()).update(_functions())
        _SEEN.update(before)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.failed:
        _FAILED.add(report.nodeid)


def pytest_sessionfinish() -> None:
    kept = [one for one in _TESTS if one["id"] not in _FAILED]
    written = {"tests": kept, "wider": {path: sorted(calls) for path, calls in _WIDER.items()}, "failed": sorted(_FAILED)}
    Path(os.environ["MUTANTS_TRACE"]).write_text(json.dumps(written))
