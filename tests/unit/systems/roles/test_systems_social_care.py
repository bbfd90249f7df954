"""The council: notices, packages, alerts, carers, in and out of order."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from systems_world import Resource, SilentOutbox, local, nhs, patient, record, world

from harness.formats.fhir import encode_json, parse_json
from harness.model.record import Coded, Record, Value
from harness.systems.core import uris
from harness.systems.core.refusal import RefusalError
from harness.systems.core.role import Occurrence
from harness.systems.roles.notices import ASSESSMENT, DISCHARGE, WITHDRAWAL
from harness.systems.roles.social_care import SocialCareRole

PACKAGE: dict[str, Value] = {
    "package.type": Coded("60689008", "http://snomed.info/sct", "Home care of patient"),
    "package.start": "2025-10-01",
    "package.worker": "Sam Worker",
}


class Council:
    """A council and a hospital's side of the wire."""

    def __init__(self) -> None:
        self.role, self.service = world(SocialCareRole)
        self.sent = 0

    @property
    def out(self) -> list[tuple[str, Any]]:
        assert isinstance(self.role.outbox, SilentOutbox)
        return self.role.outbox.out

    def post(self, *resources: Resource, name: str = "") -> tuple[int, Resource]:
        """One transaction of conditional PUTs, the person first."""
        self.sent += 1
        person = patient(local("A1"), nhs("9990007004"))
        entries = []
        for number, each in enumerate((person, *resources)):
            system, value = each["identifier"][0]["system"], each["identifier"][0]["value"]
            url = f"{each['resourceType']}?identifier={quote(system, safe='')}%7C{value}"
            entries.append({"fullUrl": f"urn:uuid:{number}", "resource": each, "request": {"method": "PUT", "url": url}})
        bundle = {"resourceType": "Bundle", "type": "transaction", "identifier": {"value": name or f"M{self.sent}"}, "entry": entries}
        status, _, answer = self.service.handle("POST", "", "", {"content-type": "application/fhir+json"}, encode_json(bundle), "http://x/fhir")
        return status, parse_json(answer)

    def event(self, name: str, told: Record | None = None, **details: Any) -> list[Resource]:
        """Cause an event; the resources of what it emits."""
        event = Occurrence(name, told or record(), "hospital", "fhir", "C", "2026-01-06T10:00:00", details)
        with self.role.store.transaction():
            (sent,) = self.role.on_event(event)
        return [each["resource"] for each in parse_json(sent.payload)["entry"]]

    def pushed(self) -> list[tuple[str, str]]:
        """(type, status) of everything pushed so far, in order."""
        entries = [each for partner, sent in self.out if partner == "hospital" for each in parse_json(sent.payload)["entry"]]
        return [(each["resource"]["resourceType"], each["resource"]["status"]) for each in entries]

    def status(self, type: str, value: str) -> str:
        """The status of the resource with this identifier value, empty where there is none."""
        found = self.role.store.search(type, [("identifier", value)])
        assert len(found) < 2
        return found[0]["status"] if found else ""


def notice(code: str, value: str, date: str = "2026-01-09", **links: list[str]) -> Resource:
    request: Resource = {"resourceType": "ServiceRequest", "identifier": [{"system": uris.NOTICE, "value": value}], "status": "active", "intent": "order"}
    request |= {"code": {"coding": [{"system": uris.SNOMED, "code": code}]}, "subject": {"reference": "urn:uuid:0"}, "occurrenceDateTime": date}
    request |= {name: [{"identifier": {"system": uris.NOTICE, "value": each}} for each in values] for name, values in links.items()}
    return request | {"requester": {"identifier": {"system": uris.ODS, "value": "X9A"}}}


def stay(status: str, kind: str = "IMP") -> Resource:
    visit = {"system": f"{uris.VISIT}X9A", "value": "V1"}
    return {"resourceType": "Encounter", "identifier": [visit], "status": status, "class": {"code": kind}, "subject": {"reference": "urn:uuid:0"}}


def with_package(status: str = "active", **more: str) -> Record:
    return record().with_group("package", {**PACKAGE, "package.status": status, **more})


@pytest.fixture
def council() -> Council:
    return Council()


