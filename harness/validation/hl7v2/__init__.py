"""HL7 v2 messages judged by profiles that are data (``profiles/hl7v2``): structure, fields, tables, and rules over several fields."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.errors import FormatError
from harness.formats.hl7v2 import parse, split_batch
from harness.model.issue import Issue
from harness.model.location import Location
from harness.validation.hl7v2.examination import Examination, examine_tree
from harness.validation.hl7v2.verdict import Hl7v2Verdict, judge
from harness.validation.options import DEFAULT, Options
from harness.validation.wording import told


def validate(data: bytes, options: Options = DEFAULT, *, kind: str = "hl7v2") -> list[Issue]:
    """Issues of one message (or of each message of a batch), in the order of the message.

    ``kind`` is what detection said: ``hl7v2``, ``hl7v2-xml`` or ``hl7v2-batch``. Never raises on content; an unknown ``options.profile``
    or ``options.dialect`` raises UnknownNameError.
    """
    return verdict(data, options, kind=kind).issues


def verdict(data: bytes, options: Options = DEFAULT, *, kind: str = "hl7v2") -> Hl7v2Verdict:
    """``validate`` with what the message was judged by; of a batch the profiles and dialects of all its messages, each once. Raises as ``validate`` does."""
    try:
        if kind == "hl7v2-batch":
            return _of_batch(data, options)
        if kind == "hl7v2-xml":
            from harness.formats.hl7v2.xml import from_xml

            return judge(from_xml(data), options, whole=False)
        return judge(parse(data), options, whole=True)
    except FormatError as error:
        issue = told("format/hl7v2-unreadable", at=Location(error.where, offset=error.offset), expected=error.expected, remedy=error.do, what=error.what)
        return Hl7v2Verdict([issue], "")


def examine(data: bytes, options: Options = DEFAULT) -> Examination:
    """One message with every question counted: passed, failed (the issues of ``validate``) and inconclusive. Raises FormatError for what is no message."""
    return examine_tree(parse(data), options)


def _of_batch(data: bytes, options: Options) -> Hl7v2Verdict:
    issues: list[Issue] = []
    by: list[Hl7v2Verdict] = []
    for index, offset, part in split_batch(data):
        by.append(verdict(part, options))
        issues += [_within(index + 1, offset, issue) for issue in by[-1].issues]
    return Hl7v2Verdict(issues, _each(one.profile for one in by), _each(one.dialect for one in by), _each(one.detected for one in by))


def _each(names: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, names)))


def _within(number: int, offset: int, issue: Issue) -> Issue:
    """An issue of message ``number`` of a file, which begins at byte ``offset``; lines stay those of the message."""
    place = issue.location
    path = f"message {number}: {place.path}" if place.path else f"message {number}"
    return replace(issue, location=replace(place, path=path, offset=None if place.offset is None else place.offset + offset))
