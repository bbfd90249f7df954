"""fidelity/times: LEVELS L4e; Europe/London changed from GMT on 2026-03-29 and changes back on 2026-10-25."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from harness.case.blame import left_out_by
from harness.case.check import check
from harness.case.given import known

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.observation import Observation
    from harness.model.finding import Finding

# The hour before each change, an hour after it, and a summer evening. 01:00 to 01:59 of the two nights does not exist or happens twice.
_STARTS = ("2026-03-29T00:30:00", "2026-03-29T03:30:00", "2026-07-01T23:30:00", "2026-10-25T00:30:00", "2026-10-25T03:30:00")


def _starts(start: str, found: Observation) -> bool:
    return any(value.startswith(start[:16]) for record in found.records for value in record.all("encounter.start"))


@check("fidelity/times-1", given=[known("A")])
def local_times_arrive(case: Case) -> Iterator[Finding]:
    """Local times SHALL arrive right on the days of both clock changes.

    Admits A and moves the start of the stay through the two nights.
    """
    base = case.person("A")
    case.stimulate("admit", base)
    for start in _STARTS:
        person = case.become(base.with_({"encounter.start": start}))
        case.stimulate("update-encounter", person)
        seen = case.effect(person, partial(_starts, start))
        held = sorted({value for record in seen.observation.records for value in record.all("encounter.start")})
        blame = left_out_by(case, person, "encounter.start", start)
        yield case.expect(seen.met, expected=f"{start} local time", actual=", ".join(held) or "no start", attribution=blame, person=person)
