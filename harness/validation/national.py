"""Rules of the English NHS that hold in every format: the NHS number, its status, births and deaths."""

from __future__ import annotations

import re
from collections.abc import Callable

from harness.model.issue import Issue, Severity
from harness.model.location import Location
from harness.model.mask import check_digit_holds
from harness.validation.options import Options

NUMBER_SYSTEM = "https://fhir.nhs.uk/Id/nhs-number"
STATUS_CODES = frozenset(f"0{digit}" for digit in range(1, 9))
_SEPARATORS = re.compile(r"[\s-]")
_SOURCE = "NHS Data Dictionary, NHS NUMBER"


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
        issues.append(
            Issue(
                Severity.WARNING,
                "nhs-number/format",
                "an NHS number is written with spaces or hyphens",
                where(),
                "ten digits",
                value,
                _SOURCE,
                "remove them",
                "102",
            )
        )
    if not well_formed(number):
        issues.append(
            Issue(
                Severity.ERROR,
                "nhs-number/format",
                "an NHS number is not ten digits",
                where(),
                "ten digits",
                value,
                _SOURCE,
                "send the number as traced",
                "102",
            )
        )
        return issues
    if not check_digit_holds(number):
        issues.append(
            Issue(
                Severity.ERROR,
                "nhs-number/check-digit",
                "an NHS number fails its check digit",
                where(),
                "a number that passes modulus 11",
                value,
                _SOURCE,
                "trace the person again; never send an untraced number as an NHS number",
                "102",
            )
        )
    if (options.synthetic_only or not options.allow_real_numbers) and not synthetic(number):
        issues.append(
            Issue(
                Severity.ERROR if options.synthetic_only else Severity.INFORMATION,
                "nhs-number/not-synthetic",
                "an NHS number is outside the synthetic range 999",
                where(),
                "999…",
                value,
                _SOURCE,
                "use synthetic people unless this is meant",
                "",
            )
        )
    return issues


def life_issues(birth: str, death: str, options: Options, birth_at: Callable[[], Location], death_at: Callable[[], Location]) -> list[Issue]:
    """Births and deaths (``YYYY-MM-DD`` or shorter) that cannot be: in the future of ``options.now``, or death before birth."""
    issues = []
    for date, what, where in ((birth, "birth", birth_at), (death, "death", death_at)):
        if options.now and len(date) >= 10 and date[:10] > options.now[:10]:
            issues.append(
                Issue(
                    Severity.ERROR,
                    f"national/{what}-in-future",
                    f"the date of {what} is in the future",
                    where(),
                    f"not after {options.now[:10]}",
                    date,
                    "",
                    "check the date",
                    "102",
                )
            )
    shared = min(len(birth), len(death), 10)
    if shared >= 4 and death[:shared] < birth[:shared]:
        issues.append(
            Issue(
                Severity.ERROR,
                "national/death-before-birth",
                "the date of death is before the date of birth",
                death_at(),
                f"not before {birth}",
                death,
                "",
                "check both dates",
                "102",
            )
        )
    return issues
