"""The quick tier: one regular expression for each segment that is met often. It accepts only lines the walk would say nothing of.

What it does not accept is walked, so a line refused here is not thereby wrong: rare forms (29 February, an unusual pattern) are left to the
walk. Every choice in an expression is final (atomic groups, possessive counts), so that a line costs
no more than its length. Predicates and rules over several fields are judged by the same code in both tiers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from harness.validation.hl7v2.model import FieldRule, Hl7Table, Profile, SegmentRule
from harness.validation.hl7v2.value_forms import CLOCK, DAY, YEAR

# How many lines of a segment are walked before its expression is compiled, which takes milliseconds.
HOT = 8
# How many fields in a row are passed over at once where all of them are empty.
_RUN = 6
_OFFSET = "(?:[+-](?:0[0-9]|1[0-3])[0-5][0-9])?"
# The hour that British clocks skip in March is left to the walk.
_TIME = rf"(?![0-9]{{4}}03(?:2[5-9]|3[01])01){YEAR}(?:{DAY}(?:{CLOCK}(?:[0-5][0-9](?:\.[0-9]{{1,4}})?)?)?{_OFFSET}|0[1-9]|1[0-2])?"
_FORMS = {
    "TS": _TIME,
    "DTM": _TIME,
    "DT": f"{YEAR}(?:{DAY}|0[1-9]|1[0-2])?",
    "TM": f"{CLOCK}(?:[0-5][0-9])?",
    "NM": r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)",
    "SI": "[0-9]{1,4}",
}
# Patterns of tables that cannot reach over a separator: classes of letters and digits, counted.
_TAME = re.compile(r"(?:\[[A-Za-z0-9-]+\]|\\[.d]|[A-Za-z0-9?+*(){},]|(?<=.)\|)*")


@dataclass(frozen=True, slots=True)
class _Marks:
    field: str
    component: str
    repetition: str
    subcomponent: str


class Accepts:
    """Expressions of one profile, set of delimiters and strictness, compiled when a segment has been met ``HOT`` times."""

    def __init__(self, marks: _Marks, strict: bool) -> None:
        self.writer = _Writer(marks, strict)
        self._met: dict[str, int] = {}
        # How a line is matched, and the separators put after it so that no expression has to ask at every field whether the line has ended.
        self.ready: dict[str, tuple[Callable[[str], Any], str, SegmentRule]] = {}

    def accept(self, segment: SegmentRule, text: str) -> bool:
        """True when nothing is to be said of the fields of a line; False when it has to be walked."""
        ready = self.ready.get(segment.name)
        if ready is not None:
            return ready[0](text + ready[1]) is not None
        return self._warm(segment, text)

    def _warm(self, segment: SegmentRule, text: str) -> bool:
        met = self._met[segment.name] = self._met.get(segment.name, 0) + 1
        if met < HOT:
            return False
        expression = self.writer.segment(segment)
        padding = self.writer.mark * (max((rule.number for rule in segment.fields), default=0) + 1)
        self.ready[segment.name] = (re.compile(expression).fullmatch if expression is not None else _never, padding, segment)
        return self.accept(segment, text)


def accepts(profile: Profile, delimiters: Any, strict: bool) -> Accepts | None:
    """The expressions for a profile; None for delimiters that leave a level out."""
    return _accepts(profile, delimiters.field, delimiters.component, delimiters.repetition, delimiters.subcomponent, strict)


@lru_cache(maxsize=64)
def _accepts(_: Profile, field: str, component: str, repetition: str, subcomponent: str, strict: bool) -> Accepts | None:
    marks = (field, component, repetition, subcomponent)
    if not all(marks) or len(set(marks)) < len(marks) or any(mark.isalnum() or mark in '"+-.' for mark in marks):
        return None
    return Accepts(_Marks(*marks), strict)


def _never(_: str) -> None:
    return None


class _Writer:
    """Writes what a rule lets through as an expression; None where that is left to the walk."""

    def __init__(self, marks: _Marks, strict: bool) -> None:
        self.strict, self.mark = strict, marks.field
        self.f, self.c, self.r, self.s = (re.escape(mark) for mark in (marks.field, marks.component, marks.repetition, marks.subcomponent))
        every = self.f + self.r + self.c + self.s
        self.plain, self.component, self.repetition, self.field = (
            f"[^{every}]",
            f"[^{self.f}{self.r}{self.c}]",
            f"[^{self.f}{self.r}]",
            f"[^{self.f}]",
        )
        self.every = every

    def segment(self, segment: SegmentRule) -> str | None:
        """The whole line, with separators after it for every field that it leaves out."""
        rules = {rule.number: rule for rule in segment.fields}
        text, first = re.escape(segment.name), 1
        if segment.name == "MSH":
            if any(rules[number].valued or rules[number].parts or rules[number].use not in ("R", "O") for number in (1, 2) if number in rules):
                return None
            text, first = f"MSH{self.f}{self.field}*+", 3
        fields: list[tuple[str, bool]] = []
        for number in range(first, max(rules, default=0) + 1):
            rule = rules.get(number)
            inner = f"{self.field}*+" if rule is None else self.whole(rule)
            if inner is None:
                return None
            fields.append((f"{self.f}{inner}", rule is not None and rule.use == "R"))
        return text + self.run(fields) + (f"{self.f}*+" if segment.complete else f"(?:{self.f}(?s:.)*)?")

    def run(self, fields: Sequence[tuple[str, bool]]) -> str:
        """Fields (each with whether it is required) one after another; several in a row that may be left out, and are, cost one step."""
        written, at = "", 0
        while at < len(fields):
            some = fields[at : at + _RUN]
            text = "".join(field for field, _ in some)
            if len(some) > 1 and not any(required for _, required in some):
                written += f"(?>{self.f}{{{len(some)}}}(?={self.f})|{text})"
                at += len(some)
            else:
                written += fields[at][0]
                at += 1
        return written

    def whole(self, rule: FieldRule) -> str | None:
        """A field with its repetitions."""
        if rule.use == "X":
            return '(?:"")?+'
        if rule.min > 1:
            return None
        one = self.element(rule, 0)
        if one is None:
            return None
        more = "" if rule.max == 1 else f"(?:{self.r}{one})*+" if rule.max is None else f"(?:{self.r}{one}){{0,{rule.max - 1}}}+"
        if rule.use == "R":
            return f'(?!{self.f}|\\Z|""(?:{self.f}|\\Z)){one}{more}'
        # Most fields are empty: that is asked first.
        return f'(?>(?={self.f})|{one}{more}|""|)'

    def element(self, rule: FieldRule, depth: int) -> str | None:
        """A repetition (depth 0) or a component (depth 1), which may be empty unless something in it is required."""
        mark, beyond = ((self.c, self.repetition), (self.s, self.component))[depth]
        first = self.value(rule) if rule.valued else ""
        if first is None:
            return None
        if not rule.parts:
            if rule.complete:
                return f"{first or self.plain + '*+'}{mark}*+"
            return f"{first}(?:[{self._ends(depth)}]{beyond}*+)?+" if first else f"{beyond}*+"
        return self._parts(rule, depth, mark, beyond, first)

    def _ends(self, depth: int) -> str:
        return self.c + self.s if depth == 0 else self.s

    def _parts(self, rule: FieldRule, depth: int, mark: str, beyond: str, first: str) -> str | None:
        own = {part.number: part for part in rule.parts}
        gap = f"{self.component}*+" if depth == 0 else f"{self.plain}*+"
        texts: list[tuple[str, bool]] = []
        for number in range(1, rule.parts[-1].number + 1):
            part = own.get(number)
            text = gap if part is None else self.part(part, depth)
            if text is None:
                return None
            if number == 1 and first:
                bare = part is None or not (part.valued or part.parts or part.use in ("R", "X"))
                text = f"(?={first}(?:[{self.every}]|\\Z)){text}" if not bare else first + (f"(?:{self.s}{gap})?+" if depth == 0 and part is None else "")
            texts.append((text, part is not None and part.use == "R"))
        tail = f"{mark}*+" if rule.complete else f"(?:{mark}{beyond}*+)?+"
        return _nested(texts, mark, tail)

    def part(self, rule: FieldRule, depth: int) -> str | None:
        """One component (of depth 0) or sub-component (of depth 1) in its place."""
        if rule.use == "X":
            return '(?:"")?+'
        text = self.element(rule, 1) if depth == 0 else self.value(rule) if rule.valued else f"{self.plain}*+"
        if text is None:
            return None
        if rule.use == "R" and not (rule.strict and not self.strict):
            ends = f"[{self.f}{self.r}{self.c}]" if depth == 0 else f"[{self.every}]"
            return f'(?!{ends}|\\Z|""(?:{ends}|\\Z)){text}'
        return text

    def value(self, rule: FieldRule) -> str | None:
        """The first value of a rule, or nothing at all, or an explicit delete."""
        table = rule.table if rule.table and not rule.table.open and not (rule.table.strict and not self.strict) else None
        if sum(map(bool, (rule.type, table, rule.fixed))) > 1:
            return None
        longest = f"(?!{self.plain}{{{rule.length + 1}}})" if rule.length else ""
        if table is not None:
            return self.codes(table, rule.length)
        if rule.fixed:
            return f'(?>{re.escape(rule.fixed)}|"")?+' if not rule.length or len(rule.fixed) <= rule.length else None
        if rule.type:
            return f'(?>{longest}{_FORMS[rule.type]}|"")?+'
        return f"{self.plain}{{0,{rule.length}}}+" if rule.length else f"{self.plain}*+"

    def codes(self, table: Hl7Table, length: int) -> str | None:
        """The codes of a table that cannot be mistaken for separators."""
        if table.pattern is not None:
            if length or table.values or not _TAME.fullmatch(table.pattern.pattern):
                return None
            return f'(?>(?:{table.pattern.pattern})|"")?+'
        codes = sorted((code for code in table.values | table.tolerated if not length or len(code) <= length), key=lambda code: (-len(code), code))
        separators = re.compile(f"[{self.every}]")
        return f'(?>{"|".join(re.escape(code) for code in codes if code and not separators.search(code))}|"")?+'


def _nested(texts: Sequence[tuple[str, bool]], mark: str, tail: str) -> str:
    """``A(?:^B(?:^C)?)?``: what follows may be left out as long as nothing in it is required."""
    written, needed = tail, False
    for place in range(len(texts) - 1, -1, -1):
        text, required = texts[place]
        needed = needed or required
        written = text + written
        if place:
            written = f"{mark}{written}" if needed else f"(?:{mark}{written})?+"
    return written
