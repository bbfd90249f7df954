"""Wrong answers to what process asks of conversations about a person."""

from __future__ import annotations

from typing import Any

from pairs_acknowledgement import Doubles, KeepsTheFirst, NeverMerges
from pairs_kit import pair
from scripted_events_kit import NeverRepeats, RefusesRepeats, ignoring, late, refusing, telling_nobody_of
from scripted_follower_kit import Answer, Follower

from harness.model.message import Message
from harness.model.record import Record


class AddsAddresses(Follower):
    """Keeps an address beside every other that was ever said."""

    def keeps(self, record: Record, trigger: str) -> None:
        held = self.people.get(self.whose(record), Record()).entries("address")
        new = tuple(one for one in record.entries("address") if one not in held)
        super().keeps(Record({**record.groups, "address": (*held, *new)}), trigger)


class AddsAllergies(Follower):
    """Adds the allergies of a merge once more each time it hears of it."""

    def hears(self, message: Message) -> Answer | None:
        self.seen.discard(message.content)
        return super().hears(message)

    def merges(self, survivor: str, loser: str) -> None:
        held = self.people[survivor].entries("allergy")
        super().merges(survivor, loser)
        allergies = (*held, *self.people[loser].entries("allergy"))
        self.people[survivor] = Record({**self.people[survivor].groups, "allergy": allergies})


class LosesAllergies(Follower):
    """Keeps of a survivor's allergies those of before."""

    def merges(self, survivor: str, loser: str) -> None:
        held = self.people[survivor].entries("allergy")
        super().merges(survivor, loser)
        self.people[survivor] = Record({**self.people[survivor].groups, "allergy": held})


class KeepsTheSecond(Follower):
    """Takes one update of a person and no other."""

    def __init__(self, *facts: Any) -> None:
        super().__init__(*facts)
        self.updated: set[str] = set()

    def keeps(self, record: Record, trigger: str) -> None:
        if trigger in ("A31", "update-person"):
            if self.whose(record) in self.updated:
                return
            self.updated.add(self.whose(record))
        super().keeps(record, trigger)


class MergesBack(Follower):
    """Undoes a merge when it hears of it again."""

    def hears(self, message: Message) -> Answer | None:
        if message.content in self.seen:
            self.replaced.clear()
        return super().hears(message)


pair("process/person-1", ignoring("update-person"), ignoring("merge"), refusing("merge"), KeepsTheFirst, KeepsTheSecond, AddsAddresses)
pair("process/person-1", source=telling_nobody_of("merge"))
pair("process/person-2", NeverMerges, LosesAllergies, MergesBack)
pair("process/person-2", AddsAllergies, over="hl7v2")  # over FHIR the merge says which allergies there are
pair("process/person-2", source=telling_nobody_of("merge"))
pair("process/person-3", ignoring("update-person"), refusing("update-person"), KeepsTheFirst, AddsAddresses)
pair("process/person-3", source=telling_nobody_of("update-person"))
pair("process/person-3", source=NeverRepeats)
pair("process/person-3", ignoring("update-person"), over="hl7v2", acknowledged=False)
pair("process/person-4", Doubles, RefusesRepeats, ignoring("update-person"))
pair("process/person-4", source=NeverRepeats)
pair("process/person-4", source=telling_nobody_of("update-person"))
pair("process/person-4", Doubles, over="hl7v2", acknowledged=False)
pair("process/person-5", ignoring("update-person"), late("update-person"), AddsAddresses)
