"""Runs the groups of a plan on an executor, and tells listeners what the journals gained meanwhile."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait

from harness.errors import HarnessError, SetUpError
from harness.runner.group import Task, run_group
from harness.runner.journal import CaseFindings, Tail
from harness.runner.run_events import CaseFinished, GroupFinished, Listener

POLL_SECONDS = 0.05  # between looks at the journals: progress looks steady to the eye, and a look costs next to nothing


def execute(tasks: Sequence[Task], tell: Listener, *, jobs: int | None = None, executor: Executor | None = None) -> list[CaseFindings]:
    """All entries of all tasks. With ``executor`` None: in this process for one job, else in a pool of processes.

    Raises the first HarnessError of a group once the groups already running have ended; what they journalled stays.
    """
    count = min(len(tasks), jobs or os.cpu_count() or 1)
    if executor is not None:
        return _spread(tasks, tell, executor)
    if count <= 1:
        return _serial(tasks, tell)
    with ProcessPoolExecutor(count, mp_context=_context(), initializer=_end_with_parent) as pool:
        return _spread(tasks, tell, pool)


def _serial(tasks: Sequence[Task], tell: Listener) -> list[CaseFindings]:
    entries: list[CaseFindings] = []
    for task in tasks:
        entries += run_group(task, _teller(tell))
        tell(GroupFinished(task.group.id))
    return entries


def _teller(tell: Listener) -> Callable[[CaseFindings], None]:
    return lambda entry: tell(CaseFinished(entry.spec.id, entry.outcome))


def _spread(tasks: Sequence[Task], tell: Listener, executor: Executor) -> list[CaseFindings]:
    tails = [Tail(task.journal) for task in tasks]
    for tail in tails:
        list(tail)  # what an interrupted run left was told when the run started
    # The longest group decides when the run ends, so it starts first.
    longest_first = sorted(tasks, key=lambda task: -len(task.group.cases))
    futures: dict[Future[list[CaseFindings]], Task] = {executor.submit(run_group, task): task for task in longest_first}
    pending, failure = set(futures), None
    while pending:
        done, pending = wait(pending, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED)
        for tail in tails:
            for entry in tail:
                tell(CaseFinished(entry.spec.id, entry.outcome))
        for future in done:
            failure = failure or _failure(future, futures[future])
            if failure:
                pending = {other for other in pending if not other.cancel()}
            tell(GroupFinished(futures[future].group.id))
    if failure:
        raise failure
    return [entry for future in futures for entry in future.result()]


def _failure(future: Future[list[CaseFindings]], task: Task) -> HarnessError | None:
    error = future.exception()
    if error is None or isinstance(error, HarnessError):
        return error
    return SetUpError(
        f"the worker ended: {type(error).__name__}: {error}", where=f"group {task.group.id}", expected="a worker that lives", do=f"--resume {task.directory}"
    )


def _context() -> multiprocessing.context.BaseContext:
    """fork where it exists and no thread could be caught in the middle of something, else spawn."""
    forkable = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    return multiprocessing.get_context("fork" if forkable else "spawn")


def _end_with_parent() -> None:
    """A worker whose run was killed must not go on writing the journal that --resume will open."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), name="end-with-parent", daemon=True).start()


def _watch(sentinel: int) -> None:
    from multiprocessing.connection import wait as wait_for

    wait_for([sentinel])
    os._exit(1)
