"""What a reader is shown: the record without what its sensitive flag hides."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from harness.systems.core.identity import sensitivity

if TYPE_CHECKING:
    from harness.systems.core.defect import Defects
    from harness.systems.core.store import Store

Resource = dict[str, Any]

HIDDEN = ("address", "telecom", "contact", "generalPractitioner", "photo")


def suppressed(patient: Resource) -> Resource:
    """The Patient without address, telecom, contacts and practice when the national sensitive flag is set."""
    if sensitivity(patient) != "national":
        return patient
    return {key: value for key, value in patient.items() if key not in HIDDEN}


def shown(resource: Resource, store: Store, defects: Defects) -> Resource | None:
    """What a reader sees of ``resource``, any version of it; None hides it. A Patient's flag of today covers older versions too."""
    kind = resource.get("resourceType")
    if not defects.has("shows-sensitive"):
        if kind == "Patient":
            current = store.get("Patient", str(resource.get("id"))) or resource
            if "national" in (sensitivity(current), sensitivity(resource)):
                resource = {key: value for key, value in resource.items() if key not in HIDDEN}
        elif kind == "RelatedPerson":
            whose = store.get("Patient", str((resource.get("patient") or {}).get("reference", "")).removeprefix("Patient/"))
            if whose is not None and sensitivity(whose) == "national":
                return None
    return defects.shown(deepcopy(resource)) if defects else resource
