"""The events of a hospital: their HL7 v2 trigger, and the Encounter status they lead to (ITK trigger events)."""

from __future__ import annotations

from typing import Final

# name -> (trigger, Encounter.status afterwards; empty: as it was)
EVENTS: Final[dict[str, tuple[str, str]]] = {
    "register": ("A28", ""),
    "update-person": ("A31", ""),
    "merge": ("A40", ""),
    "admit": ("A01", "in-progress"),
    "transfer": ("A02", "in-progress"),
    "discharge": ("A03", "finished"),
    "attend": ("A04", "in-progress"),
    "pre-admit": ("A05", "planned"),
    "update-encounter": ("A08", ""),
    "cancel-admit": ("A11", "cancelled"),
    "cancel-transfer": ("A12", "in-progress"),
    "cancel-discharge": ("A13", "in-progress"),
    "pend-admit": ("A14", "planned"),
    "pend-transfer": ("A15", ""),
    "pend-discharge": ("A16", ""),
    "leave": ("A21", "onleave"),
    "return-from-leave": ("A22", "in-progress"),
    "cancel-pend-discharge": ("A25", ""),
    "cancel-pend-transfer": ("A26", ""),
    "cancel-pend-admit": ("A27", "cancelled"),
    "cancel-pre-admit": ("A38", "cancelled"),
    "cancel-leave": ("A52", "in-progress"),
    "cancel-return": ("A53", "onleave"),
}

# name -> SNOMED code of the ServiceRequest (SCCI2075 notices)
NOTICES: Final[dict[str, str]] = {
    "assessment-notice": "975701000000106",
    "discharge-notice": "975731000000100",
    "withdraw-notice": "975841000000102",
}
