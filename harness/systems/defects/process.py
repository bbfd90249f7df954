"""Defects of events: what a stay does not do, and when."""

from __future__ import annotations

from typing import Any

from harness.systems.core.defect import Defect
from harness.systems.defects.kit import flag, is_v2, read_fhir, register, write_fhir

Resource = dict[str, Any]


class _Unmoved(Defect):
    """Ignores ``triggers``, and over FHIR every change of an Encounter to ``status`` from one of ``after`` (any, when empty)."""

    triggers: frozenset[str] = frozenset()
    status = ""
    after: frozenset[str] = frozenset()

    def swallow(self, trigger: str, payload: bytes) -> bool:  # noqa: ARG002
        """True for one of ``triggers``."""
        return trigger in self.triggers

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """The Encounter as it was."""
        if resource["resourceType"] != "Encounter" or before is None or before.get("status") == resource.get("status"):
            return resource
        ignored = resource.get("status") == self.status and (not self.after or before.get("status") in self.after)
        return None if ignored and self.status else resource


@register("ignores-cancel-admit")
class IgnoresCancelAdmit(_Unmoved):
    """A cancelled admission goes on."""

    triggers, status = frozenset({"A11"}), "cancelled"


@register("ignores-cancel-discharge")
class IgnoresCancelDischarge(_Unmoved):
    """A discharge cannot be taken back."""

    triggers, status, after = frozenset({"A13"}), "in-progress", frozenset({"finished"})


@register("ignores-discharge")
class IgnoresDischarge(_Unmoved):
    """Nobody goes home."""

    triggers, status = frozenset({"A03"}), "finished"


@register("ignores-leave")
class IgnoresLeave(_Unmoved):
    """Leave is not shown."""

    triggers, status = frozenset({"A21"}), "onleave"


@register("ignores-return")
class IgnoresReturn(_Unmoved):
    """Who goes on leave stays on leave."""

    triggers, status, after = frozenset({"A22"}), "in-progress", frozenset({"onleave"})


@register("ignores-cancel-transfer")
class IgnoresCancelTransfer(_Unmoved):
    """A cancelled transfer stands; over FHIR a ward left is never gone back to."""

    triggers = frozenset({"A12"})


@register("never-moves")
class NeverMoves(Defect):
    """The first ward is the ward for ever."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """location as first written."""
        if resource["resourceType"] == "Encounter" and before is not None and before.get("location"):
            resource["location"] = before["location"]
        return resource


@register("ignores-amendments")
class IgnoresAmendments(_Unmoved):
    """An encounter that was told of is not amended."""

    triggers = frozenset({"A08"})

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """An Encounter changes with its status only."""
        unmoved = resource["resourceType"] == "Encounter" and before is not None and before.get("status") == resource.get("status")
        return None if unmoved and before is not None and before.get("subject") == resource.get("subject") else resource


class _Doubles(Defect):
    """Creates where it should update: a conditional PUT of ``kind`` becomes a POST."""

    kind = ""
    flags = frozenset({"forgets-replays"})

    def wire_in(self, payload: bytes) -> bytes | None:
        """The Bundle with creates for updates."""
        bundle = None if is_v2(payload) else read_fhir(payload)
        if bundle is None or bundle.get("resourceType") != "Bundle":
            return payload
        for entry in bundle.get("entry") or ():
            if (entry.get("resource") or {}).get("resourceType") == self.kind and isinstance(entry.get("request"), dict):
                entry["request"] = {"method": "POST", "url": self.kind}
        return write_fhir(bundle)


@register("duplicates-encounter")
class DuplicatesEncounter(_Doubles):
    """Opens another encounter each time it is told of one."""

    kind = "Encounter"


@register("duplicate-referral")
class DuplicateReferral(_Doubles):
    """Opens another referral each time it is told of one."""

    kind = "ServiceRequest"


@register("duplicates-package")
class DuplicatesPackage(_Doubles):
    """Opens another package each time it is told of one."""

    kind = "EpisodeOfCare"


flag("duplicates-person", "forgets-replays", "never-finds")
flag("forgets-early-withdrawal", "forgets-withdrawals")
