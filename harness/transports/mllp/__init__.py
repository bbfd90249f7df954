"""MLLP: HL7's minimal lower layer protocol. A frame is VT payload FS CR (HL7 v2 Implementation Guide, Appendix C; MLLP Release 1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from harness.transports.mllp.frames import CR, FS, VT, Decoder, Frame, Garbage, Peer, frame

if TYPE_CHECKING:
    from harness.transports.mllp.client import IncompleteError, MllpClient
    from harness.transports.mllp.client_async import AsyncMllpClient
    from harness.transports.mllp.courier import Courier
    from harness.transports.mllp.pipeline import Pipeline
    from harness.transports.mllp.server import CloseConnection, ConnectionReport, MllpServer
    from harness.transports.mllp.storing import Inbox, StoringReceiver

_LAZY = {
    "MllpClient": "client",
    "IncompleteError": "client",
    "AsyncMllpClient": "client_async",
    "MllpServer": "server",
    "CloseConnection": "server",
    "ConnectionReport": "server",
    "Courier": "courier",
    "Pipeline": "pipeline",
    "Inbox": "storing",
    "StoringReceiver": "storing",
}

__all__ = [
    "CR",
    "FS",
    "VT",
    "AsyncMllpClient",
    "CloseConnection",
    "ConnectionReport",
    "Courier",
    "Decoder",
    "Frame",
    "Garbage",
    "Inbox",
    "IncompleteError",
    "MllpClient",
    "MllpServer",
    "Peer",
    "Pipeline",
    "StoringReceiver",
    "frame",
]


def __getattr__(name: str) -> Any:
    # asyncio and the socket code are loaded by whoever needs them, not by whoever frames bytes.
    if name not in _LAZY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
