"""Wrong answers to what fidelity asks of what is served: kept right, and served in codes, units and dates that are none."""

from __future__ import annotations

from typing import Any

from pairs_kit import pair
from wrong_content_kit import serving

Resource = dict[str, Any]


def in_words(result: Resource) -> Resource:
    """A unit of its own that is called UCUM."""
    measured = result.get("valueQuantity")
    return {**result, "valueQuantity": {**measured, "code": "millimoles per litre"}} if measured else result


def without_class(stay: Resource) -> Resource:
    """A stay that is neither in a bed nor in a clinic."""
    return {name: value for name, value in stay.items() if name != "class"}


pair("fidelity/served-1", serving("ServesV2Sex", "Patient", lambda one: {**one, "gender": "F"}))
pair("fidelity/served-1", serving("ServesNoDay", "Patient", lambda one: {**one, "birthDate": "1970-02-30"}))
pair("fidelity/served-1", serving("ServesNoActive", "Patient", lambda one: {**one, "active": "yes"}))
pair("fidelity/served-2", serving("ServesV2Status", "Observation", lambda one: {**one, "status": "F"}), serving("ServesWords", "Observation", in_words))
pair("fidelity/served-2", serving("ServesNoClass", "Encounter", without_class))
