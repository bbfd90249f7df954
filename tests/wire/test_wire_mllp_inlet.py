"""Where the harness stands in for a receiver: what a source emits is caught, answered, lost or left."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from wire_mllp_kit import LIMIT

from harness.errors import TransportError
from harness.transports.inlet import LOST, MllpInlet
from harness.transports.mllp import MllpClient, frame


def test_an_inlet_catches_what_a_source_emits_and_answers() -> None:
    with MllpInlet() as inlet, ThreadPoolExecutor(1) as pool, MllpClient(inlet.address) as client:
        answer = pool.submit(client.exchange, b"ADT", LIMIT)
        incoming = inlet.take(LIMIT)
        assert incoming is not None
        assert incoming.payload == b"ADT"
        incoming.reply(b"AA")
        incoming.reply(b"AE")
        assert answer.result(LIMIT) == b"AA"
        assert inlet.take(0) is None


def test_an_inlet_without_a_reply_closes_unacknowledged() -> None:
    with MllpInlet(patience=0.03) as inlet, MllpClient(inlet.address) as client:
        with pytest.raises(TransportError) as caught:
            client.exchange(b"ADT", LIMIT)
        assert caught.value.reason == "closed"
        late = inlet.take(LIMIT)
        assert late is not None
        late.reply(b"AA")


def test_an_inlet_may_let_a_message_pass_unacknowledged() -> None:
    with MllpInlet() as inlet, MllpClient(inlet.address) as client:
        client.write(frame(b"one") + frame(b"two"))
        first = inlet.take(LIMIT)
        assert first is not None
        first.reply(None)
        second = inlet.take(LIMIT)
        assert second is not None
        second.reply(b"AA two")
        assert client.read(LIMIT) == b"AA two"


def test_an_inlet_may_lose_the_acknowledgement() -> None:
    with MllpInlet() as inlet, MllpClient(inlet.address) as client:
        client.write(frame(b"one"))
        incoming = inlet.take(LIMIT)
        assert incoming is not None
        incoming.reply(LOST)
        with pytest.raises(TransportError) as caught:
            client.read(LIMIT)
        assert caught.value.reason == "closed"


def test_an_inlet_starts_again_on_its_port() -> None:
    inlet = MllpInlet().start()
    address = inlet.address
    inlet.stop()
    with inlet, MllpClient(inlet.address) as client:
        assert inlet.address == address
        client.write(frame(b"one"))
        incoming = inlet.take(LIMIT)
        assert incoming is not None
        incoming.reply(b"AA")
        assert client.read(LIMIT) == b"AA"


def test_stopping_an_inlet_releases_the_source_and_the_taker() -> None:
    inlet = MllpInlet().start()
    with ThreadPoolExecutor(2) as pool, MllpClient(inlet.address) as client:
        answer = pool.submit(client.exchange, b"ADT", LIMIT)
        assert inlet.take(LIMIT) is not None
        waiting = pool.submit(inlet.take, LIMIT)
        inlet.stop()
        assert waiting.result(LIMIT) is None
        with pytest.raises(TransportError):
            answer.result(LIMIT)
    inlet.stop()
