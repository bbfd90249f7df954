"""Is an effect visible in time? LEVELS L5e: the share of people whose change is seen within the flow's time limit, from the acknowledgement on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from harness.case.blocked import Blocked
from harness.case.case import Case
from harness.case.observation import Observation
from harness.case.people import Person
from harness.catalogue import catalogue
from harness.model.finding import Finding

# A simulated system's time is virtual: what it has not shown after a few of its declared effect limits it will not show by waiting longer.
_LIMITS_OF_PATIENCE = 4


def time_limit(case: Case, event: str) -> float:
    """T in seconds: the shortest limit among the flows of the clause's family that have ``event``, or of the whole family where none has.

    Raises Blocked where the catalogue has no flow of the family.
    """
    flows = [flow for flow in catalogue().flows.values() if flow.family == case.clause.family]
    if not flows:
        raise Blocked(f"no flow of the family {case.clause.family} says within which time its effects must be visible")
    named = [flow for flow in flows if any(one.name == event for one in flow.events)]
    return min(flow.time_limit for flow in named or flows)


def visible_in_time(case: Case, event: str, people: Sequence[Person], shows: Callable[[Observation], bool]) -> Finding:
    """Cause ``event`` for each of ``people`` and measure, by the wall, from its acknowledgement until ``shows`` holds at the target.

    Stops as soon as the required share cannot be met any more. The finding counts people and never tells seconds, so that two runs compare equal.
    """
    limit, share = time_limit(case, event), float(catalogue().levels["thresholds"]["visible_in_time"])
    patience = min(limit, case.endpoint().limits.effect * _LIMITS_OF_PATIENCE) if case.side().system.simulated else limit
    late = 0
    for person in people:
        exchange = case.stimulate(event, person)
        if not exchange.positive and (case.acknowledges() or not exchange.deliveries):
            return case.inconclusive(f"{event} was not acknowledged, so there is no moment to measure from", blocked_by="acknowledgement/events-1")
        start = case.clock.watch()
        seen = case.look.until(partial(case.observe, person), shows, patience)
        late += not seen.met or case.clock.watch() - start > limit
        if (len(people) - late) / len(people) < share:
            break
    kept = (len(people) - late) / len(people)
    return case.expect(
        kept >= share,
        expected=f"visible within {limit:g} s for {share:.0%} of {len(people)} people",
        actual=f"in time for all {len(people)}" if not late else f"not in time for {late} of {len(people)} or more",
    )
