"""The grammar of UCUM, case sensitive (The Unified Code for Units of Measure 2.2, chapter 2): a code read into factors of numbers and atoms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from harness.terminology.data import table

_MAX_CODE = 400
_MAX_DEPTH = 30
_TOKEN = re.compile(
    r"""(?P<note>\{[^{}]*\})
    |(?P<power>10[*^])(?P<power_exponent>[+-]?[0-9]+)?
    |(?P<number>[0-9]+)
    |(?P<symbol>(?:\[[^\[\]]*\]|[^\[\]{}()./\s0-9+-])+)(?P<exponent>[+-]?[0-9]+)?
    |(?P<sign>[./()])""",
    re.VERBOSE,
)


class UnitError(ValueError):
    """A code that UCUM does not take; the message says why."""


@dataclass(frozen=True, slots=True)
class Atom:
    """One row of the table of units: ``factor`` times ``unit``; ``special`` is the function of a unit that is no plain multiple."""

    code: str
    unit: str
    factor: str
    metric: bool
    arbitrary: bool
    special: str


@dataclass(frozen=True, slots=True)
class UnitPart:
    """One factor of a unit: a number, or an atom with its prefix; raised to ``exponent``."""

    exponent: int
    number: int = 1
    prefix: str = ""
    atom: str = ""


@lru_cache(maxsize=1)
def prefixes() -> dict[str, str]:
    """Factor by prefix."""
    return dict(table("ucum")["prefixes"])


@lru_cache(maxsize=1)
def base_units() -> frozenset[str]:
    """The seven base units."""
    return frozenset(table("ucum")["base"])


@lru_cache(maxsize=1)
def atoms() -> dict[str, Atom]:
    """Every atom by code; base units are metric multiples of themselves."""
    found = {code: Atom(code, code, "1", True, False, "") for code in base_units()}
    for code, row in table("ucum")["atoms"].items():
        found[code] = Atom(code, row[0], row[1], "m" in row[2], "a" in row[2], row[3] if len(row) > 3 else "")
    return found


def split_symbol(symbol: str) -> tuple[str, str]:
    """(prefix, atom) of a symbol. Raises UnitError where it is neither an atom nor a prefix with a metric atom."""
    known = atoms()
    if symbol in known:
        return "", symbol
    for size in (2, 1):
        prefix, atom = symbol[:size], symbol[size:]
        if prefix in prefixes() and atom in known:
            if known[atom].metric:
                return prefix, atom
            raise UnitError(f"the unit '{atom}' takes no prefix ('{prefix}')")
    raise UnitError(f"'{symbol}' is not a unit")


class _Reader:
    """A code read from left to right."""

    def __init__(self, code: str) -> None:
        self.code = code
        self.at = 0
        self.depth = 0

    def token(self) -> re.Match[str] | None:
        if self.at >= len(self.code):
            return None
        found = _TOKEN.match(self.code, self.at)
        if found is None:
            sign = self.code[self.at]
            raise UnitError("a space stands in it" if sign.isspace() else f"'{sign}' at character {self.at + 1} has no partner or no place")
        return found

    def main(self) -> list[UnitPart]:
        found = self.token()
        if found is not None and found["sign"] == "/":
            self.at = found.end()
            parts = [_inverse(part) for part in self.component()]
        else:
            parts = self.component()
        parts += self.more()
        if self.at < len(self.code):
            raise UnitError(f"'{self.code[self.at]}' at character {self.at + 1} closes nothing")
        return parts

    def more(self) -> list[UnitPart]:
        parts: list[UnitPart] = []
        while (found := self.token()) is not None:
            sign = found["sign"]
            if sign not in (".", "/"):
                if sign == ")":
                    break
                raise UnitError(f"'.' or '/' is missing before '{found.group(0)}'")
            self.at = found.end()
            following = self.component()
            parts += following if sign == "." else [_inverse(part) for part in following]
        return parts

    def component(self) -> list[UnitPart]:
        found = self.token()
        if found is None:
            raise UnitError("it ends where a unit is due")
        if found["sign"] == "(":
            return self.group(found)
        if found["sign"]:
            raise UnitError(f"a unit is due where '{found['sign']}' stands")
        self.at = found.end()
        if found["note"]:
            _check_note(found["note"])
            return []
        parts = [_part(found)]
        self.note()
        return parts

    def group(self, found: re.Match[str]) -> list[UnitPart]:
        self.at = found.end()
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise UnitError("brackets are nested too deeply")
        first = self.token()
        if first is not None and first["sign"] == "/":
            self.at = first.end()
            parts = [_inverse(part) for part in self.component()]
        else:
            parts = self.component()
        parts += self.more()
        closing = self.token()
        if closing is None or closing["sign"] != ")":
            raise UnitError("a bracket is not closed")
        self.at = closing.end()
        self.depth -= 1
        self.note()
        return parts

    def note(self) -> None:
        found = self.token()
        if found is not None and found["note"]:
            _check_note(found["note"])
            self.at = found.end()


def _check_note(note: str) -> None:
    if not note.isascii() or not note.isprintable():
        raise UnitError("an annotation in braces is plain ASCII")


def _part(found: re.Match[str]) -> UnitPart:
    if found["power"]:
        return UnitPart(int(found["power_exponent"] or 1), atom=found["power"])
    if found["number"]:
        return UnitPart(1, number=int(found["number"]))
    prefix, atom = split_symbol(found["symbol"])
    exponent = int(found["exponent"] or 1)
    return UnitPart(exponent, prefix=prefix, atom=atom)


def _inverse(part: UnitPart) -> UnitPart:
    return UnitPart(-part.exponent, part.number, part.prefix, part.atom)


@lru_cache(maxsize=4096)
def parse(code: str) -> tuple[UnitPart, ...]:
    """The factors of a unit code; none for an annotation alone. Raises UnitError."""
    if not code:
        raise UnitError("it is empty")
    if len(code) > _MAX_CODE:
        raise UnitError("it is too long")
    return tuple(_Reader(code).main())
