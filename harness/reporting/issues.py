"""What judgements of messages are printed as: ``issues_<format>.py`` beside this one, each ``render(judgements) -> Iterator[str]``, text as it comes.

Adding a format is adding a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from harness.errors import UnknownNameError
from harness.model.issue import Issue
from harness.model.judgement import Judgement
from harness.validation.outcome import issue_type

Render = Callable[[Iterable[Judgement]], Iterator[str]]
_PREFIX = "issues_"
_BYTE = re.compile("[\udc80-\udcff]")
_HALF = re.compile("[\ud800-\udfff]")


def issue_formats() -> tuple[str, ...]:
    """The names of the formats, sorted."""
    from harness import reporting

    return tuple(sorted(module.name.removeprefix(_PREFIX) for module in iter_modules(reporting.__path__) if module.name.startswith(_PREFIX)))


def issue_report(name: str) -> Render:
    """The ``render`` of a format; raises UnknownNameError."""
    if name not in issue_formats():
        raise UnknownNameError("format", name, issue_formats())
    found: Render = import_module(f"harness.reporting.{_PREFIX}{name}").render
    return found


def unicode_text(text: str) -> str:
    """``text`` as Unicode that can be written: a byte that its message's character set does not hold becomes ``\\xNN``."""
    if text.isascii():
        return text
    return _HALF.sub("\ufffd", _BYTE.sub(lambda match: f"\\x{ord(match[0]) - 0xDC00:02x}", text))


def as_mapping(judgement: Judgement) -> dict[str, Any]:
    """A judgement as programs read it: ``file``, ``index``, ``valid``, ``errors``, ``warnings``, ``undetermined``, ``profile``,
    ``dialect``, ``detected`` and ``issues``.

    ``valid`` is null where no error was found and something that must hold could not be told offline.
    """
    return {
        "file": unicode_text(judgement.file),
        "index": judgement.index,
        "valid": judgement.valid,
        "errors": judgement.errors,
        "warnings": judgement.warnings,
        "undetermined": judgement.undetermined,
        "profile": judgement.profile,
        "dialect": judgement.dialect,
        "detected": judgement.detected,
        "issues": [_issue(issue) for issue in judgement.issues],
    }


def _issue(issue: Issue) -> dict[str, Any]:
    return {
        "severity": str(issue.severity),
        "code": issue.code,
        "type": issue_type(issue),
        "location": unicode_text(issue.location.path),
        "line": issue.location.line,
        "column": issue.location.column,
        "offset": issue.location.offset,
        "expected": unicode_text(issue.expected),
        "actual": unicode_text(issue.actual),
        "message": unicode_text(issue.message),
        "clause": issue.clause,
        "remedy": issue.remedy,
        "profile": issue.profile,
    }
