"""What a case may rely on, whatever the way in: deliveries, wire faults, sessions and inlets."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from adapters_kit import WAYS, accepting, adapter, message, peer, saying_nothing

from harness.adapters.base import ADAPTERS
from harness.errors import TransportError, UnknownNameError
from harness.model.message import AckKind, Delivery, Origin

NOWHERE = {"hl7v2+mllp": "127.0.0.1:9", "hl7v2+http": "http://127.0.0.1:9", "hl7v2+mailbox": "/nowhere/at/all", "fhir+http": "http://127.0.0.1:9"}
every_way = pytest.mark.parametrize("way", WAYS)


def test_every_way_in_is_examined_here() -> None:
    assert set(ADAPTERS) == set(WAYS)


@every_way
def test_a_message_arrives_whole_and_its_answer_comes_back(way: str) -> None:
    with peer(way, accepting(way)) as there, adapter(way, there.address) as ours:
        (made,) = ours.deliver(message(way))
    assert there.received == [message(way).content]
    assert made.acknowledgement is not None
    assert (made.failure, made.acknowledgement.kind, made.acknowledgement.correlates) == ("", AckKind.ACCEPTED, "M1")


@every_way
def test_one_session_carries_message_after_message(way: str) -> None:
    with peer(way, accepting(way)) as there, adapter(way, there.address) as ours:
        made = [ours.deliver(message(way))[0] for _ in range(3)]
    assert [one.positive for one in made] == [True] * 3
    assert len(there.received) == 3


@every_way
def test_silence_is_a_failure_and_no_exception(way: str) -> None:
    with peer(way, saying_nothing) as there, adapter(way, there.address) as ours:
        (made,) = ours.deliver(message(way))
        assert (made.message, made.sent) == (message(way), ours.wire_bytes(message(way)))
    assert (made.failure, made.acknowledgement) == ("time-out", None)


@every_way
def test_nobody_there_is_a_failure_and_no_exception(way: str) -> None:
    with adapter(way, NOWHERE[way]) as ours:
        assert [(one.failure, one.acknowledgement) for one in ours.deliver(message(way))] == [("refused", None)]


@every_way
def test_a_duplicate_is_sent_twice_and_the_second_is_a_replay(way: str) -> None:
    with peer(way, accepting(way)) as there, adapter(way, there.address) as ours:
        made = ours.deliver(message(way), fault="duplicate")
    assert there.received == [message(way).content] * 2
    assert [(one.positive, one.message.origin) for one in made] == [(True, Origin.SOURCE), (True, Origin.REPLAY)]


@every_way
def test_what_is_dropped_never_leaves(way: str) -> None:
    with peer(way, accepting(way)) as there, adapter(way, there.address) as ours:
        (made,) = ours.deliver(message(way), fault="drop")
    assert there.received == []
    assert (made.failure, made.sent, made.acknowledgement) == ("dropped", b"", None)


@every_way
def test_an_answer_that_is_lost_was_made_all_the_same(way: str) -> None:
    with peer(way, accepting(way)) as there, adapter(way, there.address) as ours:
        (made,) = ours.deliver(message(way), fault="disconnect")
        assert (made.failure, made.acknowledgement) == ("disconnected", None)
        (after,) = ours.deliver(message(way))
    assert after.positive
    assert there.received == [message(way).content] * 2


@every_way
def test_a_fault_that_nobody_knows_is_refused(way: str) -> None:
    with adapter(way, NOWHERE[way]) as ours, pytest.raises(UnknownNameError):
        ours.deliver(message(way), fault="melt")


@every_way
def test_a_session_of_its_own_stands_beside_the_standing_one(way: str) -> None:
    with peer(way, accepting(way)) as there, adapter(way, there.address) as ours:
        (first,) = ours.deliver(message(way))
        session = ours.open_session()
        made = session.exchange(message(way))
        session.close()
        (last,) = ours.deliver(message(way))
    assert [one.positive for one in (first, made, last)] == [True] * 3


@pytest.mark.parametrize("way", ["hl7v2+mllp", "hl7v2+mailbox"])
def test_a_session_that_cannot_be_opened_says_so(way: str) -> None:
    with adapter(way, NOWHERE[way]) as ours, pytest.raises(TransportError) as caught:
        ours.open_session()
    assert caught.value.reason == "refused"


@pytest.mark.parametrize(
    "ask",
    [
        lambda session: session.exchange_slowly(message("fhir+http"), 7),
        lambda session: session.exchange_many([message("fhir+http")]),
        lambda session: session.write_raw(b"x"),
    ],
)
def test_what_only_a_stream_can_do_is_undeclared_elsewhere(ask: Callable[..., object]) -> None:
    with adapter("fhir+http", NOWHERE["fhir+http"]) as ours, pytest.raises(TransportError) as caught:
        ask(ours.open_session())
    assert caught.value.reason == "undeclared"


@every_way
@pytest.mark.parametrize("lost", [False, True])
def test_the_inlet_catches_what_the_partner_sends_and_hands_the_answer_back(way: str, lost: bool) -> None:
    with adapter(way, NOWHERE[way]) as ours, ThreadPoolExecutor(1) as other:
        address = ours.open_inlet()
        with adapter(way, address) as partner:
            sending = other.submit(partner.deliver, message(way))
            caught = ours.catch(5.0)
            assert caught is not None
            assert (caught.message.content, caught.message.origin, caught.message.control_id) == (message(way).content, Origin.SOURCE, "M1")
            caught.reply(None if lost else ours.accept(caught.message))
            (made,) = sending.result(5.0)
        assert made.positive is not lost
        assert ours.catch(0.0) is None


@every_way
def test_an_alteration_is_the_harness_own_message(way: str) -> None:
    address, value = ("PID-5.1", "Other") if way.startswith("hl7v2") else ("entry/0/resource/gender", "male")
    with adapter(way, NOWHERE[way]) as ours:
        made = ours.altered(message(way), [(address, value)], "N1")
    assert (made.control_id, made.origin) == ("N1", Origin.HARNESS)
    assert value.encode() in made.content
    assert b"N1" in made.content
    assert message(way).content != made.content


@every_way
def test_a_padded_message_is_nearly_as_large_as_was_asked(way: str) -> None:
    with adapter(way, NOWHERE[way]) as ours:
        made = ours.padded(message(way), 180_000, "N1")
    assert 118_000 < len(made.content) <= 180_100
    assert made.origin is Origin.HARNESS


@every_way
def test_acceptance_in_the_name_of_the_endpoint_is_positive(way: str) -> None:
    with adapter(way, NOWHERE[way]) as ours:
        made: Delivery = ours.accept(message(way))
    assert made.positive
    assert made.acknowledgement is not None
    assert made.acknowledgement.correlates == "M1"
