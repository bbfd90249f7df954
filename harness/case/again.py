"""Repetition: what was lost is sent again, by the source itself or, where it expects no acknowledgement, by the harness in its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.case.wire import answered
from harness.model.finding import Attribution

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.people import Person
    from harness.model.finding import Finding
    from harness.model.message import Exchange


def sent_again(case: Case, event: str, person: Person, fault: str) -> tuple[Exchange, Finding | None]:
    """Cause ``event`` and lose the message (``drop``) or its answer (``disconnect``); the exchange, and what was wrong with the repeat, if anything."""
    exchange = case.stimulate(event, person, fault=fault)
    last = exchange.last
    if last is None:
        return exchange, case.inconclusive(f"the source sent nothing for {event}", blocked_by="acknowledgement/events-1")
    if case.link.endpoint.acknowledgement == "none":
        return case.replay(last.message), None
    if len(exchange.deliveries) < 2:
        return exchange, case.failed(
            expected="what was not acknowledged sent again", actual="sent once and given up", attribution=Attribution.SOURCE, person=person
        )
    if not last.positive:
        return exchange, case.failed(expected="the repeat accepted", actual=last.failure or answered(last), person=person)
    return exchange, None
