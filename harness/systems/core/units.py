"""Which units these vendors call UCUM: terms of the units that laboratories and wards use. Anything else is kept as text that claims no code system."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from harness.systems.core import uris

_METRIC = r"(?:da|[EPTGMkhdcmunpf])?(?:mol|eq|osm|cal|bar|kat|Cel|Pa|Hz|m\[Hg\]|\[iU\]|[mglLsUVWJK])"
_PLAIN = r"(?:min|h|d|wk|mo|a|%|\[pH\]|\[lb_av\]|\[in_i\])"
_TERM = rf"(?:(?:{_METRIC}|{_PLAIN})-?[1-9]?(?:\{{[A-Za-z0-9 ]+\}})?|10\*-?[1-9][0-9]?|\{{[A-Za-z0-9]+\}}|1)"
_UNIT = re.compile(rf"/?{_TERM}(?:[./]{_TERM})*")


@lru_cache(maxsize=512)
def is_ucum(unit: str) -> bool:
    """Whether ``unit`` is such a term: ``mmol/L``, ``10*9/L``, ``mm[Hg]``, ``%``."""
    return _UNIT.fullmatch(unit) is not None


def unit_of(code: str, text: str = "") -> dict[str, Any]:
    """The parts of a Quantity that name its unit; ``text`` is its name where it has another than its code."""
    return {"unit": text or code, "system": uris.UCUM, "code": code} if is_ucum(code) else {"unit": code}
