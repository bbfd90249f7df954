"""Defects in what is kept of a person."""

from __future__ import annotations

from typing import Any

from harness.systems.defects.kit import day_in_utc, flag, fresh, register, texts
from harness.systems.defects.shapes import OfPatient

Resource = dict[str, Any]


def _keep(patient: Resource, before: Resource, *keys: str) -> None:
    """Put ``keys`` of ``patient`` back to what ``before`` had."""
    for key in keys:
        patient.pop(key, None)
        if key in before:
            patient[key] = before[key]


@register("ignores-death")
class IgnoresDeath(OfPatient):
    """Everybody lives."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """No deceased[x]."""
        patient.pop("deceasedDateTime", None)
        patient.pop("deceasedBoolean", None)


@register("drops-death-date")
class DropsDeathDate(OfPatient):
    """Keeps that somebody died, not when."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """deceasedBoolean for deceasedDateTime."""
        if patient.pop("deceasedDateTime", None):
            patient["deceasedBoolean"] = True


@register("ignores-resurrection")
class IgnoresResurrection(OfPatient):
    """A death notified in error stays."""

    def damage(self, patient: Resource, before: Resource) -> None:
        """Once dead, dead."""
        dead = before.get("deceasedDateTime") or before.get("deceasedBoolean") is True
        if dead and not (patient.get("deceasedDateTime") or patient.get("deceasedBoolean") is True):
            _keep(patient, before, "deceasedDateTime", "deceasedBoolean")


@register("keeps-old-practice")
class KeepsOldPractice(OfPatient):
    """The first practice held is the practice for ever."""

    def damage(self, patient: Resource, before: Resource) -> None:
        """generalPractitioner as it was."""
        if before.get("generalPractitioner"):
            patient["generalPractitioner"] = before["generalPractitioner"]


flag("shows-sensitive-address", "shows-sensitive")


@register("drops-sensitive-flag")
class DropsSensitiveFlag(OfPatient):
    """Keeps a protected person without the flag."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """No meta.security."""
        patient["meta"] = {key: each for key, each in (patient.get("meta") or {}).items() if key != "security"}
        if not patient["meta"]:
            del patient["meta"]


class _Cuts(OfPatient):
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
class ShiftsBirthDateInSummer(OfPatient):
    """Takes a date of birth for midnight in London and keeps its day in UTC."""

    def damage(self, patient: Resource, before: Resource) -> None:
        """A day earlier in summer time."""
        if fresh(patient, before, "birthDate"):
            patient["birthDate"] = day_in_utc(patient["birthDate"])


@register("folds-sex-nine")
class FoldsSexNine(OfPatient):
    """Knows male and female only: 9 not specified becomes 0 not known."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """other becomes unknown."""
        if patient.get("gender") == "other":
            patient["gender"] = "unknown"


@register("reads-separated-as-partner")
class ReadsSeparatedAsPartner(OfPatient):
    """Reads marital status P as base HL7 does: domestic partner, not separated."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """L becomes T."""
        for coding in (patient.get("maritalStatus") or {}).get("coding") or ():
            coding["code"] = {"L": "T", "P": "T"}.get(coding.get("code"), coding.get("code"))


@register("drops-ethnic-category")
class DropsEthnicCategory(OfPatient):
    """Has no place for an ethnic category."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """The extension goes."""
        kept = [each for each in patient.get("extension") or () if "EthnicCategory" not in each.get("url", "")]
        patient.pop("extension", None)
        if kept:
            patient["extension"] = kept


@register("drops-contact-flags")
class DropsContactFlags(OfPatient):
    """Keeps next of kin and carers without what they are to the person."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """No relationship."""
        for contact in patient.get("contact") or ():
            contact.pop("relationship", None)


@register("drops-contacts")
class DropsContacts(OfPatient):
    """Keeps no next of kin and no carer."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """No contact."""
        patient.pop("contact", None)


@register("keeps-first-repetition")
class KeepsFirstRepetition(OfPatient):
    """Keeps the first name, address, telephone and contact of several."""

    def damage(self, patient: Resource, before: Resource) -> None:  # noqa: ARG002
        """One of each."""
        for key in ("name", "address", "telecom", "contact"):
            if key in patient:
                patient[key] = patient[key][:1]


@register("source-ignores-sensitive-flag")
class SourceIgnoresSensitiveFlag(DropsSensitiveFlag):
    """Forgets that a person is protected, and sends everything."""
