"""How the conversations' state is read from what is shown: one stay, one answer, one package."""

from __future__ import annotations

from typing import Any

import pytest

from harness.case.observation import Observation
from harness.case.telling import told_by
from harness.catalogue import catalogue
from harness.model.record import Record
from harness.suites.process.stays import one_stay, told
from harness.suites.social_care.contents import ASSESSMENT
from harness.suites.social_care.conversation import OPEN, answer_is, answers, notices, package_is, packages

PATIENT = {"resourceType": "Patient", "id": "p"}


def seen(*resources: dict[str, Any], ward: str = "medical-1") -> Observation:
    record = Record({}).replaced({"encounter.ward": ward})
    return Observation("fhir-search", True, b"", (PATIENT, *resources), (record,))


def stay(status: str, end: str = "") -> dict[str, Any]:
    return {"resourceType": "Encounter", "status": status, "period": {"end": end} if end else {}}


def notice(status: str = "active") -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest",
        "id": "n",
        "status": status,
        "code": {"coding": [{"code": ASSESSMENT}]},
        "identifier": [{"value": "N1"}],
    }


def task(status: str, **focus: Any) -> dict[str, Any]:
    return {"resourceType": "Task", "status": status, "focus": focus}


def package(status: str, kind: str = "home-care") -> dict[str, Any]:
    return {"resourceType": "EpisodeOfCare", "status": status, "type": [{"coding": [{"code": kind}]}]}


@pytest.mark.parametrize(
    ("shown", "status", "right"),
    [
        ((stay("in-progress"),), "in-progress", True),
        ((stay("finished", "2026-01-05"),), "finished", True),
        ((stay("finished"),), "finished", False),
        ((stay("in-progress", "2026-01-05"),), "in-progress", False),
        ((stay("in-progress"), stay("in-progress")), "in-progress", False),
        ((stay("in-progress"), stay("entered-in-error")), "in-progress", True),
        ((), "in-progress", False),
    ],
)
def test_one_stay(shown: tuple[dict[str, Any], ...], status: str, right: bool) -> None:
    assert one_stay(seen(*shown), status, "medical-1") is right
    assert not one_stay(seen(*shown), status, "medical-2")


def test_nothing_seen_is_told_as_such() -> None:
    assert told(Observation("fhir-search", True, b"", (), (), problem="answered 503")) == "the person is not found"
    assert told(seen(stay("onleave"))) == "one encounter, onleave, without an end, ward medical-1"


def test_an_answer_is_about_a_notice_that_is_shown() -> None:
    by_name, by_reference = task("accepted", identifier={"value": "N1"}), task("accepted", reference="ServiceRequest/n")
    stranger = task("accepted", identifier={"value": "N2"})
    assert answer_is(seen(notice(), by_name), OPEN)
    assert answer_is(seen(notice(), by_reference, stranger), {"accepted"})
    assert not answer_is(seen(notice(), by_name, by_reference), OPEN)
    assert answers(seen(by_name)) == []
    assert not answer_is(seen(notice(), task("rejected", identifier={"value": "N1"})), OPEN)


def test_live_notices_and_packages() -> None:
    assert len(notices(seen(notice(), notice("revoked")), ASSESSMENT)) == 2
    assert len(notices(seen(notice(), notice("revoked")), ASSESSMENT, live=True)) == 1
    assert package_is(seen(package("onhold"), package("active", "equipment")), "onhold")
    assert not package_is(seen(package("active"), package("onhold")), "active")
    assert packages(seen(package("entered-in-error"))) == []


@pytest.mark.parametrize(
    ("event", "groups"),
    [
        ("update-person", {"person"}),
        ("admit", {"person", "encounter"}),
        ("assessment-notice", {"person", "encounter", "referral"}),
        ("package-start", {"person", "encounter", "package"}),
    ],
)
def test_an_event_tells_what_is_its_own(event: str, groups: set[str]) -> None:
    record = Record({}).replaced({"person.sex": "1", "encounter.ward": "medical-1", "referral.status": "active", "package.status": "active"})
    assert set(told_by(event, record, catalogue().flows.values()).groups) == groups
