"""Segment order and number: one line of text per structure, and its comparison with the segments of a message."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from harness.errors import CatalogueError

_TOKEN = re.compile(r"(?P<open>[(<])|(?P<close>[)>])(?::(?P<group_use>RE|R|O|C|X))?(?P<group_many>\*)?|(?P<bar>\|)|"
                    r"(?P<name>[A-Z][A-Z0-9]{2})(?::(?P<use>RE|R|O|C|X))?(?P<many>\*)?|\s+")  # fmt: skip
_REMEMBERED = 600


@dataclass(frozen=True, slots=True)
class SegmentPlace:
    """One place for a segment. ``group`` is 0 outside any group, else the number of the innermost group it belongs to."""

    name: str
    use: str
    repeats: bool
    group: int


@dataclass(frozen=True, slots=True, eq=False)
class StructureNode:
    """A segment (``name``) or a group of nodes; of a ``choice`` one child is there. ``names`` are all segments in it, ``firsts`` those it can begin with."""

    name: str
    use: str
    repeats: bool
    children: tuple[StructureNode, ...]
    choice: bool
    names: frozenset[str]
    firsts: frozenset[str]


@dataclass(frozen=True, slots=True, eq=False)
class MessageStructure:
    """The places of a message in order. ``names`` are the MSH-9.3 values that stand for it, ``relaxed`` fields it does not require."""

    names: tuple[str, ...]
    slots: tuple[SegmentPlace, ...]
    root: StructureNode
    relaxed: frozenset[str]
    source: str
    shape: str


@dataclass(frozen=True, slots=True)
class Departure:
    """One departure from a structure. ``kind`` is missing, order, repeated or not-allowed; ``index`` the segment's place in the message."""

    kind: str
    name: str
    index: int


def read_structure(text: str, names: tuple[str, ...], relaxed: tuple[str, ...], source: str) -> MessageStructure:
    """The structure written as ``MSH PID PD1:O NK1:O* (EVN:O (PID PV1)*):O* <A|B>``; raises CatalogueError for anything else."""
    slots: list[SegmentPlace] = []
    stack: list[tuple[str, list[StructureNode], int]] = [("", [], 0)]
    groups = position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise CatalogueError(f"a structure cannot be read at {text[position : position + 12]!r}", where=source, expected="SEGMENT[:usage][*] or (…):O*")
        position = match.end()
        if match["open"]:
            groups += 1
            stack.append((match["open"], [], groups))
        elif match["close"]:
            mark, children, _ = stack.pop()
            if {"(": ")", "<": ">"}.get(mark) != match["close"] or not children:
                raise CatalogueError(f"a group is not closed as it was opened: {text!r}", where=source)
            stack[-1][1].append(_group(children, match["group_use"] or "R", bool(match["group_many"]), mark == "<"))
        elif match["name"]:
            name, use, many = match["name"], match["use"] or "R", bool(match["many"])
            slots.append(SegmentPlace(name, use, many, stack[-1][2]))
            stack[-1][1].append(StructureNode(name, use, many, (), False, frozenset({name}), frozenset({name})))
    if len(stack) != 1:
        raise CatalogueError(f"a group is never closed: {text!r}", where=source)
    root = _group(stack[0][1], "R", False, False)
    return MessageStructure(names, tuple(slots), root, frozenset(relaxed), source, " ".join(slot.name for slot in slots))


def _group(children: Sequence[StructureNode], use: str, repeats: bool, choice: bool) -> StructureNode:
    names = frozenset().union(*(child.names for child in children))
    firsts: frozenset[str] = frozenset()
    for child in children:
        firsts |= child.firsts
        if child.use == "R" and not choice:
            break
    return StructureNode("", use, repeats, tuple(children), choice, names, firsts)


def compare(structure: MessageStructure, names: Sequence[str], known: frozenset[str]) -> Iterator[Departure]:
    """Departures of the segment ``names`` of a message from ``structure``; segments outside ``known`` are nobody's business here."""
    kept = tuple(names)
    yield from _remembered(structure, kept, known) if len(kept) <= _REMEMBERED else _compared(structure, kept, known)


@lru_cache(maxsize=2048)
def _remembered(structure: MessageStructure, names: tuple[str, ...], known: frozenset[str]) -> tuple[Departure, ...]:
    return _compared(structure, names, known)


def _compared(structure: MessageStructure, names: Sequence[str], known: frozenset[str]) -> tuple[Departure, ...]:
    walk = _Walk([(name, index) for index, name in enumerate(names) if name in known], structure.root)
    walk.group(structure.root)
    walk.rest(structure.root.names)
    found = [departure for departure in walk.found if departure not in walk.undone]
    return (*(one for one in found if one.kind != "missing"), *(one for one in found if one.kind == "missing"))


