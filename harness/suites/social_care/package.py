"""social-care/package: LEVELS L5b to L5e; flow S4, what the council tells the hospital.

Expected statuses are those of FHIR R4 EpisodeOfCare (``active``, ``onhold``, ``finished``) and Flag (``active``).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from harness.case.again import sent_again, sent_twice
from harness.case.blame import left_out_by, untold_by
from harness.case.blocked import Blocked
from harness.case.check import check
from harness.case.given import known
from harness.case.punctual import visible_in_time
from harness.model.finding import Attribution
from harness.model.outcome import Outcome
from harness.suites.process.stays import discharged
from harness.suites.social_care.contents import VULNERABLE, alerted, packaged
from harness.suites.social_care.conversation import package_is, packages, started, told

if TYPE_CHECKING:
    from harness.case.case import Case
    from harness.case.observation import Observation
    from harness.case.people import Person
    from harness.model.finding import Finding

_CARER = "20"  # NHS table 0063


def _package(case: Case, person: Person, status: str, *, at: str = "target", because: tuple[str, str] = ("", "")) -> Finding:
    """The hospital (or, ``at`` source, the council) comes to show one package, in ``status``.

    ``because``: the type and status of the resource by which the council was told of what changes its package; without, it changes by its own doing.
    """
    seen = case.effect(person, lambda found: package_is(found, status), at=at)
    where = "hospital" if at == "target" else "council"
    if at == "target":
        blame = untold_by(case, "target", "EpisodeOfCare", {status})
    else:
        kind, state = because
        blame = untold_by(case, "source", kind, {state}) if kind else Attribution.SOURCE
    actual = told(packages(seen.observation), "packages")
    return case.expect(seen.met, expected=f"one package at the {where}, {status}", actual=actual, attribution=blame, person=person)


def _followed(case: Case, person: Person, status: str, because: tuple[str, str]) -> Iterator[Finding]:
    """The council's package goes to ``status`` because it is told, and the hospital comes to see it: what the council does not show, nobody else can."""
    own = _package(case, person, status, at="source", because=because)
    yield own
    if own.outcome is Outcome.PASS:
        yield _package(case, person, status)


def _alarmed(seen: Observation, code: str) -> bool:
    flags = [flag for flag in seen.of("Flag") if flag.get("status") == "active"]
    return any(coding.get("code") == code for flag in flags for coding in (flag.get("code") or {}).get("coding") or [])


@check("social-care/package-1", given=[known("A")])
def package_is_visible(case: Case) -> Iterator[Finding]:
    """An active package SHALL be visible at the hospital.

    The council starts a package for A.
    """
    person = case.become(packaged(case, "A"))
    case.stimulate("package-start", person)
    yield _package(case, person, "active")


@check("social-care/package-2", given=[known("A")])
def alert_comes_and_goes(case: Case) -> Iterator[Finding]:
    """A safeguarding alert SHALL be visible at the hospital, and gone when it is cleared.

    The council raises an alert about A and clears it.
    """
    person = case.become(alerted(case, "A"))
    code = VULNERABLE.code
    case.stimulate("alert-raise", person)
    seen = case.effect(person, lambda found: _alarmed(found, code))
    signals = () if seen.met else ("critical-loss",)
    actual, blame = "active" if seen.met else "not shown", untold_by(case, "target", "Flag", {"active"})
    yield case.expect(seen.met, expected="the alert active", actual=actual, attribution=blame, signals=signals, person=person)
    if not seen.met:
        return
    case.stimulate("alert-clear", alerted(case, "A", status="inactive"))
    gone = case.effect(person, lambda found: found.found and not _alarmed(found, code))
    actual, blame = "none" if gone.met else "active still", untold_by(case, "target", "Flag", {"inactive"})
    yield case.expect(gone.met, expected="no active alert", actual=actual, attribution=blame, person=person)


