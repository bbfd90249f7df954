"""Rules of codes wherever they stand, bound or not: that the system is one, that it has the code, that the display is the code's, that a unit is one."""

from __future__ import annotations

import re

from harness.model.issue import Severity
from harness.terminology import CodeAnswer
from harness.terminology.slips import meant_system
from harness.terminology.systems import built_in
from harness.validation.fhir.judging import Judging, Node, rule, text

_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:\S")
_UCUM = "http://unitsofmeasure.org"
_CLAUSE = "FHIR R4 2.24.0.6"


@rule("coding", "Coding")
def coding(judging: Judging, value: Node, path: str) -> None:
    """A Coding: an absolute, known system that is no value set; a code it has; a display the code has."""
    code, system = text(value, "code"), text(value, "system")
    if not system:
        if code:
            judging.say(
                Severity.WARNING,
                "fhir/coding-no-system",
                f"the code '{code}' has no system: nothing says what it means, and it cannot be judged",
                path,
                expected="system",
                actual="absent",
                clause=_CLAUSE,
                remedy="add the URI of the code system",
                issue_type="invalid",
            )
        return
    if _system(judging, system, path) and code:
        _code(judging, value, system, code, path)


@rule("unit", "Quantity")
def unit(judging: Judging, value: Node, path: str) -> None:
    """A unit that says it is of UCUM is one."""
    code, system = text(value, "code"), text(value, "system")
    if system == _UCUM and code:
        answer = judging.terminology.code(_UCUM, code)
        if answer.no:
            _unknown_code(judging, system, code, answer, f"{path}.code")
    elif system and _system(judging, system, path) and code:
        _code(judging, value, system, code, path)


def _system(judging: Judging, system: str, path: str) -> bool:
    """Say what is wrong with a system; True where its codes can be asked about."""
    where = f"{path}.system"
    terminology = judging.terminology
    if terminology.system(system) is not None:
        return True
    slip = meant_system(system, lambda uri: terminology.system(uri) is not None)
    if not _ABSOLUTE.match(system):
        judging.say(
            Severity.ERROR if _strict(judging) else Severity.WARNING,
            "fhir/code-system-relative",
            f"the system '{system}' is not an absolute URI: nobody can tell which code system it is",
            where,
            expected=slip or "an absolute URI",
            actual=system,
            clause=_CLAUSE,
            remedy=f"write {slip}" if slip else "write the full URI of the code system",
            issue_type="invalid",
            opinion=_strict(judging),
        )
    elif "/ValueSet/" in system or terminology.value_set(system) is not None:
        judging.say(
            Severity.ERROR,
            "fhir/code-system-value-set",
            f"the system '{system}' is a value set, not a code system",
            where,
            expected="the URI of the code system that defines the code",
            actual=system,
            clause=_CLAUSE,
            remedy="name the code system the value set takes the code from",
            issue_type="invalid",
        )
    elif slip:
        _slip(judging, system, slip, where)
    else:
        judging.say(
            Severity.WARNING if _strict(judging) else Severity.INFORMATION,
            "fhir/code-system-unknown",
            f"the code system '{system}' is not known here: its code was not judged",
            where,
            expected="a code system of the packages in use",
            actual=system,
            clause=_CLAUSE,
            remedy="give the package that defines it, or mend the URI",
            issue_type="not-found",
        )
    return False


def _slip(judging: Judging, system: str, slip: str, where: str) -> None:
    judging.say(
        Severity.WARNING,
        "fhir/code-system-slip",
        f"the system '{system}' is not the URI of the code system it seems to mean",
        where,
        expected=slip,
        actual=system,
        clause=_CLAUSE,
        remedy=f"write {slip}",
        issue_type="invalid",
    )


def _code(judging: Judging, value: Node, system: str, code: str, path: str) -> None:
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
        judging.say(
            Severity.INFORMATION,
            "fhir/code-inactive" if answer.inactive else "fhir/code-abstract",
            f"the code '{code}' of {system} is " + ("no longer in use" if answer.inactive else "a heading for others, not meant to be recorded"),
            f"{path}.code",
            expected="a code in use" if answer.inactive else "a code below it",
            actual=code,
            clause=_CLAUSE,
            remedy="choose a code in use" if answer.inactive else "choose a code below it",
            issue_type="business-rule",
        )


def _unknown_code(judging: Judging, system: str, code: str, answer: CodeAnswer, where: str) -> None:
    judging.say(
        Severity.ERROR,
        "fhir/code-unknown",
        f"'{code}' is not a code of {system}: {answer.reason}",
        where,
        expected=f"a code of {system}",
        actual=code,
        clause=_CLAUSE,
        remedy="use a code of the system, or the system of the code",
        issue_type="code-invalid",
    )


def _wrong_display(judging: Judging, system: str, code: str, display: str, answer: CodeAnswer, where: str) -> None:
    """A display is the system's own words for the code. In another language than the words at hand, nobody can tell offline."""
    known = judging.terminology.system(system)
    if system in built_in() or known is None or not known.complete:
        return
    language = text(judging.resource, "language") or text(judging.root, "language")
    foreign = bool(language) and not language.lower().startswith("en")
    right = " or ".join(f"'{one}'" for one in answer.displays[:3])
    severity = Severity.INFORMATION if foreign else Severity.ERROR if _strict(judging) else Severity.WARNING
    judging.say(
        severity,
        "fhir/display-wrong",
        f"the display '{display}' is not what {system} calls its code '{code}'",
        where,
        expected=right,
        actual=display,
        clause=_CLAUSE,
        remedy=f"write {right}, and words of your own in CodeableConcept.text",
        issue_type="invalid",
        opinion=severity is Severity.ERROR,
    )


def _strict(judging: Judging) -> bool:
    return "hl7-validator" in judging.options.rules
