"""connection/session: LEVELS L1a."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.wire import came_back
from harness.errors import TransportError
from harness.model.message import AckKind

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding
    from harness.model.message import Message


def _turned_away(case: Case, message: Message, token: str, what: str) -> Finding:
    """``message`` under ``token`` is answered by 401."""
    with case.wire.open_session(token) as wire:
        delivery = wire.exchange(message)
    code = delivery.acknowledgement.code if delivery.acknowledgement else delivery.failure
    return case.expect(code == "401", expected=f"401 to {what}", actual=code)


@check("connection/session-1")
def session_opens_and_carries(case: Case) -> Iterator[Finding]:
    """A session on the declared transport SHALL open within the connect limit and carry a valid message.

    Opens a connection of its own and sends one registration on it.
    """
    message = case.capture("register", case.person("A"))
    try:
        with case.wire.open_session() as wire:
            delivery = wire.exchange(message)
    except TransportError as error:
        signals = ("unreachable",) if error.reason in ("refused", "time-out") else ()
        yield case.failed(expected="an open session", actual=f"{error.reason}: {error.what}", signals=signals)
        return
    carried = not delivery.failure and (delivery.acknowledgement is None or delivery.acknowledgement.kind is not AckKind.UNREADABLE)
    yield case.expect(carried, expected="a session that carries a message", actual=came_back(delivery))


@check("connection/session-2")
def wrong_credential_is_refused(case: Case) -> Iterator[Finding]:
    """A request without credential or with a wrong one SHALL be refused with 401.

    Sends one registration without a token, then with a token that nobody issued. RFC 6750 section 3.1: 401.
    """
    if case.endpoint().auth == "none":
        yield case.not_applicable("the interface declares no authentication")
        return
    message = case.capture("register", case.person("A"))
    yield _turned_away(case, message, "", "no credential")
    yield _turned_away(case, message, "not-a-token-of-this-endpoint", "a wrong credential")


@check("connection/session-3")
def expired_credential_is_refused(case: Case) -> Iterator[Finding]:
    """A request with an expired credential SHALL be refused with 401.

    Needs an expired token of the endpoint, which a simulated system gives and a manifest may name.
    """
    if case.endpoint().auth == "none":
        yield case.not_applicable("the interface declares no authentication")
        return
    expired = case.side().deployment.expired.get(case.endpoint().id, "")
    if not expired:
        yield case.inconclusive("no expired credential of this endpoint is known; the manifest can name one")
        return
    yield _turned_away(case, case.capture("register", case.person("A")), expired, "an expired credential")


@check("connection/session-4")
def several_connections_are_served(case: Case) -> Iterator[Finding]:
    """Several connections at the same time SHALL each be served.

    Opens three connections, leaves the first idle, and sends on the others in turn.
    """
    messages = [case.capture("register", case.person(letter)) for letter in ("A", "B")]
    with case.wire.open_session() as idle, case.wire.open_session() as one, case.wire.open_session() as two:
        deliveries = [wire.exchange(message) for wire, message in zip((two, one), messages, strict=True)]
        deliveries.append(idle.exchange(case.altered(messages[0])))
    failed = [delivery.failure for delivery in deliveries if delivery.failure]
    yield case.expect(not failed, expected="an answer on each of three connections", actual=", ".join(failed) or "three answers")
    if not case.acknowledges():
        seen = [case.effect(case.person(letter), lambda found: found.found).met for letter in "AB"]
        yield case.expect(all(seen), expected="the people of both messages observable", actual=f"{sum(seen)} of 2")
