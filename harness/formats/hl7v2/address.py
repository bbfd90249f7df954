"""Addresses of parts of a message: ``PID-3[2].4.1``, ``OBX[3]-5``, ``PATIENT_RESULT/OBSERVATION[2]/OBX-5``, and inside a segment ``3[2].4.1``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from harness.errors import FormatError

_INSIDE = r"(?P<field>[1-9][0-9]{0,3})(?:\[(?P<repetition>[1-9][0-9]{0,4})\])?(?:\.(?P<component>[1-9][0-9]{0,3})(?:\.(?P<sub>[1-9][0-9]{0,3}))?)?"
_GROUP = r"[A-Z][A-Z0-9_]{0,63}(?:\[[1-9][0-9]{0,6}\])?"
_WHOLE = re.compile(rf"(?P<groups>(?:{_GROUP}/){{0,20}})(?P<segment>[A-Z][A-Z0-9]{{2}})(?:\[(?P<occurrence>[1-9][0-9]{{0,6}})\])?(?:-{_INSIDE})?")
_PART = re.compile(_INSIDE)


@dataclass(frozen=True, slots=True)
class Address:
    """Numbers count from 1. ``field`` 0 is the whole segment; ``repetition`` 0 the whole field, ``component`` and ``subcomponent`` 0 the level above.

    A component without a repetition is the first repetition's. ``groups`` are (name, which one) from the outermost in; then ``occurrence`` counts in the
    innermost. ``str`` gives the shortest address of the same place.
    """

    segment: str
    occurrence: int = 1
    field: int = 0
    repetition: int = 0
    component: int = 0
    subcomponent: int = 0
    groups: tuple[tuple[str, int], ...] = ()

    def __str__(self) -> str:
        text = "".join([f"{_counted(name, number)}/" for name, number in self.groups]) + _counted(self.segment, self.occurrence)
        if self.field:
            text += f"-{self.field}" if text else str(self.field)
            if self.repetition > 1 or (self.repetition and not self.component):
                text += f"[{self.repetition}]"
            text += "".join([f".{number}" for number in (self.component, self.subcomponent) if number])
        return text


@lru_cache(maxsize=8192)
def address(path: str) -> Address:
    """``GROUP[n]/SEG[occurrence]-field[repetition].component.subcomponent`` compiled; FormatError where it is not one."""
    match = _WHOLE.fullmatch(path)
    if match is None:
        raise FormatError(f"{path!r} is not an address", where="address", expected="SEG[n]-field[n].component.subcomponent such as PID-3[2].4.1")
    groups = tuple([_group(one) for one in match["groups"].split("/")[:-1]])
    return _compiled(match, match["segment"], int(match["occurrence"] or 1), groups)


@lru_cache(maxsize=8192)
def part(path: str) -> Address:
    """``field[repetition].component.subcomponent`` compiled, its segment left empty; FormatError where it is not one."""
    match = _PART.fullmatch(path)
    if match is None:
        raise FormatError(f"{path!r} is not an address in a segment", where="address", expected="field[n].component.subcomponent such as 3[2].4.1")
    return _compiled(match, "", 1)


def _counted(name: str, number: int) -> str:
    return name if number == 1 else f"{name}[{number}]"


def _group(text: str) -> tuple[str, int]:
    name, _, number = text.rstrip("]").partition("[")
    return name, int(number or 1)


def _compiled(match: re.Match[str], segment: str, occurrence: int, groups: tuple[tuple[str, int], ...] = ()) -> Address:
    field, repetition, component, sub = (int(match[name] or 0) for name in ("field", "repetition", "component", "sub"))
    return Address(segment, occurrence, field, repetition or (1 if component else 0), component, sub, groups)
