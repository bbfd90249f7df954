"""social-care/notice: LEVELS L5b to L5e; flow S3 (assessment, discharge and withdrawal notices: SCCI2075, one historic binding).

Expected statuses are those of FHIR R4: a notice that is withdrawn is ``revoked``, its Task ``cancelled``, a planned package ``cancelled``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.again import sent_again, sent_twice
from harness.case.blame import untold_by
from harness.case.check import check
from harness.case.punctual import visible_in_time
from harness.case.wire import came_back
from harness.model.message import AckKind
from harness.suites.process.stays import admitted, discharged
from harness.suites.social_care.contents import ASSESSMENT, DISCHARGE, WITHDRAWAL, noticed, packaged
from harness.suites.social_care.conversation import OPEN, agreed, answer_is, answers, asked, notices, package_is, packages, told

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.observation import Observation
    from harness.case.people import Person
    from harness.model.finding import Finding


def _one_referral(case: Case, person: Person) -> Iterator[Finding]:
    """One notice and one answer to it at the council, and one answer at the hospital."""
    seen = case.effect(person, lambda found: len(notices(found, ASSESSMENT, live=True)) == len(notices(found, ASSESSMENT)) == 1 and answer_is(found, OPEN))
    both = f"{told(notices(seen.observation, ASSESSMENT), 'notices')}; {told(answers(seen.observation), 'answers')}"
    yield case.expect(seen.met, expected="one active notice with one open answer", actual=both, person=person)
    yield _answer(case, person, "received")


def _answer(case: Case, person: Person, status: str) -> Finding:
    """The hospital comes to show one answer, in ``status``."""
    wanted = OPEN if status == "received" else {status}
    seen = case.effect(person, lambda found: answer_is(found, wanted), at="source")
    return case.expect(
        seen.met,
        expected=f"one answer at the hospital, {status}",
        actual=told(answers(seen.observation), "answers"),
        attribution=untold_by(case, "source", "Task", wanted),
        person=person,
    )


def _withdraw(case: Case, person: Person) -> None:
    case.stimulate("withdraw-notice", noticed(case, person.letter, code=WITHDRAWAL))


def _withdrawn(case: Case, person: Person) -> Finding:
    """No live notice, and no answer to one that is still open."""
    seen = case.effect(
        person,
        lambda found: (
            bool(notices(found, ASSESSMENT))
            and not notices(found, ASSESSMENT, live=True)
            and not notices(found, DISCHARGE, live=True)
            and not any(task.get("status") in OPEN for task in answers(found))
        ),
    )
    both = f"{told(notices(seen.observation, ASSESSMENT), 'notices')}; {told(answers(seen.observation), 'answers')}"
    return case.expect(seen.met, expected="the notice withdrawn and its answer cancelled", actual=both, person=person)


def _leaves_on(case: Case, person: Person, days: int) -> tuple[Person, str]:
    """The person with a discharge notice for the day that many days ahead, and that day."""
    leaving = noticed(case, person.letter, code=DISCHARGE, days=days)
    return leaving, leaving.record.text("referral.date")


def _dated(case: Case, person: Person, day: str) -> Finding:
    """The council shows one live discharge notice, for ``day``."""

    def days_of(found: Observation) -> list[str]:
        return [str(one.get("occurrenceDateTime", ""))[:10] for one in notices(found, DISCHARGE, live=True)]

    seen = case.effect(person, lambda found: days_of(found) == [day])
    actual = ", ".join(days_of(seen.observation)) or "no discharge notice"
    return case.expect(seen.met, expected=f"one discharge notice, for {day}", actual=actual, person=person)


@check("social-care/notice-1", given=[admitted("A")])
def notice_is_answered(case: Case) -> Iterator[Finding]:
    """An assessment notice SHALL be answered by a business acknowledgement that reaches the hospital.

    Tells the council of A and looks for the answer at the hospital.
    """
    person = case.become(noticed(case, "A"))
    case.stimulate("assessment-notice", person)
    yield _answer(case, person, "received")


@check("social-care/notice-2", given=[admitted("A")])
def acceptance_reaches_the_hospital(case: Case) -> Iterator[Finding]:
    """The council's acceptance SHALL reach the hospital.

    The council accepts the notice about A.
    """
    person = asked(case)
    case.stimulate("accept-notice", person, at="target")
    yield _answer(case, person, "accepted")


@check("social-care/notice-3", given=[admitted("A")])
def refusal_reaches_the_hospital(case: Case) -> Iterator[Finding]:
    """The council's refusal SHALL reach the hospital with its reason.

    The council refuses the notice about A because A lives elsewhere.
    """
    person, reason = asked(case), "Ordinarily resident elsewhere"
    case.stimulate("refuse-notice", person, at="target", reason=reason)
    yield _answer(case, person, "rejected")
    given = [str((task.get("statusReason") or {}).get("text", "")) for task in answers(case.observe(person, at="source"))]
    blame = untold_by(case, "source", "Task", {"rejected"}, saying=reason)
    yield case.expect(reason in given, expected="the reason with it", actual="there" if reason in given else "not there", attribution=blame, person=person)


@check("social-care/notice-4", given=[admitted("A")])
def agreed_date_is_shown(case: Case) -> Iterator[Finding]:
    """A discharge notice after acceptance SHALL show the agreed date at the council.

    Four days ahead, after the council accepted.
    """
    leaving, day = _leaves_on(case, agreed(case), 4)
    case.stimulate("discharge-notice", leaving)
    yield _dated(case, leaving, day)


@check("social-care/notice-5", given=[admitted("A")])
def nobody_leaves_unagreed(case: Case) -> Iterator[Finding]:
    """A discharge notice without an accepted assessment notice SHALL be refused.

    Sent when there is no assessment notice, when it waits for its answer, and when it was refused.
    """
    person = case.person("A")
    for state in ("without an assessment notice", "before the decision", "after a refusal"):
        if state == "before the decision":
            person = asked(case)
        if state == "after a refusal":
            case.stimulate("refuse-notice", person, at="target", reason="Ordinarily resident elsewhere")
        leaving, _ = _leaves_on(case, person, 4)
        last = case.stimulate("discharge-notice", leaving).last
        said = last.acknowledgement if last else None
        refused = said is not None and said.kind in (AckKind.REJECTED, AckKind.ERROR) and not said.code.startswith("5")
        yield case.expect(refused, expected=f"refused {state}", actual=came_back(last), person=person)
        case.look.barrier()
        kept = notices(case.observe(person), DISCHARGE, live=True)
        yield case.expect(not kept, expected=f"no discharge notice kept {state}", actual=told(kept, "notices"), person=person)


@check("social-care/notice-6", given=[admitted("A")])
def changed_date_replaces(case: Case) -> Iterator[Finding]:
    """A changed discharge date SHALL replace the one before.

    First four days ahead, then six.
    """
    person = agreed(case)
    for days in (4, 6):
        leaving, day = _leaves_on(case, person, days)
        case.stimulate("discharge-notice", leaving)
        yield _dated(case, leaving, day)


@check("social-care/notice-7", given=[admitted("A")])
def withdrawal_before_acceptance(case: Case) -> Iterator[Finding]:
    """A withdrawal before acceptance SHALL cancel the notice at the council before it acts.

    Withdraws the notice about A while it waits for the decision.
    """
    person = asked(case)
    _withdraw(case, person)
    yield _withdrawn(case, person)


@check("social-care/notice-8", given=[admitted("A")])
def withdrawal_after_acceptance(case: Case) -> Iterator[Finding]:
    """A withdrawal after acceptance SHALL cancel the notice and any planned package.

    The council accepted and planned a package; the hospital withdraws and is told of the cancellation.
    """
    person = agreed(case)
    case.stimulate("package-start", packaged(case, "A", status="planned"), at="target")
    _withdraw(case, person)
    yield _withdrawn(case, person)
    seen = case.effect(person, lambda found: package_is(found, "cancelled"))
    yield case.expect(seen.met, expected="the package cancelled", actual=told(packages(seen.observation), "packages"), person=person)
    yield _answer(case, person, "cancelled")


@check("social-care/notice-9", given=[admitted("A")])
def duplicated_notice_is_one(case: Case) -> Iterator[Finding]:
    """A duplicated notice SHALL stay one referral.

    The notice about A arrives twice, byte for byte.
    """
    person = case.become(noticed(case, "A"))
    wrong = sent_twice(case, "assessment-notice", person)
    yield from [wrong] if wrong else _one_referral(case, person)


@check("social-care/notice-10", given=[admitted("A")])
def lost_notice_converges(case: Case) -> Iterator[Finding]:
    """A notice lost on the wire and sent again SHALL converge.

    The notice about A never leaves at first; what the hospital then repeats is carried.
    """
    person = case.become(noticed(case, "A"))
    wrong = sent_again(case, "assessment-notice", person, "drop")
    yield from [wrong] if wrong else _one_referral(case, person)


@check("social-care/notice-11", given=[admitted("A")])
def lost_answer_is_one_referral(case: Case) -> Iterator[Finding]:
    """A connection lost before the answer to a notice SHALL end in one referral.

    The answer to the notice about A is lost with its connection; the hospital repeats the notice.
    """
    person = case.become(noticed(case, "A"))
    wrong = sent_again(case, "assessment-notice", person, "disconnect")
    yield from [wrong] if wrong else _one_referral(case, person)


@check("social-care/notice-12", given=[admitted("A")])
def overtaking_withdrawal_holds(case: Case) -> Iterator[Finding]:
    """A withdrawal that overtakes its notice SHALL leave the notice withdrawn.

    Both are taken off the wire; the withdrawal arrives first, the notice afterwards on another connection.
    """
    person = case.become(noticed(case, "A"))
    notice = case.capture("assessment-notice", person)
    withdrawal = case.capture("withdraw-notice", noticed(case, "A", code=WITHDRAWAL))
    with case.wire.open_session() as first, case.wire.open_session() as second:
        first.exchange(withdrawal)
        second.exchange(notice)
    case.look.barrier()
    yield _withdrawn(case, person)


@check("social-care/notice-13", given=[admitted("A")])
def planned_package_starts_on_discharge(case: Case) -> Iterator[Finding]:
    """A planned package SHALL become active when the person is discharged.

    The council accepted and planned a package; A leaves.
    """
    person = agreed(case)
    case.stimulate("package-start", packaged(case, "A", status="planned"), at="target")
    planned = case.effect(person, lambda found: package_is(found, "planned"))
    if not planned.met:
        yield case.inconclusive(f"the council shows no planned package ({told(packages(planned.observation), 'packages')})", blocked_by="social-care/notice-2")
        return
    case.stimulate("discharge", discharged(case, case.person("A")))
    seen = case.effect(person, lambda found: package_is(found, "active"))
    yield case.expect(seen.met, expected="one active package at the council", actual=told(packages(seen.observation), "packages"), person=person)


@check("social-care/notice-14", given=[admitted("A"), admitted("B"), admitted("C")])
def notice_is_visible_in_time(case: Case) -> Iterator[Finding]:
    """A notice SHALL be visible at the council within the flow's time limit.

    Tells the council of three people and measures each from the acknowledgement on.
    """
    people = [noticed(case, letter) for letter in ("A", "B", "C")]
    yield visible_in_time(case, "assessment-notice", people, lambda seen: len(notices(seen, ASSESSMENT, live=True)) == 1)
