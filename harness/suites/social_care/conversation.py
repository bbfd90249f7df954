"""Steps of the two conversations, and how their state is read: notices are ServiceRequests, answers Tasks, packages EpisodesOfCare."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from harness.case.blocked import Blocked
from harness.case.case import Case
from harness.case.observation import Observation
from harness.case.people import Person
from harness.suites.social_care.contents import ASSESSMENT, noticed, packaged

Resource = dict[str, Any]
# FHIR R4 Task.status: these still ask for something or have agreed to it.
OPEN = frozenset({"draft", "requested", "received", "ready", "accepted", "in-progress", "on-hold"})


def notices(seen: Observation, code: str, *, live: bool = False) -> list[Resource]:
    """The notices of one SNOMED CT event code; only active ones when ``live``."""
    found = [request for request in seen.of("ServiceRequest") if _has_code(request.get("code"), code)]
    return [request for request in found if request.get("status") == "active"] if live else found


def answers(seen: Observation) -> list[Resource]:
    """The Tasks about an assessment notice that is shown: by the notice's identifier, or by reference to it."""
    asked = notices(seen, ASSESSMENT)
    ids = {str(request.get("id")) for request in asked}
    names = {str(name.get("value")) for request in asked for name in request.get("identifier") or []}
    return [task for task in seen.of("Task") if _focus(task) & (ids | names)]


def answer_is(seen: Observation, statuses: Collection[str]) -> bool:
    """There is exactly one answer, with one of these statuses."""
    found = answers(seen)
    return len(found) == 1 and found[0].get("status") in statuses


def told(resources: Collection[Resource], what: str) -> str:
    """How many of ``what`` there are and in which statuses."""
    return f"{len(resources)} {what}" + (f", {', '.join(sorted(str(one.get('status')) for one in resources))}" if resources else "")


def packages(seen: Observation, kind: str = "home-care") -> list[Resource]:
    """The packages of one type, but for those entered in error."""
    return [p for p in seen.of("EpisodeOfCare") if p.get("status") != "entered-in-error" and any(_has_code(one, kind) for one in p.get("type") or [])]


def package_is(seen: Observation, status: str) -> bool:
    """There is exactly one package of the type, in that status."""
    return [package.get("status") for package in packages(seen)] == [status]


def asked(case: Case, letter: str = "A") -> Person:
    """The person after an assessment notice that the council took and answered; raises Blocked otherwise."""
    person = case.become(noticed(case, letter))
    case.stimulate("assessment-notice", person)
    if not case.effect(person, lambda found: answer_is(found, OPEN)).met:
        raise Blocked("the council shows no answer to the assessment notice", "social-care/notice-1")
    return person


def agreed(case: Case, letter: str = "A") -> Person:
    """The person after a notice that the council accepted; raises Blocked otherwise."""
    person = asked(case, letter)
    case.stimulate("accept-notice", person, at="target")
    if not case.effect(person, lambda found: answer_is(found, {"accepted"})).met:
        raise Blocked("the council does not show the notice as accepted", "social-care/notice-2")
    return person


def started(case: Case, letter: str = "A") -> Person:
    """The person with an active package that the hospital shows; raises Blocked otherwise."""
    person = case.become(packaged(case, letter))
    case.stimulate("package-start", person)
    if not case.effect(person, lambda found: package_is(found, "active")).met:
        raise Blocked("the hospital does not show the active package", "social-care/package-1")
    return person


def _has_code(concept: Resource | None, code: str) -> bool:
    return any(coding.get("code") == code for coding in (concept or {}).get("coding") or [])


def _focus(task: Resource) -> set[str]:
    focus = task.get("focus") or {}
    return {str(focus.get("reference", "")).rpartition("/")[2], str((focus.get("identifier") or {}).get("value", ""))} - {""}
