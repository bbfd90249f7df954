"""Repetition: what was lost is sent again, by the source itself or, where it expects no acknowledgement, by the harness in its name."""

from __future__ import annotations

from typing import Any

from harness.case.case import Case
from harness.case.people import Person
from harness.case.wire import answered
from harness.model.finding import Attribution, Finding


def sent_twice(case: Case, event: str, person: Person, **details: Any) -> Finding | None:
    """Cause ``event`` and let its message arrive twice, byte for byte; what kept that from happening, if anything.

    Returns after a barrier, so that a second effect can be seen where there is one.
    """
    exchange = case.stimulate(event, person, fault="duplicate", **details)
    if len(exchange.deliveries) < 2:
        return untold(case, event, person)
    case.look.barrier()
    return None


def untold(case: Case, event: str, person: Person) -> Finding:
    """The source was made to do something and told nobody."""
    return case.failed(expected=f"a message about the {event}", actual="nothing was sent", attribution=Attribution.SOURCE, person=person)


def sent_again(case: Case, event: str, person: Person, fault: str) -> Finding | None:
    """Cause ``event`` and lose the message (``drop``) or its answer (``disconnect``); what was wrong with the repeat, if anything.

    Returns after a barrier, so that a second effect can be seen where there is one.
    """
    exchange = case.stimulate(event, person, fault=fault)
    last = exchange.last
    if last is None:
        return untold(case, event, person)
    if not case.acknowledges():
        case.wire.replay(last.message)
    elif len(exchange.deliveries) < 2:
        return case.failed(expected="what was not acknowledged sent again", actual="sent once and given up", attribution=Attribution.SOURCE, person=person)
    elif not last.positive:
        return case.failed(expected="the repeat accepted", actual=last.failure or answered(last), person=person)
    case.look.barrier()
    return None
