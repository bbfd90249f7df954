"""The wire in the harness's own hands."""

from __future__ import annotations

import pytest
from case_kit import opened
from scripted_follower_kit import EXPIRED, Answer, Follower
from scripted_link_kit import LIMITS

from harness.case.wire import answered, came_back
from harness.errors import TransportError
from harness.model.message import AckKind, Acknowledgement, Delivery, Message, Origin


class Silent(Follower):
    def hears(self, message: Message) -> Answer | None:
        return None


class Raw(Follower):
    """Keeps the bytes that are no message."""

    def hears_raw(self, data: bytes) -> None:
        self.raw = data


@pytest.mark.parametrize("over", ["hl7v2", "fhir"])
def test_what_is_sent_in_the_sources_name_is_the_harness_own(over: str) -> None:
    case, follower, _ = opened(over=over)
    message = case.capture("register", case.person("A"))
    changed = case.altered(message)
    assert (changed.origin, changed.control_id != message.control_id) == (Origin.HARNESS, True)
    assert case.wire.altered(message, control_id="M7").control_id == "M7"
    assert case.send(changed).positive
    assert follower.people
    replay = case.wire.replay(message)
    assert replay.last is not None
    assert (replay.last.message.origin, replay.last.message.content) == (Origin.REPLAY, message.content)
    assert case.transcript.messages(Origin.HARNESS) == [changed]


def test_rubbish_goes_the_way_the_message_would() -> None:
    case, _, _ = opened(over="fhir")
    message = case.capture("register", case.person("A"))
    rubbish = case.wire.rubbish(message)
    assert (rubbish.method, rubbish.path, rubbish.key, rubbish.control_id) == (message.method, message.path, message.key, "")
    last = case.send(rubbish).last
    assert last is not None
    assert not last.positive


def test_a_padded_message_is_new_and_as_large_as_asked() -> None:
    case, _, _ = opened()
    message = case.capture("register", case.person("A"))
    padded = case.wire.padded(message, 90_000)
    assert 30_000 < len(padded.content) <= 90_000
    assert padded.control_id not in ("", message.control_id)


def test_a_session_enters_what_goes_over_it_and_closes() -> None:
    case, follower, _ = opened(Raw)
    first, second = (case.capture("register", case.person(letter)) for letter in ("A", "B"))
    before = len(case.transcript.deliveries)
    with case.wire.open_session() as session:
        assert session.exchange(first).positive
        assert session.exchange_slowly(first, 7).positive
        assert [one.positive for one in session.exchange_many([first, second])] == [True, True]
        session.write_raw(case.wire.bytes_of(first)[:5])
    assert len(case.transcript.deliveries) == before + 4
    assert follower.raw == b"\x0bMSH|"
    assert follower.sessions == 1


def test_a_session_under_another_credential_is_turned_away() -> None:
    case, _, _ = opened(over="fhir")
    message = case.capture("register", case.person("A"))
    for token, code in ((None, "200"), ("", "401"), ("wrong", "401"), (EXPIRED, "401")):
        with case.wire.open_session(token) as session:
            said = session.exchange(message).acknowledgement
        assert said is not None
        assert said.code == code


def test_a_time_out_is_waiting_and_not_work() -> None:
    case, _, _ = opened(Silent)
    message = case.capture("register", case.person("A"))
    with case.wire.open_session() as session:
        assert session.exchange(message).failure == "time-out"
    assert case.clock.waited == LIMITS.acknowledge


def test_a_session_that_cannot_be_opened_raises() -> None:
    class Shut(Follower):
        def opens(self, token: str) -> None:
            raise TransportError("nobody listens", reason="refused")

    case, _, _ = opened(Shut)
    with pytest.raises(TransportError):
        case.wire.open_session()


MESSAGE = Message(b"", "hl7v2/2.4/itk", "", Origin.SOURCE)


@pytest.mark.parametrize(
    ("delivery", "answer", "outcome"),
    [
        (None, None, "nothing was sent"),
        (Delivery(MESSAGE, b"", failure="time-out"), "no answer (time-out)", "time-out"),
        (Delivery(MESSAGE, b""), "no answer", "no answer"),
        (Delivery(MESSAGE, b"", Acknowledgement(b"", AckKind.UNREADABLE, "200")), "an answer that cannot be read", "an answer that cannot be read"),
        (Delivery(MESSAGE, b"", Acknowledgement(b"", AckKind.ERROR, "AE", error_code="101")), "AE/101", "AE/101"),
        (Delivery(MESSAGE, b"", Acknowledgement(b"", AckKind.ACCEPTED, "AA")), "AA", "AA"),
    ],
)
def test_what_came_back_is_said_in_a_word(delivery: Delivery | None, answer: str | None, outcome: str) -> None:
    assert came_back(delivery) == outcome
    assert delivery is None or answered(delivery) == answer
