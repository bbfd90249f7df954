"""identity/sensitive: LEVELS L3h; ITK ZU8-4, FHIR meta.security R."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.observation import Observation
    from harness.case.people import Person
    from harness.model.finding import Finding

_HIDDEN = ("address", "telecom", "contact")


def _shown(seen: Observation, person: Person) -> list[str]:
    """What must be hidden and is not: groups the lens reads, and the raw bytes of what was returned."""
    groups = [group for group in _HIDDEN if any(record.entries(group) for record in seen.records)]
    practice = ["practice"] if any(record.text("person.practice") for record in seen.records) else []
    raw = [what for what in ("address.postcode", "telecom.value") for text in [person.record.text(what)] if text and text.encode() in seen.content]
    return [*groups, *practice, *raw]


def _hides(case: Case, person: Person, seen: Observation) -> Finding:
    leaks = sorted(set(_shown(seen, person)))
    return case.expect(
        seen.found and not leaks,
        expected="the person without address, telephone, practice or next of kin",
        actual=f"shown: {', '.join(leaks)}" if leaks else "hidden" if seen.found else "the person was not found",
        signals=("sensitive-leak",) if leaks else (),
        person=person,
    )


@check("identity/sensitive-1")
def sensitive_person_shows_no_place(case: Case) -> Iterator[Finding]:
    """A person flagged sensitive SHALL show no address, telephone, practice or next of kin at the target.

    The source holds them; the flag is national. What leaves the source and what the target shows are both read.
    """
    person = case.become(case.person("A").with_({"person.sensitive": "national"}))
    case.stimulate("register", person)
    yield _hides(case, person, case.effect(person, lambda found: found.found).observation)


@check("identity/sensitive-2", given=[known("A")])
def sensitive_later_hides_what_was_shown(case: Case) -> Iterator[Finding]:
    """A person flagged sensitive later SHALL lose the address, telephone, practice and next of kin shown before.

    A is known with an address; the update brings the flag.
    """
    if not _shown(case.before["A"], case.person("A")):
        yield case.inconclusive("the target showed no address to begin with, so hiding it proves nothing", blocked_by="fidelity/person-1")
        return
    person = case.person("A").with_({"person.sensitive": "national"})
    case.stimulate("update-person", person)
    seen = case.effect(person, lambda found: found.found and not _shown(found, person))
    yield _hides(case, person, seen.observation)
