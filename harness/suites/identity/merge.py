"""identity/merge: LEVELS L3c; ITK A40 (one PID, one MRG; PID-3 survives)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.check import check
from harness.case.given import known
from harness.formats.hl7v2 import parse
from harness.suites.process.stays import admitted

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.look import Seen
    from harness.case.people import Person
    from harness.model.finding import Finding


def merged(case: Case) -> tuple[Person, Person, Seen]:
    """Merge B into A and wait until B's number is nobody's own."""
    survivor, loser = case.person("A"), case.person("B")
    case.people.share(survivor, loser)
    case.stimulate("merge", survivor, loser=loser)
    return survivor, loser, case.effect(loser, lambda found: not found.current_under(loser.nhs_number))


@check("identity/merge-1", given=[known("A"), known("B")])
def merge_leaves_one_live_record(case: Case) -> Iterator[Finding]:
    """A40 SHALL leave exactly one live record, holding the surviving number.

    Merges B into A; then asks the target for both numbers.
    """
    survivor, _, seen = merged(case)
    kept = case.observe(survivor)
    live = {str(p.get("id")) for p in kept.current + seen.observation.current}
    right = len(live) == 1 and bool(kept.current_under(survivor.nhs_number))
    yield case.expect(
        right,
        expected="one live record, under the surviving number",
        actual=f"{len(live)} live, surviving number {'held' if kept.current_under(survivor.nhs_number) else 'not held'}",
        person=survivor,
    )
    name = survivor.record.text("name.family")
    still = any(name in record.all("name.family") for record in kept.records)
    yield case.expect(still, expected="the survivor's own name kept", actual="kept" if still else "replaced", person=survivor)


@check("identity/merge-2", given=[known("A"), known("B")])
def superseded_number_is_not_current(case: Case) -> Iterator[Finding]:
    """After a merge the superseded number SHALL NOT lead to a current record of its own.

    Merges B into A; then asks for B's NHS number and B's local number.
    """
    _, loser, seen = merged(case)
    local = case.observe(loser, local=True)
    under = [p for p in local.current if p.get("id") not in {q.get("id") for q in case.observe(case.person("A")).current}]
    right = seen.met and not under
    yield case.expect(right, expected="no current record under the superseded numbers", actual="none" if right else "a current record", person=loser)


@check("identity/merge-3", given=[known("A"), admitted("B")])
def dependents_follow_the_survivor(case: Case) -> Iterator[Finding]:
    """After a merge the encounters and allergies of the loser SHALL stand under the survivor.

    B has an encounter and an allergy; merges B into A and looks under A.
    """
    survivor, loser, _ = merged(case)
    visit = loser.record.text("encounter.number")
    seen = case.effect(survivor, lambda found: any(visit in record.all("encounter.number") for record in found.records))
    yield case.expect(seen.met, expected="the loser's encounter under the survivor", actual="there" if seen.met else "not there", person=survivor)
    # What never arrived cannot follow: it is asked for by the fidelity of the registration, not here.
    arrived = {code for record in case.before["B"].records for code in record.all("allergy.code")}
    wanted = set(loser.record.all("allergy.code")) & arrived
    held = {code for record in seen.observation.records for code in record.all("allergy.code")}
    yield case.expect(
        wanted <= held,
        expected="the loser's allergies under the survivor",
        actual=f"{len(wanted & held)} of {len(wanted)}",
        signals=() if wanted <= held else ("critical-loss",),
        person=survivor,
    )


@check("identity/merge-4", given=[known("A"), known("B")])
def late_update_does_not_revive(case: Case) -> Iterator[Finding]:
    """An update that arrives under the superseded number after a merge SHALL NOT revive it.

    Takes an update of B off the wire, merges B into A, and delivers the update afterwards.
    """
    loser = case.person("B")
    late = case.capture("update-person", loser.with_({"address.postcode": "ZZ99 8ZZ"}))
    merged(case)
    case.send(case.altered(late, ("EVN-2", parse(late.content).get("EVN-2"))))
    case.look.barrier()
    found = case.observe(loser).current_under(loser.nhs_number)
    yield case.expect(
        not found, expected="the superseded number still superseded", actual="superseded" if not found else "a current record again", person=loser
    )
