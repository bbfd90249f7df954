"""HL7 v2 by its three ways: framing, status against body, letters; and how answers are read and messages altered."""

from __future__ import annotations

from pathlib import Path

import pytest
from adapters_kit import V2, accepting, adapter, letters, message, peer, saying_nothing, v2_answer

from harness.adapters.hl7v2_mailbox import letter_name
from harness.formats.hl7v2 import parse
from harness.model.message import AckKind
from harness.transports.mailbox import Mailbox

MLLP, HTTP, MAILBOX = "hl7v2+mllp", "hl7v2+http", "hl7v2+mailbox"
NOWHERE = {MLLP: "127.0.0.1:9", HTTP: "http://127.0.0.1:9", MAILBOX: "/nowhere"}


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AA", AckKind.ACCEPTED),
        ("CA", AckKind.QUEUED),
        ("AE", AckKind.ERROR),
        ("CE", AckKind.ERROR),
        ("AR", AckKind.REJECTED),
        ("CR", AckKind.REJECTED),
        ("ZZ", AckKind.UNREADABLE),
    ],
)
def test_msa_1_says_what_kind_of_answer_it_is(code: str, kind: AckKind) -> None:
    with adapter(MLLP, NOWHERE[MLLP]) as ours:
        said = ours.acknowledgement(v2_answer(code))
    assert (said.kind, said.code, said.correlates) == (kind, code, "M1")


@pytest.mark.parametrize(
    ("more", "error_code", "text"),
    [
        ("MSA|AE|M1|no PID|||100", "100", "no PID"),
        ("MSA|AE|M1\rERR|^^^101&Required field missing", "101", ""),
        ("MSA|AE|M1\rERR||PID^1^7|102^Data type error|E||||month 13", "102", "month 13"),
        ("MSA|AE|M1|||207^Application internal error", "", ""),
    ],
)
def test_the_error_code_is_found_where_each_version_has_it(more: str, error_code: str, text: str) -> None:
    with adapter(MLLP, NOWHERE[MLLP]) as ours:
        said = ours.acknowledgement(f"MSH|^~\\&|EPRB|X9B|EPRA|X9A|20260105090001||ACK|A1|P|2.4\r{more}\r".encode())
    assert (said.kind, said.error_code, said.text) == (AckKind.ERROR, error_code, text)


def test_bytes_that_are_no_message_are_an_answer_that_cannot_be_read() -> None:
    with adapter(MLLP, NOWHERE[MLLP]) as ours:
        assert ours.acknowledgement(b"<html>").kind is AckKind.UNREADABLE


@pytest.mark.parametrize("way", [MLLP, HTTP, MAILBOX])
def test_where_nothing_is_acknowledged_nothing_is_waited_for(way: str) -> None:
    def script(payload: bytes) -> bytes | None:
        return b"" if way == HTTP else None

    with peer(way, script, status=202) as there, adapter(way, there.address, acknowledgement="none") as ours:
        (made,) = ours.deliver(message(way))
        assert (made.failure, made.acknowledgement, ours.acknowledges) == ("", None, False)
        session = ours.open_session()
        assert session.exchange(message(way)).failure == ""
        session.close()


def test_an_alteration_sets_empties_removes_and_appends() -> None:
    with adapter(MLLP, NOWHERE[MLLP]) as ours:
        made = ours.altered(message(MLLP), [("PID-5.1", None), ("MSH-9.2", "A31"), ("-EVN", None), ("+NTE|1||hello", None)], "N1")
    tree = parse(made.content)
    assert (tree.get("PID-5.1"), tree.get("MSH-10"), tree.get("NTE-3"), tree.all("EVN"), made.trigger) == (None, "N1", "hello", [], "A31")


# --- MLLP --------------------------------------------------------------------------------------------------------------------


def test_pieces_and_back_to_back_frames_are_whole_messages_to_the_peer() -> None:
    def script(payload: bytes) -> bytes:
        return v2_answer("AA", parse(payload).control_id or "")

    with peer(MLLP, script) as there, adapter(MLLP, there.address) as ours:
        second = ours.altered(message(MLLP), [], "M2")
        session = ours.open_session()
        assert session.exchange_slowly(message(MLLP), 7).positive
        made = session.exchange_many([message(MLLP), second])
        session.close()
    assert there.received == [V2, V2, second.content]
    assert [one.acknowledgement.correlates for one in made if one.acknowledgement] == ["M1", "M2"]


def test_an_answer_short_of_two_is_a_failure_of_the_second() -> None:
    def script(payload: bytes) -> bytes | None:
        return v2_answer("AA") if b"|M1|" in payload else None

    with peer(MLLP, script) as there, adapter(MLLP, there.address) as ours:
        session = ours.open_session()
        made = session.exchange_many([message(MLLP), ours.altered(message(MLLP), [], "M2")])
        session.close()
    assert [(one.positive, one.failure) for one in made] == [(True, ""), (False, "time-out")]


