"""What a system sends over HL7 v2: in order, repeated byte for byte, with and without acknowledgement."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from harness.systems.core.defect import Defects
from harness.systems.core.outbox import Outbox, Outgoing
from harness.transports.inlet import LOST, HttpInlet, MllpInlet
from harness.transports.loop import Loop


def sending(outbox: Outbox, *payloads: bytes, interface: str = "hl7v2") -> Callable[[], None]:
    async def run() -> None:
        for number, payload in enumerate(payloads):
            outbox.send("b", Outgoing(interface, payload, control_id=f"C{number}"))

    Loop.shared().call(run())
    return lambda: Loop.shared().call(outbox.close())


def until_sent(outbox: Outbox, count: int) -> None:
    async def wait() -> None:
        import asyncio

        while len(outbox.sent) < count:
            await asyncio.sleep(0.001)

    Loop.shared().call(wait(), 5)


# Typed here, not taken from the code: after two repeats without an answer a message is given up.
REPEATS = 2


@pytest.mark.parametrize("lost", [0, 1, 2, 3])
def test_order_and_retries(lost: int) -> None:
    outbox = Outbox(Defects())
    with MllpInlet() as inlet:
        outbox.set_routes({"b": {"hl7v2": inlet.address}})
        close = sending(outbox, b"one", b"two")
        caught = []
        for number in range(lost + 1 if lost <= REPEATS else lost):
            incoming = inlet.take(2)
            assert incoming is not None
            caught.append(incoming.payload)
            incoming.reply(LOST if number < lost else b"ack")
        last = inlet.take(2)
        assert last is not None
        last.reply(b"ack")
        until_sent(outbox, 2)
        close()
    assert caught == [b"one"] * min(lost + 1, REPEATS + 1)
    assert last.payload == b"two"
    first, second = outbox.sent
    assert (first.failure, first.answer) == (("", b"ack") if lost <= REPEATS else ("closed", b""))
    assert first.attempts == min(lost, 2) + 1
    assert (second.control_id, second.answer, outbox.pending) == ("C1", b"ack", 0)


@pytest.mark.parametrize(("status", "attempts"), [(503, 3), (429, 3), (408, 3), (200, 1), (404, 1), (409, 1), (500, 1)])
def test_what_http_asks_to_send_again_is_sent_three_times_and_all_else_once(status: int, attempts: int) -> None:
    outbox = Outbox(Defects())
    with HttpInlet() as inlet:
        outbox.set_routes({"b": {"fhir": inlet.base_url}})
        close = sending(outbox, b"{}", interface="fhir")
        caught = []
        for _ in range(attempts):
            incoming = inlet.take(2)
            assert incoming is not None
            caught.append((incoming.method, incoming.payload, incoming.headers["x-request-id"]))
            incoming.reply(status, {}, b"")
        until_sent(outbox, 1)
        assert inlet.take(0) is None
        close()
    assert caught == [("POST", b"{}", "C0")] * attempts
    assert [(each.status, each.attempts, each.failure) for each in outbox.sent] == [(status, attempts, "")]


def test_a_broadcast_waits_for_no_answer() -> None:
    outbox = Outbox(Defects(), acknowledged=False)
    with MllpInlet() as inlet:
        outbox.set_routes({"b": {"hl7v2": inlet.address}})
        close = sending(outbox, b"one", b"two")
        until_sent(outbox, 2)
        for payload in (b"one", b"two"):
            incoming = inlet.take(2)
            assert incoming is not None
            assert incoming.payload == payload
            incoming.reply(None)
        close()
    assert [each.attempts for each in outbox.sent] == [1, 1]


def test_no_route_and_a_closed_port() -> None:
    outbox = Outbox(Defects(), connect_timeout=0.2)
    assert not outbox.send("nobody", Outgoing("hl7v2", b"x"))
    outbox.set_routes({"b": {"organisation": "X9B"}, "c": {"organisation": "X9C"}})
    close = sending(outbox, b"x")
    until_sent(outbox, 1)
    close()
    assert outbox.sent[0].failure == "refused"
    assert outbox.partner_of(["X9C"]) == "c"
    assert outbox.partner_of(["X9Z"]) == outbox.partner_of([]) == ""
