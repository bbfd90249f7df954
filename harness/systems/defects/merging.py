"""Defects of merging two records."""

from __future__ import annotations

from typing import Any

from harness.systems.core.defect import Defect
from harness.systems.defects.kit import edit_fhir, edit_v2, flag, is_v2, register

Resource = dict[str, Any]


@register("ignores-a40")
class IgnoresA40(Defect):
    """Acknowledges merges and leaves both records as they were."""

    def swallow(self, trigger: str, payload: bytes) -> bool:
        """A40, and over FHIR the loser's end."""
        return trigger == "A40" or (trigger == "fhir:Patient" and b'"replaced-by"' in payload)


@register("reverses-a40")
class ReversesA40(Defect):
    """Ends the survivor and keeps the loser."""

    def wire_in(self, payload: bytes) -> bytes | None:
        """PID-3 and MRG-1 change places; over FHIR the links do."""
        if is_v2(payload):
            return edit_v2(payload, self._swap)
        return edit_fhir(payload, self._turn) if b'"replaced-by"' in payload else payload

    @staticmethod
    def _swap(tree: Any) -> None:
        if tree.trigger == "A40" and tree.raw("MRG-1"):
            surviving, ending = tree.raw("PID-3"), tree.raw("MRG-1")
            tree.set_raw("PID-3", ending)
            tree.set_raw("MRG-1", surviving)

    @staticmethod
    def _turn(resource: Resource) -> Resource:
        turned = {"replaces": "replaced-by", "replaced-by": "replaces"}
        if resource.get("resourceType") == "Patient" and resource.get("link"):
            resource["link"] = [{**link, "type": turned.get(link.get("type"), link.get("type"))} for link in resource["link"]]
            resource["active"] = all(link["type"] != "replaced-by" for link in resource["link"])
        return resource


@register("merges-leave-encounters")
class MergesLeaveEncounters(Defect):
    """Ends the loser but leaves its encounters, allergies and alerts behind."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """Nothing changes whose it is."""
        for element in ("subject", "patient"):
            if before is not None and element in before and resource.get(element) != before[element]:
                resource[element] = before[element]
        return resource


@register("loser-still-current")
class LoserStillCurrent(Defect):
    """Moves what the loser had and keeps the loser as a current record."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """Every Patient is active and replaced by nobody."""
        if resource["resourceType"] == "Patient" and before is not None and resource.get("active") is False:
            resource["active"] = True
            links = [link for link in resource.get("link") or () if link.get("type") != "replaced-by"]
            resource.pop("link", None)
            if links:
                resource["link"] = links
        return resource


flag("revives-loser")
