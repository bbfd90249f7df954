"""connection/recovery: LEVELS L1d."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.wire import came_back
from harness.errors import TransportError
from harness.suites.connection.service import served

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.people import Person
    from harness.model.finding import Finding
    from harness.model.message import Message


def _next_is_served(case: Case, message: Message, person: Person) -> Finding:
    """One valid message on a new connection."""
    try:
        with case.wire.open_session() as wire:
            delivery = wire.exchange(message)
    except TransportError as error:
        return case.failed(expected="a new session after the damage", actual=f"{error.reason}: {error.what}")
    return case.expect(served(case, delivery, person), expected="the next valid message acknowledged", actual=came_back(delivery))


@check("connection/recovery-1")
def serves_after_unframed_bytes(case: Case) -> Iterator[Finding]:
    """After unframed bytes the endpoint SHALL serve the next valid message, on this connection or a new one.

    Writes bytes without a start-of-block character, then a registration on the same connection, and if that fails on a new one.
    """
    person = case.person("A")
    message = case.capture("register", person)
    try:
        with case.wire.open_session() as wire:
            wire.write_raw(b"GET / HTTP/1.0\r\n\r\n")
            delivery = wire.exchange(message)
    except TransportError:
        delivery = None
    if delivery is not None and served(case, delivery, person):
        yield case.passed("served on the same connection")
        return
    yield _next_is_served(case, message, person)


@check("connection/recovery-2")
def serves_after_half_a_frame(case: Case) -> Iterator[Finding]:
    """After half a frame and a lost connection the endpoint SHALL serve the next valid message on a new one.

    Writes the first half of a registration, closes, and sends another on a new connection.
    """
    first, second = (case.capture("register", case.person(letter)) for letter in ("A", "B"))
    whole = case.wire.bytes_of(first)
    with case.wire.open_session() as wire:
        wire.write_raw(whole[: len(whole) // 2])
    yield _next_is_served(case, second, case.person("B"))


@check("connection/recovery-3")
def serves_after_content_that_cannot_be_parsed(case: Case) -> Iterator[Finding]:
    """After content that cannot be parsed the endpoint SHALL serve the next valid message.

    Sends bytes that are neither HL7 v2 nor JSON, whatever the answer, and then a registration.
    """
    message = case.capture("register", case.person("A"))
    try:
        with case.wire.open_session() as wire:
            wire.exchange(case.wire.rubbish(message))
    except TransportError as error:
        case.transcript.remark(f"the rubbish was answered by {error.reason}")
    yield _next_is_served(case, message, case.person("A"))
