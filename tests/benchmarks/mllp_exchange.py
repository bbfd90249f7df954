"""MLLP: one message and its answer after the other on one connection, beside python-hl7's asyncio server; the client is the same."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator

from harness.formats.hl7v2 import parse
from harness.formats.hl7v2.acknowledge import acknowledge
from harness.transports.mllp import MllpClient, MllpServer
from harness.transports.mllp.frames import Peer

from .hl7v2_parse import MESSAGE
from .measuring import Row, best

DATA = MESSAGE.encode()


def rows() -> Iterator[Row]:
    async def answer(payload: bytes, peer: Peer) -> bytes | None:
        return acknowledge(parse(payload), "AA", sender={"application": "EPRB", "facility": "X9B", "version": "2.4"}, at="20260105090001", control_id="A1")

    with MllpServer(answer, host="127.0.0.1", port=0) as server:
        yield Row("MLLP exchange, parsed and acknowledged: harness", _exchanges(server.address), "µs")
    yield Row("MLLP exchange, parsed and acknowledged: python-hl7", _theirs(), "µs")


def _exchanges(address: str) -> float:
    client = MllpClient(address)
    try:
        client.reconnect()
        return best(lambda: client.exchange(DATA, 5), times=200) * 1e6
    finally:
        client.close()


def _theirs() -> float:
    from hl7.mllp import HL7StreamReader, HL7StreamWriter, start_hl7_server

    loop, started, port = asyncio.new_event_loop(), threading.Event(), 0

    async def serve_one(reader: HL7StreamReader, writer: HL7StreamWriter) -> None:
        try:
            while not writer.is_closing():
                message = await reader.readmessage()
                writer.writemessage(message.create_ack())
                await writer.drain()
        except asyncio.IncompleteReadError:
            writer.close()

    async def serve() -> None:
        nonlocal port
        server = await start_hl7_server(serve_one, host="127.0.0.1", port=0)
        port = server.sockets[0].getsockname()[1]
        started.set()

    def work() -> None:
        loop.run_until_complete(serve())
        loop.run_forever()

    threading.Thread(target=work, daemon=True).start()
    started.wait(5)
    try:
        return _exchanges(f"127.0.0.1:{port}")
    finally:
        asyncio.run_coroutine_threadsafe(_end_all(), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)


async def _end_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
