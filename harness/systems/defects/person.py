"""Defects in what is kept of a person."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from harness.systems.core import uris
from harness.systems.core.defect import Defect
from harness.systems.defects.kit import edit_v2, extension, flag, fresh, register, texts

Resource = dict[str, Any]


class _OfPatient(Defect):
    """Damages a Patient as it is stored."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:
        """The Patient after ``damage``."""
        if resource["resourceType"] == "Patient":
            self.damage(resource, before or {})
        return resource

    def damage(self, patient: Resource, before: Resource) -> None:
        """Change ``patient`` in place."""


def _keep(patient: Resource, before: Resource, *keys: str) -> None:
    """Put ``keys`` of ``patient`` back to what ``before`` had."""
    for key in keys:
        patient.pop(key, None)
        if key in before:
            patient[key] = before[key]


@register("ignores-death")
class IgnoresDeath(_OfPatient):
    """Everybody lives."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """No deceased[x]."""
        patient.pop("deceasedDateTime", None)
        patient.pop("deceasedBoolean", None)


@register("drops-death-date")
class DropsDeathDate(_OfPatient):
    """Keeps that somebody died, not when."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """deceasedBoolean for deceasedDateTime."""
        if patient.pop("deceasedDateTime", None):
            patient["deceasedBoolean"] = True


@register("ignores-resurrection")
class IgnoresResurrection(_OfPatient):
    """A death notified in error stays."""

    def damage(self, patient: Resource, before: Resource) -> None:
        """Once dead, dead."""
        dead = before.get("deceasedDateTime") or before.get("deceasedBoolean") is True
        if dead and not (patient.get("deceasedDateTime") or patient.get("deceasedBoolean") is True):
            _keep(patient, before, "deceasedDateTime", "deceasedBoolean")


@register("keeps-old-practice")
class KeepsOldPractice(_OfPatient):
    """The first practice held is the practice for ever."""

    def damage(self, patient: Resource, before: Resource) -> None:
        """generalPractitioner as it was."""
        if before.get("generalPractitioner"):
            patient["generalPractitioner"] = before["generalPractitioner"]


flag("shows-sensitive-address", "shows-sensitive")


@register("drops-sensitive-flag")
class DropsSensitiveFlag(_OfPatient):
    """Keeps a protected person without the flag."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """No meta.security."""
        patient["meta"] = {key: each for key, each in (patient.get("meta") or {}).items() if key != "security"}
        if not patient["meta"]:
            del patient["meta"]


class _Cuts(_OfPatient):
    length = 20

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """Names and address lines to ``length`` characters."""
        for name in patient.get("name") or ():
            name.update(texts({key: name[key] for key in ("family", "given", "text") if key in name}, lambda text: text[: self.length]))
        for address in patient.get("address") or ():
            address.update(texts({key: address[key] for key in ("line", "city") if key in address}, lambda text: text[: self.length]))


@register("truncates-names")
class TruncatesNames(_Cuts):
    """Cuts names and address lines at 20 characters."""


@register("truncates-at-recommended-length")
class TruncatesAtRecommendedLength(_Cuts):
    """Cuts names and address lines at the 35 characters that the specification recommends."""

    length = 35


@register("shifts-birth-date-in-summer")
class ShiftsBirthDateInSummer(_OfPatient):
    """Takes a date of birth for midnight in London and keeps its day in UTC."""

    def damage(self, patient: Resource, before: Resource) -> None:
        """A day earlier in summer time."""
        from harness.systems.core.clock import with_offset

        born = patient.get("birthDate", "")
        if fresh(patient, before, "birthDate") and len(born) == 10 and with_offset(f"{born}T00:00:00").endswith("+01:00"):
            patient["birthDate"] = date.fromordinal(date.fromisoformat(born).toordinal() - 1).isoformat()


@register("folds-sex-nine")
class FoldsSexNine(_OfPatient):
    """Knows male and female only: 9 not specified becomes 0 not known."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """other becomes unknown."""
        if patient.get("gender") == "other":
            patient["gender"] = "unknown"


@register("reads-separated-as-partner")
class ReadsSeparatedAsPartner(_OfPatient):
    """Reads marital status P as base HL7 does: domestic partner, not separated."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """L becomes T."""
        for coding in (patient.get("maritalStatus") or {}).get("coding") or ():
            coding["code"] = {"L": "T", "P": "T"}.get(coding.get("code"), coding.get("code"))


@register("drops-ethnic-category")
class DropsEthnicCategory(_OfPatient):
    """Has no place for an ethnic category."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """The extension goes."""
        kept = [each for each in patient.get("extension") or () if "EthnicCategory" not in each.get("url", "")]
        patient.pop("extension", None)
        if kept:
            patient["extension"] = kept


@register("drops-contact-flags")
class DropsContactFlags(_OfPatient):
    """Keeps next of kin and carers without what they are to the person."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """No relationship."""
        for contact in patient.get("contact") or ():
            contact.pop("relationship", None)


@register("drops-contacts")
class DropsContacts(_OfPatient):
    """Keeps no next of kin and no carer."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """No contact."""
        patient.pop("contact", None)


@register("keeps-first-repetition")
class KeepsFirstRepetition(_OfPatient):
    """Keeps the first name, address, telephone and contact of several."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """One of each."""
        for key in ("name", "address", "telecom", "contact"):
            if key in patient:
                patient[key] = patient[key][:1]


@register("treats-null-as-text")
class TreatsNullAsText(_OfPatient):
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


@register("source-ignores-sensitive-flag")
class SourceIgnoresSensitiveFlag(DropsSensitiveFlag):
    """Forgets that a person is protected, and sends everything."""
