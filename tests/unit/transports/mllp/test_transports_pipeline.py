"""Several messages in flight on one connection: answers find their messages, and losses reach all of them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import pytest

from harness.errors import TransportError
from harness.transports.mllp import CR, FS, VT, MllpServer, Peer, Pipeline, frame

LIMIT = 5.0
Answers = Callable[[list[bytes]], list[bytes]]


def name(payload: bytes) -> str:
    """The control id of our own little messages: what follows the last blank."""
    return payload.rpartition(b" ")[2].decode()


async def peer_answering(after: int, answers: Answers, use: Callable[[str], Awaitable[None]]) -> None:
    """A listener that answers ``after`` messages at once, with whatever ``answers`` makes of them."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        received: list[bytes] = []
        while len(received) < after:
            received.append((await reader.readuntil(FS + CR))[1:-2])
        for answer in answers(received):
            writer.write(answer)
        await writer.drain()
        await reader.read()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        await use(f"{host}:{port}")
    finally:
        server.close()


def run(coroutine: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(coroutine, 20))


def test_answers_in_another_order_reach_their_messages() -> None:
    async def use(address: str) -> None:
        pipeline = Pipeline(address, asks=name, answers=name)
        said = await asyncio.gather(*(pipeline.exchange(b"ask %d" % number, LIMIT) for number in range(5)))
        assert said == [b"ack %d" % number for number in range(5)]
        assert pipeline.in_flight == 0
        await pipeline.close()

    run(peer_answering(5, lambda received: [frame(b"ack " + name(payload).encode()) for payload in reversed(received)], use))


def test_without_names_answers_are_taken_in_order() -> None:
    async def use(address: str) -> None:
        pipeline = Pipeline(address)
        assert await asyncio.gather(*(pipeline.exchange(b"ask", LIMIT) for _ in range(3))) == [b"0", b"1", b"2"]
        await pipeline.close()

    run(peer_answering(3, lambda received: [frame(b"%d" % number) for number in range(len(received))], use))


def test_an_answer_to_nothing_that_was_asked_is_kept_apart() -> None:
    async def use(address: str) -> None:
        pipeline = Pipeline(address, asks=name, answers=name)
        assert await pipeline.exchange(b"ask 1", LIMIT) == b"ack 1"
        assert list(pipeline.strays) == [b"ack 99"]
        await pipeline.close()

    run(peer_answering(1, lambda received: [frame(b"ack 99"), frame(b"ack 1")], use))


def test_two_messages_of_one_name_are_answered_one_after_the_other() -> None:
    async def use(address: str) -> None:
        pipeline = Pipeline(address, asks=name, answers=name)
        assert await asyncio.gather(*(pipeline.exchange(payload, LIMIT) for payload in (b"a 7", b"b 7"))) == [b"1 7", b"2 7"]
        await pipeline.close()

    run(peer_answering(2, lambda received: [frame(b"1 7"), frame(b"2 7")], use))


def test_no_more_than_the_window_is_in_flight() -> None:
    most = 0

    async def slow(payload: bytes, peer: Peer) -> bytes:
        await asyncio.sleep(0)
        return payload

    async def go() -> None:
        nonlocal most
        server = MllpServer(slow)
        await server.start()
        pipeline = Pipeline(server.address, window=3, asks=name, answers=name)

        async def one(number: int) -> bytes:
            nonlocal most
            answer = await pipeline.exchange(b"m %d" % number, LIMIT)
            most = max(most, pipeline.in_flight)
            return answer

        assert len(await asyncio.gather(*(one(number) for number in range(200)))) == 200
        assert most <= 3
        await pipeline.close()
        await server.stop()

    run(go())


@pytest.mark.parametrize(
    ("answer", "reason"), [(VT + b"x" * 5000, "too-large"), (frame(b"x" * 5000), "too-large"), (b"", "time-out")], ids=["endless", "large", "silence"]
)
def test_a_failure_reaches_every_message_in_flight(answer: bytes, reason: str) -> None:
    async def use(address: str) -> None:
        pipeline = Pipeline(address, max_bytes=1000)
        failed = await asyncio.gather(*(pipeline.exchange(b"ask", LIMIT if answer else 0.3) for _ in range(3)), return_exceptions=True)
        assert [error.reason for error in failed if isinstance(error, TransportError)] == [reason] * 3
        await pipeline.close()

    run(peer_answering(3, lambda received: [answer], use))


def test_after_a_loss_the_next_exchange_connects_anew() -> None:
    connections: set[int] = set()

    async def once(payload: bytes, peer: Peer) -> bytes:
        connections.add(peer.connection)
        if payload == b"hang up":
            from harness.transports.mllp import CloseConnection

            raise CloseConnection
        return payload

    async def go() -> None:
        server = MllpServer(once)
        await server.start()
        pipeline = Pipeline(server.address)
        with pytest.raises(TransportError) as caught:
            await pipeline.exchange(b"hang up", LIMIT)
        assert caught.value.reason == "closed"
        assert await pipeline.exchange(b"again", LIMIT) == b"again"
        assert connections == {1, 2}
        await pipeline.close()
        await server.stop()

    run(go())


def test_nobody_listening_is_refused() -> None:
    async def go() -> None:
        server = MllpServer(lambda payload, peer: asyncio.sleep(0, payload))
        await server.start()
        address = server.address
        await server.stop()
        with pytest.raises(TransportError) as caught:
            await Pipeline(address).exchange(b"ask", LIMIT)
        assert caught.value.reason == "refused"

    run(go())
