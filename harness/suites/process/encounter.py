"""process/encounter: LEVELS L5a, L5b, L5d and L5e for stays; ITK A01 A02 A03 A08 A11 A12 A13 A21 A22, flow S1."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.again import sent_again, sent_twice, untold
from harness.case.check import check
from harness.case.given import known
from harness.case.punctual import visible_in_time
from harness.suites.process.stays import (
    SECOND_WARD,
    UNDER_WAY,
    admitted,
    brings,
    brought_to,
    discharged,
    one_stay,
    settles,
    stays,
    told,
    transferred,
    undischarged,
)

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.model.finding import Finding


@check("process/encounter-1", given=[known("A")])
def stay_ends_at_the_last_ward(case: Case) -> Iterator[Finding]:
    """Admission, transfer and discharge SHALL end in a finished encounter at the last ward.

    Admits, transfers and discharges A, and looks after each.
    """
    person = case.person("A")
    first = person.record.text("encounter.ward")
    yield brings(case, "admit", person, "in-progress", first)
    moved = transferred(person)
    yield brings(case, "transfer", moved, "in-progress", SECOND_WARD)
    yield brings(case, "discharge", discharged(case, moved), "finished", SECOND_WARD)


@check("process/encounter-2", given=[admitted("A")])
def cancelled_admission_leaves_nothing_under_way(case: Case) -> Iterator[Finding]:
    """A cancelled admission SHALL leave no encounter under way.

    A is an inpatient; the admission is cancelled.
    """
    person = case.person("A")
    if not case.stimulate("cancel-admit", person).deliveries:
        yield untold(case, "cancel-admit", person)
        return
    seen = case.effect(person, lambda found: found.found and not any(stay.get("status") in UNDER_WAY for stay in stays(found)))
    yield case.expect(seen.met, expected="the person, with no encounter under way", actual=told(seen.observation), person=person)


@check("process/encounter-3", given=[admitted("A")])
def cancelled_discharge_reopens_the_stay(case: Case) -> Iterator[Finding]:
    """A cancelled discharge SHALL put the encounter under way again.

    Discharges A and takes it back; the end date goes with it.
    """
    gone = discharged(case, case.person("A"))
    brought_to(case, gone, "discharge", "finished")
    yield brings(case, "cancel-discharge", undischarged(gone), "in-progress")


@check("process/encounter-4", given=[admitted("A")])
def cancelled_transfer_goes_back(case: Case) -> Iterator[Finding]:
    """A cancelled transfer SHALL put the person back on the ward before.

    Transfers A and takes it back.
    """
    person = case.person("A")
    brought_to(case, transferred(person), "transfer", "in-progress", SECOND_WARD)
    yield brings(case, "cancel-transfer", person, "in-progress", person.record.text("encounter.ward"))


@check("process/encounter-5", given=[admitted("A")])
def amended_encounter_stays_one(case: Case) -> Iterator[Finding]:
    """An amended encounter SHALL show the amendment and stay one encounter.

    Says that A is fit to leave, and a day later than planned.
    """
    day = case.clock.at(days=5)[:10]
    person = case.person("A").with_({"encounter.medically_fit": "Y", "encounter.expected_discharge": f"{day}T12:00:00"})
    if not case.stimulate("update-encounter", person).deliveries:
        yield untold(case, "update-encounter", person)
        return
    seen = case.effect(
        person,
        lambda found: (
            one_stay(found, "in-progress")
            and any(r.text("encounter.medically_fit") == "Y" and r.text("encounter.expected_discharge")[:10] == day for r in found.records)
        ),
    )
    yield case.expect(seen.met, expected="one encounter under way, as amended", actual="so" if seen.met else told(seen.observation), person=person)


@check("process/encounter-6", given=[admitted("A")])
def leave_is_leave(case: Case) -> Iterator[Finding]:
    """Leave SHALL be shown as leave, and the return as the stay going on.

    A goes on leave and comes back.
    """
    person = case.person("A")
    yield brings(case, "leave", person, "onleave")
    yield brings(case, "return-from-leave", person, "in-progress", person.record.text("encounter.ward"))


@check("process/encounter-7", given=[known("A")])
def duplicated_admission_is_one(case: Case) -> Iterator[Finding]:
    """A duplicated admission SHALL converge to one encounter.

    The admission of A arrives twice, byte for byte.
    """
    person = case.person("A")
    wrong = sent_twice(case, "admit", person)
    yield wrong or settles(case, person, "in-progress", person.record.text("encounter.ward"))


@check("process/encounter-8", given=[admitted("A")])
def lost_discharge_converges(case: Case) -> Iterator[Finding]:
    """A discharge lost on the wire and sent again SHALL converge.

    The discharge of A never leaves at first; what the source then repeats is carried.
    """
    person = discharged(case, case.person("A"))
    wrong = sent_again(case, "discharge", person, "drop")
    yield wrong or settles(case, person, "finished")


@check("process/encounter-9", given=[admitted("A")])
def lost_answer_to_a_transfer_has_one_effect(case: Case) -> Iterator[Finding]:
    """A connection lost before the acknowledgement of a transfer SHALL end in one effect.

    The answer to the transfer of A is lost with its connection; the source repeats the transfer.
    """
    person = transferred(case.person("A"))
    wrong = sent_again(case, "transfer", person, "disconnect")
    yield wrong or settles(case, person, "in-progress", SECOND_WARD)


@check("process/encounter-10", given=[admitted("A")])
def disorder_over_two_connections_converges(case: Case) -> Iterator[Finding]:
    """A transfer and a discharge that arrive in the wrong order over two connections SHALL converge.

    Both are taken off the wire; the discharge arrives first, the transfer, which happened before it, afterwards on another connection.
    """
    moved = transferred(case.person("A"))
    transfer = case.capture("transfer", moved)
    person = discharged(case, moved)
    discharge = case.capture("discharge", person)
    with case.wire.open_session() as first, case.wire.open_session() as second:
        first.exchange(discharge)
        second.exchange(transfer)
    case.look.barrier()
    yield settles(case, person, "finished", SECOND_WARD)


@check("process/encounter-11", given=[known("A"), known("B"), known("C")])
def admission_is_visible_in_time(case: Case) -> Iterator[Finding]:
    """An admission SHALL be visible within the flow's time limit.

    Admits three people and measures each from the acknowledgement on.
    """
    people = [case.person(letter) for letter in ("A", "B", "C")]
    yield visible_in_time(case, "admit", people, lambda seen: one_stay(seen, "in-progress"))
