"""The people of a case: fixture content under identities that no other case shares.

Every identifier and every marked text of a person carries the person's *token*, a word of the form ``Zq`` and five letters that is unique in
a namespace, so that a token of A found under a record of B shows that two people were mixed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from harness.case.blocked import Blocked
from harness.case.clock import CaseClock
from harness.case.nhs_numbers import VALID_IN_999, nhs_number
from harness.case.spec import CaseSpec, Namespace
from harness.case.telling import on_the_calendar
from harness.model.finding import Attribution
from harness.model.place import FixturePerson, Flow
from harness.model.record import Coded, Entry, Record, Unsaid, Value

TOKEN = re.compile(r"Zq[a-z]{5}", re.IGNORECASE)
SLOTS_PER_CASE = 16  # people of one case: letters A to J from below, sentinels from above
_ATTEMPT_STRIDE = 50_021  # a prime, so that attempts of neighbouring cases do not meet


@dataclass(frozen=True, slots=True)
class Person:
    """A synthetic person of one case: ``letter`` for people, ``record`` as the source should hold it, with fixture keys for local codes."""

    letter: str
    token: str
    record: Record
    local: tuple[str, str]

    @property
    def nhs_number(self) -> str:
        """The NHS number of the record, empty where the person has none."""
        return self.record.text("person.nhs_number")

    @property
    def identifier(self) -> tuple[str, str]:
        """(kind, value) to look this person up by: ``nhs`` and the number, or the local authority and number."""
        return ("nhs", self.nhs_number) if self.nhs_number else self.local

    @property
    def name(self) -> str:
        """How findings name the person: never by name."""
        return f"person {self.letter}"

    def with_(self, changes: Mapping[str, Value | Unsaid]) -> Person:
        """The same person with items changed: DELETED says that one is gone, UNSAID says nothing of it."""
        return replace(self, record=self.record.replaced(changes))

    def with_group(self, group: str, *entries: Mapping[str, Value]) -> Person:
        """The same person with one group replaced."""
        return replace(self, record=self.record.with_group(group, *entries))


def token_of(index: int) -> str:
    """A word of five letters after ``Zq``, one per index below 26⁵."""
    letters = ""
    for _ in range(5):
        index, letter = divmod(index, 26)
        letters += chr(ord("a") + letter)
    return f"Zq{letters}"


def slot_of(spec: CaseSpec, place: int, namespace: Namespace) -> int:
    """The person's place in the range of valid numbers: a bijection of (case, attempt, place) shifted by the namespace."""
    flat = (spec.ordinal * SLOTS_PER_CASE + place + spec.attempt * _ATTEMPT_STRIDE) % VALID_IN_999
    return (flat * 7919 + namespace.digest("people")) % VALID_IN_999


def cast(record: Record, letter: str, spec: CaseSpec, namespace: Namespace, authority: str, place: int | None = None) -> Person:
    """Give fixture content an identity: NHS number, local and visit numbers, and the token in names, address and texts."""
    slot = slot_of(spec, ord(letter[0]) - ord("A") if place is None else place, namespace)
    token = token_of(slot)
    number = nhs_number(slot) if record.text("person.nhs_number") else ""
    groups = {
        name: tuple(_marked(entry, token, number, authority, position) for position, entry in enumerate(entries)) for name, entries in record.groups.items()
    }
    if not groups.get("identifier"):
        groups["identifier"] = (Entry("identifier", {"identifier.authority": authority, "identifier.value": f"{token}1".upper()}),)
    first = groups["identifier"][0]
    return Person(letter, token, Record(groups), (first.text("identifier.authority"), first.text("identifier.value")))


def _marked(entry: Entry, token: str, number: str, authority: str, position: int) -> Entry:
    values = dict(entry.values)
    for item, value in values.items():
        text = str(value)
        match item:
            case "person.nhs_number":
                values[item] = number
            case "identifier.authority" if position == 0:
                values[item] = authority
            case "identifier.value" | "encounter.number" | "package.number" | "referral.number":
                values[item] = f"{token}{position + 1}".upper()
            case "name.family" | "contact.family":
                values[item] = f"{token}-{text}"
            case "address.line1" | "encounter.reason" | "referral.support_reason":
                values[item] = f"{text} {token}"
            case _ if isinstance(value, Coded):
                continue
    return Entry(entry.group, values)


@dataclass(slots=True)
class CasePeople:
    """The people of one case by letter. ``fixtures`` are the contents given to the run; ``authority`` issues their local numbers; ``flows`` say which of
    their moments follow the calendar."""

    fixtures: Mapping[str, FixturePerson]
    spec: CaseSpec
    namespace: Namespace
    authority: str
    clock: CaseClock
    flows: Iterable[Flow] = ()
    _known: dict[str, Person] = field(default_factory=dict)
    _shared: dict[str, set[str]] = field(default_factory=dict)
    _sentinels: int = 0

    def person(self, letter: str) -> Person:
        """The case's own copy of a fixture person, under an identity of its own. Raises Blocked when the run was given nobody of that letter."""
        if letter not in self._known:
            fixture = self.fixtures.get(letter)
            if fixture is None:
                raise Blocked(f"no person {letter} among the people given to this run", attribution=Attribution.HARNESS)
            person = cast(_record_of(fixture), letter, self.spec, self.namespace, self.authority)
            self._known[letter] = person.with_(on_the_calendar(person.record, self.flows, self.clock.moment))
        return self._known[letter]

    def become(self, person: Person) -> Person:
        """Make a changed person the one this case knows under that letter."""
        self._known[person.letter] = person
        return person

    def share(self, one: Person, other: Person) -> None:
        """Say that two people were given some of the same content, or were asked to be merged: their tokens prove nothing between them."""
        self._shared.setdefault(one.token, set()).add(other.token)
        self._shared.setdefault(other.token, set()).add(one.token)

    def tokens_of(self, person: Person) -> frozenset[str]:
        """The tokens that may stand in what is found of ``person``."""
        return frozenset({person.token, *self._shared.get(person.token, ())})

    def control(self) -> Person:
        """Somebody new about whom there is much to find: a stay, allergies, contacts. No check asks about them."""
        self._sentinels += 1
        return cast(_record_of(self.fixtures[min(self.fixtures)]), f"control-{self._sentinels}", self.spec, self.namespace, self.authority, self._next())

    def sentinel(self) -> Person:
        """Somebody new and neutral: a name and an address, and nothing that any check asks about."""
        self._sentinels += 1
        content = _record_of(self.fixtures[min(self.fixtures)])
        plain = Record({group: content.entries(group)[:1] for group in ("person", "name", "address") if content.entries(group)})
        return cast(plain, f"sentinel-{self._sentinels}", self.spec, self.namespace, self.authority, self._next())

    def _next(self) -> int:
        return SLOTS_PER_CASE - 1 - self._sentinels


def _record_of(fixture: FixturePerson) -> Record:
    assert isinstance(fixture.record, Record)  # noqa: S101 - narrows the noun's opaque field
    return fixture.record
