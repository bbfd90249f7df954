"""Defects in what is shown: the record is right, what a reader gets of it is not what FHIR says."""

from __future__ import annotations

from typing import Any, Final

from harness.systems.core.defect import Defect
from harness.systems.defects.kit import register

Resource = dict[str, Any]

# HL7 v2 tables 0001 and 0085, where FHIR has lists of its own.
_SEX: Final = {"male": "M", "female": "F", "other": "O", "unknown": "U"}
_RESULT: Final = {"final": "F", "preliminary": "P", "corrected": "C"}


@register("serves-v2-codes")
class ServesV2Codes(Defect):
    """Shows sex and the status of results in the letters of HL7 v2."""

    def shown(self, resource: Resource) -> Resource | None:
        """The letters where FHIR requires its own codes."""
        if resource["resourceType"] == "Patient" and "gender" in resource:
            resource["gender"] = _SEX.get(resource["gender"], resource["gender"])
        if resource["resourceType"] == "Observation":
            resource["status"] = _RESULT.get(str(resource.get("status")), resource.get("status"))
        return resource


@register("serves-free-units")
class ServesFreeUnits(Defect):
    """Shows units in words of its own and calls them UCUM."""

    def shown(self, resource: Resource) -> Resource | None:
        """A unit that no grammar reads."""
        quantity = resource.get("valueQuantity")
        if isinstance(quantity, dict) and quantity.get("code"):
            quantity["code"] = f"{quantity['code']} in the blood"
        return resource
