"""Wrong answers to what acknowledgement asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from pairs_kit import pair
from scripted_follower_kit import Answer, Follower
from scripted_link_kit import Source

from harness.errors import FormatError
from harness.formats.hl7v2 import parse
from harness.model.message import Message, Origin
from harness.model.record import Entry, Record

NO_V2, NO_FHIR = Answer("AE", "207"), Answer("422", "processing")


class KeepsText(Follower):
    """What it keeps of each text is for a subclass to say."""

    def text(self, value: str) -> str:
        return value

    def keeps(self, record: Record, trigger: str) -> None:
        groups = {
            name: tuple(replace(one, values={item: self.text(v) if isinstance(v, str) else v for item, v in one.values.items()}) for one in entries)
            if name in ("name", "address")
            else entries
            for name, entries in record.groups.items()
        }
        super().keeps(Record(groups), trigger)


class AsciiOnly(KeepsText):
    def text(self, value: str) -> str:
        return value.encode("ascii", "replace").decode()


class Latin1Only(KeepsText):
    def text(self, value: str) -> str:
        return value.encode("latin-1", "replace").decode("latin-1")


class StopsAtDelimiters(KeepsText):
    def text(self, value: str) -> str:
        return value.partition("&")[0].partition("|")[0]


class Cuts(KeepsText):
    def text(self, value: str) -> str:
        return value[:35]


class Refusing(Follower):
    def refuses(self, message: Message) -> Answer | None:
        return NO_V2 if self.lens.is_hl7v2 else NO_FHIR


class TakesPeopleAlone(Follower):
    """Refuses every event but a registration and what a stay begins with."""

    def refuses(self, message: Message) -> Answer | None:
        allowed = message.trigger in ("A28", "register", "A01", "admit")
        return super().refuses(message) if allowed else NO_V2 if self.lens.is_hl7v2 else NO_FHIR


class RefusesCancels(Follower):
    def refuses(self, message: Message) -> Answer | None:
        cancels = message.trigger in ("A11", "A12", "A13") or message.trigger.startswith("cancel-")
        return (NO_V2 if self.lens.is_hl7v2 else NO_FHIR) if cancels else super().refuses(message)


class Forgetful(Follower):
    def takes(self, message: Message) -> None:
        """Says yes, and that is all."""


class KeepsTheFirst(Follower):
    """Knows a person by what was said first."""

    def keeps(self, record: Record, trigger: str) -> None:
        if record.text("identifier.value") not in self.people:
            super().keeps(record, trigger)


class NoStays(Follower):
    def keeps(self, record: Record, trigger: str) -> None:
        super().keeps(Record({name: entries for name, entries in record.groups.items() if name != "encounter"}), trigger)


class NeverMerges(Follower):
    def merges(self, survivor: str, loser: str) -> None:
        """Both go on living."""


class Agreeable(Follower):
    """Says yes to whatever comes, and takes what it can."""

    def refuses(self, message: Message) -> Answer | None:
        return None

    def takes(self, message: Message) -> None:
        try:
            super().takes(message)
        except (FormatError, KeyError, IndexError):
            return

    def accepts(self, message: Message) -> Answer:
        return Answer("AA") if self.lens.is_hl7v2 else Answer("200", content=b"{}")


class WrongKindOfNo(Follower):
    """Refuses by AE what is not for it at all, and by 500 what the sender did wrong."""

    def refuses(self, message: Message) -> Answer | None:
        refusal = super().refuses(message)
        return refusal and (Answer("AE", "207") if self.lens.is_hl7v2 else Answer("500"))


class SaysNothing(Follower):
    """Hangs up on what it would refuse."""

    def hears(self, message: Message) -> Answer | None:
        return None if self.refuses(message) else super().hears(message)


class AppliesAll(Follower):
    """Refuses a transaction and keeps it all the same."""

    def refuses(self, message: Message) -> Answer | None:
        refusal = super().refuses(message)
        if refusal is not None:
            self.takes(message)
        return refusal


class LosesCodes(Follower):
    def keeps(self, record: Record, trigger: str) -> None:
        super().keeps(record.replaced({"person.marital_status": "S"}), trigger)


class LosesTheRest(Follower):
    def keeps(self, record: Record, trigger: str) -> None:
        super().keeps(Record({name: entries for name, entries in record.groups.items() if name != "address"}), trigger)


class NeverSaysWhy(Follower):
    def refuses(self, message: Message) -> Answer | None:
        return Answer("AE")


class Doubles(Follower):
    """Makes another person of every message that it has seen before."""

    def hears(self, message: Message) -> Answer | None:
        if message.content in self.seen:
            (local, record), *_ = [pair for pair in self.people.items() if pair[0].encode() in message.content]
            self.people[f"{local}-AGAIN"] = record
        return super().hears(message)


class TurnsBack(Follower):
    """Applies whatever comes, as often as it comes."""

    def hears(self, message: Message) -> Answer | None:
        self.seen.discard(message.content)
        return super().hears(message)


class KnowsByControlId(Follower):
    """Takes two messages of one control id for one."""

    def __init__(self, *facts: Any) -> None:
        super().__init__(*facts)
        self.ids: set[str] = set()

    def takes(self, message: Message) -> None:
        if message.control_id not in self.ids:
            self.ids.add(message.control_id)
            super().takes(message)


class Invalid(Source):
    """Its messages are not what their standard requires: EVN-2 is missing, and a Patient's gender is no code."""

    def v2(self, event: str, record: Record, control_id: str, occurred: str, loser: Record | None) -> Message:
        made = super().v2(event, record, control_id, occurred, loser)
        tree = parse(made.content)
        tree.set("EVN-2", None)
        return Message(tree.encode(), made.key, made.media_type, Origin.SOURCE, control_id, made.trigger)

    def fhir(self, event: str, record: Record, control_id: str, loser: Record | None) -> Message:
        made = super().fhir(event, record, control_id, loser)
        return replace(made, content=made.content.replace(b'"gender":"', b'"gender":"all '))