class _Walk:
    """One pass over the segments; ``stack`` holds each group that is open with the child it has reached."""

    def __init__(self, segments: list[tuple[str, int]], root: StructureNode) -> None:
        self.segments, self.root, self.at = segments, root, 0
        self.stack: list[tuple[StructureNode, int]] = []
        self.found: list[Departure] = []
        self.undone: set[Departure] = set()
        self.seen: dict[str, Departure | None] = {}

    @property
    def next(self) -> str:
        """The segment that is to be placed; empty at the end."""
        return self.segments[self.at][0] if self.at < len(self.segments) else ""

    def group(self, node: StructureNode) -> None:
        """Place what belongs in one turn of a group."""
        self.stack.append((node, 0))
        if node.choice:
            self.one_of(node)
        else:
            for place, child in enumerate(node.children):
                self.stack[-1] = (node, place)
                self.stray(child)
                if not self.place(child) and child.use == "R":
                    self.missing(child)
        self.stack.pop()

    def one_of(self, node: StructureNode) -> None:
        """Place the child of a choice that can begin with what comes next, else one that holds it."""
        fitting = [child for child in node.children if self.next in child.firsts] or [child for child in node.children if self.next in child.names]
        if not fitting or not self.place(fitting[0]):
            self.missing(node)

    def place(self, child: StructureNode) -> int:
        """How many segments or turns of a child were placed."""
        return self.turns(child) if child.children else self.take(child)

    def turns(self, child: StructureNode) -> int:
        turns = 0
        while self.next in child.names and self.next and (not turns or child.repeats) and (self.next in child.firsts or not self.later(self.next)):
            before = self.at
            self.group(child)
            turns += 1
            if self.at == before:
                break
        return turns

    def take(self, child: StructureNode) -> int:
        taken = 0
        while self.next == child.name:
            if taken and not child.repeats:
                if self.restarts(child.name):
                    break
                self.say("repeated")
            self.seen.setdefault(child.name, None)
            self.at += 1
            taken += 1
        return taken

    def stray(self, child: StructureNode) -> None:
        """Report and pass over segments that neither this place nor any later one can take."""
        while self.next and self.next not in child.names and not self.later(self.next) and not self.restarts(self.next):
            self.stranger(self.root.names)

    def rest(self, names: frozenset[str]) -> None:
        """What is left at the end has no place."""
        while self.next:
            self.stranger(names)

    def stranger(self, names: frozenset[str]) -> None:
        name = self.next
        if name not in names:
            self.say("not-allowed")
        elif name in self.seen and self.seen[name] is None:
            self.say("repeated" if not self.repeatable(name) else "order")
        else:
            self.say("order")
            if lack := self.seen.get(name):
                self.undone.add(lack)
            if not self.repeatable(name):
                self.seen[name] = None
        self.at += 1

    def repeatable(self, name: str) -> bool:
        return _repeats(self.root, name)

    def later(self, name: str) -> bool:
        """True when a place after the present one, in any group that is open, takes ``name``."""
        return any(name in child.names for node, place in self.stack if not node.choice for child in node.children[place + 1 :])

    def restarts(self, name: str) -> bool:
        """True when another turn of a group that is open can begin with ``name``."""
        return any(node.repeats and name in node.firsts for node, _ in self.stack)

    def say(self, kind: str) -> None:
        name, index = self.segments[self.at]
        self.found.append(Departure(kind, name, index))

    def missing(self, child: StructureNode) -> None:
        name = child.name or " or ".join(sorted(child.firsts)) if child.choice or child.name else _head(child)
        inside = len(self.stack) > 1 and self.at < len(self.segments)
        lack = Departure("missing", name, self.segments[self.at][1] if inside else _END)
        self.found.append(lack)
        self.seen.setdefault(name, lack)


_END = 1 << 30


def _head(node: StructureNode) -> str:
    """The first required segment of a group."""
    for child in node.children:
        if child.use == "R":
            return child.name or _head(child)
    return sorted(node.firsts)[0]


@lru_cache(maxsize=4096)
def _repeats(node: StructureNode, name: str) -> bool:
    """True when ``name`` may stand more than once in a node."""
    if node.name:
        return node.repeats
    holders = [child for child in node.children if name in child.names]
    return bool(holders) and (node.repeats or len(holders) > 1 or _repeats(holders[0], name))
