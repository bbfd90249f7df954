"""Defects of taking too little: whole kinds of message are turned away, or kept in part."""

from __future__ import annotations

import re
from typing import Any, Final

from harness.systems.core import uris
from harness.systems.core.defect import Defect
from harness.systems.core.fhir import structure
from harness.systems.core.refusal import RefusalError
from harness.systems.defects.kit import edit_fhir, edit_v2, is_v2, read_fhir, register, write_fhir

Resource = dict[str, Any]


class _Refuses(Defect):
    """Knows none of ``triggers`` and none of ``kinds``: what comes is read as something this system does not handle."""

    triggers: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    def wire_in(self, payload: bytes) -> bytes | None:
        """The event, or the type of the resource, becomes one nobody knows."""
        if is_v2(payload):
            return edit_v2(payload, lambda tree: tree.set("MSH-9.2", "Q99") if tree.trigger in self.triggers else None)
        return edit_fhir(payload, lambda resource: {**resource, "resourceType": "Unhandled"} if self.turned(resource) else resource)

    def turned(self, resource: Resource) -> bool:
        """True for a resource that is turned away."""
        return resource.get("resourceType") in self.kinds


@register("refuses-people")
class RefusesPeople(_Refuses):
    """Turns away registrations and updates of people."""

    triggers, kinds = frozenset({"A28", "A31"}), frozenset({"Patient"})


@register("refuses-encounters")
class RefusesEncounters(_Refuses):
    """Turns away admissions, transfers and discharges."""

    triggers, kinds = frozenset({"A01", "A02", "A03", "A04", "A05", "A08", "A11", "A12", "A13"}), frozenset({"Encounter"})


@register("refuses-merges")
class RefusesMerges(_Refuses):
    """Turns away merges."""

    triggers = frozenset({"A40"})

    def turned(self, resource: Resource) -> bool:
        """A Patient that ends."""
        return resource.get("resourceType") == "Patient" and resource.get("active") is False


@register("refuses-notices")
class RefusesNotices(_Refuses):
    """Turns away notices."""

    kinds = frozenset({"ServiceRequest"})


@register("refuses-packages")
class RefusesPackages(_Refuses):
    """Turns away packages of care."""

    kinds = frozenset({"EpisodeOfCare"})


_SEGMENTS: Final = frozenset(
    ["MSH", "EVN", "PID", "PD1", "NK1", "PV1", "PV2", "OBX", "AL1", "DG1", "PR1", "MRG", "ZU1", "ZU3", "ZU4", "ZU5", "ZU6", "ZU7", "ZU8"]
)
_URL: Final = re.compile(rb'"url":"(http[^"]*)"')
_PREFIXES: Final = (b"https://fhir.hl7.org.uk/", b"http://hl7.org/", b"https://exemplar-harness.example/fhir/StructureDefinition/")
_NAMES: Final = (
    *("allergy-type", "allergy-severity", "mode-of-arrival", "expected-discharge", "ready-for-discharge", "medically-fit", "original-code"),
    *("attendance-disposal", "observation-unit"),
)


@register("stops-at-unknown-part")
class StopsAtUnknownPart(Defect):
    """Acknowledges a message that holds a segment or extension it does not know, and drops the whole of it."""

    def swallow(self, trigger: str, payload: bytes) -> bool:  # noqa: ARG002
        """True for such a message."""
        if is_v2(payload):
            names = {line[:3].decode("latin-1") for line in payload.strip().split(b"\r") if line.strip()}
            return bool(names - _SEGMENTS)
        return any(not self._known(url) for url in _URL.findall(payload))

    @staticmethod
    def _known(url: bytes) -> bool:
        own = url.startswith(_PREFIXES[2])
        return url.startswith(_PREFIXES[:2]) or (own and url.decode("latin-1").rpartition("/")[2] in _NAMES)


@register("files-what-it-can")
class FilesWhatItCan(Defect):
    """Files the good entries of a transaction and says nothing of the others."""

    def wire_in(self, payload: bytes) -> bytes | None:
        """Only entries that can be filed."""
        bundle = None if is_v2(payload) else read_fhir(payload)
        if bundle is None or bundle.get("resourceType") != "Bundle" or not isinstance(bundle.get("entry"), list):
            return payload
        good = [entry for entry in bundle["entry"] if not isinstance(entry.get("resource"), dict) or self._good(entry["resource"])]
        return write_fhir({**bundle, "entry": good}) if good and len(good) < len(bundle["entry"]) else payload

    @staticmethod
    def _good(resource: Resource) -> bool:
        try:
            structure.check(resource)
        except RefusalError:
            return False
        return True


class _Bare(Defect):
    """Keeps ``kept`` elements of a ``kind`` and nothing else."""

    kind = ""
    kept: frozenset[str] = frozenset()

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """The bare resource."""
        if resource["resourceType"] != self.kind:
            return resource
        return {key: each for key, each in resource.items() if key in self.kept or key in ("resourceType", "id", "meta", "identifier")}


@register("keeps-bare-person")
class KeepsBarePerson(_Bare):
    """Keeps of a person number, name, sex and dates."""

    kind, kept = "Patient", frozenset({"active", "link", "name", "gender", "birthDate", "deceasedBoolean", "deceasedDateTime"})


@register("keeps-bare-encounter")
class KeepsBareEncounter(_Bare):
    """Keeps of a stay number, class, status and period."""

    kind, kept = "Encounter", frozenset({"status", "class", "subject", "period"})


@register("drops-nhs-number")
class DropsNhsNumber(Defect):
    """Keeps local numbers and no NHS number where there are both."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """Local numbers alone."""
        numbers = [each for each in resource.get("identifier") or () if each.get("system") != uris.NHS_NUMBER]
        if resource["resourceType"] == "Patient" and numbers:
            resource["identifier"] = numbers
        return resource
