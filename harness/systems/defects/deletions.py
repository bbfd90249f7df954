"""Defects in what becomes of a value that is deleted, left out, or said in a code that is not known."""

from __future__ import annotations

from typing import Any, Final

from harness.systems.core import uris
from harness.systems.core.defect import Defect
from harness.systems.defects.kit import edit_v2, extension, register
from harness.systems.defects.shapes import OfPatient

Resource = dict[str, Any]


@register("treats-null-as-text")
class TreatsNullAsText(OfPatient):
    """Keeps two quotation marks where a value was deleted."""

    def damage(self, patient: Resource, before: Resource) -> None:
        """What disappears is replaced by the marks."""
        marks: dict[str, Any] = {
            "address": [{"use": "home", "line": ['""']}],
            "telecom": [{"system": "phone", "use": "home", "value": '""'}],
            "maritalStatus": {"coding": [{"code": '""'}]},
            "generalPractitioner": [{"identifier": {"system": uris.ODS, "value": '""'}}],
            "communication": [{"language": {"coding": [{"code": '""'}]}}],
            "contact": [{"name": {"family": '""'}}],
        }
        for key, mark in marks.items():
            if key in before and key not in patient:
                patient[key] = mark
        _texts_for_extensions(patient, before)


def _texts_for_extensions(patient: Resource, before: Resource) -> None:
    for each in before.get("extension") or ():
        if not extension(patient, str(each.get("url", ""))):
            patient["extension"] = [*(patient.get("extension") or ()), {"url": each["url"], "valueCodeableConcept": {"coding": [{"code": '""'}]}}]


@register("ignores-deletes")
class IgnoresDeletes(Defect):
    """What was once known of a person or a stay is never removed."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """Nothing disappears."""
        if resource["resourceType"] in ("Patient", "Encounter") and before is not None:
            for key in before.keys() - resource.keys():
                if not key.startswith("deceased"):
                    resource[key] = before[key]
            held = {each.get("url") for each in resource.get("extension") or ()}
            gone = [each for each in before.get("extension") or () if each.get("url") not in held]
            if gone:
                resource["extension"] = [*(resource.get("extension") or ()), *gone]
        return resource


_EMPTIED: Final = ("PID-8", "PID-11", "PID-13", "PID-15", "PID-16", "PID-17", "PID-22")


@register("absent-deletes")
class AbsentDeletes(Defect):
    """Takes an empty field for a deletion."""

    def wire_in(self, payload: bytes) -> bytes | None:
        """Every empty field of PID and PD1 deletes."""
        return edit_v2(payload, self._fill)

    @staticmethod
    def _fill(tree: Any) -> None:
        if tree.trigger not in ("A08", "A31"):
            return
        if tree.segment("PD1") is None and tree.segment("PID") is not None:
            tree.add("PD1", after=tree.segment("PID"))
        for path in (*_EMPTIED, "PD1-3"):
            if tree.segment(path[:3]) is not None and not tree.raw(path):
                tree.set_raw(path, '""')


_KNOWN: Final = {
    "EthnicCategory": frozenset("ABCDEFGHJKLMNPRSZ") | {"99"},
    "allergy-type": frozenset({"AA", "DA", "EA", "IO", "OC", "IC", "IN", "FA", "LA", "MA", "MC", "PA"}),
    "allergy-severity": frozenset({"0", "1", "3", "5", "7", "9"}),
}


@register("drops-unknown-code")
class DropsUnknownCode(Defect):
    """Drops codes that its tables do not know, with their text."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """Known codes alone."""
        kept = [each for each in resource.get("extension") or () if self._known(each)]
        resource.pop("extension", None)
        if kept:
            resource["extension"] = kept
        resource.pop("_gender", None)
        if resource["resourceType"] in ("AllergyIntolerance", "Condition", "Procedure", "Observation"):
            codings = (resource.get("code") or {}).get("coding") or []
            if not any(str(each.get("system", "")) in (uris.SNOMED, uris.ICD10, uris.OPCS4, "http://loinc.org") for each in codings):
                return None
        if resource["resourceType"] == "Patient":
            self._patient(resource)
        return resource

    @staticmethod
    def _known(extension: Resource) -> bool:
        url = str(extension.get("url", ""))
        if url.endswith("original-code"):
            return False
        codings = (extension.get("valueCodeableConcept") or {}).get("coding") or [{"code": extension.get("valueCode")}]
        return all(codings[0].get("code") in known for name, known in _KNOWN.items() if url.endswith(name))

    @staticmethod
    def _patient(patient: Resource) -> None:
        marital = (patient.get("maritalStatus") or {}).get("coding") or []
        if marital and marital[0].get("code") not in ("S", "M", "D", "W", "L"):
            del patient["maritalStatus"]
        for contact in patient.get("contact") or ():
            codings = ((contact.get("relationship") or [{}])[0]).get("coding") or [{}]
            if not (str(codings[0].get("code", "")).isdigit() and int(codings[0]["code"]) <= 99):
                contact.pop("relationship", None)
