"""Defects of deciding who somebody is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from harness.systems.core import uris
from harness.systems.core.defect import Defect
from harness.systems.defects.kit import edit_fhir, flag, is_v2, register

if TYPE_CHECKING:
    from harness.systems.core.store import Store

Resource = dict[str, Any]


@register("links-unverified-number")
class LinksUnverifiedNumber(Defect):
    """Treats every NHS number as verified."""

    def wire_in(self, payload: bytes) -> bytes | None:
        """Status 01, whatever was sent."""
        if is_v2(payload):
            return re.sub(rb"NSTS0[2-8]", b"NSTS01", payload)
        return edit_fhir(payload, self._verified)

    @staticmethod
    def _verified(resource: Resource) -> Resource:
        for identifier in resource.get("identifier") or () if resource.get("resourceType") == "Patient" else ():
            for extension in identifier.get("extension") or ():
                if extension.get("url") == uris.VERIFICATION:
                    for coding in (extension.get("valueCodeableConcept") or {}).get("coding") or ():
                        coding["code"] = "01"
        return resource


@register("drops-verification-status")
class DropsVerificationStatus(Defect):
    """Keeps NHS numbers without how far they were verified."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """No extension on identifiers."""
        if resource["resourceType"] == "Patient":
            resource["identifier"] = [{key: each for key, each in one.items() if key != "extension"} for one in resource.get("identifier") or ()]
            if not resource["identifier"]:
                del resource["identifier"]
        return resource


@register("drops-local-numbers")
class DropsLocalNumbers(Defect):
    """Keeps the NHS number of those who have one and no other."""

    def stored(self, resource: Resource, before: Resource | None) -> Resource | None:  # noqa: ARG002
        """NHS number alone."""
        numbers = [each for each in resource.get("identifier") or () if each.get("system") == uris.NHS_NUMBER]
        if resource["resourceType"] == "Patient" and numbers:
            resource["identifier"] = numbers
        return resource


flag("mixes-local-numbers")
flag("fuzzy-matches-pseudo")
flag("matches-by-resemblance")
flag("wrong-patient-write")


def misfile(store: Store, patient_id: str, other_id: str) -> None:
    """Write the name, address and telephone of one patient under another: what ``wrong-patient-write`` does."""
    source, other = store.get("Patient", patient_id), store.get("Patient", other_id)
    if source is not None and other is not None and patient_id != other_id:
        store.put(other | {key: source[key] for key in ("name", "address", "telecom") if key in source})


def resembling(store: Store, patient: Resource) -> Resource | None:
    """A Patient of the same date of birth and family name: what no system may link by."""
    from harness.systems.core.index import fold

    families = {fold(str(name.get("family", ""))) for name in patient.get("name") or ()}
    for each in store.ids("Patient", "birthdate", str(patient.get("birthDate", ""))):
        found = store.get("Patient", each)
        if found is not None and families & {fold(str(name.get("family", ""))) for name in found.get("name") or ()}:
            return found
    return None
