"""Defects of taking too little: whole kinds of message are turned away, or kept in part."""

from __future__ import annotations

import re
from typing import Any, Final

from harness.systems.core import uris
from harness.systems.core.defect import Defect
from harness.systems.core.fhir import structure
from harness.systems.core.refusal import RefusalError
from harness.systems.defects.kit import is_v2, read_fhir, register, write_fhir
from harness.systems.defects.shapes import KeepsOnly, TurnsAway, register_rows

Resource = dict[str, Any]


register_rows(
    {
        "refuses-people": TurnsAway("A28", "A31", kind="Patient"),
        "refuses-encounters": TurnsAway("A01", "A02", "A03", "A04", "A05", "A08", "A11", "A12", "A13", kind="Encounter"),
        "refuses-merges": TurnsAway("A40", kind="Patient", ended=True),
        "refuses-notices": TurnsAway(kind="ServiceRequest"),
        "refuses-packages": TurnsAway(kind="EpisodeOfCare"),
        "keeps-bare-person": KeepsOnly("Patient", "active", "link", "name", "gender", "birthDate", "deceasedBoolean", "deceasedDateTime"),
        "keeps-bare-encounter": KeepsOnly("Encounter", "status", "class", "subject", "period"),
    }
)

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


@register("drops-nhs-number")
class DropsNhsNumber(Defect):
    """Keeps local numbers and no NHS number where there are both."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """Local numbers alone."""
        numbers = [each for each in resource.get("identifier") or () if each.get("system") != uris.NHS_NUMBER]
        if resource["resourceType"] == "Patient" and numbers:
            resource["identifier"] = numbers
        return resource
