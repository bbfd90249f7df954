"""Issues as lines for people, with a sum for each file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from harness.model.issue import Issue
from harness.model.judgement import Judgement


def render(judgements: Iterable[Judgement]) -> Iterator[str]:
    """``file: severity: place: what is wrong; expected …, found … [code]`` for each issue; what message of several it is in comes before the place.

    Below the first error of a file stand the lines around it.
    """
    file: str | None = None
    messages = errors = others = undecided = 0
    by: dict[str, int] = {}
    for judgement in judgements:
        if judgement.file != file:
            if file is not None:
                yield _sum(file, messages, errors, others, undecided, by)
            file, messages, errors, others, undecided, by = judgement.file, 0, 0, 0, 0, {}
        before = errors
        messages += judgement.index > 0
        errors += judgement.errors
        undecided += judgement.undetermined
        others += len(judgement.issues) - judgement.errors
        if judgement.by:
            by[judgement.by] = by.get(judgement.by, 0) + 1
        for issue in judgement.issues:
            yield _clean(f"{file}: {f'message {judgement.index}: ' if judgement.index > 1 else ''}") + described(issue) + "\n"
            if issue.is_error and not before:
                before = 1
                yield from (f"    {_clean(line)}\n" for line in judgement.excerpt)
    if file is not None:
        yield _sum(file, messages, errors, others, undecided, by)


def described(issue: Issue) -> str:
    """An issue as one line: severity, place, what is wrong, what was expected, what to do, code and clause."""
    place = f"{issue.location}: " if str(issue.location) else ""
    expected = f"; expected {issue.expected}" if issue.expected else ""
    actual = f", found {issue.actual}" if issue.actual else ""
    remedy = f"; {issue.remedy}" if issue.remedy else ""
    clause = f", {issue.clause}" if issue.clause else ""
    return _clean(f"{issue.severity}: {place}{issue.message}{expected}{actual}{remedy} [{issue.code}{clause}]")


def _sum(file: str, messages: int, errors: int, others: int, undecided: int, by: Mapping[str, int]) -> str:
    unknown = f", {undecided} that must hold and could not be told" if undecided else ""
    judged = f"; judged by {', '.join(f'{name} ({count})' if len(by) > 1 else name for name, count in by.items())}" if by else ""
    return _clean(f"{file}: {f'{messages} messages, ' if messages > 1 else ''}{errors} errors, {others} other issues{unknown}{judged}") + "\n"


def _clean(text: str) -> str:
    return "".join(character if character.isprintable() else " " if character in "\r\n\t" else "\ufffd" for character in text)
