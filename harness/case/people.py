"""The people of a case: fixture content under identities that no other case shares.

Every identifier and every marked text of a person carries the person's *token*, a word of the form ``Zq`` and five letters that is unique in
a namespace, so that a token of A found under a record of B shows that two people were mixed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from harness.case.spec import CaseSpec, Namespace
from harness.model.record import Coded, Entry, Record, Value

TOKEN = re.compile(r"Zq[a-z]{5}", re.IGNORECASE)
SLOTS_PER_CASE = 16
_ATTEMPT_STRIDE = 50_021  # a prime, so that attempts of neighbouring cases do not meet
VALID_IN_999 = 909_091  # counted: numbers 999 000 0000 – 999 999 9999 whose check digit exists; itself a prime


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

    def with_(self, changes: Mapping[str, Value | None]) -> Person:
        """The same person with items changed (None removes)."""
        return replace(self, record=self.record.replaced(changes))

    def with_group(self, group: str, *entries: Mapping[str, Value]) -> Person:
        """The same person with one group replaced."""
        return replace(self, record=self.record.with_group(group, *entries))


def nhs_number(index: int) -> str:
    """The index-th valid number (0 … 909,090) of the range reserved for tests: 999 and seven digits, modulus 11 check digit."""
    low, high = 0, 999_999
    while low < high:
        middle = (low + high) // 2
        if _valid_up_to(middle) > index:
            high = middle
        else:
            low = middle + 1
    return f"999{low:06d}{_check_digit(f'999{low:06d}')}"


def _check_digit(nine: str) -> int:
    remainder = 11 - sum(int(digit) * (10 - place) for place, digit in enumerate(nine)) % 11
    return 0 if remainder == 11 else remainder


_UNITS = [[0] * 11 for _ in range(7)]


def _valid_up_to(limit: int) -> int:
    """How many six-digit middles in 0 … limit give a check digit (one in eleven gives 10 and does not)."""
    table = _counts()
    # Weights 7 6 5 4 3 2 stand on the six digits; 999 contributes 9·(10+9+8) = 243, and 243 mod 11 = 1.
    total, prefix = 0, 1
    digits = [int(digit) for digit in f"{limit:06d}"]
    for place, digit in enumerate(digits):
        weight = 7 - place
        rest = table[5 - place]
        everything = 10 ** (5 - place)
        for smaller in range(digit):
            wanted = (1 - prefix - smaller * weight) % 11
            total += everything - rest[wanted]
        prefix = (prefix + digit * weight) % 11
    return total + (prefix != 1)


def _counts() -> list[list[int]]:
    """counts[n][r]: how many n-digit endings (weights n+1 … 2) have weighted sum r modulo 11."""
    if not _UNITS[0][0]:
        _UNITS[0][0] = 1
        for size in range(1, 7):
            for remainder, count in enumerate(_UNITS[size - 1]):
                for digit in range(10):
                    _UNITS[size][(remainder + digit * (size + 1)) % 11] += count
    return _UNITS


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
