"""identity/death: LEVELS L3f; ITK PID-29 and PID-30."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known
from harness.model.record import DELETED

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.observation import Observation
    from harness.model.finding import Finding

_DIED = "2026-01-04"


def _dead(seen: Observation) -> bool:
    return any(record.text("person.deceased") == "Y" for record in seen.records)


@check("identity/death-1", given=[known("A")])
def death_is_observable(case: Case) -> Iterator[Finding]:
    """A notified death SHALL be observable with its date.

    Updates A with a date of death.
    """
    person = case.person("A").with_({"person.deceased": "Y", "person.death_date": _DIED})
    case.stimulate("update-person", person)
    seen = case.effect(person, lambda found: _dead(found) and any(record.text("person.death_date")[:10] == _DIED for record in found.records))
    actual = "dead, with the date" if seen.met else "dead, without the date" if _dead(seen.observation) else "alive"
    yield case.expect(seen.met, expected="dead, with the date", actual=actual, person=person, signals=() if seen.met else ("critical-loss",))


@check("identity/death-2", given=[known("A", {"person.deceased": "Y", "person.death_date": _DIED})])
def death_in_error_is_reversed(case: Case) -> Iterator[Finding]:
    """A death notified in error SHALL be reversed by the correcting update.

    A is known as dead; the update says N and deletes the date.
    """
    person = case.person("A").with_({"person.deceased": "N", "person.death_date": DELETED})
    if not _dead(case.before["A"]):
        yield case.inconclusive("the death to be reversed is not observable", blocked_by="identity/death-1")
        return
    case.stimulate("update-person", person)
    seen = case.effect(person, lambda found: found.found and not _dead(found))
    yield case.expect(seen.met, expected="alive", actual="alive" if seen.met else "dead still", person=person, signals=() if seen.met else ("critical-loss",))
