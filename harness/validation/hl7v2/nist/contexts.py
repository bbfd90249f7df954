"""A message placed against its definition, so that statements find what they speak of: the message, its groups, segments, fields, components."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from harness.validation.hl7v2.nist.model import Bundle, Defined, MessagePart, Statement
from harness.validation.hl7v2.view import Line, View

_STEP = re.compile(r"(\d+)(?:\[(\*|\d+)\])?")
Found = list[tuple[str, str]]


@dataclass(slots=True)
class PlacedPart:
    """One segment (``line``) or one turn of a group (``children``, by position) where the definition has a place for it."""

    part: MessagePart
    line: Line | None = None
    children: dict[int, list[PlacedPart]] = field(default_factory=dict)


def place(root: MessagePart, lines: list[Line]) -> PlacedPart:
    """The message as the definition sees it. Segments that have no place are passed over: that they have none is said elsewhere."""
    rest = [line for line in lines if line.name in root.names()]
    at = 0

    def fill(part: MessagePart, outer: frozenset[str]) -> PlacedPart:
        nonlocal at
        turn = PlacedPart(part)
        for position, child in enumerate(part.children, 1):
            later = frozenset().union(*(one.names() for one in part.children[position:])) | outer
            while at < len(rest) and rest[at].name not in child.firsts() and rest[at].name not in later and rest[at].name not in child.names():
                at += 1
            while at < len(rest) and rest[at].name in child.firsts() and not (child.max in ("0", "1") and turn.children.get(position)):
                if child.children:
                    before = at
                    one = fill(child, later | child.names())
                    if at == before:
                        break
                else:
                    one = PlacedPart(child, rest[at])
                    at += 1
                turn.children.setdefault(position, []).append(one)
        return turn

    return fill(root, frozenset())


@dataclass(frozen=True, slots=True)
class StatementContext:
    """Where a statement stands: a turn of a group, or a segment from ``field`` and ``component`` on (0: from its fields)."""

    view: View
    placed: PlacedPart | None = None
    line: Line | None = None
    field: int = 0
    repetition: int = 0
    component: int = 0

    @property
    def path(self) -> str:
        """Its address in the message."""
        if self.line is not None:
            return self.view.path(self.line, self.field, self.repetition, self.component)
        first = next(self._lines(self.placed), None)
        return self.view.path(first) if first else ""

    def at(self, path: str) -> Found:
        """(address, raw text) of what is there at ``path``; what is empty is not there."""
        steps = [(int(match[1]), match[2] or "*") for match in _STEP.finditer(path)]
        if self.line is not None:
            return [one for one in self._in_line(self.line, steps) if one[1]]
        return [one for one in self._in_group(self.placed, steps) if one[1]] if self.placed else []

    def simple(self, raw: str) -> str | None:
        """A raw value unescaped, None where it holds separators."""
        from harness.formats.hl7v2.escape import unescape

        marks = self.view.delimiters
        if any(mark and mark in raw for mark in (marks.component, marks.subcomponent, marks.repetition)):
            return None
        return unescape(raw, marks) if marks.escape and marks.escape in raw else raw

    def _lines(self, placed: PlacedPart | None) -> Iterator[Line]:
        if placed is not None and placed.line is not None:
            yield placed.line
        for turns in placed.children.values() if placed else ():
            for turn in turns:
                yield from self._lines(turn)

    def _in_group(self, placed: PlacedPart, steps: list[tuple[int, str]]) -> Found:
        (position, turn), rest = steps[0], steps[1:]
        turns = placed.children.get(position, [])
        chosen = turns if turn == "*" else turns[int(turn) - 1 : int(turn)]
        found: Found = []
        for one in chosen:
            if one.line is None:
                found += self._in_group(one, rest) if rest else [(StatementContext(self.view, one).path, one.part.id)]
            else:
                found += StatementContext(self.view, line=one.line)._in_line(one.line, rest) if rest else [(self.view.path(one.line), one.line.name)]
        return found

    def _in_line(self, line: Line, steps: list[tuple[int, str]]) -> Found:
        """Steps from here: fields and their components, or components and their sub-components."""
        if self.field:
            raw = self.view.repetitions(line.raw(self.field))[self.repetition - 1]
            if self.component:
                return self._below(line, _cut(raw, self.view.delimiters.component, self.component), steps, self.field, self.repetition, self.component)
            return self._below(line, raw, steps, self.field, self.repetition, 0)
        (number, turn), rest = steps[0], steps[1:]
        raw = line.raw(number)
        # MSH-2 holds the separators themselves.
        repetitions = [raw] if line.name == "MSH" and number <= 2 else self.view.repetitions(raw)
        found: Found = []
        for place_, text in enumerate(repetitions, 1):
            if turn in ("*", str(place_)):
                found += self._below(line, text, rest, number, place_, 0)
        return found

    def _below(self, line: Line, text: str, steps: list[tuple[int, str]], number: int, repetition: int, component: int) -> Found:
        marks = self.view.delimiters
        address = self.view.path(line, number, repetition, component)
        for step, _ in steps:
            if component:
                return [(address, _cut(text, marks.subcomponent, step))]
            component, text = step, _cut(text, marks.component, step)
            address = self.view.path(line, number, repetition, component)
        return [(address, text)]


def _cut(text: str, mark: str, number: int) -> str:
    pieces = text.split(mark) if mark else [text]
    return pieces[number - 1] if number <= len(pieces) else ""


def contexts(bundle: Bundle, root: PlacedPart, view: View, statement: Statement) -> Iterator[StatementContext]:
    """Every place of the message that ``statement`` speaks of."""
    if statement.level == "message":
        if statement.suits(root.part.id, root.part.name):
            yield StatementContext(view, root)
        return
    for placed in _walk(root):
        if placed.line is None:
            if statement.level == "group" and placed is not root and statement.suits(placed.part.id, placed.part.name):
                yield StatementContext(view, placed)
            continue
        defined = bundle.segments.get(placed.part.ref)
        if statement.level == "segment" and statement.suits(placed.part.ref, placed.part.name):
            yield StatementContext(view, line=placed.line)
        elif statement.level == "datatype" and defined is not None:
            yield from _of_type(bundle.datatypes, view, placed.line, defined, statement)


def _of_type(types: Mapping[str, Defined], view: View, line: Line, defined: Defined, statement: Statement) -> Iterator[StatementContext]:
    for element in defined.elements:
        kind = types.get(element.datatype)
        if kind is None or not line.raw(element.number) or (line.name == "MSH" and element.number <= 2):
            continue
        for number, raw in enumerate(view.repetitions(line.raw(element.number)), 1):
            if raw and statement.suits(kind.id, kind.name):
                yield StatementContext(view, line=line, field=element.number, repetition=number)
            for part in kind.elements:
                inner = types.get(part.datatype)
                if inner and inner.elements and statement.suits(inner.id, inner.name) and _cut(raw, view.delimiters.component, part.number):
                    yield StatementContext(view, line=line, field=element.number, repetition=number, component=part.number)


def _walk(placed: PlacedPart) -> Iterator[PlacedPart]:
    yield placed
    for turns in placed.children.values():
        for turn in turns:
            yield from _walk(turn)
