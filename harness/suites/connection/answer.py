"""connection/answer: LEVELS L1c."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.wire import came_back
from harness.errors import FormatError
from harness.formats.fhir import parse_json

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding


@check("connection/answer-1")
def valid_message_is_acknowledged_in_time(case: Case) -> Iterator[Finding]:
    """A valid message SHALL be acknowledged within the acknowledgement limit.

    Sends one registration and reads the answer.
    """
    exchange = case.stimulate("register", case.person("A"))
    last = exchange.last
    if last is None:
        yield case.inconclusive("the source sent nothing", blocked_by="acknowledgement/events-1")
        return
    limit = case.endpoint().limits.acknowledge
    said = last.acknowledgement
    yield case.expect(
        said is not None and said.positive and said.seconds <= limit,
        expected=f"a positive acknowledgement within {limit:g} s",
        actual=came_back(last),
    )


@check("connection/answer-2")
def acknowledgement_names_its_message(case: Case) -> Iterator[Finding]:
    """An acknowledgement SHALL name the control id of the message it answers, for each of several messages.

    Sends two registrations; each answer must carry its own message's id (MSA-2; over HTTP, X-Request-ID where it is echoed at all).
    """
    for letter in ("A", "B"):
        last = case.stimulate("register", case.person(letter)).last
        if last is None or last.acknowledgement is None:
            yield case.inconclusive("there was no acknowledgement to correlate", blocked_by="connection/answer-1")
            continue
        named = last.acknowledgement.correlates
        right = named == last.message.control_id or (case.link().adapter.answers_in_place and not named)
        yield case.expect(
            right,
            expected="the control id of the message sent",
            actual="that id" if right else f"another id ({named[:20] or 'none'})",
            signals=() if right else ("uncorrelated",),
        )


@check("connection/answer-3")
def answer_is_readable_fhir(case: Case) -> Iterator[Finding]:
    """A FHIR answer SHALL be readable FHIR under a FHIR media type, with one response entry for each entry of a transaction.

    FHIR R4, http 3.1.0.11.2: the response Bundle has the entries of the request, in its order.
    """
    last = case.stimulate("register", case.person("A")).last
    if last is None or last.acknowledgement is None:
        yield case.inconclusive("there was no answer to read", blocked_by="connection/answer-1")
        return
    asked = len(parse_json(last.message.content).get("entry") or [])
    try:
        body = parse_json(last.acknowledgement.content)
    except FormatError as error:
        yield case.failed(expected="a FHIR resource", actual=error.what)
        return
    found = len(body.get("entry") or [])
    yield case.expect(
        body.get("type") == "transaction-response" and found == asked,
        expected=f"a transaction-response with {asked} entries",
        actual=f"{body.get('resourceType')} {body.get('type') or ''} with {found} entries",
    )


@check("connection/answer-4")
def session_stays_open_without_acknowledgement(case: Case) -> Iterator[Finding]:
    """Where no acknowledgement is declared, the session SHALL stay open after a message.

    Sends two registrations on one connection and sees both people.
    """
    for letter in ("A", "B"):
        case.stimulate("register", case.person(letter))
    for letter in ("A", "B"):
        seen = case.effect(case.person(letter), lambda found: found.found)
        yield case.expect(seen.met, expected=f"person {letter} observable", actual="not observable" if not seen.met else "observable")
