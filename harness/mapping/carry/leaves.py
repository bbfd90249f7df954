"""Every value of a message, and what became of it: the account that a conversion must settle.

A *leaf* is one sub-component that is not empty. Each ends as carried, structural (it says how the message is built) or not carried with a reason.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from harness.formats.hl7v2 import Segment, Tree
from harness.formats.hl7v2.escape import unescape
from harness.formats.hl7v2.segment import HEADERS

Key = tuple[int, int, int, int, int]
CARRIED, STRUCTURAL, LOST = "carried", "structural", "not carried"


@dataclass(frozen=True, slots=True)
class ValueFate:
    """One value of the source and what became of it. ``state`` is carried, structural or not carried; ``to`` where it went; ``reason`` why it went nowhere.

    ``by`` is ``item`` or ``carry``, the kind of row that carried it.
    """

    address: str
    value: str
    state: str
    to: str = ""
    reason: str = ""
    by: str = ""

    def to_json(self) -> dict[str, str]:
        """Plain JSON; empty members are left out."""
        members = {"address": self.address, "value": self.value, "state": self.state, "to": self.to, "reason": self.reason, "by": self.by}
        return {name: text for name, text in members.items() if text}


class Account:
    """The leaves of one message, in order, and their fates."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self._values: dict[Key, str] = {}
        self._places: dict[tuple[int, int], dict[int, list[Key]]] = defaultdict(lambda: defaultdict(list))
        # Of each field, whether repetitions and components have to be told apart; of each component, whether sub-components have.
        self._many: set[Key] = set()
        self._fates: dict[Key, tuple[str, str, str]] = {}
        self._why: dict[Key, str] = {}
        self._names: list[str] = []
        self._segment_reason: dict[int, str] = {}
        count: dict[str, int] = defaultdict(int)
        totals: dict[str, int] = defaultdict(int)
        for segment in tree.segments:
            totals[segment.name] += 1
        for index, segment in enumerate(tree.segments):
            count[segment.name] += 1
            self._names.append(f"{segment.name}[{count[segment.name]}]" if totals[segment.name] > 1 else segment.name)
            for field, repetition, component, sub, raw in _leaves(segment):
                self._places[index, field][repetition].append((index, field, repetition, component, sub))
                self._many |= {
                    mark
                    for several, mark in (
                        (repetition > 1, (index, field, 1, 0, 0)),
                        (component > 1, (index, field, 0, 1, 0)),
                        (sub > 1, (index, field, repetition, component, 1)),
                    )
                    if several
                }
                self._values[index, field, repetition, component, sub] = unescape(raw, segment.delimiters, segment.codec) if field > 2 or index else raw

    def __len__(self) -> int:
        return len(self._values)

    def keys(self, index: int, field: int, repetition: int = 0, component: int = 0, sub: int = 0) -> list[Key]:
        """The leaves at a place; 0 is every one of that level."""
        places = self._places.get((index, field))
        if places is None:
            return []
        wanted = places.get(repetition, []) if repetition else [key for keys in places.values() for key in keys]
        return [key for key in wanted if (not component or key[3] == component) and (not sub or key[4] == sub)]

    def index(self, segment: str, occurrence: int) -> int | None:
        """The position in the message of the nth segment of that name."""
        for position, one in enumerate(self.tree.segments):
            if one.name == segment:
                occurrence -= 1
                if occurrence <= 0:
                    return position
        return None

    def settle(self, keys: list[Key], state: str, to: str, by: str = "carry") -> None:
        """The leaves have that fate; an item's claim is not overruled."""
        for key in keys:
            if self._fates.get(key, ("", "", ""))[2] != "item":
                self._fates[key] = (state, to, by)

    def refuse(self, keys: list[Key], reason: str) -> None:
        """Why a row could not carry the leaves; what another row carries is carried."""
        for key in keys:
            self._why.setdefault(key, reason)

    def refuse_segment(self, index: int, reason: str) -> None:
        """Why nothing of that segment is carried unless a row says otherwise."""
        self._segment_reason[index] = reason

    def address(self, key: Key) -> str:
        """``PID-3[2].4.1``; repetition, component and sub-component are left out where they are the only one."""
        index, field, repetition, component, sub = key
        shown = f"{self._names[index]}-{field}"
        if (index, field, 1, 0, 0) in self._many:
            shown += f"[{repetition}]"
        if (index, field, 0, 1, 0) in self._many:
            shown += f".{component}"
        if (index, field, repetition, component, 1) in self._many:
            shown += f".{sub}"
        return shown

    def fates(self) -> Iterator[ValueFate]:
        """The fate of every leaf, in the order of the message."""
        for key, value in self._values.items():
            state, to, by = self._fates.get(key, ("", "", ""))
            if state:
                yield ValueFate(self.address(key), value, state, to, "", by)
            else:
                yield ValueFate(self.address(key), value, LOST, "", self._reason(key, value))

    def _reason(self, key: Key, value: str) -> str:
        if value == '""':
            return "an explicit deletion: a FHIR resource says it by leaving the element out"
        if key in self._why:
            return self._why[key]
        if key[0] in self._segment_reason:
            return self._segment_reason[key[0]]
        return "no row gives this place an element in FHIR"


def _leaves(segment: Segment) -> Iterator[tuple[int, int, int, int, str]]:
    marks, header = segment.delimiters, segment.name in HEADERS
    for field in range(1, segment.last + 1):
        whole = segment.raw(str(field))
        if not whole:
            continue
        if header and field <= 2:
            yield field, 1, 1, 1, whole
            continue
        for repetition, again in enumerate(split(whole, marks.repetition), 1):
            for component, inner in enumerate(split(again, marks.component), 1):
                for sub, raw in enumerate(split(inner, marks.subcomponent), 1):
                    if raw:
                        yield field, repetition, component, sub, raw


def split(text: str, mark: str) -> list[str]:
    """``text`` at ``mark``; whole where that separator is not in use."""
    return text.split(mark) if mark else [text]
