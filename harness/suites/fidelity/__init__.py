"""L4: the same meaning, by the ledger of three records. One file per section of its register."""

from __future__ import annotations

# The core items (LEVELS, Core items) that each conversation carries, as groups of the record.
PERSON = ("person", "name", "identifier", "address", "telecom", "contact", "allergy")
STAY = ("encounter", "diagnosis", "procedure", "observation")
NOTICE = (*PERSON, "alert", "medication", "referral.code", "referral.status", "referral.date", "referral.support_reason")
PACKAGE = (*PERSON, "alert", "package")
