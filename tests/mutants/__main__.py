"""``python -m tests.mutants --seed N --count N [--room harness/case] [--slow] [--jobs N] [--out FILE] [--list]``.

Exit code 0: every mutant was noticed; 1: some survived; 2: nothing could be tried.
"""

from __future__ import annotations

import argparse
import queue
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from .choosing import PRODUCT, chosen, sources
from .copies import ROOT, Copy, copied
from .imports import importers
from .reach import UNIT, learnt
from .sites import Mutant
from .table import as_json, line, table
from .trials import Trial, tried


def main() -> int:
    options = argparse.ArgumentParser(prog="tests.mutants", description="small seeded changes of the product, and which tests notice them")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--count", type=int, default=100)
    options.add_argument("--room", default=PRODUCT, help="a folder or module of the product, such as harness/case; all of it without")
    options.add_argument("--slow", action="store_true", help="ask golden, slow unit, wire and kill tests too of what unit tests let live")
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("--out", type=Path, default=None, help="the same as JSON")
    options.add_argument("--list", action="store_true", help="name the mutants and try none")
    asked = options.parse_args()
    try:
        mutants = chosen(sources(ROOT, asked.room.rstrip("/")), asked.seed, asked.count)
    except ValueError as error:
        options.error(str(error))
    if asked.list:
        for mutant in mutants:
            print(f"{mutant.path}:{mutant.line}  {mutant.kind}  {mutant.before!r}  →  {mutant.after!r}")
        return 0
    trials = _tried(mutants, max(asked.jobs, 1), asked.slow)
    print("\n".join(("", *table(trials))))
    survivors = [one for one in trials if not one.by]
    for one in survivors:
        print(line(one))
    if asked.out:
        asked.out.write_text(as_json(trials, asked.seed))
    return int(bool(survivors))


def _tried(mutants: Sequence[Mutant], jobs: int, slow: bool) -> list[Trial]:
    """Every mutant's trial in the order given, each said as it ends."""
    folder = Path(tempfile.mkdtemp(prefix="mutants-"))
    started = time.monotonic()
    try:
        copies = [copied(folder / str(number)) for number in range(jobs)]
        reach = learnt(copies)
        tests = {path: (ROOT / path).read_bytes() for path in reach.files}
        known = importers(sources(ROOT), tests)
        print(f"{sum(len(one.seconds) for one in reach.files.values())} tests of {UNIT} traced in {time.monotonic() - started:.0f} s", flush=True)
        for test in reach.failed():
            print(f"fails on the unchanged tree, so it is not asked: {test}")
        idle: queue.Queue[Copy] = queue.Queue()
        for copy in copies:
            idle.put(copy)

        def trial(mutant: Mutant) -> Trial:
            copy = idle.get()
            try:
                return tried(copy, mutant, reach, known, slow)
            finally:
                idle.put(copy)

        with ThreadPoolExecutor(jobs) as pool:
            waiting = {pool.submit(trial, mutant): mutant for mutant in mutants}
            for done in as_completed(waiting):
                print(line(done.result()), flush=True)
            return [done.result() for done in waiting]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
