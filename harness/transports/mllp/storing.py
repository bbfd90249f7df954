"""An MLLP receiver that keeps every message in SQLite before it acknowledges it: nothing acknowledged is ever lost with the process."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

from harness.errors import SetUpError
from harness.transports.mllp.connection import Connection
from harness.transports.mllp.frames import Frame, Garbage, Peer, frame
from harness.transports.mllp.server import MllpServer

Answer = Callable[[bytes], "bytes | None"]
Row = tuple[bytes, "bytes | None"]

_TABLE = "CREATE TABLE IF NOT EXISTS received (number INTEGER PRIMARY KEY, body BLOB NOT NULL, answer BLOB)"


class Inbox:
    """The messages received, in order, as they came, each with the answer given (None: none). ``path`` is an SQLite file.

    Committed in WAL mode. A commit outlives the process at once; ``durable`` makes it outlive a loss of power too (one fsync a commit).
    Raises SetUpError when the file cannot be used.
    """

    def __init__(self, path: str, *, durable: bool = False) -> None:
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
            self._db.execute(_TABLE)
        except sqlite3.Error as error:
            raise SetUpError(f"the inbox cannot be opened: {error}", where=path, expected="a file of SQLite in a folder that can be written") from error

    def append(self, rows: list[Row]) -> None:
        """Keep all of ``rows`` (message, answer) in one transaction, or none. Raises sqlite3.Error."""
        self._db.execute("BEGIN")
        try:
            self._db.executemany("INSERT INTO received (body, answer) VALUES (?, ?)", rows)
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def after(self, number: int = 0) -> Iterator[tuple[int, bytes, bytes | None]]:
        """(number, message, answer) of those kept after ``number``, in the order received."""
        return iter(self._db.execute("SELECT number, body, answer FROM received WHERE number > ? ORDER BY number", (number,)))

    def __len__(self) -> int:
        return int(self._db.execute("SELECT COUNT(*) FROM received").fetchone()[0])

    def close(self) -> None:
        """Close the file. Safe to repeat."""
        self._db.close()


class StoringReceiver(MllpServer):
    """An MllpServer whose messages are answered by ``answer(payload)`` (plain and quick; None for no answer) once they are in ``inbox``.

    What arrived in one turn of the loop is kept by one commit and only then answered: many connections share a commit, one connection never waits
    for another's. A message that cannot be kept is not answered and its connection is closed, so that its sender repeats it (report ``store-error``);
    the same goes for one whose ``answer`` raises (report ``handler-error``), which is kept all the same. A peer that does not read its answers is
    not read from. ``committed()`` is called after every commit. Garbage and the limits are as in MllpServer. The inbox stays the caller's to close.
    """

    def __init__(self, inbox: Inbox, answer: Answer, *, committed: Callable[[], None] | None = None, **options: Any) -> None:
        super().__init__(_unused, **options)
        self.inbox, self._make_answer, self._committed = inbox, answer, committed
        self._rows: list[Row] = []
        self._waiting: dict[_StoringConnection, list[bytes | None]] = {}
        self._failed: list[_StoringConnection] = []
        self._due = False

    def connection(self) -> Connection:
        """See MllpServer."""
        return _StoringConnection(self)

    async def stop(self, grace: float = 0.5) -> None:
        """Keep and answer what has arrived, then stop."""
        self._commit()
        await super().stop(grace)

    def take(self, connection: _StoringConnection, payload: bytes, peer: Peer) -> None:
        """One message: it is kept and answered before the loop waits again."""
        try:
            answer = self._make_answer(payload)
        except Exception as error:  # whatever the caller's code raises, the message must be kept and its sender must not hang
            self.report("handler-error", peer, payload, repr(error))
            self._rows.append((payload, None))
            self._failed.append(connection)
        else:
            self._rows.append((payload, answer))
            self._waiting.setdefault(connection, []).append(answer)
        if not self._due:
            self._due = True
            asyncio.get_running_loop().call_soon(self._commit)

    def _commit(self) -> None:
        self._due = False
        rows, self._rows = self._rows, []
        waiting, self._waiting = self._waiting, {}
        failed, self._failed = self._failed, []
        if not rows:
            return
        try:
            self.inbox.append(rows)
        except sqlite3.Error as error:
            for connection in [*waiting, *failed]:
                self.report("store-error", connection.peer, error=str(error))
                connection.abort()
            return
        for connection, answers in waiting.items():
            connection.respond(answers)
        for connection in failed:
            connection.abort()
        if self._committed is not None:
            self._committed()


class _StoringConnection(Connection):
    """Hands messages to its receiver at once, without a task; the answers come back through ``respond``."""

    def __init__(self, receiver: StoringReceiver) -> None:
        super().__init__(receiver)
        self._receiver = receiver
        self._owed = 0

    @property
    def peer(self) -> Peer:
        """The far end."""
        return self._peer

    def pause_writing(self) -> None:
        """The peer does not read its answers: do not read its messages."""
        super().pause_writing()
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """The peer reads again."""
        super().resume_writing()
        if self._transport is not None and not self._ended:
            self._transport.resume_reading()

    def respond(self, answers: list[bytes | None]) -> None:
        """The answers to the next messages are due."""
        self._owed -= len(answers)
        if self._transport is None:
            return
        data = b"".join([frame(answer) for answer in answers if answer is not None])
        if data:
            self._transport.write(data)
        if self._ended and not self._owed and self.worker is None:
            self._transport.close()

    def eof_received(self) -> bool:
        """The peer will send no more: answer what it asked, then close."""
        self._take(self._decoder.flush(at_end=True))
        self._ended = True
        if self.worker is None and not self._owed and self._transport is not None:
            self._transport.close()
        return True

    def _take(self, events: list[Frame | Garbage]) -> None:
        strays: list[Frame | Garbage] = []
        for event in events:
            if isinstance(event, Frame):
                if event.lenient:
                    self._receiver.report(event.lenient, self._peer, event.payload)
                self._owed += 1
                self._receiver.take(self, event.payload, self._peer)
            elif self._receiver.answers_garbage:
                strays.append(event)
            else:
                self._receiver.report(event.kind, self._peer, event)
        if strays:
            super()._take(strays)


async def _unused(payload: bytes, peer: Peer) -> bytes | None:  # noqa: ARG001 - the handler of an MllpServer, which no message reaches here
    return None
