"""Rules of codes wherever they stand, bound or not: that the system is one, that it has the code, that the display is the code's, that a unit is one."""

from __future__ import annotations

import re
from typing import Any

from harness.terminology import CodeAnswer
from harness.terminology.slips import meant_system
from harness.terminology.systems import built_in
from harness.validation.fhir.judging import FhirJudging, Node, rule, text

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_UCUM = "http://unitsofmeasure.org"


@rule("coding", "Coding")
def coding(judging: FhirJudging, value: Node, path: str) -> None:
    """A Coding: an absolute, known system that is no value set; a code it has; a display the code has."""
    code, system = text(value, "code"), text(value, "system")
    if not system:
        if code:
            judging.tell("data/coding-without-system", at=path, actual="absent", code=code)
        return
    if _system(judging, system, path) and code:
        _code(judging, value, system, code, path)


@rule("unit", "Quantity")
def unit(judging: FhirJudging, value: Node, path: str) -> None:
    """A unit that says it is of UCUM is one."""
    code, system = text(value, "code"), text(value, "system")
    if system == _UCUM and code:
        answer = judging.terminology.code(_UCUM, code)
        if answer.no:
            _unknown_code(judging, system, code, answer, f"{path}.code")
    elif system and _system(judging, system, path) and code:
        _code(judging, value, system, code, path)


def _system(judging: FhirJudging, system: str, path: str) -> bool:
    """Say what is wrong with a system; True where its codes can be asked about."""
    where = f"{path}.system"
    terminology = judging.terminology
    if terminology.system(system) is not None:
        return True
    slip = meant_system(system, lambda uri: terminology.system(uri) is not None)
    if not _ABSOLUTE.match(system):
        judging.tell(
            "data/system-relative-opinion" if _strict(judging) else "data/system-relative",
            at=where,
            expected=slip or "an absolute URI",
            actual=system,
            remedy=f"write {slip}" if slip else "write the full URI of the code system",
            system=system,
        )
    elif "/ValueSet/" in system or terminology.value_set(system) is not None:
        judging.tell("data/system-is-value-set", at=where, actual=system, system=system)
    elif slip:
        _slip(judging, system, slip, where)
    else:
        judging.tell("data/system-unknown", at=where, actual=system, system=system)
    return False


def _slip(judging: FhirJudging, system: str, slip: str, where: str) -> None:
    judging.tell("data/system-slip", at=where, actual=system, system=system, slip=slip)


def _code(judging: FhirJudging, value: Node, system: str, code: str, path: str) -> None:
    answer = judging.terminology.code(system, code, text(value, "version") or None)
    if answer.no:
        _unknown_code(judging, system, code, answer, f"{path}.code")
        return
    if not answer.yes:
        return
    display = text(value, "display")
    if display and judging.terminology.right_display(system, code, display, answer) is False:
        _wrong_display(judging, system, code, display, answer, f"{path}.display")
    if answer.inactive or answer.abstract:
        judging.tell("data/code-inactive" if answer.inactive else "data/code-abstract", at=f"{path}.code", actual=code, code=code, system=system)


def _unknown_code(judging: FhirJudging, system: str, code: str, answer: CodeAnswer, where: str) -> None:
    judging.tell("data/code-unknown", at=where, actual=code, code=code, system=system, reason=answer.reason)


def _wrong_display(judging: FhirJudging, system: str, code: str, display: str, answer: CodeAnswer, where: str) -> None:
    """A display is the system's own words for the code. In another language than the words at hand, nobody can tell offline."""
    known = judging.terminology.system(system)
    if system in built_in() or known is None or not known.complete:
        return
    language = text(judging.resource, "language") or text(judging.root, "language")
    foreign = bool(language) and not language.lower().startswith("en")
    right = " or ".join(f"'{one}'" for one in answer.displays[:3])
    words: dict[str, Any] = {"display": display, "system": system, "code": code, "right": right}
    if foreign:
        judging.tell("data/display-other-language", at=where, actual=display, **words)
    else:
        judging.tell("data/display-wrong-opinion" if _strict(judging) else "data/display-wrong", at=where, actual=display, **words)


def _strict(judging: FhirJudging) -> bool:
    return "hl7-validator" in judging.options.rules
