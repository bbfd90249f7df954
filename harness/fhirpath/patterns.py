"""Regular expressions of definitions, kept from running away.

FHIRPath means the dialect of PCRE with ``.`` matching line ends too (single-line mode) and case sensitive. Python's backtracking is used where it is
bound to be quick; where repeats are nested or many, the pattern is run as a set of states, in time linear in the text.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.state_sets import StateSets, cost, state_sets

MAX_PATTERN = 4_000
_BUDGET = 200_000
_GROUP = re.compile(r"\$(?:(\d{1,2})|\{(\w+)\}|(\$))", re.ASCII)
_LETTERS = {
    "L": "A-Za-z\u00c0-\u024f",
    "Lu": "A-Z\u00c0-\u00de",
    "Ll": "a-z\u00df-\u00ff",
    "N": "0-9",
    "Nd": "0-9",
    "P": "!-/:-@\\[-`{-~",
    "Z": "\\s",
    "S": "$+<=>^`|~",
}
_PROPERTY = re.compile(r"\\p\{(\w+)\}|(\[\^?)|(\\.)|(\])", re.DOTALL)
_POSIX_END = re.compile(r"\\([zZ])|\\h|\\.", re.DOTALL)


@lru_cache(maxsize=512)
def _compiled(pattern: str, flags: str) -> tuple[re.Pattern[str], int, StateSets | None]:
    """The pattern, what it may cost (how many repeats may compete; 99: nested), and its states where it has any."""
    if len(pattern) > MAX_PATTERN:
        raise EvaluationError("a regular expression is too long", expected=f"at most {MAX_PATTERN} characters")
    options = re.DOTALL
    for flag in flags:
        if flag not in "ims":
            raise EvaluationError(f"there is no flag {flag!r} of regular expressions", expected="i, m or s")
        options |= {"i": re.IGNORECASE, "m": re.MULTILINE, "s": re.DOTALL}[flag]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read = re.compile(_python(pattern), options)
    except (re.error, OverflowError, RecursionError, ValueError) as error:
        raise EvaluationError(f"{pattern!r} is no regular expression: {error}") from None
    return read, cost(_python(pattern), options), None


@lru_cache(maxsize=128)
def _states(pattern: str, flags: str) -> StateSets | None:
    read, _, _ = _compiled(pattern, flags)
    return state_sets(read.pattern, read.flags)


def _python(pattern: str) -> str:
    r"""PCRE's ``\p{L}``, ``\h``, ``\z`` and ``\Z`` in Python's words."""
    if "\\p{" in pattern:
        inside = False

        def plain(match: re.Match[str]) -> str:
            nonlocal inside
            if match[2]:
                inside = True
            elif match[4]:
                inside = False
            elif match[1]:
                letters = _LETTERS.get(match[1]) or _LETTERS.get(match[1][:1], "")
                if not letters:
                    raise EvaluationError(f"the class of characters {match[1]!r} is not known here")
                return letters if inside else f"[{letters}]"
            return match[0]

        pattern = _PROPERTY.sub(plain, pattern)
    return _POSIX_END.sub(lambda match: {"\\z": r"\Z", "\\Z": r"(?:\n?\Z)", "\\h": r"[ \t]"}.get(match[0], match[0]), pattern) if "\\" in pattern else pattern


def found_in(text: str, pattern: str, *, whole: bool, flags: str = "") -> bool:
    """Whether the pattern is found in ``text``, or takes the whole of it. EvaluationError for what is no regular expression, or might not end."""
    read, repeats, _ = _compiled(pattern, flags)
    if (repeats <= 1 and not (repeats and not whole and len(text) > 10_000)) or _affordable(repeats, len(text)):
        return (read.fullmatch(text) if whole else read.search(text)) is not None
    states = _states(pattern, flags)
    if states is None:
        raise EvaluationError(f"the regular expression {pattern[:60]!r} may run without end", do="write it without nested repeats")
    return states.match(text, whole=whole)


def whole_match(pattern: str, text: str) -> bool | None:
    """Whether the pattern of a definition takes the whole of ``text``; None for what is no regular expression, or might not end."""
    try:
        return found_in(text, pattern, whole=True)
    except EvaluationError:
        return None


def replaced(text: str, pattern: str, by: str, flags: str = "") -> str:
    """Every match of the pattern replaced. EvaluationError as for ``found_in``."""
    read, repeats, _ = _compiled(pattern, flags)
    if repeats > 1 and not _affordable(repeats, len(text)):
        raise EvaluationError(f"the regular expression {pattern[:60]!r} may run without end", do="write it without nested repeats")

    def told(match: re.Match[str]) -> str:
        def group(sign: re.Match[str]) -> str:
            if sign[3]:
                return "$"
            try:
                return match[int(sign[1])] or "" if sign[1] else match[sign[2]] or ""
            except (IndexError, KeyError):
                raise EvaluationError(f"the regular expression has no group {sign[0]!r}") from None

        return _GROUP.sub(group, by)

    return read.sub(told, text)


def _affordable(repeats: int, length: int) -> bool:
    return repeats < 20 and (length + 1) ** (repeats + 1) < _BUDGET
