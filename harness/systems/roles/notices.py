"""A council's handling of notices: assessment, discharge and withdrawal, in whatever order they come."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.model.place import System
from harness.systems.core import uris
from harness.systems.core.clock import Clock
from harness.systems.core.defect import Defects
from harness.systems.core.refusal import RefusalError
from harness.systems.core.role import Resource
from harness.systems.core.store import Store

# SNOMED CT codes of the notices (SCCI2075).
ASSESSMENT: Final = "975701000000106"
DISCHARGE: Final = "975731000000100"
WITHDRAWAL: Final = "975841000000102"
WITHDRAW_ASSESSMENT: Final = "1078011000000107"
_OPEN: Final = frozenset({"received", "requested", "ready", "accepted", "rejected", "in-progress"})


class CouncilNotices:
    """Notices of one council. Every method works inside the caller's transaction."""

    def __init__(self, store: Store, clock: Clock, system: System, defects: Defects) -> None:
        self.store, self.clock, self.system, self.defects = store, clock, system, defects

    def on_notice(self, request: Resource) -> list[Resource]:
        """React to a ServiceRequest just stored; what changed and should be told. 422 for a discharge notice nobody agreed to."""
        match code_of(request):
            case "975701000000106":
                return self._on_assessment(request)
            case "975731000000100":
                return self._on_discharge(request)
            case "975841000000102" | "1078011000000107":
                return self._on_withdrawal(request)
        return []

    def _on_assessment(self, request: Resource) -> list[Resource]:
        notice, task = notice_of(request), self.task(notice_of(request))
        if self.withdrawn(notice) and not self.defects.has("forgets-withdrawals"):
            if request.get("status") != "revoked":
                self.store.put({**request, "status": "revoked"})
            if task is not None and task.get("status") == "cancelled":
                return []
            return [self._put_task(request, "cancelled")]
        return [] if task is not None else [self._put_task(request, "received")]

    def _on_discharge(self, request: Resource) -> list[Resource]:
        if self.withdrawn(notice_of(request)):
            self.store.put({**request, "status": "revoked"})
            return []
        based_on = list(self._referred(request, "basedOn"))
        accepted = [notice for notice in based_on if (task := self.task(notice)) is not None and task.get("status") == "accepted"]
        if not accepted and self.defects.refuse("business-rule"):
            raise RefusalError(422, "business-rule", "a discharge notice needs an accepted assessment notice; none is known here")
        for other in self._based_on(accepted):
            if other["id"] != request["id"] and other.get("status") == "active":
                self.store.put({**other, "status": "revoked"})
        return []

    def _on_withdrawal(self, request: Resource) -> list[Resource]:
        changed: list[Resource] = []
        notices = list(dict.fromkeys(self._referred(request, "replaces")))
        patient = str((request.get("subject") or {}).get("reference", "")).removeprefix("Patient/")
        ended = False
        for notice in notices:
            for held in [*self.store.find("ServiceRequest", uris.NOTICE, notice), *self._based_on([notice])]:
                ended = True
                if held.get("status") != "revoked":
                    self.store.put({**held, "status": "revoked"})
            task = self.task(notice)
            if task is not None and task.get("status") in _OPEN:
                changed.append(self.store.put({**task, "status": "cancelled", "lastModified": self.clock.instant()}))
        for package in self.store.of_patient("EpisodeOfCare", patient) if ended else ():
            if package.get("status") == "planned":
                changed.append(self.store.put({**package, "status": "cancelled"}))
        return changed

    def decide(self, patient_id: str, notice: str, *, accepted: bool, reason: str = "") -> Resource:
        """The operator's decision on ``notice``, its whole id or the part between sender and kind (empty: the person's newest active one).

        Gives the Task as stored. 422 when there is none to decide.
        """
        requests = [each for each in self.store.of_patient("ServiceRequest", patient_id) if code_of(each) == ASSESSMENT]
        if notice:
            wanted = [each for each in requests if notice_of(each) == notice or notice_of(each).endswith(f"-{notice}-assessment")]
        else:
            wanted = [each for each in requests if each.get("status") == "active"]
        task = self.task(notice_of(wanted[-1])) if wanted else None
        if task is None or task.get("status") not in _OPEN:
            raise RefusalError(422, "business-rule", f"there is no open assessment notice {notice} to decide on")
        decided = {key: value for key, value in task.items() if key != "statusReason"}
        decided |= {"status": "accepted" if accepted else "rejected", "lastModified": self.clock.instant()}
        if not accepted:
            decided["statusReason"] = {"text": reason or "refused"}
        return self.store.put(decided)

    def task(self, notice: str) -> Resource | None:
        """The Task about ``notice``."""
        found = self.store.find("Task", uris.NOTICE, f"{notice}-task") if notice else []
        return found[0] if found else None

    def withdrawn(self, notice: str) -> bool:
        """True when a withdrawal that names ``notice`` has come."""
        codes = (WITHDRAWAL, WITHDRAW_ASSESSMENT)
        ids = {each for code in codes for each in self.store.ids("ServiceRequest", "code", code)}
        return any(notice in self._referred(each, "replaces") for each in self.store.load("ServiceRequest", sorted(ids)))

    def _put_task(self, request: Resource, status: str) -> Resource:
        notice = notice_of(request)
        held = self.task(notice)
        task: Resource = {
            "resourceType": "Task",
            "identifier": [{"system": uris.NOTICE, "value": f"{notice}-task"}],
            "status": status,
            "intent": "order",
            "focus": {"reference": f"ServiceRequest/{request['id']}", "identifier": {"system": uris.NOTICE, "value": notice}},
            "for": request["subject"],
            "authoredOn": self.clock.instant(),
            "owner": {"identifier": {"system": uris.ODS, "value": self.system.identity.get("facility", "")}},
        }
        return self.store.put({**task, "id": held["id"]} if held else task)

    def _based_on(self, notices: list[str]) -> list[Resource]:
        ids = self.store.ids("ServiceRequest", "code", DISCHARGE)
        return [each for each in self.store.load("ServiceRequest", ids) if set(self._referred(each, "basedOn")) & set(notices)]

    def _referred(self, request: Resource, element: str) -> Iterator[str]:
        """Notice ids that ``element`` names, by identifier or by reference."""
        for reference in request.get(element) or ():
            identifier = reference.get("identifier") or {}
            if identifier.get("value"):
                yield str(identifier["value"])
                continue
            found = self.store.get("ServiceRequest", str(reference.get("reference", "")).removeprefix("ServiceRequest/"))
            if found is not None:
                yield notice_of(found)


def code_of(resource: Resource) -> str:
    """The first code of a resource."""
    codings = (resource.get("code") or {}).get("coding") or [{}]
    return str(codings[0].get("code", ""))


def notice_of(request: Resource) -> str:
    """The notice's own id: its identifier in the notice system, else the first."""
    listed = [each for each in request.get("identifier") or () if each.get("value")]
    own = [each for each in listed if each.get("system") == uris.NOTICE]
    return str((own or listed or [{"value": ""}])[0]["value"])
