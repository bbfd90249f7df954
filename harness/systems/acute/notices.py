"""Notices of a hospital to social care: assessment, discharge and withdrawal, as ServiceRequests (SCCI2075 notices, flow S3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from harness.systems.acute import v2_codes
from harness.systems.acute.triggers import NOTICES
from harness.systems.core.clock import with_offset
from harness.systems.core.uris import NOTICE, SNOMED

if TYPE_CHECKING:
    from harness.model.record import Record
    from harness.systems.core.store import Store

Resource = dict[str, Any]
_DISPLAY: Final = {"assessment-notice": "Assessment notice", "discharge-notice": "Discharge notice", "withdraw-notice": "Withdrawal notice"}


class HospitalNotices:
    """Makes and keeps the notices of one hospital; ``identity`` names it."""

    def __init__(self, store: Store, identity: Mapping[str, str]) -> None:
        self.store, self.identity = store, identity

    def make(self, event: str, record: Record, patient: Resource, encounter: Resource | None, details: Mapping[str, Any]) -> Resource:
        """Store the notice of ``event`` and what it changes of earlier ones; the new one as stored."""
        base = str(details.get("notice") or record.text("encounter.number") or patient["id"])
        kind = event.partition("-")[0]
        request: Resource = {"resourceType": "ServiceRequest", "identifier": [self._identifier(base, kind)]}
        assessment, discharge = self._held(base, "assessment"), self._held(base, "discharge")
        if event == "discharge-notice":
            request["basedOn"] = [{"type": "ServiceRequest", "identifier": self._identifier(base, "assessment")}]
        if event == "withdraw-notice":
            earlier = [each for each in (assessment, discharge) if each is not None]
            named = [each["identifier"][0] for each in earlier] or [self._identifier(base, "assessment")]
            request["replaces"] = [{"type": "ServiceRequest", "identifier": each} for each in named]
            for each in earlier:
                self.store.put({**each, "status": "revoked"})
        request |= {"status": "active", "intent": "order"}
        request["code"] = {"coding": [{"system": SNOMED, "code": NOTICES[event], "display": _DISPLAY[event]}]}
        request["subject"] = {"reference": f"Patient/{patient['id']}"}
        if encounter is not None:
            request["encounter"] = {"reference": f"Encounter/{encounter['id']}"}
        day = self._day(event, record, details)
        if day:
            request["occurrenceDateTime"] = with_offset(day)
        request["requester"] = {"identifier": {"system": v2_codes.ODS, "value": self.identity.get("facility", "")}}
        reason = str(details.get("support_reason") or record.text("referral.support_reason"))
        if reason:
            request["reasonCode"] = [{"text": reason}]
        held = self._held(base, kind)
        if held is not None:
            request["id"] = held["id"]
        return self.store.put(request)

    def _identifier(self, base: str, kind: str) -> Resource:
        return {"system": NOTICE, "value": f"{self.identity.get('facility', '')}-{base}-{kind}"}

    def _held(self, base: str, kind: str) -> Resource | None:
        found = self.store.find("ServiceRequest", NOTICE, self._identifier(base, kind)["value"])
        return found[0] if found else None

    @staticmethod
    def _day(event: str, record: Record, details: Mapping[str, Any]) -> str:
        said = str(details.get("date") or record.text("referral.date"))
        if event == "assessment-notice":
            return said or record.text("encounter.expected_discharge")
        if event == "discharge-notice":
            return said or record.text("encounter.end") or record.text("encounter.expected_discharge")
        return said