def test_a_notice_is_received_and_answered_once(council: Council) -> None:
    assert council.post(notice(ASSESSMENT, "N1"))[0] == 200
    assert council.pushed() == [("Task", "received")]
    task = parse_json(council.out[0][1].payload)["entry"][0]
    assert task["request"]["url"].endswith("N1-task")
    assert task["resource"]["focus"]["identifier"]["value"] == "N1"
    assert task["resource"]["focus"]["reference"].startswith("ServiceRequest?identifier=")
    assert task["resource"]["for"]["reference"] == f"Patient?identifier={quote(uris.LOCAL + 'X9A', safe='')}%7CA1"
    council.post(notice(ASSESSMENT, "N1"))
    council.post(notice(ASSESSMENT, "N1"), name="M1")
    assert council.pushed() == [("Task", "received")]
    assert len(council.role.store.all_ids("ServiceRequest")) == len(council.role.store.all_ids("Task")) == 1


@pytest.mark.parametrize(("name", "details", "status"), [("accept-notice", {}, "accepted"), ("refuse-notice", {"reason": "Not our resident"}, "rejected")])
def test_the_decision_is_told_with_its_reason(council: Council, name: str, details: dict[str, Any], status: str) -> None:
    council.post(notice(ASSESSMENT, "N1"))
    (task,) = council.event(name, **details)
    assert task["status"] == status
    assert task.get("statusReason") == ({"text": "Not our resident"} if details else None)
    assert council.status("Task", "N1-task") == status


def test_nothing_to_decide_is_refused(council: Council) -> None:
    with pytest.raises(RefusalError):
        council.event("accept-notice")
    council.post(notice(ASSESSMENT, "N1"))
    with pytest.raises(RefusalError):
        council.event("accept-notice", notice="N2")
    council.post(notice(WITHDRAWAL, "W1", replaces=["N1"]))
    with pytest.raises(RefusalError):
        council.event("accept-notice")


def test_a_discharge_notice_needs_an_accepted_assessment(council: Council) -> None:
    discharge = notice(DISCHARGE, "D1", "2026-01-10", basedOn=["N1"])
    for prepare in (lambda: None, lambda: council.post(notice(ASSESSMENT, "N1")), lambda: council.event("refuse-notice")):
        prepare()
        status, answer = council.post(discharge)
        assert (status, answer["issue"][0]["code"]) == (422, "business-rule")
        assert council.status("ServiceRequest", "D1") == ""
    council.event("accept-notice")
    assert council.post(discharge)[0] == 200
    assert council.post(notice(DISCHARGE, "D1", "2026-01-12", basedOn=["N1"]))[0] == 200
    (held,) = council.role.store.search("ServiceRequest", [("identifier", "D1")])
    assert (held["status"], held["occurrenceDateTime"]) == ("active", "2026-01-12")
    council.post(notice(DISCHARGE, "D2", "2026-01-13", basedOn=["N1"]))
    assert (council.status("ServiceRequest", "D1"), council.status("ServiceRequest", "D2")) == ("revoked", "active")


@pytest.mark.parametrize("decided", [False, True])
def test_a_withdrawal_cancels_before_and_after_acceptance(council: Council, decided: bool) -> None:
    council.post(notice(ASSESSMENT, "N1"))
    if decided:
        council.event("accept-notice")
        council.post(notice(DISCHARGE, "D1", basedOn=["N1"]))
    council.event("package-start", with_package("planned"))
    council.out.clear()
    council.post(notice(WITHDRAWAL, "W1", replaces=["N1"]))
    assert council.status("ServiceRequest", "N1") == "revoked"
    assert council.status("ServiceRequest", "D1") == ("revoked" if decided else "")
    assert council.pushed() == [("Task", "cancelled"), ("EpisodeOfCare", "cancelled")]
    council.out.clear()
    council.post(notice(WITHDRAWAL, "W1", replaces=["N1"]))
    assert council.pushed() == []


def test_a_notice_that_comes_after_its_withdrawal_stays_withdrawn(council: Council) -> None:
    council.post(notice(WITHDRAWAL, "W1", replaces=["N1", "D1"]))
    assert council.pushed() == []
    council.post(notice(ASSESSMENT, "N1"))
    council.post(notice(ASSESSMENT, "N1", "2026-01-11"))
    assert council.status("ServiceRequest", "N1") == "revoked"
    assert council.pushed() == [("Task", "cancelled")]
    assert council.post(notice(DISCHARGE, "D1", basedOn=["N1"]))[0] == 200
    assert council.status("ServiceRequest", "D1") == "revoked"