class TellsNoAllergies(Source):
    def says(self, event: str, record: Record, control_id: str, occurred: str, details: Mapping[str, Any]) -> Iterable[Message]:
        told = Record({name: entries for name, entries in record.groups.items() if name != "allergy"})
        return super().says(event, told, control_id, occurred, details)


class TellsOneAllergy(Source):
    def says(self, event: str, record: Record, control_id: str, occurred: str, details: Mapping[str, Any]) -> Iterable[Message]:
        held = record.entries("allergy")
        self.people[record.text("identifier.value")] = record.with_group("allergy", *(one.values for one in (*held, Entry("allergy", {"allergy.code": "1"}))))
        return super().says(event, record, control_id, occurred, details)


pair("acknowledgement/charset-1", AsciiOnly, Latin1Only)
pair("acknowledgement/charset-2", StopsAtDelimiters)
pair("acknowledgement/charset-3", AsciiOnly, Latin1Only)
pair("acknowledgement/effect-1", Forgetful)
pair("acknowledgement/effect-1", Forgetful, acknowledged=False, over="hl7v2")
pair("acknowledgement/effect-2", KeepsTheFirst)
pair("acknowledgement/effect-3", NoStays)
pair("acknowledgement/effect-4", NeverMerges)
pair("acknowledgement/events-1", Refusing, TakesPeopleAlone)
pair("acknowledgement/events-2", TakesPeopleAlone, RefusesCancels)
pair("acknowledgement/events-3", TakesPeopleAlone)
pair("acknowledgement/events-4", TakesPeopleAlone, over="fhir")
pair("acknowledgement/events-5", TakesPeopleAlone, over="fhir")
pair("acknowledgement/must-reject-1", Agreeable)
for number in (2, 3, 4, 8):
    pair(f"acknowledgement/must-reject-{number}", Agreeable, WrongKindOfNo, SaysNothing)
for number in (5, 6, 7, 10, 11):
    pair(f"acknowledgement/must-reject-{number}", Agreeable, SaysNothing)
pair("acknowledgement/must-reject-9", Agreeable, AppliesAll, WrongKindOfNo)
pair("acknowledgement/may-accept-1", LosesCodes)
pair("acknowledgement/may-accept-1", NeverSaysWhy, over="hl7v2")
pair("acknowledgement/may-accept-1", LosesCodes, over="hl7v2", acknowledged=False)
pair("acknowledgement/may-accept-2", Cuts)
pair("acknowledgement/may-accept-3", LosesTheRest)
pair("acknowledgement/replay-1", Doubles)
pair("acknowledgement/replay-2", Doubles)
pair("acknowledgement/replay-3", TurnsBack)
pair("acknowledgement/replay-4", KnowsByControlId)
pair("acknowledgement/validity-1", source=Invalid)
pair("acknowledgement/validity-2", source=Invalid)
pair("acknowledgement/validity-3", source=TellsNoAllergies, over="hl7v2")
pair("acknowledgement/validity-3", source=TellsOneAllergy, over="hl7v2")
pair("acknowledgement/validity-4", source=Invalid)
