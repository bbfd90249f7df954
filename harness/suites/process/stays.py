"""A stay: how it is brought about, how it changes along the way, and how it is shown. Statuses are those of FHIR R4, however the target holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from harness.case.again import untold
from harness.case.blocked import Blocked
from harness.case.case import Case
from harness.case.given import known
from harness.case.observation import Observation
from harness.case.people import Person
from harness.model.finding import Finding
from harness.model.record import UNSAID

SECOND_WARD = "surgical-1"
UNDER_WAY = frozenset({"arrived", "triaged", "in-progress", "onleave"})


@dataclass(frozen=True, slots=True)
class admitted:  # noqa: N801 - reads as a word in ``given=[admitted("A")]``
    """A person known at the target with an encounter under way."""

    letter: str

    def satisfy(self, case: Case) -> None:
        """Admit the person and see the encounter at the target."""
        known(self.letter).satisfy(case)
        person = case.person(self.letter)
        last = case.stimulate("admit", person).last
        seen = case.effect(person, lambda found: any(stay.get("status") == "in-progress" for stay in found.of("Encounter")))
        if not seen.met:
            said = last.acknowledgement.code if last and last.acknowledgement else "nothing"
            raise Blocked(f"{person.name} could not be admitted: the target answered {said} and shows no encounter under way", "acknowledgement/effect-3")
        case.before[self.letter] = seen.observation


def transferred(person: Person) -> Person:
    """On another ward."""
    return person.with_({"encounter.ward": SECOND_WARD, "encounter.bed": "S02"})


def discharged(case: Case, person: Person, *, destination: str = "19", method: str = "8") -> Person:
    """With an end, a destination (table 0113) and a method; 19 is the usual place of residence, 8 not applicable."""
    return person.with_({"encounter.end": case.clock.at(minutes=5), "encounter.discharge_destination": destination, "encounter.discharge_method": method})


def undischarged(person: Person) -> Person:
    """As before the discharge: a cancelled event takes back what it said, and says nothing of it."""
    return person.with_(dict.fromkeys(("encounter.end", "encounter.discharge_destination", "encounter.discharge_method"), UNSAID))


def stays(seen: Observation) -> list[dict[str, Any]]:
    """The encounters shown, but for those entered in error."""
    return [encounter for encounter in seen.of("Encounter") if encounter.get("status") != "entered-in-error"]


def wards(seen: Observation) -> list[str]:
    """The wards shown, by fixture key."""
    return [ward for record in seen.records for ward in record.all("encounter.ward")]


def one_stay(seen: Observation, status: str, ward: str = "") -> bool:
    """One person with one encounter in ``status``, at ``ward`` where one is named; a finished one has an end and one under way has none."""
    found = stays(seen)
    if len(found) != 1 or len(seen.current) != 1 or found[0].get("status") != status:
        return False
    ended = bool((found[0].get("period") or {}).get("end"))
    return ended == (status == "finished") and (not ward or wards(seen) == [ward])


def told(seen: Observation) -> str:
    """What is shown, in words."""
    found = stays(seen)
    if seen.problem or not seen.found:
        return "the person is not found"
    if len(found) != 1:
        return f"{len(found)} encounters, {len(seen.current)} current records"
    ended = "with" if (found[0].get("period") or {}).get("end") else "without"
    return f"one encounter, {found[0].get('status') or 'without status'}, {ended} an end, ward {', '.join(wards(seen)) or 'not said'}"


def settles(case: Case, person: Person, status: str, ward: str = "") -> Finding:
    """The person's one encounter comes to be ``status`` at ``ward`` within the effect limit."""
    seen = case.effect(person, lambda found: one_stay(found, status, ward))
    wanted = f"one encounter, {status}" + (f", ward {ward}" if ward else "")
    return case.expect(seen.met, expected=wanted, actual=told(seen.observation), person=person)


def brings(case: Case, event: str, person: Person, status: str, ward: str = "") -> Finding:
    """Cause ``event`` and see the one encounter settle; a source that sends nothing is to blame itself."""
    if not case.stimulate(event, person).deliveries:
        return untold(case, event, person)
    return settles(case, person, status, ward)


def brought_to(case: Case, person: Person, event: str, status: str, ward: str = "") -> None:
    """Cause ``event`` on the way to the question; raises Blocked where it has no effect, for that is another check's to examine."""
    case.stimulate(event, person)
    if not case.effect(person, lambda found: one_stay(found, status, ward)).met:
        raise Blocked(f"the {event} of {person.name} had no effect, so what follows it cannot be examined", "process/encounter-1")
