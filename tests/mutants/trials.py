"""What becomes of one mutant: unit tests that reach it first, then the rest of its room's, then (asked for) the slower parts of ``tests/``."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .copies import Copy
from .reach import FAST, UNIT, Reach
from .sites import Mutant

SLOWER = (("golden", "tests/golden", "not slow"), ("unit-slow", UNIT, "slow"), ("wire", "tests/wire", ""), ("kill", "tests/kill", ""))
"""(what is said, folder, marker expression), in the order they are tried."""
_SLOWER_LIMIT = 1200.0
"""Seconds for one of the slower parts."""
LONGEST = 20.0
"""Seconds for one test that nothing is known of; others get that and ten times what they took."""


@dataclass(frozen=True, slots=True)
class Trial:
    """``by`` names the part that noticed the mutant; empty where it survived. ``test`` is the test that failed, where pytest said."""

    mutant: Mutant
    by: str
    timed_out: bool
    test: str
    tests: int
    seconds: float


def plan(mutant: Mutant, reach: Reach, importers: Mapping[str, frozenset[str]]) -> list[dict[str, list[str]]]:
    """Two rounds of test ids by file: those that call the function; then whatever else lies in the room's folder or imports the module.

    Outside functions a change may be seen by any test that calls a function of the module. Files that import it come first, then small ones.
    """
    key, prefix = f"{mutant.path}:{mutant.function_line}", f"{mutant.path}:"
    direct, folder = importers.get(mutant.path, frozenset()), _folder(mutant.path, reach)
    first: dict[str, list[str]] = {}
    second: dict[str, list[str]] = {}
    for path, file in reach.files.items():
        ids = [test for test, calls in file.calls.items() if _calls(calls, key, prefix)]
        if _calls(file.wider, key, prefix):
            ids = list(file.calls)
        rest = sorted(set(file.calls) - set(ids))
        if ids:
            first[path] = ids
        if rest and (path in direct or path.startswith(folder)):
            second[path] = rest

    def order(path: str) -> tuple[bool, bool, float]:
        return path not in direct, not path.startswith(folder), sum(reach.files[path].seconds.values())

    return [{path: chosen[path] for path in sorted(chosen, key=order)} for chosen in (first, second) if chosen]


def _calls(calls: frozenset[str], key: str, prefix: str) -> bool:
    return key in calls if not key.endswith(":0") else any(call.startswith(prefix) for call in calls)


def _folder(path: str, reach: Reach) -> str:
    """The deepest folder of unit tests that answers to a module's own."""
    parts = path.split("/")[1:-1]
    while parts and not any(file.startswith(f"{UNIT}/{'/'.join(parts)}/") for file in reach.files):
        parts.pop()
    return f"{UNIT}/{'/'.join(parts)}/" if parts else "\0"


def tried(copy: Copy, mutant: Mutant, reach: Reach, importers: Mapping[str, frozenset[str]], slow: bool, longest: float = LONGEST) -> Trial:
    """The mutant set into the copy and asked by one part after the other until one notices it; ``longest`` seconds for a test, see LONGEST."""
    started, count = time.monotonic(), 0
    with copy.with_mutant(mutant):
        for chosen in plan(mutant, reach, importers):
            count += sum(map(len, chosen.values()))
            noticed, timed_out, test = _round(copy, chosen, reach, longest)
            if noticed:
                return Trial(mutant, "unit", timed_out, test, count, time.monotonic() - started)
        for name, folder, marker in SLOWER if slow else ():
            noticed, timed_out, test = _run(copy, [folder], {"longest": _SLOWER_LIMIT}, _SLOWER_LIMIT, marker)
            if noticed:
                return Trial(mutant, name, timed_out, test, count, time.monotonic() - started)
    return Trial(mutant, "", False, "", count, time.monotonic() - started)


def _round(copy: Copy, chosen: Mapping[str, Sequence[str]], reach: Reach, longest: float) -> tuple[bool, bool, str]:
    files = [reach.files[path] for path in chosen]
    wanted = {test for tests in chosen.values() for test in tests}
    seconds = {test: taken for file in files for test, taken in file.seconds.items() if test in wanted}
    left_out = [test for file in files for test in (*file.seconds, *file.failed) if test not in wanted]
    return _run(copy, list(chosen), {"leave_out": left_out, "seconds": seconds, "longest": longest}, 120 + 5 * sum(seconds.values()), FAST)


def _run(copy: Copy, targets: Sequence[str], asked: Mapping[str, object], limit: float, marker: str) -> tuple[bool, bool, str]:
    """(noticed, by taking too long, the test) of one run of pytest on the spoilt copy; whatever it started ends with it."""
    file = copy.temporary / "plan.json"
    file.write_text(json.dumps({"leave_out": [], "seconds": {}, "longest": LONGEST, **asked}))
    command = [sys.executable, "-m", "pytest", *targets, "-x", "-q", "-p", "no:randomly", "-p", "no:xdist", "-p", "tests.mutants.watching", "-rfE", "--tb=no"]
    command += ["-m", marker] if marker else []
    environment = copy.environment(MUTANTS_PLAN=str(file))
    log = copy.temporary / "pytest.log"
    with log.open("w") as written:
        run = subprocess.Popen(command, cwd=copy.root, env=environment, stdout=written, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            code = run.wait(limit)
        except subprocess.TimeoutExpired:
            code = -signal.SIGALRM
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(run.pid, signal.SIGKILL)
            run.wait()
    if code in (0, 5):
        return False, False, ""
    return True, code == -signal.SIGALRM, _failed(log)


def _failed(log: Path) -> str:
    lines = log.read_text(errors="replace").splitlines()
    return next((line.split(" - ")[0].partition(" ")[2] for line in lines if line.startswith(("FAILED ", "ERROR "))), "")
