"""What is said of a message as bytes, whatever the profile: line ends that are not the standard's, and bytes its character set does not hold."""

from __future__ import annotations

from harness.catalogue.issues import issue_row
from harness.formats.hl7v2.damaged import DamagedSegment
from harness.model.issue import Severity
from harness.model.location import Location
from harness.validation.hl7v2.judging import Hl7v2Judging
from harness.validation.wording import worded

# Fields with undecodable bytes that are told one by one; the rest is counted.
_TOLD = 100


def judge_received(judging: Hl7v2Judging) -> None:
    """Say how the segments end where that is not CR (HL7 v2.4 §2.8), and of each damaged field where its first undecodable byte is and how it was read."""
    tree = judging.view.tree
    if tree.line_ends:
        judging.tell("hl7v2/line-ends", at="MSH", actual=tree.line_ends, ends=tree.line_ends)
    if tree.undecodable:
        _undecodable(judging)


def _undecodable(judging: Hl7v2Judging) -> None:
    view, places = judging.view, judging.view.tree.undecodable
    row, told, at = issue_row("hl7v2/undecodable"), 0, 0
    for line, segment in zip(view.lines, view.tree.segments, strict=True):
        if not isinstance(segment, DamagedSegment):
            continue
        for field, count in segment.damage():
            if told == _TOLD:
                rest = len(places) - at
                words = {"place": "the rest of the message", "count": rest, "codec": segment.codec, "offset": places[at], "read": segment.read_as}
                judging.issues.append(worded(row, Location(offset=places[at]), words, severity=row.severity or Severity.ERROR))
                return
            place = view.locate(view.path(line, field))
            words = {"place": f"{line.name}-{field}", "count": count, "codec": segment.codec, "offset": places[at], "read": segment.read_as}
            where = Location(place.path, place.line, place.column, places[at])
            judging.issues.append(worded(row, where, words, severity=row.severity or Severity.ERROR, actual=line.raw(field)))
            at += count
            told += 1
