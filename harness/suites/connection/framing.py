"""connection/framing: LEVELS L1b; HL7 v2.4 appendix C, minimal lower layer protocol."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.wire import came_back
from harness.model.message import AckKind
from harness.suites.connection.service import served

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding

_PIECE = 7  # bytes: no boundary of a frame or segment falls on many multiples of it
_SHARE_OF_MAXIMUM = 0.9  # leaves room for what the frame and the protocol add


@check("connection/framing-1")
def fragments_make_one_message(case: Case) -> Iterator[Finding]:
    """A message that arrives in many small pieces SHALL be acknowledged as if it had come whole.

    Writes one registration seven bytes at a time.
    """
    message = case.capture("register", case.person("A"))
    with case.wire.open_session() as wire:
        delivery = wire.exchange_slowly(message, _PIECE)
    right = served(case, delivery, case.person("A"))
    yield case.expect(right, expected="a positive acknowledgement", actual=came_back(delivery))


@check("connection/framing-2")
def back_to_back_messages_are_both_answered(case: Case) -> Iterator[Finding]:
    """Two messages written back to back SHALL each be acknowledged, in their order.

    Writes two registrations in one go and reads two answers.
    """
    messages = [case.capture("register", case.person(letter)) for letter in ("A", "B")]
    with case.wire.open_session() as wire:
        deliveries = wire.exchange_many(messages)
    if not case.acknowledges():
        seen = [served(case, delivery, case.person(letter)) for letter, delivery in zip("AB", deliveries, strict=True)]
        yield case.expect(all(seen), expected="both people observable", actual=f"{sum(seen)} of 2")
        return
    found = [delivery.acknowledgement.correlates if delivery.acknowledgement else delivery.failure for delivery in deliveries]
    wanted = [message.control_id for message in messages]
    yield case.expect(
        found == wanted, expected="two answers, to the first and to the second message", actual=f"{sum(x in wanted for x in found)} of 2 in order"
    )


@check("connection/framing-3")
def large_message_is_answered(case: Case) -> Iterator[Finding]:
    """A message near the declared maximum size SHALL be acknowledged.

    Fills a registration with free text up to nine tenths of the maximum; any answer that was read will do, for it may be refused for its content.
    """
    message = case.wire.padded(case.capture("register", case.person("A")), int(case.endpoint().limits.max_bytes * _SHARE_OF_MAXIMUM))
    with case.wire.open_session() as wire:
        delivery = wire.exchange(message)
    if not case.acknowledges():
        right = served(case, delivery, case.person("A"))
        yield case.expect(right, expected=f"the person of {len(message.content)} bytes observable", actual="observable" if right else "not observable")
        return
    said = delivery.acknowledgement
    taken = said is not None and said.kind is not AckKind.UNREADABLE and said.code not in ("413", "500", "502", "503")
    yield case.expect(taken, expected=f"an answer to {len(message.content)} bytes", actual=came_back(delivery))
