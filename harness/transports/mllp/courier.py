"""Sends what has become due of its own accord, such as application acknowledgements in enhanced mode: one message after the other, until answered."""

from __future__ import annotations

import asyncio
from collections import deque

from harness.errors import TransportError
from harness.model.place import Tls
from harness.transports.mllp.client_async import AsyncMllpClient


class Courier:
    """Empties ``queue`` towards ``host:port`` whenever it is woken (in the loop); ``done`` keeps (message, answer) of the last thousand.

    A message that gets no answer is sent again, byte-identical, on a new connection, ``attempts`` times in all; then it is put into ``failed`` with
    the reason of the TransportError, and the next one has its turn.
    """

    def __init__(self, address: str, queue: deque[bytes], *, attempts: int = 3, timeout: float = 5.0, tls: Tls | None = None) -> None:
        self.queue, self._attempts, self._timeout = queue, attempts, timeout
        self.done: deque[tuple[bytes, bytes]] = deque(maxlen=1000)
        self.failed: deque[tuple[bytes, str]] = deque(maxlen=1000)
        self._client = AsyncMllpClient(address, tls=tls)
        self._task: asyncio.Task[None] | None = None

    def wake(self) -> None:
        """See to it that the queue is being emptied. Call in the loop."""
        if self.queue and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._empty())

    async def idle(self) -> None:
        """Wait until the queue is empty."""
        self.wake()
        if self._task is not None:
            await self._task

    async def close(self) -> None:
        """Stop; what is queued stays queued. Safe to repeat."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._client.close()

    async def _empty(self) -> None:
        while self.queue:
            message, reason = self.queue[0], ""
            for _ in range(self._attempts):
                try:
                    self.done.append((message, await self._client.exchange(message, self._timeout)))
                    reason = ""
                    break
                except TransportError as error:
                    reason = error.reason
            self.queue.popleft()
            if reason:
                self.failed.append((message, reason))
