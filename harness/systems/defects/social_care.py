"""Defects of the conversations between a hospital and social care."""

from __future__ import annotations

from datetime import date
from typing import Any

from harness.systems.core.clock import with_offset
from harness.systems.core.defect import Defect
from harness.systems.defects.kit import fresh, is_v2, read_fhir, register

Resource = dict[str, Any]


def _resources(payload: bytes) -> list[Resource]:
    bundle = None if is_v2(payload) else read_fhir(payload)
    return [entry["resource"] for entry in (bundle or {}).get("entry") or () if isinstance(entry.get("resource"), dict)]


class _Silent(Defect):
    """Never sends what holds a ``kind`` in one of ``statuses``."""

    kind = ""
    statuses: frozenset[str] = frozenset()

    def wire_out(self, payload: bytes, interface: str) -> bytes | None:
        """None for such a message."""
        if interface == "fhir" and any(each["resourceType"] == self.kind and each.get("status") in self.statuses for each in _resources(payload)):
            return None
        return payload


@register("no-business-acknowledgement")
class NoBusinessAcknowledgement(_Silent):
    """Files notices and never says so."""

    kind, statuses = "Task", frozenset({"received"})


@register("keeps-acceptance-to-itself")
class KeepsAcceptanceToItself(_Silent):
    """Accepts notices and never says so."""

    kind, statuses = "Task", frozenset({"accepted"})


@register("keeps-packages-to-itself")
class KeepsPackagesToItself(_Silent):
    """Runs packages and tells nobody of them."""

    kind, statuses = "EpisodeOfCare", frozenset({"planned", "active", "onhold", "finished", "cancelled"})


class _Stays(Defect):
    """A ``kind`` never goes to ``status`` (from one of ``after``; any, when empty)."""

    kind = ""
    status = ""
    after: frozenset[str] = frozenset()

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """What was there stays."""
        if resource["resourceType"] != self.kind or resource.get("status") != self.status or before is None:
            return resource
        if before.get("status") == self.status or (self.after and before.get("status") not in self.after):
            return resource
        return None


@register("never-suspends-package")
class NeverSuspendsPackage(_Stays):
    """Carers call at an empty house."""

    kind, status = "EpisodeOfCare", "onhold"


@register("never-resumes-package")
class NeverResumesPackage(_Stays):
    """Nobody calls when the person is home again."""

    kind, status, after = "EpisodeOfCare", "active", frozenset({"onhold"})


@register("never-starts-planned-package")
class NeverStartsPlannedPackage(_Stays):
    """What was planned for the discharge stays planned."""

    kind, status, after = "EpisodeOfCare", "active", frozenset({"planned"})


@register("shows-finished-package")
class ShowsFinishedPackage(_Stays):
    """A finished package goes on being shown as active."""

    kind, status = "EpisodeOfCare", "finished"


@register("shows-cleared-alert")
class ShowsClearedAlert(_Stays):
    """An alert is never cleared."""

    kind, status = "Flag", "inactive"


class _Drops(Defect):
    """Keeps no ``kind``."""

    kind = ""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """None."""
        return None if resource["resourceType"] == self.kind else resource


@register("drops-alert")
class DropsAlert(_Drops):
    """Keeps no alert."""

    kind = "Flag"


@register("drops-package")
class DropsPackage(_Drops):
    """Keeps no package of care."""

    kind = "EpisodeOfCare"


@register("drops-notice")
class DropsNotice(_Drops):
    """Answers notices and keeps none."""

    kind = "ServiceRequest"


@register("always-accepts")
class AlwaysAccepts(Defect):
    """A refusal is kept, and told, as an acceptance."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """rejected becomes accepted."""
        if resource["resourceType"] == "Task" and resource.get("status") == "rejected":
            resource["status"] = "accepted"
            resource.pop("statusReason", None)
        return resource


@register("drops-refusal-reason")
class DropsRefusalReason(Defect):
    """A refusal without its reason."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """No statusReason."""
        if resource["resourceType"] == "Task":
            resource.pop("statusReason", None)
        return resource


@register("ignores-withdrawal")
class IgnoresWithdrawal(Defect):
    """A withdrawn notice goes on."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """Nothing is revoked or cancelled."""
        ended = {"ServiceRequest": "revoked", "Task": "cancelled", "EpisodeOfCare": "cancelled"}.get(resource["resourceType"])
        return None if before is not None and ended and resource.get("status") == ended else resource


@register("keeps-planned-package")
class KeepsPlannedPackage(_Stays):
    """A withdrawal leaves the planned package standing."""

    kind, status = "EpisodeOfCare", "cancelled"


@register("accepts-discharge-before-assessment")
class AcceptsDischargeBeforeAssessment(Defect):
    """Takes a discharge notice that nobody agreed to."""

    def refuse(self, reason: str) -> bool:
        """False for the business rule."""
        return reason != "business-rule"


@register("keeps-first-discharge-date")
class KeepsFirstDischargeDate(Defect):
    """A changed discharge date changes nothing."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """occurrenceDateTime as it was."""
        if resource["resourceType"] == "ServiceRequest" and before is not None and before.get("occurrenceDateTime"):
            resource["occurrenceDateTime"] = before["occurrenceDateTime"]
        return resource


@register("drops-notice-date")
class DropsNoticeDate(Defect):
    """Keeps notices without the date they ask for."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """No occurrenceDateTime."""
        if resource["resourceType"] == "ServiceRequest":
            resource.pop("occurrenceDateTime", None)
        return resource


@register("date-shifted-in-utc")
class DateShiftedInUtc(Defect):
    """Takes the date of a notice for midnight in London and keeps its day in UTC."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """A day earlier in summer time."""
        day = str(resource.get("occurrenceDateTime", ""))[:10]
        moved = resource["resourceType"] == "ServiceRequest" and fresh(resource, before, "occurrenceDateTime") and len(day) == 10
        if moved and with_offset(f"{day}T00:00:00").endswith("+01:00"):
            resource["occurrenceDateTime"] = date.fromordinal(date.fromisoformat(day).toordinal() - 1).isoformat()
        return resource
