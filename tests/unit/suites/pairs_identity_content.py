"""Wrong answers to what identity asks of what is known of a person, and of what may be shown: death, practice, sensitive."""

from __future__ import annotations

from typing import Any

from pairs_kit import pair
from scripted_follower_kit import Follower

from harness.model.record import UNSAID, Record

DEATH = ("person.deceased", "person.death_date")


class Without(Follower):
    """Does not show some items."""

    items: tuple[str, ...] = ()

    def visible(self, record: Record) -> Record:
        return super().visible(record).replaced(dict.fromkeys(self.items, UNSAID))


class EverybodyLives(Without):
    items = DEATH


class NoDateOfDeath(Without):
    items = DEATH[1:]


class WrongDateOfDeath(Follower):
    """A day early, as who takes midnight in London for the day in UTC."""

    def visible(self, record: Record) -> Record:
        seen = super().visible(record)
        return seen.replaced({DEATH[1]: "2026-01-03"}) if seen.text(DEATH[1]) else seen


class Keeping(Follower):
    """What was once held of some items stays."""

    items: tuple[str, ...] = ()

    def keeps(self, record: Record, trigger: str) -> None:
        held = self.people.get(self.whose(record), Record()).entries("person")
        first = {item: value for one in held for item, value in one.values.items() if item in self.items}
        super().keeps(record.replaced(first), trigger)


class NobodyComesBack(Keeping):
    items = DEATH


class FirstPractice(Keeping):
    items = ("person.practice",)


class BothPractices(Follower):
    """Shows a practice held before beside the one held now."""

    def __init__(self, *facts: Any) -> None:
        super().__init__(*facts)
        self.practices: dict[str, list[str]] = {}

    def keeps(self, record: Record, trigger: str) -> None:
        held = self.practices.setdefault(self.whose(record), [])
        held.append(record.text("person.practice"))
        super().keeps(record, trigger)

    def writes(self, local: str, record: Record) -> list[dict[str, Any]]:
        known = list(dict.fromkeys(self.practices.get(local, ())))
        patients = [super(BothPractices, self).writes(local, record.replaced({"person.practice": one}))[0] for one in known]
        links = [link for patient in patients for link in patient.get("generalPractitioner") or []]
        first, *rest = super().writes(local, record)
        return [{**first, "generalPractitioner": links} if links else first, *rest]


class HoldsNoFlag(Follower):
    def keeps(self, record: Record, trigger: str) -> None:
        super().keeps(record.replaced({"person.sensitive": UNSAID}), trigger)


class HidesAllBut(Follower):
    """Hides what tells where a protected person is, one thing excepted."""

    group = ""

    def visible(self, record: Record) -> Record:
        return Record({**super().visible(record).groups, self.group: record.entries(self.group)})


class ShowsAddress(HidesAllBut):
    group = "address"


class ShowsTelephone(HidesAllBut):
    group = "telecom"


class ShowsNextOfKin(HidesAllBut):
    group = "contact"


class ShowsPractice(HidesAllBut):
    group = "person"


class TellsInWords(Follower):
    """Hides the address, and shows it in the narrative."""

    def writes(self, local: str, record: Record) -> list[dict[str, Any]]:
        first, *rest = super().writes(local, record)
        return [{**first, "text": {"status": "generated", "div": f"<div>{record.text('address.postcode')}</div>"}}, *rest]


class ShowsNobody(Follower):
    """Hides protected people altogether."""

    def writes(self, local: str, record: Record) -> list[dict[str, Any]]:
        return [] if record.text("person.sensitive") == "national" else super().writes(local, record)


pair("identity/death-1", EverybodyLives, NoDateOfDeath, WrongDateOfDeath)
pair("identity/death-2", NobodyComesBack)
pair("identity/practice-1", FirstPractice, BothPractices)
pair("identity/sensitive-1", HoldsNoFlag, ShowsAddress, ShowsTelephone, ShowsNextOfKin, ShowsPractice, TellsInWords, ShowsNobody)
pair("identity/sensitive-2", HoldsNoFlag, ShowsAddress, ShowsTelephone, ShowsNextOfKin, ShowsPractice, TellsInWords, ShowsNobody)
