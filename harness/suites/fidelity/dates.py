"""fidelity/dates: LEVELS L4e. The trap is a date read as midnight local time and stored as an instant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.blame import left_out_by
from harness.case.check import check

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding

# In summer time; in the years when the clock stood an hour ahead all year (1968 to 1971); in winter.
_BIRTHS = ("1925-07-04", "1969-12-25", "1990-01-31")


@check("fidelity/dates-1")
def birth_date_stays_the_day(case: Case) -> Iterator[Finding]:
    """A date of birth in summer time SHALL arrive as the same calendar day.

    Three people born in summer time, in a year of permanent summer time, and in winter.
    """
    for letter, day in zip(("A", "B", "C"), _BIRTHS, strict=True):
        person = case.become(case.person(letter).with_({"person.birth_date": day}))
        case.stimulate("register", person)
        seen = case.effect(person, lambda found: found.found)
        held = sorted({value for record in seen.observation.records for value in record.all("person.birth_date")})
        right = held == [day]
        yield case.expect(
            right,
            expected=day,
            actual=", ".join(held) or "nothing",
            attribution=left_out_by(case, person, "person.birth_date", day, unwanted={*held} - {day}),
            signals=() if right else ("critical-loss",),
            person=person,
        )
