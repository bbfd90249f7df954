"""Fixtures: an MLLP server that echoes, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from wire_mllp_kit import echo

from harness.transports.mllp import MllpClient, MllpServer


@pytest.fixture
def server() -> Iterator[MllpServer]:
    with MllpServer(echo, max_bytes=2000, quiet=0.02) as running:
        yield running


@pytest.fixture
def client(server: MllpServer) -> Iterator[MllpClient]:
    with MllpClient(server.address) as connected:
        yield connected