def test_raw_bytes_go_as_they_are_and_the_frame_is_what_leaves() -> None:
    with peer(MLLP, accepting(MLLP)) as there, adapter(MLLP, there.address) as ours:
        session = ours.open_session()
        session.write_raw(b"\r\n")
        session.write_raw(ours.wire_bytes(message(MLLP))[:9])
        session.close()
        assert ours.deliver(message(MLLP))[0].positive
    assert there.received == [V2]


def test_a_late_answer_is_not_taken_for_that_of_the_next_message() -> None:
    answers = iter([None, v2_answer("AA", "M2")])
    with peer(MLLP, lambda _: next(answers)) as there, adapter(MLLP, there.address) as ours:
        (first,) = ours.deliver(message(MLLP))
        (second,) = ours.deliver(ours.altered(message(MLLP), [], "M2"))
    assert first.failure == "time-out"
    assert second.acknowledgement is not None
    assert second.acknowledgement.correlates == "M2"


def test_what_a_fault_left_of_a_frame_is_no_message_to_the_peer() -> None:
    with peer(MLLP, accepting(MLLP)) as there, adapter(MLLP, there.address) as ours:
        (made,) = ours.deliver(message(MLLP), fault="truncate", seed=3)
        assert ours.deliver(message(MLLP))[0].positive
    assert made.failure == "disconnected"
    assert 0 < len(made.sent) < len(V2)
    assert there.received == [V2]


# --- HTTP --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("token", "own", "said"), [(None, "secret", "Bearer secret"), ("other", "secret", "Bearer other"), ("", "secret", None), (None, "", None)]
)
def test_a_session_shows_the_credential_it_was_opened_with(token: str | None, own: str, said: str | None) -> None:
    with peer(HTTP, accepting(HTTP)) as there, adapter(HTTP, there.address, token=own) as ours:
        session = ours.open_session(token)
        assert session.exchange(message(HTTP)).positive
        session.close()
    assert there.headers[0].get("authorization") == said


def test_the_content_type_names_the_character_set_the_message_is_written_in() -> None:
    with peer(HTTP, accepting(HTTP)) as there, adapter(HTTP, there.address) as ours:
        ours.deliver(ours.altered(message(HTTP), [("MSH-18", "8859/1")], "M1"))
        ours.open_session().exchange(message(HTTP), b"no message")
    assert there.headers[0]["content-type"] == "application/hl7-v2+er7; charset=iso8859-1"
    assert there.headers[1]["content-type"] == "application/hl7-v2+er7"


def test_a_status_speaks_where_the_body_does_not() -> None:
    with peer(HTTP, lambda _: b"busy", status=503) as there, adapter(HTTP, there.address) as ours:
        (made,) = ours.deliver(message(HTTP))
    assert made.acknowledgement is not None
    assert (made.acknowledgement.kind, made.acknowledgement.code) == (AckKind.ERROR, "503")


# --- letters -----------------------------------------------------------------------------------------------------------------


def test_an_answer_to_somebody_else_is_left_aside_for_the_one_that_names_the_message() -> None:
    with peer(MAILBOX, lambda _: v2_answer("AA")) as there, adapter(MAILBOX, there.address) as ours:
        Mailbox(Path(there.address) / "out").drop(v2_answer("AR", "OTHER"))
        (made,) = ours.deliver(message(MAILBOX))
    assert made.positive


def test_only_an_answer_to_somebody_else_is_what_was_answered() -> None:
    with peer(MAILBOX, lambda _: v2_answer("AA", "OTHER")) as there, adapter(MAILBOX, there.address) as ours:
        (made,) = ours.deliver(message(MAILBOX))
    assert made.acknowledgement is not None
    assert made.acknowledgement.correlates == "OTHER"


def test_a_letter_bears_the_control_id_in_a_plain_name() -> None:
    assert letter_name("EH0123456789ABCDEF") == "message-EH0123456789ABCDEF.hl7"
    assert letter_name("../a b") == "message-..-a-b.hl7"
    with peer(MAILBOX, saying_nothing) as there, adapter(MAILBOX, there.address, acknowledgement="none") as ours:
        ours.deliver(message(MAILBOX))
        ours.open_session().write_raw(b"half a mess")
        letters(there)
    assert there.received == [V2, b"half a mess"]


def test_a_partner_that_waits_for_no_answer_finds_none() -> None:
    with adapter(MAILBOX, "/nowhere", acknowledgement="none") as ours:
        root = Path(ours.open_inlet())
        Mailbox(root / "in").drop(V2)
        caught = ours.catch(1.0)
        assert caught is not None
        caught.reply(None)
        assert Mailbox(root / "out").poll() == []
    assert not root.exists()
