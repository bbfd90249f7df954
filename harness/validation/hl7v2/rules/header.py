"""Rules of the header and of the message as bytes."""

from __future__ import annotations

import re

from harness.model.issue import Severity
from harness.validation.hl7v2.judging import Hl7v2Judging, rule

_ESCAPED = frozenset("FSTREHNP")
_SEQUENCE = re.compile(r"(\.(br|sp|fi|nf|in|ti|sk|ce)[+-]?\d*|X([0-9A-Fa-f]{2})+|C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{4,6}|Z.*)$")


@rule("message-type")
def message_type(judging: Hl7v2Judging) -> None:
    """MSH-9 names a message type, event and structure of the profile."""
    view, profile = judging.view, judging.profile
    if not judging.type or not judging.event:
        return
    structure = profile.structure(judging.type, judging.event)
    if structure is None and judging.type not in profile.types:
        judging.tell("hl7v2/message-type", at="MSH-9.1", actual=judging.type, known=", ".join(sorted(profile.types)), standard=profile.title, type=judging.type)
    elif structure is None:
        known = sorted(event for kind, event in profile.structures if kind == judging.type)
        judging.tell("hl7v2/event", at="MSH-9.2", actual=judging.event, known=", ".join(known), standard=profile.title, type=judging.type, event=judging.event)
    elif (name := view.value("MSH", 9, 3)) and name not in structure.names:
        judging.tell("hl7v2/message-structure", at="MSH-9.3", expected=" or ".join(structure.names), actual=name, type=judging.type, event=judging.event)


@rule("profile-id")
def profile_id(judging: Hl7v2Judging) -> None:
    """MSH-21 names the profile; official examples differ in case, so case only warns."""
    values = judging.view.repetitions(judging.view.field("MSH", 21))
    known = judging.profile.profile_ids
    if not values or not known or values[0] in known or any(value in known for value in values):
        return
    folded = {name.casefold() for name in known}
    match = any(value.casefold() in folded for value in values)
    judging.tell("hl7v2/profile-case" if match else "hl7v2/profile-id", at="MSH-21", expected=" or ".join(known), actual=values[0])


@rule("charset")
def charset(judging: Hl7v2Judging) -> None:
    """The bytes are of the character set that MSH-18 declares; absent means ASCII."""
    said = str(judging.view.tree.charset_issue or "")
    if said:
        offset = next((place for place, byte in enumerate(judging.data()) if byte > 0x7F), None)
        harmless = offset is None or "may be meant" in said
        judging.tell("hl7v2/charset", at="MSH-18", severity=Severity.WARNING if harmless else None, actual=judging.view.field("MSH", 18) or "absent", said=said)


@rule("control-characters")
def control_characters(judging: Hl7v2Judging) -> None:
    """No control characters inside fields: only the segment terminator is one."""
    view = judging.view
    for line in view.lines:
        if line.text.isprintable():
            continue
        for number, raw in enumerate(line.fields):
            found = sorted({character for character in raw if ord(character) < 0x20 or ord(character) == 0x7F})
            if "\n" in found:
                found.remove("\n")
                judging.tell("hl7v2/line-break", at=view.path(line, number), actual=raw, segment=line.name, number=number, mark=view.delimiters.escape or "\\")
            if found:
                names = ", ".join(f"0x{ord(character):02X}" for character in found)
                judging.tell(
                    "hl7v2/control-character",
                    at=view.path(line, number),
                    severity=judging.severity if found == ["\t"] else Severity.ERROR,
                    actual=names,
                    segment=line.name,
                    number=number,
                )


@rule("escapes")
def escapes(judging: Hl7v2Judging) -> None:
    """Every escape character opens and closes a known sequence."""
    view = judging.view
    mark = view.delimiters.escape
    if not mark:
        return
    for line in view.lines:
        # MSH-2 holds the escape character once.
        if mark not in line.text or (line.name == "MSH" and line.text.count(mark) == 1):
            continue
        for number, raw in enumerate(line.fields):
            if mark in raw and not (line.name == "MSH" and number == 2):
                pieces = raw.split(mark)
                bad = len(pieces) % 2 == 0 or any(piece not in _ESCAPED and not _SEQUENCE.match(piece) for piece in pieces[1::2])
                if bad:
                    judging.tell("hl7v2/escape", at=view.path(line, number), actual=raw, segment=line.name, number=number, mark=mark)
