"""What a conformance profile says, as frozen objects: messages, groups, segments, data types, statements."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from harness.validation.hl7v2.model import ProfileFlaw


@dataclass(frozen=True, slots=True)
class Element:
    """A field or a component: ``datatype`` is an id of the profile's data types; ``table`` a value set id, bound to component ``bound``."""

    number: int
    name: str
    datatype: str
    use: str
    min: int
    max: str
    length: int
    table: str
    strength: str
    bound: int
    value: str


@dataclass(frozen=True, slots=True)
class Defined:
    """A segment or a data type (``id``, and the HL7 ``name`` it is a flavour of) with its elements in order; none for a primitive type."""

    id: str
    name: str
    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True, eq=False)
class MessagePart:
    """A segment (``ref`` is its id, ``name`` its HL7 name) or a group (``children``) of a message."""

    id: str
    ref: str
    name: str
    use: str
    min: int
    max: str
    children: tuple[MessagePart, ...] = ()

    def names(self) -> frozenset[str]:
        """Every segment name in it."""
        return frozenset({self.name}) if not self.children else frozenset().union(*(child.names() for child in self.children))

    def firsts(self) -> frozenset[str]:
        """The segment names it can begin with."""
        if not self.children:
            return frozenset({self.name})
        found: frozenset[str] = frozenset()
        for child in self.children:
            found |= child.firsts()
            if child.use == "R":
                break
        return found


@dataclass(frozen=True, slots=True)
class MessageOf:
    """One message of a profile: type, event, structure id, and its parts as the children of ``root``."""

    id: str
    type: str
    event: str
    structure: str
    root: MessagePart


@dataclass(frozen=True, slots=True)
class Assertion:
    """A node of the assertion language: the name of its operator, its attributes, its operands."""

    operator: str
    attributes: Mapping[str, str]
    operands: tuple[Assertion, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """A conformance statement, or a predicate (``then`` and ``otherwise`` are the usages it leads to, else empty).

    ``level`` is message, group, segment or datatype; it holds for what is called ``key`` by ``by`` (id, name or either).
    """

    id: str
    level: str
    by: str
    key: str
    target: str
    text: str
    source: str
    strong: bool
    assertion: Assertion
    then: str = ""
    otherwise: str = ""

    def suits(self, id: str, name: str) -> bool:
        """Whether it speaks of what has that id and name."""
        return (self.by != "name" and self.key == id) or (self.by != "id" and self.key == name)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A profile that was read. ``data`` is the plain data that every profile has; ``flaws`` are of the profile itself."""

    id: str
    data: Mapping[str, Any]
    messages: tuple[MessageOf, ...]
    segments: Mapping[str, Defined]
    datatypes: Mapping[str, Defined]
    valuesets: Mapping[str, frozenset[str]]
    statements: tuple[Statement, ...]
    flaws: tuple[ProfileFlaw, ...] = ()
    unread: tuple[str, ...] = field(default=())