@check("social-care/package-3", given=[known("A")])
def carer_is_visible(case: Case) -> Iterator[Finding]:
    """The carer known to the council SHALL be visible at the hospital.

    A's carer becomes known with the package.
    """
    person = packaged(case, "A")
    family = f"{person.token}-Carer"
    carer = {"contact.family": family, "contact.given": "Sam", "contact.relationship": _CARER, "contact.phone": "07700900123"}
    person = case.become(person.with_group("contact", carer))
    case.stimulate("package-start", person)
    seen = case.effect(person, lambda found: any(family in record.all("contact.family") for record in found.records))
    signals = () if seen.met else ("critical-loss",)
    actual, blame = "there" if seen.met else "not there", left_out_by(case, person, "contact.family", family)
    yield case.expect(seen.met, expected="the carer among the contacts", actual=actual, attribution=blame, signals=signals, person=person)


@check("social-care/package-4", given=[known("A")])
def admission_suspends(case: Case) -> Iterator[Finding]:
    """An admission SHALL suspend the active package, and the hospital SHALL see it suspended.

    A, who has a package, is admitted at the hospital, which tells the council.
    """
    person = started(case)
    case.stimulate("admit", person, at="target")
    yield from _followed(case, person, "onhold", ("Encounter", "in-progress"))


@check("social-care/package-5", given=[known("A")])
def discharge_resumes(case: Case) -> Iterator[Finding]:
    """A discharge SHALL resume the suspended package, and the hospital SHALL see it resumed.

    A, who has a package, is admitted and discharged at the hospital, which tells the council of both.
    """
    person = started(case)
    case.stimulate("admit", person, at="target")
    if not case.effect(person, lambda found: package_is(found, "onhold"), at="source").met:
        raise Blocked("the admission did not suspend the package, so there is nothing to resume", "social-care/package-4")
    case.stimulate("discharge", discharged(case, person), at="target")
    yield from _followed(case, person, "active", ("Encounter", "finished"))


@check("social-care/package-6", given=[known("A")])
def finished_package_is_not_active(case: Case) -> Iterator[Finding]:
    """A finished package SHALL NOT be shown as active.

    The council ends the package of A.
    """
    person = started(case)
    case.stimulate("package-end", packaged(case, "A", status="finished"))
    seen = case.effect(person, lambda found: found.found and not any(one.get("status") == "active" for one in packages(found)))
    actual, blame = told(packages(seen.observation), "packages"), untold_by(case, "target", "EpisodeOfCare", {"finished"})
    yield case.expect(seen.met, expected="no active package", actual=actual, attribution=blame, person=person)


@check("social-care/package-7", given=[known("A")])
def duplicated_package_is_one(case: Case) -> Iterator[Finding]:
    """A duplicated package message SHALL stay one package.

    The package of A arrives twice, byte for byte.
    """
    person = case.become(packaged(case, "A"))
    wrong = sent_twice(case, "package-start", person)
    yield wrong or _package(case, person, "active")


@check("social-care/package-8", given=[known("A")])
def lost_package_converges(case: Case) -> Iterator[Finding]:
    """A package message lost on the wire and sent again SHALL converge.

    The package of A never leaves at first; what the council then repeats is carried.
    """
    person = case.become(packaged(case, "A"))
    wrong = sent_again(case, "package-start", person, "drop")
    yield wrong or _package(case, person, "active")


@check("social-care/package-9", given=[known("A")])
def lost_answer_is_one_package(case: Case) -> Iterator[Finding]:
    """A connection lost before the answer SHALL end in one package.

    The answer to the package of A is lost with its connection; the council repeats the message.
    """
    person = case.become(packaged(case, "A"))
    wrong = sent_again(case, "package-start", person, "disconnect")
    yield wrong or _package(case, person, "active")


@check("social-care/package-10", given=[known("A"), known("B"), known("C")])
def package_is_visible_in_time(case: Case) -> Iterator[Finding]:
    """A package SHALL be visible at the hospital within the flow's time limit.

    Starts packages for three people and measures each from the acknowledgement on.
    """
    people = [packaged(case, letter) for letter in ("A", "B", "C")]
    yield visible_in_time(case, "package-start", people, lambda seen: package_is(seen, "active"))
