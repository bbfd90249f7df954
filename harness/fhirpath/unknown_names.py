"""Names in an expression that no definition knows: elements that a type has not, types that are none.

Told from the types alone, before anything is evaluated. Where the type of a part cannot be told (what ``resolve()`` gives, say), nothing is said of what
follows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from harness.fhirpath.ast import Binary, Call, Expression, Indexer, Member, Polarity, Special, TypeTest
from harness.fhirpath.compile import type_name
from harness.fhirpath.functions import functions
from harness.fhirpath.kinds import SYSTEM_TYPES
from harness.fhirpath.parse import parse
from harness.fhirpath.types import Types

# The types a part may have; None: any.
Kinds: TypeAlias = frozenset[str] | None

_OPEN = frozenset({"", "Resource", "DomainResource", "Element", "BackboneElement"})
# Functions that give some of what they are handed, and those whose first closure gives what they do.
_SAME = frozenset({"where", "first", "last", "tail", "skip", "take", "single", "distinct", "exclude", "intersect", "trace", "sort", "checkModifiers"})
_PROJECTED = frozenset({"select", "repeat", "repeatAll"})
_TYPED = frozenset({"ofType", "as", "is"})


@dataclass(frozen=True, slots=True)
class UnknownName:
    """One name that nothing knows, at ``offset`` characters; ``do`` says what to write instead, where that can be told."""

    name: str
    offset: int
    what: str
    do: str = ""


def unknown_names(expression: str, types: Types, root: str) -> list[UnknownName]:
    """The unknown names of ``expression`` evaluated on a ``root`` (``Patient``), in the order written. Raises FormatError as ``compile`` does."""
    naming = _Naming(types)
    naming.kinds(parse(expression), frozenset({root}) if types.known(root) else None)
    return sorted(naming.found, key=lambda one: one.offset)


class _Naming:
    def __init__(self, types: Types) -> None:
        self.types = types
        self.found: list[UnknownName] = []

    def kinds(self, part: Expression, this: Kinds) -> Kinds:
        """The types that ``part`` may have on an item of ``this``."""
        if isinstance(part, Member):
            return self.member(part, this)
        if isinstance(part, Call):
            return self.call(part, this)
        if isinstance(part, Special):
            return this if part.name == "this" else None
        if isinstance(part, Indexer):
            self.kinds(part.index, this)
            return self.kinds(part.base, this)
        if isinstance(part, TypeTest):
            self.kinds(part.operand, this)
            kind = self.type(part.type, part.offset)
            return kind if part.operator == "as" else None
        if isinstance(part, Binary):
            left, right = self.kinds(part.left, this), self.kinds(part.right, this)
            return left | right if part.operator == "|" and left is not None and right is not None else None
        if isinstance(part, Polarity):
            self.kinds(part.operand, this)
        return None

    def member(self, part: Member, this: Kinds) -> Kinds:
        if part.base is None:
            return self.head(part, this)
        if isinstance(part.base, Member) and part.base.base is None and part.base.name in ("FHIR", "System"):
            return self.type(f"{part.base.name}.{part.name}", part.offset)
        return self.element(part, self.kinds(part.base, this))

    def head(self, part: Member, this: Kinds) -> Kinds:
        if not part.name[:1].isupper():
            return self.element(part, this)
        if not self.types.known(part.name):
            return self.element(part, this)
        if this is None or any(kind in _OPEN or self.types.is_a(kind, part.name) for kind in this):
            return frozenset({part.name})
        self.found.append(UnknownName(part.name, part.offset, f"{part.name} is not what the expression is evaluated on, {_listed(this)}"))
        return None

    def element(self, part: Member, base: Kinds) -> Kinds:
        if base is None or not base or any(kind in _OPEN or not self.types.known(kind) for kind in base):
            return None
        found: set[str] = set()
        for kind in base:
            if choices := self.types.choices(kind, part.name):
                found |= {name for _, name in choices}
            elif child := self.types.child(kind, part.name):
                if stem := self.stem(kind, part.name, child):
                    what = f"{part.name} is a member of the JSON, not an element"
                    self.found.append(UnknownName(part.name, part.offset, what, f"write {stem}.ofType({child})"))
                found.add(child)
        if not found:
            self.found.append(UnknownName(part.name, part.offset, f"{_listed(base)} has no element {part.name}", self.near(part.name, base)))
            return None
        return frozenset(found)

    def stem(self, kind: str, name: str, child: str) -> str:
        """``value`` for ``valueQuantity``; empty where the name is no member of a choice."""
        stem = name.removesuffix(child[:1].upper() + child[1:])
        return stem if stem and stem != name and (name, child) in self.types.choices(kind, stem) else ""

    def near(self, name: str, base: frozenset[str]) -> str:
        from difflib import get_close_matches

        members = {(kind, element) for kind in base for element in self.types.elements(kind)}
        known = sorted({self.stem(kind, element, self.types.child(kind, element)) or element for kind, element in members})
        return next((f"did you mean {close}?" for close in get_close_matches(name, known, 1)), "")

    def call(self, part: Call, this: Kinds) -> Kinds:
        focus = this if part.base is None else self.kinds(part.base, this)
        if part.name in _TYPED and part.arguments:
            kind = self.type(type_name(part.arguments[0]), part.arguments[0].offset)
            return None if part.name == "is" else kind
        known = functions().get(part.name)
        takes = known.takes if known is not None and known.takes else "v"
        # An argument that is a value is evaluated where the call stands, a closure on each item of the input.
        letters = [takes[min(place, len(takes) - 1)] for place in range(len(part.arguments))]
        given = [self.kinds(argument, this if letter == "v" else focus) for argument, letter in zip(part.arguments, letters, strict=True)]
        if part.name in _SAME:
            return focus
        if part.name in _PROJECTED:
            return given[0] if given else None
        if part.name == "extension":
            return frozenset({"Extension"})
        if part.name in ("union", "combine") and given and given[0] is not None and focus is not None:
            return focus | given[0]
        return None

    def type(self, name: str, offset: int) -> Kinds:
        space, local = ("System", name[7:]) if name.startswith("System.") else ("FHIR" if name.startswith("FHIR.") else "", name.removeprefix("FHIR."))
        if space != "System" and self.types.known(local):
            return frozenset({local})
        if space != "FHIR" and local in SYSTEM_TYPES:
            return None
        self.found.append(UnknownName(name, offset, f"there is no type {name}"))
        return None


def _listed(kinds: frozenset[str]) -> str:
    return " or ".join(sorted(kinds))
