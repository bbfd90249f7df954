"""Defects of the conversations between a hospital and social care."""

from __future__ import annotations

from typing import Any

from harness.systems.core.defect import Defect
from harness.systems.defects.kit import day_in_utc, fresh, register
from harness.systems.defects.shapes import Doubles, Drops, Silent, Stays, register_rows

Resource = dict[str, Any]


register_rows(
    {
        "no-business-acknowledgement": Silent("Task", "received"),
        "keeps-acceptance-to-itself": Silent("Task", "accepted"),
        "keeps-packages-to-itself": Silent("EpisodeOfCare", "planned", "active", "onhold", "finished", "cancelled"),
        "never-suspends-package": Stays("EpisodeOfCare", "onhold"),
        "never-resumes-package": Stays("EpisodeOfCare", "active", "onhold"),
        "never-starts-planned-package": Stays("EpisodeOfCare", "active", "planned"),
        "shows-finished-package": Stays("EpisodeOfCare", "finished"),
        "keeps-planned-package": Stays("EpisodeOfCare", "cancelled"),
        "shows-cleared-alert": Stays("Flag", "inactive"),
        "drops-alert": Drops("Flag"),
        "drops-package": Drops("EpisodeOfCare"),
        "drops-notice": Drops("ServiceRequest"),
        "drops-notice-date": Drops("ServiceRequest", "occurrenceDateTime"),
        "drops-refusal-reason": Drops("Task", "statusReason"),
        "duplicates-package": Doubles("EpisodeOfCare"),
    }
)


@register("always-accepts")
class AlwaysAccepts(Defect):
    """A refusal is kept, and told, as an acceptance."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """rejected becomes accepted."""
        if resource["resourceType"] == "Task" and resource.get("status") == "rejected":
            resource["status"] = "accepted"
            resource.pop("statusReason", None)
        return resource


@register("ignores-withdrawal")
class IgnoresWithdrawal(Defect):
    """A withdrawn notice goes on."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """Nothing is revoked or cancelled."""
        ended = {"ServiceRequest": "revoked", "Task": "cancelled", "EpisodeOfCare": "cancelled"}.get(resource["resourceType"])
        return None if before is not None and ended and resource.get("status") == ended else resource


@register("keeps-first-discharge-date")
class KeepsFirstDischargeDate(Defect):
    """A changed discharge date changes nothing."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """occurrenceDateTime as it was."""
        if resource["resourceType"] == "ServiceRequest" and before is not None and before.get("occurrenceDateTime"):
            resource["occurrenceDateTime"] = before["occurrenceDateTime"]
        return resource


@register("date-shifted-in-utc")
class DateShiftedInUtc(Defect):
    """Takes the date of a notice for midnight in London and keeps its day in UTC."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """A day earlier in summer time."""
        if resource["resourceType"] == "ServiceRequest" and fresh(resource, before, "occurrenceDateTime"):
            told = str(resource["occurrenceDateTime"])
            shifted = day_in_utc(told[:10])
            resource["occurrenceDateTime"] = told if shifted == told[:10] else shifted
        return resource
