"""Nothing is acknowledged before it is stored, and what could not be stored is not acknowledged."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from harness.errors import SetUpError, TransportError
from harness.transports.mllp import Inbox, MllpClient, StoringReceiver, frame

LIMIT = 5.0


def ack(payload: bytes) -> bytes | None:
    if payload == b"break":
        raise ValueError("broken")
    return None if payload.startswith(b"quiet") else b"ACK " + payload


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    kept = Inbox(str(tmp_path / "inbox.sqlite"))
    yield kept
    kept.close()


@pytest.fixture
def receiver(inbox: Inbox) -> Iterator[StoringReceiver]:
    made = StoringReceiver(inbox, ack, max_bytes=2000, quiet=0.02)
    made.open()
    yield made
    made.close()


def stored(path: Path) -> list[bytes]:
    """What another connection to the file sees: what is committed."""
    with sqlite3.connect(path) as db:
        return [row[0] for row in db.execute("SELECT body FROM received ORDER BY number")]


def test_what_is_acknowledged_is_committed(receiver: StoringReceiver, tmp_path: Path) -> None:
    with MllpClient(receiver.address) as client:
        for number in range(20):
            payload = b"message %d" % number
            assert client.exchange(payload, LIMIT) == b"ACK " + payload
            assert stored(tmp_path / "inbox.sqlite")[-1] == payload


def test_messages_back_to_back_are_kept_and_answered_in_order(receiver: StoringReceiver) -> None:
    payloads = [b"m%d" % number for number in range(1000)]
    with MllpClient(receiver.address) as client:
        assert client.exchange_many(payloads, LIMIT) == [b"ACK " + payload for payload in payloads]
    assert [(number, body) for number, body, _ in receiver.inbox.after()] == list(enumerate(payloads, 1))
    assert len(receiver.inbox) == 1000
    assert next(receiver.inbox.after(999))[2] == b"ACK m999"


def test_no_answer_is_sent_before_the_commit_returns(inbox: Inbox) -> None:
    order: list[str] = []

    class Watched(Inbox):
        def append(self, rows: list[tuple[bytes, bytes | None]]) -> None:
            order.append(f"commit {len(rows)}")

    class Transport(asyncio.Transport):
        def write(self, data: bytes | bytearray | memoryview) -> None:
            order.append(f"answers {bytes(data).count(b'ACK')}")

    async def go() -> None:
        receiver = StoringReceiver(Watched(":memory:"), ack)
        connections = [receiver.connection() for _ in range(2)]
        for connection in connections:
            connection.connection_made(Transport())
            connection.data_received(frame(b"one") + frame(b"two"))
        assert order == []
        await asyncio.sleep(0)
        # Four messages of one turn of the loop share one commit.
        assert order == ["commit 4", "answers 2", "answers 2"]
        for connection in connections:
            connection.connection_lost(None)

    asyncio.run(go())


def test_what_cannot_be_stored_is_not_acknowledged(receiver: StoringReceiver, inbox: Inbox) -> None:
    inbox.close()
    with MllpClient(receiver.address) as client, pytest.raises(TransportError) as caught:
        client.exchange(b"lost", LIMIT)
    assert caught.value.reason == "closed"
    assert [report.kind for report in receiver.reports] == ["store-error"]


def test_a_failing_answer_keeps_the_message_and_hangs_up(receiver: StoringReceiver, tmp_path: Path) -> None:
    with MllpClient(receiver.address) as client, pytest.raises(TransportError):
        client.exchange(b"break", LIMIT)
    assert stored(tmp_path / "inbox.sqlite") == [b"break"]
    assert [report.kind for report in receiver.reports] == ["handler-error"]


def test_a_message_may_go_unanswered_and_the_session_stays(receiver: StoringReceiver) -> None:
    with MllpClient(receiver.address) as client:
        client.write(frame(b"quiet please"))
        assert client.exchange(b"next", LIMIT) == b"ACK next"
    assert len(receiver.inbox) == 2


def test_garbage_is_reported_and_the_next_message_served(receiver: StoringReceiver) -> None:
    with MllpClient(receiver.address) as client:
        client.write(b"GET / HTTP/1.0\r\n\r\n")
        assert client.exchange(b"next", LIMIT) == b"ACK next"
    assert [report.kind for report in receiver.reports] == ["unframed"]
    assert len(receiver.inbox) == 1


def test_half_a_session_is_answered_before_it_closes(receiver: StoringReceiver) -> None:
    host, _, port = receiver.address.rpartition(":")
    with socket.create_connection((host, int(port)), LIMIT) as peer, peer.makefile("rb") as answers:
        peer.sendall(frame(b"last"))
        peer.shutdown(socket.SHUT_WR)
        assert answers.read() == frame(b"ACK last")


def test_stopping_answers_what_has_arrived(inbox: Inbox) -> None:
    async def go() -> None:
        receiver = StoringReceiver(inbox, ack)
        await receiver.start()
        reader, writer = await asyncio.open_connection(*receiver.address.split(":"))
        writer.write(frame(b"late"))
        while not receiver._rows and not len(inbox):
            await asyncio.sleep(0)
        await receiver.stop()
        assert await reader.read() == frame(b"ACK late")
        writer.close()

    asyncio.run(go())


def test_an_inbox_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    with pytest.raises(SetUpError, match="the inbox cannot be opened"):
        Inbox(str(tmp_path / "absent" / "inbox.sqlite"))


SERVER = """
import asyncio, sys
from harness.transports.mllp import Inbox, StoringReceiver
async def go():
    receiver = StoringReceiver(Inbox(sys.argv[1]), lambda payload: b"ACK " + payload)
    await receiver.start()
    print(receiver.address, flush=True)
    await asyncio.Event().wait()
asyncio.run(go())
"""


@pytest.mark.skipif(os.name != "posix", reason="kills a process without warning")
def test_a_killed_receiver_has_lost_nothing_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "inbox.sqlite"
    process = subprocess.Popen([sys.executable, "-c", SERVER, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        address = process.stdout.readline().strip()
        payloads = [b"m%d" % number for number in range(500)]
        with MllpClient(address) as client:
            client.write(b"".join(frame(payload) for payload in payloads))
            acknowledged = [client.read(LIMIT) for _ in range(100)]
            process.send_signal(signal.SIGKILL)
            process.wait()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
    kept = stored(path)
    assert kept == payloads[: len(kept)]
    assert [answer.removeprefix(b"ACK ") for answer in acknowledged] == kept[:100]
