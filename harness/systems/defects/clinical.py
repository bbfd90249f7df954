"""Defects in what is kept of allergies, diagnoses, results and stays."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_DOWN, Decimal
from typing import Any

from harness.systems.core import uris
from harness.systems.core.defect import Defect
from harness.systems.defects.kit import edit_v2, extension, flag, fresh, is_v2, read_fhir, register, texts, write_fhir
from harness.systems.defects.shapes import register_rows

Resource = dict[str, Any]


@register("drops-z-segments")
class DropsZSegments(Defect):
    """Drops every segment that begins with Z."""

    def wire_in(self, payload: bytes) -> bytes | None:
        """Without them."""
        if not is_v2(payload):
            return payload
        return b"\r".join(line for line in payload.split(b"\r") if not line.startswith(b"Z"))


@register("drops-allergies")
class DropsAllergies(Defect):
    """Keeps no allergy."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """Never an AllergyIntolerance."""
        return None if resource["resourceType"] == "AllergyIntolerance" else resource


@register("keeps-no-known-allergy-as-nothing")
class KeepsNoKnownAllergyAsNothing(Defect):
    """Keeps nothing where somebody was asked and has no known allergy."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """The code of no known allergy is dropped."""
        codes = {coding.get("code") for coding in (resource.get("code") or {}).get("coding") or ()}
        return None if resource["resourceType"] == "AllergyIntolerance" and codes & {"716186003", "409137002"} else resource


@register("drops-reaction")
class DropsReaction(Defect):
    """Keeps an allergy without its reaction and severity."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """Neither of them."""
        if resource["resourceType"] == "AllergyIntolerance":
            for key in ("reaction", "extension", "criticality"):
                resource.pop(key, None)
        return resource


@register("invents-allergy")
class InventsAllergy(Defect):
    """Adds an allergy to latex to everybody."""

    def wire_in(self, payload: bytes) -> bytes | None:
        """One more AL1, one more entry of a Bundle."""
        if is_v2(payload):
            return edit_v2(payload, self._segment)
        bundle = read_fhir(payload)
        if bundle is None or bundle.get("resourceType") != "Bundle":
            return payload
        people = [entry for entry in bundle.get("entry") or () if (entry.get("resource") or {}).get("resourceType") == "Patient"]
        for entry in people[:1]:
            if entry.get("fullUrl"):
                bundle["entry"] = [*bundle["entry"], self._entry(entry)]
        return write_fhir(bundle)

    @staticmethod
    def _segment(tree: Any) -> None:
        if tree.trigger not in ("A01", "A04", "A05", "A08", "A28", "A31"):
            return
        before = [each for each in tree.segments if each.name in ("AL1", "OBX", "PV2", "PV1", "NK1", "PD1", "PID")][-1]
        segment = tree.add("AL1", after=before)
        for path, text in (("1", "9"), ("2", "EA"), ("3.1", "1003755004"), ("3.2", "Latex"), ("3.3", "SNCT"), ("4", "7")):
            segment.set(path, text)

    @staticmethod
    def _entry(person: Resource) -> Resource:
        code = {"coding": [{"system": uris.SNOMED, "code": "1003755004", "display": "Latex"}], "text": "Latex"}
        value = str(((person["resource"].get("identifier") or [{}])[0]).get("value", "x"))
        name = {"system": f"{uris.HOME}/Id/entry/invented", "value": value}
        resource = {"resourceType": "AllergyIntolerance", "identifier": [name], "code": code, "patient": {"reference": person["fullUrl"]}}
        return {"resource": resource, "request": {"method": "PUT", "url": f"AllergyIntolerance?identifier={name['system']}%7C{value}"}}


@register("rounds-decimals")
class RoundsDecimals(Defect):
    """Keeps one digit after the point."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """The rest is cut."""
        quantity = resource.get("valueQuantity")
        if isinstance(quantity, dict) and "value" in quantity:
            quantity["value"] = Decimal(str(quantity["value"])).quantize(Decimal("0.1"), ROUND_DOWN).normalize() + 0
        return resource


@register("drops-unit")
class DropsUnit(Defect):
    """Keeps numbers without their unit."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """The value alone."""
        quantity = resource.get("valueQuantity")
        if isinstance(quantity, dict):
            resource["valueQuantity"] = {"value": quantity["value"]} if "value" in quantity else quantity
        return resource


@register("folds-certainty")
class FoldsCertainty(Defect):
    """Every diagnosis is final."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """confirmed."""
        if resource["resourceType"] == "Condition":
            for coding in (resource.get("verificationStatus") or {}).get("coding") or ():
                coding["code"] = "confirmed"
        return resource


@register("utc-times")
class UtcTimes(Defect):
    """Keeps the local time of a stay as if it were UTC."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """The wall clock with the wrong offset."""
        if resource["resourceType"] == "Encounter":
            for key in ("period", "extension"):
                if fresh(resource, before, key):
                    resource[key] = texts(resource[key], lambda text: text.removesuffix("+01:00") + "+00:00" if text.endswith("+01:00") else text)
        return resource


class _KeepsOfHospitalization(Defect):
    """Keeps a stay with the elements of its hospitalization that ``keeps`` says."""

    def __init__(self, keeps: Callable[[str], bool]) -> None:
        self.keeps = keeps

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """hospitalization without the others; none where nothing is left."""
        if resource["resourceType"] == "Encounter":
            hospital = {key: each for key, each in (resource.pop("hospitalization", None) or {}).items() if self.keeps(key)}
            if hospital:
                resource["hospitalization"] = hospital
        return resource


register_rows(
    {
        "drops-destination": _KeepsOfHospitalization(lambda key: key != "dischargeDisposition"),
        "drops-admission-codes": _KeepsOfHospitalization(lambda key: key == "dischargeDisposition"),
    }
)


@register("reads-disposal-as-method")
class ReadsDisposalAsMethod(Defect):
    """Takes the disposal of an emergency attendance for a method of discharge."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """The same number in the other list."""
        disposal = extension(resource, "attendance-disposal").get("valueCode") if resource["resourceType"] == "Encounter" else None
        if disposal and not extension(resource, "DischargeMethod"):
            coded = {"coding": [{"system": f"{uris.UK_CODES}DischargeMethodEngland", "code": disposal}]}
            resource["extension"] = [*resource["extension"], {"url": f"{uris.UK_EXTENSION}DischargeMethod", "valueCodeableConcept": coded}]
        return resource


@register("drops-bed")
class DropsBed(Defect):
    """Keeps the site of a stay without ward and bed."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """The site alone."""
        if resource["resourceType"] == "Encounter" and resource.get("location"):
            kept = [each for each in resource["location"] if ((each.get("physicalType") or {}).get("coding") or [{}])[0].get("code") == "si"]
            resource.pop("location")
            if kept:
                resource["location"] = kept
        return resource


flag("keeps-partner-ward-codes", "keeps-partner-codes")
