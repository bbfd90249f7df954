# ruff: noqa: ARG002
"""What many defects have in common but for a word or two: each shape is given those words, so that a defect is a row. Registers nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.systems.core.defect import DEFECTS, Defect
from harness.systems.defects.kit import edit_fhir, edit_v2, is_v2, read_fhir, write_fhir

Resource = dict[str, Any]


def register_rows(rows: Mapping[str, Defect]) -> None:
    """Put each defect into DEFECTS under its name; what it is said to be stands in ``profiles/systems/defects.yaml``."""
    for name, defect in rows.items():
        defect.name = name
        DEFECTS.add(name, defect)


class Silent(Defect):
    """Never sends what holds a ``kind`` in one of ``statuses``."""

    def __init__(self, kind: str, *statuses: str) -> None:
        self.kind, self.statuses = kind, statuses

    def wire_out(self, payload: bytes, interface: str) -> bytes | None:
        """None for such a message."""
        bundle = read_fhir(payload) if interface == "fhir" and not is_v2(payload) else None
        resources = [entry["resource"] for entry in (bundle or {}).get("entry") or () if isinstance(entry.get("resource"), dict)]
        return None if any(each["resourceType"] == self.kind and each.get("status") in self.statuses for each in resources) else payload


class Stays(Defect):
    """A ``kind`` never goes to ``status`` (from one of ``after``; any, when empty)."""

    def __init__(self, kind: str, status: str, *after: str) -> None:
        self.kind, self.status, self.after = kind, status, after

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """What was there stays."""
        if resource["resourceType"] != self.kind or resource.get("status") != self.status or before is None:
            return resource
        if before.get("status") == self.status or (self.after and before.get("status") not in self.after):
            return resource
        return None


class Ignores(Defect):
    """Acknowledges ``triggers`` and does nothing; over FHIR an Encounter never goes to ``status`` (from one of ``after``; any, when empty)."""

    def __init__(self, *triggers: str, status: str = "", after: str = "") -> None:
        self.triggers, self._stays = triggers, Stays("Encounter", status, *filter(None, (after,))) if status else None

    def swallow(self, trigger: str, payload: bytes) -> bool:
        """True for one of ``triggers``."""
        return trigger in self.triggers

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """The Encounter as it was."""
        return self._stays.stored(resource, before) if self._stays else resource


class Drops(Defect):
    """Keeps no ``kind``; with ``elements`` named, keeps it without them."""

    def __init__(self, kind: str, *elements: str) -> None:
        self.kind, self.elements = kind, elements

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """None, or what is left."""
        if resource["resourceType"] != self.kind:
            return resource
        for element in self.elements:
            resource.pop(element, None)
        return resource if self.elements else None


class KeepsOnly(Defect):
    """Keeps of a ``kind`` its identifiers and the ``elements`` named."""

    def __init__(self, kind: str, *elements: str) -> None:
        self.kind, self.elements = kind, {"resourceType", "id", "meta", "identifier", *elements}

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """The bare resource."""
        return resource if resource["resourceType"] != self.kind else {key: each for key, each in resource.items() if key in self.elements}


class Doubles(Defect):
    """Creates where it should update: a conditional PUT of ``kind`` becomes a POST."""

    flags = frozenset({"forgets-replays"})

    def __init__(self, kind: str) -> None:
        self.kind = kind

    def wire_in(self, payload: bytes) -> bytes | None:
        """The Bundle with creates for updates."""
        bundle = None if is_v2(payload) else read_fhir(payload)
        if bundle is None or bundle.get("resourceType") != "Bundle":
            return payload
        for entry in bundle.get("entry") or ():
            if (entry.get("resource") or {}).get("resourceType") == self.kind and isinstance(entry.get("request"), dict):
                entry["request"] = {"method": "POST", "url": self.kind}
        return write_fhir(bundle)


class TurnsAway(Defect):
    """Knows none of ``triggers`` and no ``kind`` (of which only those with ``active`` false, when ``ended``): what comes is read as something that this
    system does not handle."""

    def __init__(self, *triggers: str, kind: str, ended: bool = False) -> None:
        self.triggers, self.kind, self.ended = triggers, kind, ended

    def wire_in(self, payload: bytes) -> bytes | None:
        """The event, or the type of the resource, becomes one nobody knows."""
        if is_v2(payload):
            return edit_v2(payload, lambda tree: tree.set("MSH-9.2", "Q99") if tree.trigger in self.triggers else None)
        return edit_fhir(payload, lambda resource: {**resource, "resourceType": "Unhandled"} if self._turned(resource) else resource)

    def _turned(self, resource: Resource) -> bool:
        return resource.get("resourceType") == self.kind and (not self.ended or resource.get("active") is False)


class LetsThrough(Defect):
    """Lets through what would be refused for ``reasons``: a 0357 code, a code and its place, or a FHIR issue code."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons

    def refuse(self, reason: str) -> bool:
        """False for one of ``reasons``."""
        return reason not in self.reasons


class OfPatient(Defect):
    """Damages a Patient as it is stored."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """The Patient after ``damage``."""
        if resource["resourceType"] == "Patient":
            self.damage(resource, before or {})
        return resource

    def damage(self, patient: Resource, before: Resource) -> None:
        """Change ``patient`` in place."""
