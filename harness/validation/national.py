"""Rules of the English NHS that hold in every format: the NHS number, its status, births and deaths."""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.model.issue import Issue, Severity
from harness.model.location import Location
from harness.model.mask import check_digit_holds
from harness.validation.options import Options
from harness.validation.wording import told

NUMBER_SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"
STATUS_CODES = frozenset(f"0{digit}" for digit in range(1, 9))
_SEPARATORS = re.compile(r"[\s-]")


def bare(number: str) -> str:
    """``number`` without spaces and hyphens."""
    return number if number.isalnum() else _SEPARATORS.sub("", number)


def well_formed(number: str) -> bool:
    """True for ten ASCII digits."""
    return len(number) == 10 and number.isascii() and number.isdigit()


def synthetic(number: str) -> bool:
    """True for the range 999 000 0000 to 999 999 9999, which is never issued."""
    return number.startswith("999")


def number_in_order(value: str, options: Options) -> bool:
    """True when ``number_issues`` has nothing to say of a number as written."""
    if not well_formed(value) or not check_digit_holds(value):
        return False
    return value.startswith("999") or (options.allow_real_numbers and not options.synthetic_only)


def number_issues(value: str, where: Callable[[], Location], options: Options) -> list[Issue]:
    """What is wrong with an NHS number as written: its form, its check digit, its range. ``where`` is asked only when there is something to say."""
    issues = []
    number = bare(value)
    if number != value and well_formed(number):
        issues.append(told("national/number-separated", at=where(), actual=value))
    if not well_formed(number):
        issues.append(told("national/number-form", at=where(), actual=value))
        return issues
    if not check_digit_holds(number):
        issues.append(told("national/number-check-digit", at=where(), actual=value))
    if (options.synthetic_only or not options.allow_real_numbers) and not synthetic(number):
        issues.append(told("national/number-not-synthetic", at=where(), severity=Severity.ERROR if options.synthetic_only else None, actual=value))
    return issues


def life_issues(birth: str, death: str, options: Options, birth_at: Callable[[], Location], death_at: Callable[[], Location]) -> list[Issue]:
    """Births and deaths (``YYYY-MM-DD`` or shorter) that cannot be: in the future of ``options.now``, or death before birth."""
    issues = []
    today = options.now[:10]
    for date, born, where in ((birth, True, birth_at), (death, False, death_at)):
        if today and len(date) >= 10 and date[:10] > today:
            issues.append(told("national/birth-in-future" if born else "national/death-in-future", at=where(), actual=date, today=today))
    shared = min(len(birth), len(death), 10)
    if shared >= 4 and death[:shared] < birth[:shared]:
        issues.append(told("national/death-before-birth", at=death_at(), actual=death, birth=birth))
    return issues
