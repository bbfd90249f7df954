"""Wrong answers to what fidelity asks of a stay."""

from __future__ import annotations

from pairs_fidelity_person import Tells, telling, with_all
from pairs_kit import pair
from scripted_follower_kit import Follower
from wrong_content_kit import as_if_utc, bare, changing, dropping, without

from harness.catalogue import catalogue
from harness.formats.hl7v2 import parse
from harness.model.message import Message
from harness.model.record import Record

PARTNERS = catalogue().system("acute-exemplar").codes["ward"]
OLD_METHODS = dict.fromkeys(("25", "2A", "2B", "2C", "2D"), "28")


class TellsNoDestination(Tells):
    def tells(self, record: Record) -> Record:
        return without(record, "encounter.discharge_destination")


class TellsOfNoCare(Tells):
    """Sends the stay, and nothing of what was found and done."""

    def tells(self, record: Record) -> Record:
        return without(record, "diagnosis", "procedure", "observation")


class TellsNoBed(Tells):
    def tells(self, record: Record) -> Record:
        return without(record, "encounter.bed")


class NeverFinishes(Follower):
    """Nobody goes home."""

    def keeps(self, record: Record, trigger: str) -> None:
        finished = record.text("encounter.status") == "finished"
        super().keeps(record.replaced({"encounter.status": "in-progress"}) if finished else record, trigger)


class ReadsDisposalAsMethod(Follower):
    """Takes the disposal of an emergency attendance for a method of discharge."""

    def takes(self, message: Message) -> None:
        super().takes(message)
        tree = parse(message.content)
        disposal, local = tree.get("PV1-36"), self.lens.read(tree, codes=self.partner_codes).text("identifier.value")
        if disposal:
            self.people[local] = self.people[local].replaced({"encounter.discharge_method": disposal})


class FirstStart(Follower):
    """A stay that was told of is not amended."""

    def keeps(self, record: Record, trigger: str) -> None:
        held = self.people.get(record.text("identifier.value"), Record()).text("encounter.start")
        super().keeps(record.replaced({"encounter.start": held}) if held else record, trigger)


pair("fidelity/encounter-1", bare("KeepsBareStay", "person", "name", "identifier", "encounter.number", "encounter.status", "encounter.class"))
pair("fidelity/encounter-1", source=TellsOfNoCare)
pair("fidelity/encounter-2", dropping("DropsDestination", "encounter.discharge_destination"), dropping("DropsEnd", "encounter.end"), NeverFinishes)
pair("fidelity/encounter-2", source=TellsNoDestination)
pair("fidelity/encounter-3", dropping("DropsSource", "encounter.admission_source"))
pair("fidelity/encounter-3", dropping("DropsMethod", "encounter.admission_method"), over="fhir")
pair("fidelity/encounter-3", changing("EmergenciesAreStays", {"E": "I"}.get, "encounter.class"))
pair("fidelity/encounter-3", changing("OlderList", OLD_METHODS.get, "encounter.admission_method"), over="fhir")
pair("fidelity/encounter-4", dropping("DropsBed", "encounter.bed"), dropping("DropsSite", "encounter.site"))
pair("fidelity/encounter-4", changing("KeepsPartnersWards", PARTNERS.get, "encounter.ward"))
pair("fidelity/encounter-4", source=TellsNoBed)
pair("fidelity/encounter-5", ReadsDisposalAsMethod)
pair("fidelity/measures-1", changing("RoundsDecimals", lambda text: f"{float(text):.1f}", "observation.value"), dropping("DropsUnit", "observation.unit"))
pair("fidelity/measures-1", dropping("DropsRange", "observation.range"), dropping("DropsFlag", "observation.flag"), dropping("DropsResults", "observation"))
pair("fidelity/measures-2", changing("EverythingIsFinal", lambda _: "F", "diagnosis.certainty"), dropping("DropsCertainty", "diagnosis.certainty"))
pair("fidelity/times-1", changing("KeepsLocalAsUtc", as_if_utc, "encounter.start"), FirstStart)
pair("fidelity/measures-1", source=telling("TellsRoundedValues", with_all("observation.value", lambda value: "4.5" if value == "4.50" else value)))
pair("fidelity/times-1", source=telling("TellsOfAnotherHour", with_all("encounter.start", lambda start: str(start).replace(":30:", ":00:"))))
