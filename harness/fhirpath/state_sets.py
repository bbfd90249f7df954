"""A regular expression run as a set of states: every text in time linear in its length, without backtracking (and without groups taken)."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

# Python's own reading of regular expressions, which has no public name.
_parser: Any = import_module("re._parser")
C: Any = import_module("re._constants")

MAX_STATES = 20_000
NESTED = 99
_KEPT = 5_000
_WORD = re.compile(r"\w")


def cost(pattern: str, flags: int) -> int:
    """How many repeats of variable length follow each other; ``NESTED`` where one stands in another or what it finds is looked at again."""
    try:
        return _cost(_parser.parse(pattern, flags), False)
    except (RecursionError, re.error, OverflowError):
        return NESTED


def _cost(parsed: Any, inside: bool) -> int:
    found = 0
    for operation, argument in parsed:
        if operation in (C.MAX_REPEAT, C.MIN_REPEAT):
            least, most, body = argument
            variable = most is C.MAXREPEAT or most - least > 1
            if variable and inside:
                return NESTED
            below = _cost(body, inside or most is C.MAXREPEAT or most > 1)
            found += below + variable
        elif operation is C.SUBPATTERN:
            found += _cost(argument[-1], inside)
        elif operation is C.BRANCH:
            # Branches of a repeat may overlap.
            if inside and len(argument[1]) > 1:
                return NESTED
            found += max((_cost(branch, inside) for branch in argument[1]), default=0)
        elif operation in (C.ASSERT, C.ASSERT_NOT):
            found += _cost(argument[1], inside)
        elif operation is C.GROUPREF or operation is C.GROUPREF_EXISTS:
            return NESTED
        if found >= NESTED:
            return NESTED
    return found


class StateSets:
    """States numbered from 0; each either takes one character, or goes on at once (to several, or under a condition)."""

    def __init__(self) -> None:
        self.takes: list[re.Pattern[str] | None] = []
        self.next: list[list[int]] = []
        self.condition: list[Any] = []
        self.final = -1
        self.bounded = False
        self.kept: dict[tuple[frozenset[int], str, bool], frozenset[int]] = {}

    def add(self, takes: re.Pattern[str] | None = None, condition: Any = None) -> int:
        if len(self.takes) >= MAX_STATES:
            raise OverflowError
        self.takes.append(takes)
        self.next.append([])
        self.condition.append(condition)
        return len(self.takes) - 1

    def match(self, text: str, *, whole: bool) -> bool:
        """Whether the pattern is found, or takes the whole text."""
        states = self._from({0}, text, 0)
        kept = None if self.bounded else self.kept
        for place, sign in enumerate(text):
            if not whole and self.final in states:
                return True
            # What follows depends on the place only at the beginning and where the text ends, or nothing but a line end is left.
            anywhere = kept is not None and 0 < place < len(text) - 2
            key = (states, sign, whole)
            following = kept.get(key) if anywhere and kept is not None else None
            if following is None:
                onward = {one for state in states if (takes := self.takes[state]) is not None and takes.match(sign) for one in self.next[state]}
                following = self._from(onward if whole else onward | {0}, text, place + 1)
                if anywhere and kept is not None:
                    if len(kept) > _KEPT:
                        kept.clear()
                    kept[key] = following
            states = following
            if not states:
                return False
        return self.final in states

    def _from(self, starts: set[int], text: str, place: int) -> frozenset[int]:
        states: set[int] = set()
        for one in starts:
            self._enter(one, states, text, place)
        return frozenset(states)

    def _enter(self, state: int, states: set[int], text: str, place: int) -> None:
        waiting = [state]
        while waiting:
            one = waiting.pop()
            if one in states or (self.condition[one] is not None and not _holds(self.condition[one], text, place)):
                continue
            states.add(one)
            if self.takes[one] is None:
                waiting.extend(self.next[one])


def _holds(condition: Any, text: str, place: int) -> bool:
    if condition in (C.AT_BEGINNING, C.AT_BEGINNING_STRING):
        return place == 0
    if condition is C.AT_END:
        return place == len(text) or (place == len(text) - 1 and text[place] == "\n")
    if condition is C.AT_END_STRING:
        return place == len(text)
    before = place > 0 and _WORD.match(text[place - 1]) is not None
    after = place < len(text) and _WORD.match(text[place]) is not None
    return (before != after) is (condition is C.AT_BOUNDARY)


def state_sets(pattern: str, flags: int) -> StateSets | None:
    """The states of a pattern; None where it looks ahead, refers back or is too large. Multi-line anchors are not told apart: None for them too."""
    if flags & re.MULTILINE:
        return None
    try:
        machine = StateSets()
        start = machine.add()
        end = _build(machine, _parser.parse(pattern, flags), start, flags)
    except (OverflowError, NotImplementedError, RecursionError):
        return None
    machine.final = end
    return machine


def _build(machine: StateSets, parsed: Any, start: int, flags: int) -> int:
    for operation, argument in parsed:
        start = _one(machine, operation, argument, start, flags)
    return start


def _link(machine: StateSets, start: int, **of: Any) -> int:
    made = machine.add(**of)
    machine.next[start].append(made)
    return made


def _one(machine: StateSets, operation: Any, argument: Any, start: int, flags: int) -> int:
    if operation in (C.LITERAL, C.NOT_LITERAL, C.ANY, C.IN):
        taking = _link(machine, start, takes=re.compile(_written(operation, argument), flags & (re.IGNORECASE | re.DOTALL)))
        return _link(machine, taking)
    if operation is C.AT:
        machine.bounded = machine.bounded or argument in (C.AT_BOUNDARY, C.AT_NON_BOUNDARY)
        return _link(machine, _link(machine, start, condition=argument))
    if operation is C.SUBPATTERN:
        return _build(machine, argument[-1], start, flags | argument[1])
    if operation is C.BRANCH:
        end = machine.add()
        for branch in argument[1]:
            machine.next[_build(machine, branch, _link(machine, start), flags)].append(end)
        return end
    if operation in (C.MAX_REPEAT, C.MIN_REPEAT):
        return _repeat(machine, argument, start, flags)
    raise NotImplementedError


def _repeat(machine: StateSets, argument: Any, start: int, flags: int) -> int:
    least, most, body = argument
    for _ in range(least):
        start = _build(machine, body, _link(machine, start), flags)
    if most is C.MAXREPEAT:
        loop = _link(machine, start)
        machine.next[_build(machine, body, _link(machine, loop), flags)].append(loop)
        return _link(machine, loop)
    end = machine.add()
    machine.next[start].append(end)
    for _ in range(most - least):
        start = _build(machine, body, _link(machine, start), flags)
        machine.next[start].append(end)
    return end


_CATEGORIES = {
    C.CATEGORY_DIGIT: r"\d", C.CATEGORY_NOT_DIGIT: r"\D", C.CATEGORY_SPACE: r"\s", C.CATEGORY_NOT_SPACE: r"\S", C.CATEGORY_WORD: r"\w",
    C.CATEGORY_NOT_WORD: r"\W",
}  # fmt: skip


def _written(operation: Any, argument: Any) -> str:
    """One character's class as text again."""
    if operation is C.ANY:
        return "."
    if operation is C.LITERAL:
        return re.escape(chr(argument))
    if operation is C.NOT_LITERAL:
        return f"[^{re.escape(chr(argument))}]"
    parts: list[str] = []
    for kind, value in argument:
        if kind is C.NEGATE:
            parts.append("^")
        elif kind is C.LITERAL:
            parts.append(re.escape(chr(value)))
        elif kind is C.RANGE:
            parts.append(f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}")
        else:
            parts.append(_CATEGORIES[value])
    return f"[{''.join(parts)}]"
