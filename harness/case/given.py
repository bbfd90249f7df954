"""What must hold before a check asks: people, encounters and notices in place, verified by observation and kept as *before*."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.case.check import Blocked
from harness.model.record import Value

if TYPE_CHECKING:
    from harness.case.case import Case

ROOT = "acknowledgement/effect-1"


@dataclass(frozen=True, slots=True)
class known:  # noqa: N801 - reads as a word in ``given=[known("A")]``
    """A person registered at the source and observable at the target. ``changes`` are made to the fixture's content first (None removes)."""

    letter: str
    changes: Mapping[str, Value | None] = field(default_factory=dict)
    event: str = "register"

    def satisfy(self, case: Case) -> None:
        """Register the person and see them at the target."""
        person = case.become(case.person(self.letter).with_(self.changes))
        establish(case, self.letter, self.event)
        if self.letter not in case.before:
            raise Blocked(f"{person.name} could not be put in place", ROOT)


@dataclass(frozen=True, slots=True)
class admitted:  # noqa: N801 - reads as a word in ``given=[admitted("A")]``
    """A person known at the target with an encounter under way."""

    letter: str
    changes: Mapping[str, Value | None] = field(default_factory=dict)

    def satisfy(self, case: Case) -> None:
        """Admit the person and see the encounter at the target."""
        case.become(case.person(self.letter).with_(self.changes))
        establish(case, self.letter, "register")
        person = case.person(self.letter)
        exchange = case.stimulate("admit", person)
        seen = case.effect(person, lambda found: any(e.get("status") == "in-progress" for e in found.of("Encounter")))
        if not seen.met:
            said = exchange.last.acknowledgement.code if exchange.last and exchange.last.acknowledgement else "nothing"
            raise Blocked(f"{person.name} could not be admitted: the target answered {said} and shows no encounter under way", "acknowledgement/effect-3")
        case.before[self.letter] = seen.observation


def establish(case: Case, letter: str, event: str) -> None:
    """Cause ``event`` and wait until exactly one current record of the person is observable; keep it as *before*."""
    person = case.person(letter)
    exchange = case.stimulate(event, person)
    seen = case.effect(person, lambda found: len(found.current) == 1)
    if not seen.met:
        last = exchange.last
        said = "nothing was sent" if last is None else last.failure or (last.acknowledgement.code if last.acknowledgement else "no answer")
        raise Blocked(f"{person.name} could not be put in place ({said}; {len(seen.observation.current)} current records observed)", ROOT)
    case.before[letter] = seen.observation
