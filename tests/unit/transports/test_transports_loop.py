"""The background loop: shared, bounded, and a forked child's own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import warnings
from collections.abc import Iterator

import pytest

from harness.errors import HarnessError, TransportError
from harness.transports.loop import Loop


@pytest.fixture
def loop() -> Iterator[Loop]:
    made = Loop()
    yield made
    made.close()


async def where() -> str:
    return threading.current_thread().name


async def fail() -> None:
    raise TimeoutError("its own")


def test_there_is_one_shared_loop_in_a_daemon_thread() -> None:
    assert Loop.shared() is Loop.shared()
    assert Loop.shared().call(where()) == "harness-loop"
    assert next(thread for thread in threading.enumerate() if thread.name == "harness-loop").daemon


def test_the_work_s_own_exceptions_come_through(loop: Loop) -> None:
    with pytest.raises(TimeoutError, match="its own"):
        loop.call(fail(), 5)


def test_a_call_that_takes_too_long_is_cancelled(loop: Loop) -> None:
    cancelled = threading.Event()

    async def wait() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            cancelled.set()

    with pytest.raises(TransportError) as caught:
        loop.call(wait(), 0.02)
    assert caught.value.reason == "time-out"
    assert cancelled.wait(5)


def test_waiting_for_the_loop_inside_the_loop_is_refused(loop: Loop) -> None:
    async def nested() -> str:
        return loop.call(where())

    with pytest.raises(HarnessError, match="within itself"):
        loop.call(nested(), 5)


def test_a_closed_loop_says_so_and_cancels_what_ran(loop: Loop) -> None:
    ended = threading.Event()

    async def linger() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    async def spawn() -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(linger())
        await asyncio.sleep(0)
        return task

    loop.call(spawn())
    loop.close()
    loop.close()
    assert ended.is_set()
    with pytest.raises(HarnessError, match="closed"):
        loop.call(where())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_child_starts_its_own_loop() -> None:
    shared = Loop.shared()
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        child = os.fork()
    if child == 0:
        try:
            own = Loop.shared()
            answer = own is not shared and not shared.alive and own.call(where(), 5) == "harness-loop"
            os.write(writing, b"own" if answer else b"not")
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        assert pipe.read() == b"own"
    os.waitpid(child, 0)
    assert Loop.shared() is shared


def test_a_process_that_leaves_work_behind_ends_at_once_and_in_silence() -> None:
    code = (
        "import asyncio\n"
        "from harness.transports.loop import Loop\n"
        "async def wait(): await asyncio.Event().wait()\n"
        "async def spawn(): Loop.kept = asyncio.get_running_loop().create_task(wait()); await asyncio.sleep(0)\n"
        "Loop.shared().call(spawn())\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=30)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
