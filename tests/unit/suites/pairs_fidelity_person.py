"""Wrong answers to what fidelity asks of a person."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from pairs_kit import pair
from scripted_follower_kit import Follower
from scripted_link_kit import Source
from wrong_content_kit import adding, bare, changing, day_in_utc, dropping, keeping, without

from harness.model.message import Message
from harness.model.record import DELETED, Coded, Entry, Record, Value

NO_KNOWN_ALLERGY = "716186003"
REPEATED = ("name", "address", "telecom", "contact")


class Tells(Source):
    """Holds what is right and tells of something else."""

    def tells(self, record: Record) -> Record:
        return record

    def says(self, event: str, record: Record, control_id: str, occurred: str, details: Mapping[str, Any]) -> Iterable[Message]:
        return super().says(event, self.tells(record), control_id, occurred, details)


def telling(name: str, change: Callable[[Record], Record]) -> type[Source]:
    """Tells of ``change`` of what it holds."""
    return type(name, (Tells,), {"tells": lambda _, record: change(record)})


def with_all(item: str, change: Callable[[Value], Value]) -> Callable[[Record], Record]:
    """A record in which every value of an item is changed."""

    def of(entry: Entry) -> Entry:
        return Entry(entry.group, {name: change(value) if name == item else value for name, value in entry.values.items()})

    return lambda record: Record({group: tuple(map(of, entries)) for group, entries in record.groups.items()})


class TellsNoContacts(Tells):
    def tells(self, record: Record) -> Record:
        return without(record, "contact")


class SwapsNames(Tells):
    """Sends given name for family name and the other way about."""

    def tells(self, record: Record) -> Record:
        names = [{**one.values, "name.family": one.text("name.given"), "name.given": one.text("name.family")} for one in record.entries("name")]
        return record.with_group("name", *names)


class TellsHomeAlone(Tells):
    """Sends the first of several addresses."""

    def tells(self, record: Record) -> Record:
        return record.with_group("address", *(one.values for one in record.entries("address")[:1]))


class FoldsCodes(Tells):
    def tells(self, record: Record) -> Record:
        return record.replaced({"person.sex": "0"}) if record.text("person.sex") == "9" else record


class NothingForNoneKnown(Follower):
    """Keeps nothing where somebody was asked and has no known allergy."""

    def keeps(self, record: Record, trigger: str) -> None:
        allergies = [one.values for one in record.entries("allergy") if one.text("allergy.code") != NO_KNOWN_ALLERGY]
        super().keeps(record.with_group("allergy", *allergies), trigger)


def some_allergy(code: str) -> Coded | None:
    """Reads the negation as an allergy to something."""
    return Coded("419199007", "http://snomed.info/sct", "Allergy to substance") if code == NO_KNOWN_ALLERGY else None


class CodesAlone(Follower):
    """Keeps codes without their text."""

    def keeps(self, record: Record, trigger: str) -> None:
        super().keeps(Record({name: tuple(map(self.code, entries)) for name, entries in record.groups.items()}), trigger)

    def code(self, entry: Entry) -> Entry:
        return Entry(entry.group, {item: replace(value, text="") if isinstance(value, Coded) else value for item, value in entry.values.items()})


class DropsUnknownCodes(Follower):
    """Has a table of allergies, and drops what is not in it."""

    def keeps(self, record: Record, trigger: str) -> None:
        known = [one.values for one in record.entries("allergy") if not one.text("allergy.code").startswith("LOC-")]
        super().keeps(record.with_group("allergy", *known), trigger)


class TextForNull(Follower):
    """Keeps two quotation marks where a value was deleted."""

    def keeps(self, record: Record, trigger: str) -> None:
        super().keeps(record.replaced({item: '""' for item, value in record.entries("person")[0].values.items() if value is DELETED}), trigger)


class NeverForgets(Follower):
    """What was once known is never removed."""

    def keeps(self, record: Record, trigger: str) -> None:
        said = {item: value for item, value in record.entries("person")[0].values.items() if value is not DELETED}
        super().keeps(record.with_group("person", said), trigger)


class AbsentDeletes(Follower):
    """Takes what is not said for what is gone."""

    def keeps(self, record: Record, trigger: str) -> None:
        self.people[record.text("identifier.value")] = record


class FirstOfSeveral(Follower):
    """Keeps the first name, address, telephone and contact."""

    def keeps(self, record: Record, trigger: str) -> None:
        super().keeps(Record({name: entries[:1] if name in REPEATED else entries for name, entries in record.groups.items()}), trigger)


def first_of(group: str) -> type[Follower]:
    """Keeps the first entry of one group."""
    return keeping(f"First{group.title()}", lambda record: record.with_group(group, *(one.values for one in record.entries(group)[:1])))


LATEX: dict[str, Value] = {"allergy.code": Coded("300916003", "http://snomed.info/sct", "Latex allergy"), "allergy.type": "MA"}
BARE = bare("KeepsBarePerson", "person.nhs_number", "person.sex", "person.birth_date", "person.deceased", "name", "identifier")

pair("fidelity/person-1", BARE)
pair("fidelity/person-1", source=TellsNoContacts)
pair("fidelity/person-2", dropping("DropsReaction", "allergy.reaction", "allergy.severity"), dropping("DropsStatus", "person.nhs_number_status"))
pair("fidelity/person-2", dropping("DropsContactFlags", "contact.relationship"), dropping("IgnoresDeath", "person.deceased", "person.death_date"))
pair("fidelity/person-2", dropping("DropsContacts", "contact"), changing("CutsNames", lambda name: name[:4], "name.family"))
pair("fidelity/person-2", source=SwapsNames)
pair("fidelity/person-2", source=TellsNoContacts)
pair("fidelity/person-3", FirstOfSeveral, *map(first_of, REPEATED))
pair("fidelity/person-3", source=TellsHomeAlone)
pair("fidelity/allergies-1", dropping("DropsAllergies", "allergy"), adding("InventsAllergy", "allergy", LATEX), first_of("allergy"))
pair("fidelity/allergies-1", dropping("DropsReaction", "allergy.reaction"))
pair("fidelity/allergies-1", source=telling("TellsNoAllergies", lambda record: without(record, "allergy")))
pair(
    "fidelity/allergies-1", source=telling("TellsOfOneMore", lambda record: record.with_group("allergy", *(e.values for e in record.entries("allergy")), LATEX))
)
pair("fidelity/allergies-2", source=telling("TellsNothingForNoneKnown", lambda record: without(record, "allergy")))
pair("fidelity/codes-2", source=telling("TellsCodesAlone", with_all("allergy.code", lambda code: Coded(str(code)))))
pair("fidelity/dates-1", source=telling("TellsTheDayBefore", with_all("person.birth_date", lambda day: day_in_utc(str(day)) or day)))
pair("fidelity/text-1", source=telling("TellsTwentyCharacters", with_all("name.family", lambda name: str(name)[:20])))
pair("fidelity/allergies-2", NothingForNoneKnown, changing("SomeAllergyForNone", some_allergy, "allergy.code"))
pair("fidelity/codes-1", changing("FoldsSexNine", {"9": "0"}.get, "person.sex"), changing("ReadsSeparatedAsMarried", {"P": "M"}.get, "person.marital_status"))
pair("fidelity/codes-1", dropping("DropsEthnicCategory", "person.ethnic_category"), dropping("DropsRelationship", "contact.relationship"))
pair("fidelity/codes-1", changing("SharesWhatWasRefused", {"dissent": "express"}.get, "person.consent_to_share"))
pair("fidelity/codes-1", source=FoldsCodes)
pair("fidelity/codes-2", DropsUnknownCodes, CodesAlone)
pair("fidelity/null-1", TextForNull, NeverForgets)
pair("fidelity/null-2", AbsentDeletes)
pair("fidelity/dates-1", changing("ShiftsBirthDates", day_in_utc, "person.birth_date"), dropping("DropsBirthDates", "person.birth_date"))
pair("fidelity/text-1", changing("CutsAtTwenty", lambda text: text[:20], "name.family", "name.given", "address.line1", "address.line2"))
pair("fidelity/text-1", changing("CutsAddresses", lambda text: text[:30], "address.line2"), changing("Shouts", str.upper, "name.family"))
