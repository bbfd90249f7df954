"""Defects of events: what a stay does not do, and when."""

from __future__ import annotations

from typing import Any

from harness.systems.core.defect import Defect
from harness.systems.defects.kit import flag, register
from harness.systems.defects.shapes import Doubles, Ignores, register_rows

Resource = dict[str, Any]


register_rows(
    {
        "ignores-cancel-admit": Ignores("A11", status="cancelled"),
        "ignores-cancel-discharge": Ignores("A13", status="in-progress", after="finished"),
        "ignores-discharge": Ignores("A03", status="finished"),
        "ignores-leave": Ignores("A21", status="onleave"),
        "ignores-return": Ignores("A22", status="in-progress", after="onleave"),
        "ignores-cancel-transfer": Ignores("A12"),
        "duplicates-encounter": Doubles("Encounter"),
        "duplicate-referral": Doubles("ServiceRequest"),
    }
)


@register("never-moves")
class NeverMoves(Defect):
    """The first ward is the ward for ever."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """location as first written."""
        if resource["resourceType"] == "Encounter" and before is not None and before.get("location"):
            resource["location"] = before["location"]
        return resource


@register("ignores-amendments")
class IgnoresAmendments(Ignores):
    """An encounter that was told of is not amended."""

    def __init__(self) -> None:
        super().__init__("A08")

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """An Encounter changes with its status only."""
        unmoved = resource["resourceType"] == "Encounter" and before is not None and before.get("status") == resource.get("status")
        return None if unmoved and before is not None and before.get("subject") == resource.get("subject") else resource


flag("duplicates-person", "forgets-replays", "never-finds")
flag("forgets-early-withdrawal", "forgets-withdrawals")
