"""The people the twin keeps, and what each event does to them. Imports nothing of harness.

Null rule (ITK): two quote marks delete, an empty or absent field leaves. A list (names, addresses, telephones, contacts, allergies)
that is told is told whole. Events of one stay are ordered by EVN-6 (flows), not by arrival.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count
from typing import Any

from twin_hl7 import MERGE, NULL, PERSON, Heard, Identifier, RefusalError, examine, part

Facts = dict[str, str]

# name: segment, field, component
OF_PERSON: Mapping[str, tuple[str, int, int]] = {
    "born": ("PID", 7, 1),
    "sex": ("PID", 8, 1),
    "language": ("PID", 15, 1),
    "marital": ("PID", 16, 1),
    "religion": ("PID", 17, 1),
    "ethnic": ("PID", 22, 1),
    "died": ("PID", 29, 1),
    "dead": ("PID", 30, 1),
    "pseudo": ("PID", 31, 1),
    "practice": ("PD1", 3, 3),
    "consent": ("ZU8", 2, 1),
    "hiding": ("ZU8", 4, 1),
}
OF_STAY: Mapping[str, tuple[str, int, int]] = {
    "class": ("PV1", 2, 1),
    "method": ("PV1", 4, 1),
    "consultant": ("PV1", 9, 1),
    "specialty": ("PV1", 10, 1),
    "source": ("PV1", 14, 1),
    "disposal": ("PV1", 36, 1),
    "destination": ("PV1", 37, 1),
    "start": ("PV1", 44, 1),
    "end": ("PV1", 45, 1),
    "reason": ("PV2", 3, 2),
    "expected": ("PV2", 9, 1),
    "arrival": ("PV2", 38, 1),
    "fit": ("ZU1", 22, 1),
    "ready": ("ZU1", 24, 1),
}
PLACE = {"ward": 2, "bed": 3, "site": 4}
# The state each event leaves a stay in; A08, and what is only announced (A15 A16) or no longer (A25 A26), leave it as it is.
STATES = {
    **dict.fromkeys(("A01", "A02", "A04", "A12", "A13", "A22", "A52"), "in-progress"),
    **dict.fromkeys(("A05", "A14"), "planned"),
    **dict.fromkeys(("A21", "A53"), "onleave"),
    **dict.fromkeys(("A11", "A27", "A38"), "cancelled"),
    "A03": "finished",
}
CANCELS = frozenset({"A11", "A12", "A13", "A25", "A26", "A27", "A38", "A52", "A53"})


@dataclass
class Stay:
    """One visit. ``told`` is the EVN-6 of the latest event applied."""

    id: str
    key: tuple[str, str]
    status: str = "unknown"
    facts: Facts = field(default_factory=dict)
    told: str = ""
    diagnoses: list[Facts] = field(default_factory=list)
    procedures: list[Facts] = field(default_factory=list)
    observations: dict[str, Facts] = field(default_factory=dict)


@dataclass
class Someone:
    """One person. ``heir`` is whom a merge left in their place; ``former`` are identifiers that merges or corrections took over."""

    id: str
    nhs: str = ""
    status: str = ""
    local: dict[str, str] = field(default_factory=dict)
    former: list[Identifier] = field(default_factory=list)
    facts: Facts = field(default_factory=dict)
    told: str = ""
    names: list[Facts] = field(default_factory=list)
    addresses: list[Facts] = field(default_factory=list)
    telephones: list[Facts] = field(default_factory=list)
    contacts: list[Facts] = field(default_factory=list)
    allergies: list[Facts] = field(default_factory=list)
    stays: list[Stay] = field(default_factory=list)
    heir: Someone | None = None
    merged: list[Someone] = field(default_factory=list)

    @property
    def own(self) -> list[Identifier]:
        """The identifiers the person goes by."""
        return [*([Identifier("NHS", self.nhs)] if self.nhs else []), *(Identifier(authority, value) for authority, value in self.local.items())]

    def is_known_as(self, one: Identifier) -> bool:
        """By an NHS number only where it is verified (NSTS01); by a local number only together with its authority."""
        if one.authority == "NHS":
            return self.nhs == one.value and self.status == "01"
        return self.local.get(one.authority) == one.value


class People:
    """Everybody, in memory. ``wards`` translates the partner's ward codes into ours. ``take`` raises RefusalError, or the message has had its effect."""

    def __init__(self, wards: Mapping[str, str], *, merges: bool = True) -> None:
        self.wards, self.merges = wards, merges
        self.everybody: list[Someone] = []
        self._numbers = count(1)
        self._seen: set[bytes] = set()

    def take(self, heard: Heard, payload: bytes) -> None:
        """Apply one message. The very same bytes again have no second effect; a new message under a used control id is a new message."""
        examine(heard)
        digest = sha256(payload).digest()
        if digest in self._seen:
            return
        if heard.trigger == MERGE:
            self._merge(heard)
        else:
            self._tell(heard)
        self._seen.add(digest)

    def known_as(self, one: Identifier) -> list[Someone]:
        """Everybody who goes or went by an identifier, however well it is verified: for a search."""
        return [person for person in self.everybody if one in person.own or one in person.former]

    # --- who is meant ---------------------------------------------------------------------------------------------------

    def _meant(self, identifiers: list[Identifier], usable: Callable[[Identifier], bool]) -> Someone | None:
        found = {person.id: person for person in self.everybody for one in identifiers if usable(one) and person.is_known_as(one)}
        living = [person for person in found.values() if person.heir is None]
        if len(living) > 1:
            raise RefusalError("AE", "205", "the identifiers belong to different people", "PID", 3)
        if found and not living:
            raise RefusalError("AE", "204", "the identifier was superseded by a merge", "PID", 3)
        return living[0] if living else None

    def _merge(self, heard: Heard) -> None:
        kept = self._meant(heard.identifiers("PID", 3), lambda _: True)
        identifiers = heard.identifiers("MRG", 1)
        lost = [person for person in self.everybody if any(person.is_known_as(one) for one in identifiers)]
        if kept is None or not lost:
            raise RefusalError("AE", "204", "a merge needs two people who are known", "PID" if kept is None else "MRG", 3 if kept is None else 1)
        for person in lost if self.merges else []:
            if person.heir is None and person is not kept:
                self._inherit(kept, person)

    def _inherit(self, kept: Someone, lost: Someone) -> None:
        lost.heir = kept
        kept.merged.append(lost)
        kept.former += [one for one in [*lost.own, *lost.former] if one not in kept.former]
        kept.stays += lost.stays
        held = {allergy["code"] for allergy in kept.allergies}
        kept.allergies += [allergy for allergy in lost.allergies if allergy["code"] not in held]
        lost.stays, lost.allergies = [], []

    # --- what is told ---------------------------------------------------------------------------------------------------

    def _tell(self, heard: Heard) -> None:
        identifiers = heard.identifiers("PID", 3)
        if not identifiers:
            raise RefusalError("AE", "101", "PID-3 is required", "PID", 3)
        status = next((code[4:] for code in _each(heard, "PID", 32) if code.startswith("NSTS")), "")
        person = self._meant(identifiers, lambda one: one.authority != "NHS" or status == "01")
        key = (heard.get("PV1", 19, 4) or heard.get("MSH", 4), heard.get("PV1", 19))
        about_stay = heard.trigger not in PERSON
        if about_stay and not key[1]:
            raise RefusalError("AE", "101", "PV1-19 is required here", "PV1", 19)
        stay = next((one for one in person.stays if one.key == key), None) if person and key[1] else None
        if heard.trigger in CANCELS and stay is None:
            raise RefusalError("AE", "204", "there is nothing to cancel", "PV1", 19)
        if person is None:
            person = Someone(f"p{next(self._numbers)}")
            self.everybody.append(person)
        if heard.occurred >= person.told:
            person.told = heard.occurred
            self._identify(person, identifiers, status)
            self._describe(person, heard)
        if key[1] and (about_stay or heard.get("PV1", 2) != "N"):
            if stay is None:
                stay = Stay(f"v{next(self._numbers)}", key)
                person.stays.append(stay)
            if heard.occurred >= stay.told:
                stay.told = heard.occurred
                self._follow(stay, heard)

    def _identify(self, person: Someone, identifiers: list[Identifier], status: str) -> None:
        for one in identifiers:
            held = person.nhs if one.authority == "NHS" else person.local.get(one.authority, "")
            if held and held != one.value:
                person.former.append(Identifier(one.authority, held))
            if one.authority == "NHS":
                person.nhs = one.value
            else:
                person.local[one.authority] = one.value
        person.status = status or person.status

    def _describe(self, person: Someone, heard: Heard) -> None:
        _settle(person.facts, OF_PERSON, heard)
        if person.facts.get("dead") == "N":
            person.facts.pop("died", None)
        names = ("family", "given", "middle", "suffix", "prefix")
        _whole(person.names, heard, 5, lambda at: {**_components(heard, 5, at, names), "use": heard.get("PID", 5, 7, at)})
        lines = ("line1", "line2", "city", "county", "postcode")
        _whole(person.addresses, heard, 11, lambda at: {**_components(heard, 11, at, lines), "use": heard.get("PID", 11, 7, at)})
        _whole(person.telephones, heard, 13, lambda at: _components(heard, 13, at, ("number", "", "kind", "mail")))
        if heard.all("NK1"):
            person.contacts = [
                {"family": part(one, 2, 1), "given": part(one, 2, 2), "kin": part(one, 3, 1), "phone": part(one, 5, 1)} for one in heard.all("NK1")
            ]
        if heard.all("AL1"):
            person.allergies = [_allergy(one) for one in heard.all("AL1")]
        if person.facts.get("hiding") in ("1", "2"):
            # 1.4, ZU8-4: no address, telephone, e-mail, next of kin or practice, and none kept that a later fault could show.
            person.facts.pop("practice", None)
            for hidden in (person.addresses, person.telephones, person.contacts):
                hidden.clear()

    def _follow(self, stay: Stay, heard: Heard) -> None:
        stay.status = STATES.get(heard.trigger, stay.status)
        _settle(stay.facts, OF_STAY, heard)
        place = {name: heard.get("PV1", 3, at) for name, at in PLACE.items()}
        if any(place.values()):
            stay.facts.update({**place, "ward": self.wards.get(place["ward"], place["ward"])})
        if heard.trigger == "A13":
            stay.facts.pop("end", None)
        if heard.all("DG1"):
            stay.diagnoses = [{**_coded(one, 3), "date": part(one, 5), "certainty": part(one, 6)} for one in heard.all("DG1")]
        if heard.all("PR1"):
            stay.procedures = [{**_coded(one, 3), "date": part(one, 5)} for one in heard.all("PR1")]
        for one in heard.all("OBX"):
            fields = {"kind": 2, "value": 5, "unit": 6, "range": 7, "flag": 8, "status": 11}
            stay.observations[part(one, 3)] = {**_coded(one, 3), **{name: part(one, at) for name, at in fields.items()}}


