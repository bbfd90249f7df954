"""Units of measure by UCUM: whether a code is one, and what it is worth in base units."""

from __future__ import annotations

from decimal import Context, Decimal, DecimalException
from functools import lru_cache

from harness.terminology.answer import CodeAnswer
from harness.terminology.concepts import Predicate
from harness.terminology.data import table
from harness.terminology.patterns import full_match
from harness.terminology.ucum_parse import UnitError, atoms, base_units, parse, prefixes

URL = "http://unitsofmeasure.org"
Dimension = tuple[tuple[str, int], ...]
_PRECISION = Context(prec=28)
_MAX_EXPONENT = 400


@lru_cache(maxsize=4096)
def valid(code: str) -> str | None:
    """Why ``code`` is not a UCUM unit; None where it is one."""
    try:
        parse(code)
    except UnitError as error:
        return str(error)
    return None


def meant(code: str) -> str:
    """The UCUM code of what is commonly written ``code``; empty where that is not known."""
    habits: dict[str, str] = table("unit-habits")["meant"]
    return habits.get(code) or habits.get(code.lower(), "")


@lru_cache(maxsize=4096)
def canonical(code: str) -> tuple[Decimal, Dimension] | None:
    """What one of the unit is worth in base units (m, s, g, rad, K, C, cd; arbitrary units stand for themselves), and its dimension.

    The dimension is (base unit, exponent) in order. None where the code is not valid, or holds a special unit (degrees Celsius, pH), which is no multiple.
    """
    try:
        return _worth(code, 0)
    except (UnitError, DecimalException):
        return None


def _worth(code: str, depth: int) -> tuple[Decimal, Dimension] | None:
    if depth > 20:
        raise UnitError("its definition turns in a circle")
    factor = Decimal(1)
    powers: dict[str, int] = {}
    for part in parse(code):
        if abs(part.exponent) > _MAX_EXPONENT:
            return None
        if not part.atom:
            factor = _PRECISION.multiply(factor, _PRECISION.power(Decimal(part.number), part.exponent))
            continue
        worth = _atom(part.atom, depth)
        if worth is None:
            return None
        one = worth[0] if not part.prefix else _PRECISION.multiply(worth[0], Decimal(prefixes()[part.prefix]))
        factor = _PRECISION.multiply(factor, _PRECISION.power(one, part.exponent))
        for base, exponent in worth[1]:
            powers[base] = powers.get(base, 0) + exponent * part.exponent
    return factor, tuple(sorted((base, exponent) for base, exponent in powers.items() if exponent))


def _atom(code: str, depth: int) -> tuple[Decimal, Dimension] | None:
    atom = atoms()[code]
    if code in base_units():
        return Decimal(1), ((code, 1),)
    if atom.special:
        return None
    if atom.arbitrary:
        return Decimal(1), ((code, 1),)
    worth = _worth(atom.unit, depth + 1)
    return None if worth is None else (_PRECISION.multiply(worth[0], Decimal(atom.factor)), worth[1])


def convert(value: Decimal, code: str, wanted: str) -> Decimal | None:
    """``value`` of unit ``code`` in unit ``wanted``; None where the two do not compare. Temperatures convert by their zero points."""
    first, second = _line(code), _line(wanted)
    if first is None or second is None or first[2] != second[2]:
        return None
    try:
        base = _PRECISION.add(_PRECISION.multiply(value, first[0]), first[1])
        return _PRECISION.divide(_PRECISION.subtract(base, second[1]), second[0])
    except DecimalException:
        return None


_ZERO = {
    "Cel": (Decimal(1), Decimal("273.15")),
    "[degF]": (Decimal(5) / Decimal(9), Decimal("459.67") * Decimal(5) / Decimal(9)),
    "[degRe]": (Decimal("1.25"), Decimal("273.15")),
}


def _line(code: str) -> tuple[Decimal, Decimal, Dimension] | None:
    """(slope, zero point, dimension) of a unit."""
    if code in _ZERO:
        slope, zero = _ZERO[code]
        return slope, zero, (("K", 1),)
    worth = canonical(code)
    return None if worth is None else (worth[0], Decimal(0), worth[1])


class Units:
    """The code system ``http://unitsofmeasure.org``: decided by grammar and table, not to be listed."""

    url = URL
    name = "UCUM"
    version = ""
    status = "active"
    complete = True
    why = "the codes of UCUM have no end"
    case_sensitive = True
    codes = None

    def canonical(self, code: str) -> str:
        """The code as it is."""
        return code

    def answer(self, code: str) -> CodeAnswer:
        """Whether the code is a unit."""
        wrong = valid(code)
        if wrong is None:
            return CodeAnswer("yes")
        better = meant(code)
        return CodeAnswer("no", wrong + (f" (UCUM writes '{better}')" if better else ""))

    def select(self, operation: str, name: str, value: str) -> Predicate | None:
        """``canonical`` = a unit takes every unit of the same dimension; a regular expression and equality judge the code itself."""
        if name == "canonical" and operation == "=":
            wanted = canonical(value)
            return None if wanted is None else lambda code: (worth := canonical(code)) is not None and worth[1] == wanted[1]
        if name in ("code", "concept") and operation == "regex":
            return full_match(value)
        if name in ("code", "concept") and operation == "=":
            return lambda code: code == value
        return None
