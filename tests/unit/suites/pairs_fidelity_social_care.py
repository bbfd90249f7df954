"""Wrong answers to what fidelity asks of a notice and of a package."""

from __future__ import annotations

from pairs_fidelity_person import Tells, TellsNoContacts
from pairs_kit import pair
from wrong_content_kit import bare, changing, day_in_utc, dropping, without

from harness.model.record import Record


class TellsNoAlerts(Tells):
    def tells(self, record: Record) -> Record:
        return without(record, "alert")


KEEPS_WHO_IT_IS = ("person.nhs_number", "person.sex", "person.birth_date", "name", "identifier", "encounter", "diagnosis", "procedure", "observation")

pair("fidelity/notice-1", bare("KeepsNoticeAlone", *KEEPS_WHO_IT_IS, "referral"), dropping("KeepsNoPerson", "address", "telecom", "contact"), over="fhir")
pair("fidelity/notice-2", dropping("DropsAlerts", "alert"), dropping("DropsMedicines", "medication"), dropping("DropsContacts", "contact"), over="fhir")
pair("fidelity/notice-2", source=TellsNoAlerts, over="fhir")
pair("fidelity/notice-2", source=TellsNoContacts, over="fhir")
pair("fidelity/notice-3", changing("ShiftsNoticeDates", day_in_utc, "referral.date"), dropping("DropsNoticeDates", "referral.date"), over="fhir")
pair("fidelity/package-1", dropping("DropsPackage", "package"), bare("KeepsPackageAlone", *KEEPS_WHO_IT_IS, "package"), over="fhir")
pair("fidelity/package-2", dropping("DropsAlerts", "alert"), dropping("DropsCarers", "contact"), over="fhir")
pair("fidelity/package-2", changing("PlansWhatIsActive", {"active": "planned"}.get, "package.status"), over="fhir")
pair("fidelity/package-2", source=TellsNoAlerts, over="fhir")
