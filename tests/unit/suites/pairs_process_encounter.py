"""Wrong answers to what process asks of conversations about an encounter."""

from __future__ import annotations

from dataclasses import replace

from pairs_acknowledgement import NoStays
from pairs_kit import pair
from scripted_events_kit import NeverRepeats, RefusesRepeats, event_of, ignoring, late, refusing, telling_nobody_of
from scripted_follower_kit import Answer, Follower

from harness.model.message import Message
from harness.model.record import Entry, Record, Value


class StayKeeper(Follower):
    """What it keeps of a stay is for a subclass to say: ``new`` is what comes, ``held`` what it had of it (empty: nothing)."""

    def stay(self, new: dict[str, Value], held: dict[str, Value], event: str) -> dict[str, Value]:
        raise NotImplementedError

    def keeps(self, record: Record, trigger: str) -> None:
        before = self.people.get(self.whose(record), Record()).entries("encounter")
        held = dict(before[0].values) if before else {}
        super().keeps(record, trigger)
        groups = self.people[self.whose(record)].groups
        if "encounter" in groups and record.entries("encounter"):
            first, *rest = groups["encounter"]
            kept = replace(first, values=self.stay(dict(first.values), held, event_of(trigger)))
            self.people[self.whose(record)] = Record({**groups, "encounter": (kept, *rest)})


class NeverMoves(StayKeeper):
    """The first ward is the ward for ever."""

    def stay(self, new: dict[str, Value], held: dict[str, Value], event: str) -> dict[str, Value]:
        return new | {item: held[item] for item in ("encounter.ward", "encounter.bed") if item in held}


class NeverEnds(StayKeeper):
    """Says that a stay is over, and not when."""

    def stay(self, new: dict[str, Value], held: dict[str, Value], event: str) -> dict[str, Value]:
        return {item: value for item, value in new.items() if item != "encounter.end"}


class EndStays(StayKeeper):
    """A stay that goes on again keeps the moment at which it ended."""

    def stay(self, new: dict[str, Value], held: dict[str, Value], event: str) -> dict[str, Value]:
        return new | ({"encounter.end": held["encounter.end"]} if "encounter.end" in held else {})


class KeepsStatus(StayKeeper):
    """Takes what a message says of a stay, and keeps the stay's status as it was first."""

    def stay(self, new: dict[str, Value], held: dict[str, Value], event: str) -> dict[str, Value]:
        return new | ({"encounter.status": held["encounter.status"]} if "encounter.status" in held else {})


class LeaveIsDischarge(StayKeeper):
    def stay(self, new: dict[str, Value], held: dict[str, Value], event: str) -> dict[str, Value]:
        return new | ({"encounter.status": "finished", "encounter.end": "2026-01-05T10:00:00"} if event == "leave" else {})


class CancelsTheStay(StayKeeper):
    """Takes the end of a transfer for the end of it all."""

    def stay(self, new: dict[str, Value], held: dict[str, Value], event: str) -> dict[str, Value]:
        return new | ({"encounter.status": "cancelled"} if event == "cancel-transfer" else {})


class NotFit(StayKeeper):
    """Amends the planned end of a stay and not whether the person is fit to leave."""

    def stay(self, new: dict[str, Value], held: dict[str, Value], event: str) -> dict[str, Value]:
        return new | ({"encounter.medically_fit": held["encounter.medically_fit"]} if "encounter.medically_fit" in held else {})


class NoNewDay(StayKeeper):
    """Amends whether the person is fit to leave and not the planned end."""

    def stay(self, new: dict[str, Value], held: dict[str, Value], event: str) -> dict[str, Value]:
        return new | ({"encounter.expected_discharge": held["encounter.expected_discharge"]} if "encounter.expected_discharge" in held else {})


class OpensAnotherStay(Follower):
    """Another encounter each time it is told of one, a repeat included."""

    def hears(self, message: Message) -> Answer | None:
        self.seen.discard(message.content)
        return super().hears(message)

    def keeps(self, record: Record, trigger: str) -> None:
        held = self.people.get(self.whose(record), Record()).entries("encounter")
        super().keeps(record, trigger)
        if record.entries("encounter"):
            another = Entry("encounter", record.entries("encounter")[0].values)
            self.people[self.whose(record)] = Record({**self.people[self.whose(record)].groups, "encounter": (*held, another)})


class OpensAPersonForEachStay(Follower):
    def keeps(self, record: Record, trigger: str) -> None:
        super().keeps(record, trigger)
        if event_of(trigger) not in ("register", "update-person"):
            self.people[f"{self.whose(record)}-{len(self.people)}"] = record


class ForgetsThePerson(Follower):
    """Takes back with an admission the person who was admitted."""

    def takes(self, message: Message) -> None:
        super().takes(message)
        if event_of(message.trigger) == "cancel-admit":
            self.people.clear()


class AsItArrives(Follower):
    """Applies events as they arrive, not as they occurred."""

    def timely(self, record: Record, occurred: str) -> Record:
        return record


class AsksWhereFrom(Follower):
    """Passes over a discharge from a ward where nobody is yet."""

    def takes(self, message: Message) -> None:
        held = [ward for record in self.people.values() for ward in record.all("encounter.ward")]
        if event_of(message.trigger) != "discharge" or "surgical-1" in held:
            super().takes(message)


pair("process/encounter-1", *map(ignoring, ("admit", "transfer", "discharge")), *map(refusing, ("admit", "transfer", "discharge")))
pair("process/encounter-1", NeverMoves, NeverEnds, KeepsStatus, OpensAnotherStay, OpensAPersonForEachStay, NoStays)
pair("process/encounter-2", ignoring("cancel-admit"), refusing("cancel-admit"), KeepsStatus, ForgetsThePerson)
pair("process/encounter-3", ignoring("cancel-discharge"), refusing("cancel-discharge"), EndStays)
pair("process/encounter-4", ignoring("cancel-transfer"), refusing("cancel-transfer"), CancelsTheStay)
pair("process/encounter-5", ignoring("update-encounter"), refusing("update-encounter"), NotFit, NoNewDay, OpensAnotherStay)
pair("process/encounter-6", ignoring("leave"), ignoring("return-from-leave"), refusing("leave"), KeepsStatus, LeaveIsDischarge)
pair("process/encounter-7", ignoring("admit"), OpensAnotherStay, OpensAPersonForEachStay, NoStays)
pair("process/encounter-8", ignoring("discharge"), refusing("discharge"), NeverEnds, KeepsStatus)
pair("process/encounter-9", ignoring("transfer"), NeverMoves, RefusesRepeats, OpensAnotherStay)
pair("process/encounter-10", AsItArrives, AsksWhereFrom)
pair("process/encounter-11", ignoring("admit"), late("admit"), NoStays)
for number, event in {1: "transfer", 2: "cancel-admit", 3: "cancel-discharge", 4: "cancel-transfer", 5: "update-encounter", 6: "leave"}.items():
    pair(f"process/encounter-{number}", source=telling_nobody_of(event))
for number, event in {7: "admit", 8: "discharge", 9: "transfer"}.items():
    pair(f"process/encounter-{number}", source=telling_nobody_of(event))
for number in (8, 9):
    pair(f"process/encounter-{number}", source=NeverRepeats)
    pair(f"process/encounter-{number}", NeverMoves if number == 9 else NeverEnds, over="hl7v2", acknowledged=False)
