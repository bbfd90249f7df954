"""HL7 v2 messages judged by profiles that are data (``profiles/hl7v2``): structure, fields, tables, and rules over several fields."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from harness.errors import FormatError
from harness.formats.hl7v2 import parse, split_batch
from harness.model.issue import Issue
from harness.model.location import Location
from harness.validation.hl7v2.examination import Examination, examine_tree, judge_tree
from harness.validation.options import DEFAULT, Options
from harness.validation.wording import told


def validate(data: bytes, options: Options = DEFAULT, *, kind: str = "hl7v2") -> list[Issue]:
    """Issues of one message (or of each message of a batch), in the order of the message.

    ``kind`` is what detection said: ``hl7v2``, ``hl7v2-xml`` or ``hl7v2-batch``. Never raises on content; an unknown ``options.profile``
    or ``options.dialect`` raises UnknownNameError.
    """
    try:
        if kind == "hl7v2-batch":
            issues: list[Issue] = []
            for index, offset, part in split_batch(data):
                issues += [_within(index + 1, offset, issue) for issue in validate(part, options)]
            return issues
        if kind == "hl7v2-xml":
            from harness.formats.hl7v2.xml import from_xml

            return _judged(from_xml(data), options, whole=False)
        return _judged(parse(data), options, whole=True)
    except FormatError as error:
        return [told("format/hl7v2-unreadable", at=Location(error.where, offset=error.offset), expected=error.expected, remedy=error.do, what=error.what)]


def examine(data: bytes, options: Options = DEFAULT) -> Examination:
    """One message with every question counted: passed, failed (the issues of ``validate``) and inconclusive. Raises FormatError for what is no message."""
    return examine_tree(parse(data), options)


def _judged(tree: Any, options: Options, *, whole: bool) -> list[Issue]:
    if not options.dialect:
        return judge_tree(tree, options, whole=whole)
    from harness.validation.hl7v2.dialects import judge_forgiving
    from harness.validation.hl7v2.profile import load_profile

    versions = load_profile(options.profile).versions if options.profile else ()
    return judge_forgiving(tree, options.dialect, lambda normal: judge_tree(normal, options, whole=whole), version=versions[0] if len(versions) == 1 else "")


def _within(number: int, offset: int, issue: Issue) -> Issue:
    """An issue of message ``number`` of a file, which begins at byte ``offset``; lines stay those of the message."""
    place = issue.location
    path = f"message {number}: {place.path}" if place.path else f"message {number}"
    return replace(issue, location=replace(place, path=path, offset=None if place.offset is None else place.offset + offset))
