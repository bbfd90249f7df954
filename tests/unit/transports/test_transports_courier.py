"""Enhanced mode from end to end: an accept acknowledgement on the connection, the application acknowledgement by a message of its own."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

from harness.formats.hl7v2 import parse
from harness.formats.hl7v2.answering import Answering, Refusal
from harness.transports.mllp import AsyncMllpClient, CloseConnection, Courier, Garbage, Inbox, MllpServer, Peer, StoringReceiver

LIMIT = 5.0
MESSAGE = b"MSH|^~\\&|EPRA|X9A|EPRB|X9B|20260105090000||ADT^A28^ADT_A05|%s|P|2.4|||AL|AL\rEVN||20260105090000\rPID|1||1^^^X9A\r"


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(coroutine, 20))


def answering(facility: str, refusal: Refusal | None = None) -> Answering:
    return Answering({"application": "EPR", "facility": facility}, lambda: "20260105090001", lambda payload: refusal)


def codes(answer: bytes) -> tuple[str | None, str | None]:
    tree = parse(answer)
    return tree.get("MSA-1"), tree.get("MSA-2")


def test_two_systems_in_enhanced_mode(tmp_path: Path) -> None:
    async def go() -> None:
        ours = answering("X9A")
        home = StoringReceiver(Inbox(str(tmp_path / "home.sqlite")), ours)
        await home.start()
        theirs = answering("X9B", Refusal("required", "no name", "PID-5"))
        courier = Courier(home.address, theirs.later)
        away = StoringReceiver(Inbox(str(tmp_path / "away.sqlite")), theirs, committed=courier.wake)
        await away.start()

        client = AsyncMllpClient(away.address)
        for each in (b"M1", b"M2"):
            assert codes(await client.exchange(MESSAGE % each, LIMIT)) == ("CA", each.decode())
        await courier.idle()
        # The sender has both application acknowledgements in its own inbox, has said so, and has answered no more than that.
        assert [codes(body) for _, body, _ in home.inbox.after()] == [("AE", "M1"), ("AE", "M2")]
        assert [codes(answer) for _, answer in courier.done] == [("CA", "BM1"), ("CA", "BM2")]
        assert not courier.failed
        assert not ours.later
        for closing in (client.close(), courier.close(), away.stop(), home.stop()):
            await closing

    run(go())


def test_a_message_over_the_limit_is_refused_by_name_and_the_session_goes_on(tmp_path: Path) -> None:
    async def go() -> None:
        receiving = answering("X9B")

        async def refuse(found: bytes) -> bytes | None:
            return receiving.oversize(found, 1000) if isinstance(found, Garbage) and found.kind == "too-large" else None

        receiver = StoringReceiver(Inbox(str(tmp_path / "inbox.sqlite")), receiving, max_bytes=1000, on_garbage=refuse)
        await receiver.start()
        client = AsyncMllpClient(receiver.address)
        said = await client.exchange(MESSAGE % b"L1" + b"NTE|1||" + b"x" * 100_000 + b"\r", LIMIT)
        assert codes(said) == ("AR", "L1")
        assert parse(said).get("MSA-3") == "the message is longer than 1000 bytes"
        assert codes(await client.exchange(MESSAGE % b"L2", LIMIT)) == ("CA", "L2")
        assert len(receiver.inbox) == 1
        assert receiving.oversize(b"x" * 2000, 1000) is None
        await client.close()
        await receiver.stop()

    run(go())


def test_a_lost_answer_is_repeated_byte_for_byte_and_then_given_up() -> None:
    received: list[bytes] = []

    async def third_time(payload: bytes, peer: Peer) -> bytes:
        received.append(payload)
        if payload == b"never" or received.count(payload) < 3:
            raise CloseConnection
        return b"ACK " + payload

    async def go() -> None:
        server = MllpServer(third_time)
        await server.start()
        courier = Courier(server.address, deque([b"first", b"never", b"second"]))
        await courier.idle()
        assert list(courier.done) == [(b"first", b"ACK first"), (b"second", b"ACK second")]
        assert list(courier.failed) == [(b"never", "closed")]
        assert received == [b"first"] * 3 + [b"never"] * 3 + [b"second"] * 3
        await courier.close()
        await server.stop()

    run(go())
