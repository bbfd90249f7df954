"""MLLP clients and servers that nobody here wrote: their senders against our receivers, our senders against theirs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from peers_kit import CLIENTS, SERVERS, Peers, install, registration

from harness.catalogue import catalogue
from harness.errors import TransportError
from harness.formats.hl7v2 import parse
from harness.formats.hl7v2.answering import Answering
from harness.systems.host import Running, start
from harness.transports.loop import Loop
from harness.transports.mllp import Inbox, MllpClient, Pipeline, StoringReceiver

LIMIT = 10.0
# Never empties its buffer: with every message of a session it hands on and answers all earlier ones again.
FORGETFUL = "node-hl7-server"
ENDS = pytest.mark.parametrize("closed", [True, False], ids=["with-final-cr", "without-final-cr"])


@pytest.fixture(scope="session")
def peers(tmp_path_factory: pytest.TempPathFactory) -> Peers:
    """The npm packages, installed once a session into a folder of its own; without npm, or offline, a skip that says so."""
    found = install(tmp_path_factory.mktemp("npm"))
    if isinstance(found, str):
        pytest.skip(found)
    return found


@pytest.fixture(scope="module")
def hospital() -> Iterator[Running]:
    with start(catalogue().system("acute-follower"), seed=1, now="2026-01-05T09:00:00") as running:
        yield running


@pytest.fixture
def receiver(tmp_path: Path) -> Iterator[StoringReceiver]:
    inbox = Inbox(str(tmp_path / "inbox.sqlite"))
    made = StoringReceiver(inbox, Answering({"application": "EPRB", "facility": "X9B"}, lambda: "20260105090001"))
    made.open()
    yield made
    made.close()
    inbox.close()


def same(first: str, second: str) -> bool:
    """The same message, but for what some peers do to the end of it: the final CR."""
    return first.rstrip("\r") == second.rstrip("\r")


@ENDS
@pytest.mark.parametrize("package", CLIENTS)
def test_their_client_registers_people_with_our_hospital(peers: Peers, hospital: Running, package: str, closed: bool) -> None:
    ids = [f"{package[:4]}{number}{'c' if closed else 'o'}" for number in range(3)]
    answers = peers.send(package, hospital.deployment.addresses["hl7v2+mllp"], [registration(each, f"Llŷr-{each}", closed=closed) for each in ids])
    said = [parse(answer.encode()) for answer in answers]
    assert [(each.get("MSA-1"), each.get("MSA-2")) for each in said] == [("AA", each) for each in ids]


@ENDS
@pytest.mark.parametrize("package", CLIENTS)
def test_what_their_client_sends_is_stored_before_it_is_answered(peers: Peers, receiver: StoringReceiver, package: str, closed: bool) -> None:
    messages = [registration(f"S{number}", "Zoë", closed=closed) for number in range(5)]
    answers = peers.send(package, receiver.address, messages)
    assert [parse(answer.encode()).get("MSA-2") for answer in answers] == [f"S{number}" for number in range(5)]
    kept = [body.decode() for _, body, _ in receiver.inbox.after()]
    assert all(same(found, sent) for found, sent in zip(kept, messages, strict=True)), kept
    assert not receiver.reports


@pytest.mark.parametrize("package", CLIENTS)
def test_their_client_understands_a_refusal(peers: Peers, hospital: Running, package: str) -> None:
    answer = parse(peers.send(package, hospital.deployment.addresses["hl7v2+mllp"], [registration("R1").replace("|2.4|", "|9.9|")])[0].encode())
    assert (answer.get("MSA-1"), answer.get("MSA-2"), answer.get("MSA-6.1")) == ("AR", "R1", "203")


@ENDS
@pytest.mark.parametrize("package", SERVERS)
def test_our_client_exchanges_with_their_server(peers: Peers, package: str, closed: bool) -> None:
    with peers.serving(package) as theirs, MllpClient(f"127.0.0.1:{theirs.port}") as client:
        for number in range(3):
            if package == FORGETFUL:
                client.reconnect()
            sent = registration(f"T{number}", "Llŷr", closed=closed)
            answer = parse(client.exchange(sent.encode(), LIMIT))
            assert (answer.get("MSA-1"), answer.get("MSA-2")) == ("AA", f"T{number}")
            assert same(theirs.next(), sent)


@pytest.mark.parametrize("package", SERVERS)
def test_our_fragments_reach_their_server_whole(peers: Peers, package: str) -> None:
    sent = registration("F1")
    framed = b"\x0b" + sent.encode() + b"\x1c\r"
    with peers.serving(package) as theirs, MllpClient(f"127.0.0.1:{theirs.port}") as client:
        client.write_slowly([framed[at : at + 50] for at in range(0, len(framed), 50)])
        assert parse(client.read(LIMIT)).get("MSA-2") == "F1"
        assert same(theirs.next(), sent)


def control_id(payload: bytes) -> str:
    tree = parse(payload)
    return tree.get("MSA-2") or tree.control_id


def test_messages_in_flight_find_their_answers_at_a_server_that_keeps_up(peers: Peers) -> None:
    async def go(address: str) -> list[bytes]:
        import asyncio

        pipeline = Pipeline(address, window=8, asks=control_id, answers=control_id)
        try:
            return await asyncio.gather(*(pipeline.exchange(registration(f"P{number}").encode(), LIMIT) for number in range(30)))
        finally:
            await pipeline.close()

    with peers.serving("nodehl7") as theirs:
        answers = Loop.shared().call(go(f"127.0.0.1:{theirs.port}"), 30)
    assert [control_id(answer) for answer in answers] == [f"P{number}" for number in range(30)]


def test_an_answer_given_again_is_not_taken_for_the_next(peers: Peers) -> None:
    async def go(address: str) -> list[bytes]:
        pipeline = Pipeline(address, asks=control_id, answers=control_id)
        try:
            for each in ("N1", "N2"):
                assert control_id(await pipeline.exchange(registration(each).encode(), LIMIT)) == each
            return list(pipeline.strays)
        finally:
            await pipeline.close()

    with peers.serving(FORGETFUL) as theirs:
        strays = Loop.shared().call(go(f"127.0.0.1:{theirs.port}"), 30)
    assert [control_id(stray) for stray in strays] == ["N1"]


def test_one_answer_to_two_messages_is_found_out(peers: Peers) -> None:
    """simple-hl7 takes two frames of one read for one message: our client says what is missing instead of taking one answer for both."""
    with peers.serving("simple-hl7") as theirs, MllpClient(f"127.0.0.1:{theirs.port}") as client, pytest.raises(TransportError) as caught:
        client.exchange_many([registration("B1").encode(), registration("B2").encode()], 2.0)
    assert caught.value.reason == "time-out"
    assert "1 of 2 answers" in caught.value.what
