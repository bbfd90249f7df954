"""What must hold before a check asks: people in place, verified by observation and kept as *before*."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.case.blocked import Blocked
from harness.case.case import Case
from harness.case.look import INTRODUCES
from harness.model.message import Exchange
from harness.model.record import Unsaid, Value

ROOT = "acknowledgement/effect-1"  # the check that examines whether what is sent becomes observable at all


@dataclass(frozen=True, slots=True)
class known:  # noqa: N801 - reads as a word in ``given=[known("A")]``
    """A person registered at the source and observable at the target. ``changes`` are made to the fixture's content first."""

    letter: str
    changes: Mapping[str, Value | Unsaid] = field(default_factory=dict)

    def satisfy(self, case: Case) -> None:
        """Introduce the person, and wait until exactly one current record of them is observable; keep it as *before*."""
        person = case.become(case.person(self.letter).with_(self.changes))
        exchange = case.stimulate(INTRODUCES, person)
        seen = case.effect(person, lambda found: len(found.current) == 1)
        if not seen.met:
            count = len(seen.observation.current)
            raise Blocked(f"{person.name} could not be put in place ({outcome_of(exchange)}; {count} current records observed)", ROOT)
        case.before[self.letter] = seen.observation


def outcome_of(exchange: Exchange) -> str:
    """What came of an exchange in a word or two: the answer's code, or what kept it away."""
    last = exchange.last
    if last is None:
        return "nothing was sent"
    return last.failure or (last.acknowledgement.code if last.acknowledgement else "no answer")
