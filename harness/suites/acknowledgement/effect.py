"""acknowledgement/effect: LEVELS L2d. An acknowledgement is a claim; the observation is the effect."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known
from harness.case.wire import came_back

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.observation import Observation
    from harness.case.people import Person
    from harness.model.finding import Finding
    from harness.model.message import Exchange


def honest(case: Case, exchange: Exchange, person: Person, shows: Callable[[Observation], bool], what: str) -> Finding:
    """What was acknowledged positively is observed, by an independent way, within the effect limit."""
    last = exchange.last
    if last is None or (not exchange.positive and case.acknowledges()):
        said = came_back(last)
        return case.inconclusive(f"there was no positive acknowledgement whose honesty could be examined ({said})", blocked_by="acknowledgement/events-1")
    seen = case.effect(person, shows)
    if not seen.observation.independent:
        return case.inconclusive("the observation is not independent of the write, so it proves nothing")
    return case.expect(
        seen.met,
        expected=f"{what}: observable within {case.endpoint().limits.effect:g} s of the positive acknowledgement",
        actual=what if seen.met else "no such effect",
        signals=() if seen.met else ("acknowledged-without-effect",),
        person=person,
    )


@check("acknowledgement/effect-1")
def registration_has_its_effect(case: Case) -> Iterator[Finding]:
    """After a positive acknowledgement of a registration the person SHALL be observable at the target within the effect limit.

    Registers A and looks A up by the NHS number.
    """
    person = case.person("A")
    yield honest(case, case.stimulate("register", person), person, lambda seen: len(seen.current) == 1, "the person")


@check("acknowledgement/effect-2", given=[known("A")])
def update_has_its_effect(case: Case) -> Iterator[Finding]:
    """After a positive acknowledgement of an update the new content SHALL be observable at the target within the effect limit.

    Changes the post code of A.
    """
    person = case.person("A").with_({"address.postcode": "ZZ99 9AB"})
    exchange = case.stimulate("update-person", person)
    yield honest(case, exchange, person, lambda seen: any("ZZ99 9AB" in record.all("address.postcode") for record in seen.records), "the new post code")


@check("acknowledgement/effect-3", given=[known("A")])
def admission_has_its_effect(case: Case) -> Iterator[Finding]:
    """After a positive acknowledgement of an admission the encounter SHALL be observable at the target within the effect limit.

    Admits A and looks for an encounter under way.
    """
    person = case.person("A")
    exchange = case.stimulate("admit", person)
    yield honest(case, exchange, person, lambda seen: any(e.get("status") == "in-progress" for e in seen.of("Encounter")), "the encounter under way")


@check("acknowledgement/effect-4", given=[known("A"), known("B")])
def merge_has_its_effect(case: Case) -> Iterator[Finding]:
    """After a positive acknowledgement of a merge its effect SHALL be observable at the target within the effect limit.

    Merges B into A and looks for B as a current record.
    """
    survivor, loser = case.person("A"), case.person("B")
    case.people.share(survivor, loser)
    exchange = case.stimulate("merge", survivor, loser=loser)
    yield honest(case, exchange, loser, lambda seen: not seen.current_under(loser.nhs_number), "one record less")
