"""One background asyncio loop per process, in a daemon thread: simulated systems and inlets live there, while checks stay plain blocking code."""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from harness.errors import HarnessError, TransportError

T = TypeVar("T")


class Loop:
    """An asyncio loop that runs in a daemon thread from the moment it is made until ``close``."""

    _shared: Loop | None = None
    _guard = threading.Lock()

    def __init__(self, name: str = "harness-loop") -> None:
        self.asyncio = asyncio.new_event_loop()
        self._pid = os.getpid()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    @classmethod
    def shared(cls) -> Loop:
        """The loop of this process, started on first use; a forked child starts its own, since threads do not survive a fork."""
        with cls._guard:
            if cls._shared is None or not cls._shared.alive:
                cls._shared = cls()
                atexit.register(cls._shared.close)
            return cls._shared

    @property
    def alive(self) -> bool:
        """True while the loop can take work in this process."""
        return self._pid == os.getpid() and self._thread.is_alive() and not self.asyncio.is_closed()

    @property
    def inside(self) -> bool:
        """True in the loop's own thread, where waiting for it would never end."""
        return threading.current_thread() is self._thread

    def call(self, coroutine: Coroutine[Any, Any, T], timeout: float | None = None) -> T:
        """Run ``coroutine`` in the loop and wait for its result, at most ``timeout`` seconds (None: for ever).

        Its own exceptions come through. Raises TransportError(reason="time-out") after cancelling it, HarnessError when called from inside the loop.
        """
        if self.inside or not self.alive:
            coroutine.close()
            raise HarnessError(
                "the background loop was called from within itself" if self.inside else "the background loop is closed", do="await the coroutine"
            )
        future = asyncio.run_coroutine_threadsafe(coroutine, self.asyncio)
        try:
            return future.result(timeout)
        except TimeoutError:
            if future.done() and not future.cancelled():
                raise
            future.cancel()
            raise TransportError(f"nothing happened within {timeout} s", reason="time-out", where="background loop") from None
        except BaseException:
            future.cancel()
            raise

    def close(self) -> None:
        """Cancel what still runs, stop the loop and join its thread. Safe to repeat; a forked child leaves its parent's loop alone."""
        if not self.alive or self.inside:
            return
        self.asyncio.call_soon_threadsafe(self.asyncio.stop)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        asyncio.set_event_loop(self.asyncio)
        try:
            self.asyncio.run_forever()
            tasks = asyncio.all_tasks(self.asyncio)
            for task in tasks:
                task.cancel()
            if tasks:
                self.asyncio.run_until_complete(asyncio.wait(tasks, timeout=1))
            self.asyncio.run_until_complete(self.asyncio.shutdown_asyncgens())
        finally:
            self.asyncio.close()


def _forget_parent() -> None:
    # The lock may have been held by a thread that the child does not have.
    Loop._guard = threading.Lock()
    Loop._shared = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_parent)
