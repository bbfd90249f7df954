"""The rules a v2 message is judged by, as frozen objects: what a profile and the grammar of its version say together."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.model.issue import Severity
from harness.validation.hl7v2.structure import MessageStructure

if TYPE_CHECKING:
    from harness.validation.hl7v2.grammar import VersionGrammar

# What a predicate is asked with: (segment, field, component) → text, and the event. It answers True, False, or None where it cannot tell.
Predicate = Callable[[Any, Any], bool | None]


@dataclass(frozen=True, slots=True, eq=False)
class Hl7Table:
    """A table of codes: closed (``values``) or by form (``pattern``). ``tolerated`` values are read, and said. ``local`` tables only warn.

    ``open`` tables name some codes by example only: a code that is not there is inconclusive.
    """

    id: str
    title: str
    local: bool
    strict: bool
    values: frozenset[str]
    tolerated: frozenset[str]
    pattern: re.Pattern[str] | None
    source: str
    open: bool = False

    def holds(self, code: str) -> bool:
        """True when ``code`` is in the table or has its form."""
        return code in self.values or code in self.tolerated or (self.pattern is not None and self.pattern.fullmatch(code) is not None)

    @property
    def expected(self) -> str:
        """What to print as expected."""
        return f"one of {', '.join(sorted(self.values))}" if self.values else f"the form of {self.title}"


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """The predicate of a conditional field and the usages it leads to."""

    text: str
    holds: Predicate
    then: str
    otherwise: str


@dataclass(frozen=True, slots=True, eq=False)
class FieldRule:
    """What is said of a field, component or sub-component.

    ``max`` is None for any number; ``type`` the type of its (first) value, ``datatype`` that of the whole as the grammar names it. ``parts`` are
    judged one level down, and ``complete`` says that there are no others. ``severity`` weighs presence, ``table_severity`` codes; None is the
    usual weight. ``unknown_table`` names a table whose codes nobody here has. ``source`` is empty where the segment's holds.
    """

    number: int
    use: str = "O"
    max: int | None = 1
    type: str = ""
    table: Hl7Table | None = None
    length: int = 0
    severity: Severity | None = None
    strict: bool = False
    error_code: str = ""
    parts: tuple[FieldRule, ...] = ()
    min: int = 0
    fixed: str = ""
    condition: Condition | None = None
    source: str = ""
    datatype: str = ""
    complete: bool = False
    table_severity: Severity | None = None
    unknown_table: str = ""

    @property
    def valued(self) -> bool:
        """True when something is said of its first value."""
        return bool(self.type or self.table or self.length or self.fixed or self.unknown_table)


@dataclass(frozen=True, slots=True, eq=False)
class SegmentRule:
    """Fields of one segment in order, with the section they come from. ``complete``: fields beyond the last one are said to be extra.

    ``conditional`` are those of its fields that have a predicate.
    """

    name: str
    source: str
    fields: tuple[FieldRule, ...]
    complete: bool = False
    conditional: tuple[FieldRule, ...] = ()


@dataclass(frozen=True, slots=True)
class CrossRule:
    """How a rule over several fields counts in a profile."""

    name: str
    severity: Severity
    strict: bool
    source: str


@dataclass(frozen=True, slots=True)
class ProfileFlaw:
    """Something wrong with the profile itself: ``key`` is the row that says it, ``where`` the place in the profile, ``said`` what stands there."""

    key: str
    where: str
    said: str


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """Everything one file says to one side, over the grammar of a version.

    ``structures`` maps (message type, event) to a structure; empty: those of the grammar, if there is one. ``known`` are the segments it speaks of.
    """

    id: str
    title: str
    versions: tuple[str, ...]
    profile_ids: tuple[str, ...]
    structures: Mapping[tuple[str, str], MessageStructure]
    segments: Mapping[str, SegmentRule]
    tables: Mapping[str, Hl7Table]
    rules: tuple[CrossRule, ...]
    side: str = "creator"
    grammar: VersionGrammar | None = None
    flaws: tuple[ProfileFlaw, ...] = ()
    known: frozenset[str] = frozenset()

    @property
    def types(self) -> frozenset[str]:
        """Message types the profile knows."""
        return frozenset(kind for kind, _ in self.structures)

    def structure(self, type: str, event: str, name: str = "") -> MessageStructure | None:
        """The structure of a message, if there is one; ``*`` in a profile stands for every event, ``name`` is its MSH-9.3."""
        if not self.structures and self.grammar is not None:
            return self.grammar.structure(type, event, name)
        return self.structures.get((type, event)) or self.structures.get((type, "*"))

    def segment(self, name: str) -> SegmentRule | None:
        """What is said of a segment; None for one that is nobody's business here."""
        found = self.segments.get(name)
        if found is None and self.grammar is not None and not self.structures:
            return self.grammar.segment(name)
        return found
