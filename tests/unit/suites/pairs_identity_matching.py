"""Wrong answers to what identity asks of who is who: verified, unverified, authority, pseudo, unnumbered."""

from __future__ import annotations

from typing import Any

from pairs_acknowledgement import KeepsTheFirst
from pairs_kit import pair
from scripted_follower_kit import Answer, Follower

from harness.formats.fhir import parse_json
from harness.formats.hl7v2 import parse
from harness.model.message import Message
from harness.model.record import UNSAID, Record


class Matching(Follower):
    """Writes what is said of one person to another whom it takes for the same; which one is for a subclass to say."""

    def same(self, one: Record, other: Record) -> bool:
        raise NotImplementedError

    def whose(self, record: Record) -> str:
        return next((local for local, held in self.people.items() if self.same(held, record)), super().whose(record))

    def keeps(self, record: Record, trigger: str) -> None:
        """Their numbers beside those held, and what is not said of them as it was."""
        held = self.people.get(self.whose(record), Record())
        local = (*held.entries("identifier"), *(one for one in record.entries("identifier") if one not in held.entries("identifier")))
        known = {item: value for one in held.entries("person") for item, value in one.values.items() if not record.text(item)}
        super().keeps(Record({**record.replaced(known).groups, "identifier": local}), trigger)


class ByNumberAlone(Matching):
    """Finds people by a local number, whoever issued it."""

    def same(self, one: Record, other: Record) -> bool:
        return other.text("identifier.value") in one.all("identifier.value")


class OverwritesByNumberAlone(ByNumberAlone):
    """The other takes the record over, with all that it was found by."""

    def keeps(self, record: Record, trigger: str) -> None:
        self.people[self.whose(record)] = record


class ByResemblance(Matching):
    def same(self, one: Record, other: Record) -> bool:
        return all(one.text(item) == other.text(item) for item in ("name.family", "person.birth_date"))


class GuessesPseudoPeople(ByResemblance):
    def same(self, one: Record, other: Record) -> bool:
        return other.text("person.pseudo") == "Y" and super().same(one, other)


class LetsPseudoPeopleOverwrite(GuessesPseudoPeople):
    """Puts a pseudo-person in the place of the one alike, who is then nowhere under her number."""

    def keeps(self, record: Record, trigger: str) -> None:
        Follower.keeps(self, record, trigger)


class TrustsAnyNumber(Matching):
    """Takes every NHS number for a verified one."""

    def same(self, one: Record, other: Record) -> bool:
        return one.text("person.nhs_number") == other.text("person.nhs_number") != ""


class LetsThemOverwrite(TrustsAnyNumber):
    def keeps(self, record: Record, trigger: str) -> None:
        Follower.keeps(self, record, trigger)


class OpensAnother(Follower):
    """Another record each time it is told of somebody."""

    def keeps(self, record: Record, trigger: str) -> None:
        if self.whose(record) in self.people:
            self.people[f"{self.whose(record)}-{len(self.people)}"] = record
        super().keeps(record, trigger)


class OpensTwo(Follower):
    def keeps(self, record: Record, trigger: str) -> None:
        super().keeps(record, trigger)
        self.people[f"{self.whose(record)}-two"] = record


class DropsNhsNumber(Follower):
    def keeps(self, record: Record, trigger: str) -> None:
        super().keeps(record.replaced({"person.nhs_number": UNSAID, "person.nhs_number_status": UNSAID}), trigger)


class FindsByNhsNumberAlone(Follower):
    def shows(self, kind: str, value: str) -> list[dict[str, Any]]:
        return super().shows(kind, value) if kind == "nhs" else []


class NumberedOnly(Follower):
    """Refuses people who have no NHS number."""

    def refuses(self, message: Message) -> Answer | None:
        tree = parse(message.content) if self.lens.is_hl7v2 else parse_json(message.content)
        if all(one.text("person.nhs_number") for one in self.lens.read_all(tree, codes=self.partner_codes)):
            return super().refuses(message)
        return Answer("AE", "101") if self.lens.is_hl7v2 else Answer("422", "required")


pair("identity/verified-1", OpensTwo, DropsNhsNumber, FindsByNhsNumberAlone)
pair("identity/verified-2", OpensAnother, KeepsTheFirst)
pair("identity/verified-3", ByResemblance)
pair("identity/unverified-1", TrustsAnyNumber, LetsThemOverwrite)
pair("identity/authority-1", ByNumberAlone, OverwritesByNumberAlone)
pair("identity/pseudo-1", GuessesPseudoPeople, ByResemblance, LetsPseudoPeopleOverwrite)
pair("identity/unnumbered-1", NumberedOnly, OpensTwo)