def test_any_order_of_notice_and_withdrawal_ends_alike() -> None:
    ends = []
    for order in ((ASSESSMENT, WITHDRAWAL), (WITHDRAWAL, ASSESSMENT), (WITHDRAWAL, ASSESSMENT, WITHDRAWAL), (ASSESSMENT, WITHDRAWAL, ASSESSMENT)):
        council = Council()
        for code in order:
            council.post(notice(code, "N1") if code == ASSESSMENT else notice(code, "W1", replaces=["N1"]))
        ends.append((council.status("ServiceRequest", "N1"), council.status("Task", "N1-task"), council.pushed()[-1]))
    assert set(ends) == {("revoked", "cancelled", ("Task", "cancelled"))}


def test_a_package_is_suspended_by_admission_and_resumed_by_discharge(council: Council) -> None:
    person, package = council.event("package-start", with_package())
    assert (package["status"], package["careManager"]["display"], package["period"]) == ("active", "Sam Worker", {"start": "2025-10-01"})
    assert person["contact"][0]["name"]["family"] == "Ashworth"
    council.post(stay("in-progress"))
    council.post(stay("in-progress"))
    assert council.pushed() == [("EpisodeOfCare", "onhold")]
    council.post(stay("onleave"))
    council.post(stay("finished"))
    council.post(stay("finished"))
    assert council.pushed() == [("EpisodeOfCare", "onhold"), ("EpisodeOfCare", "active")]
    council.post(stay("in-progress"))
    council.post(stay("cancelled"))
    assert [status for _, status in council.pushed()][2:] == ["onhold", "active"]


def test_attendance_in_the_emergency_department_suspends_nothing(council: Council) -> None:
    council.event("package-start", with_package())
    council.post(stay("in-progress", "EMER"))
    assert council.pushed() == []


def test_a_planned_package_starts_with_the_discharge(council: Council) -> None:
    council.post(stay("in-progress"), notice(ASSESSMENT, "N1"))
    council.event("accept-notice")
    (_, package) = council.event("package-start", with_package(status=""))
    assert package["status"] == "planned"
    council.post(stay("finished"))
    assert council.pushed()[-1] == ("EpisodeOfCare", "active")


def test_change_and_end_of_a_package_stay_one_package(council: Council) -> None:
    council.event("package-start", with_package())
    changed = council.event("package-change", with_package(**{"package.worker": "Alex Worker"}))[1]
    assert (changed["status"], changed["careManager"]["display"]) == ("active", "Alex Worker")
    ended = council.event("package-end", with_package())[1]
    assert (ended["status"], ended["period"]["end"]) == ("finished", "2026-01-06")
    assert len(council.role.store.all_ids("EpisodeOfCare")) == 1
    council.post(stay("in-progress"))
    assert council.pushed() == []


def test_alerts_are_raised_and_cleared(council: Council) -> None:
    told = record().with_group("alert", {"alert.code": Coded("129839007", "http://snomed.info/sct", "At increased risk for falls"), "alert.status": "active"})
    assert [each.get("status") for each in council.event("alert-raise", told)] == [None, "active"]
    assert [each.get("status") for each in council.event("alert-clear", told)] == [None, "inactive"]
    assert len(council.role.store.all_ids("Flag")) == 1


def test_a_merge_at_the_hospital_moves_packages_and_notices(council: Council) -> None:
    council.event("package-start", with_package())
    survivor = patient(local("A2"))
    council.post(survivor)
    (held,) = council.role.store.search("Patient", [("identifier", "A2")])
    with council.role.store.transaction():
        gone = council.role.store.search("Patient", [("identifier", "A1")])[0]
        ended = council.role.store.put({**gone, "active": False, "link": [{"other": {"reference": f"Patient/{held['id']}"}, "type": "replaced-by"}]})
        council.role.on_fhir_written([ended], "hospital")
    assert [each["status"] for each in council.role.store.of_patient("EpisodeOfCare", held["id"])] == ["active"]
    assert council.event("merge", record("9990007012", value="A3"), loser=record().to_json())[1]["active"] is False
