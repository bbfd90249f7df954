"""What tests of MLLP share: handlers of a server, and what it reported."""

from __future__ import annotations

from harness.transports.mllp import MllpServer, Peer

LIMIT = 5.0


async def echo(payload: bytes, peer: Peer) -> bytes | None:
    return b"ACK " + payload


async def silent(payload: bytes, peer: Peer) -> bytes | None:
    return None


def kinds(server: MllpServer) -> list[str]:
    return [report.kind for report in server.reports]