def _settle(facts: Facts, table: Mapping[str, tuple[str, int, int]], heard: Heard) -> None:
    for name, (segment, number, component) in table.items():
        value = heard.get(segment, number, component)
        if value == NULL or heard.get(segment, number) == NULL:
            facts.pop(name, None)
        elif value:
            facts[name] = value


def _whole(kept: list[Facts], heard: Heard, number: int, read: Callable[[int], Facts]) -> None:
    told = list(heard.repetitions("PID", number))
    if told:
        kept[:] = [] if heard.get("PID", number) == NULL else [read(at) for at in told]


def _components(heard: Heard, number: int, repetition: int, names: tuple[str, ...]) -> Facts:
    return {name: heard.get("PID", number, at, repetition) for at, name in enumerate(names, 1) if name}


def _each(heard: Heard, name: str, number: int) -> Iterator[str]:
    yield from (heard.get(name, number, 1, at) for at in heard.repetitions(name, number))


def _coded(segment: Any, number: int) -> Facts:
    return {"code": part(segment, number, 1), "text": part(segment, number, 2), "system": part(segment, number, 3)}


def _allergy(segment: Any) -> Facts:
    return {**_coded(segment, 3), "type": part(segment, 2), "severity": part(segment, 4), "reaction": part(segment, 5), "onset": part(segment, 6)}
