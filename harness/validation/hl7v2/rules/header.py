"""Rules of the header and of the message as bytes."""

from __future__ import annotations

import re

from harness.model.issue import Severity
from harness.validation.hl7v2.judging import Judging, rule

_ESCAPED = frozenset("FSTREHNP")
_SEQUENCE = re.compile(r"(\.(br|sp|fi|nf|in|ti|sk|ce)[+-]?\d*|X([0-9A-Fa-f]{2})+|C[0-9A-Fa-f]{4}|M[0-9A-Fa-f]{4,6}|Z.*)$")


@rule("message-type")
def message_type(judging: Judging) -> None:
    """MSH-9 names a message type, event and structure of the profile."""
    view, profile = judging.view, judging.profile
    if not judging.type or not judging.event:
        return
    structure = profile.structure(judging.type, judging.event)
    if structure is None and judging.type not in profile.types:
        judging.tell(
            "message-type", "MSH-9.1", expected=f"one of {', '.join(sorted(profile.types))}", actual=judging.type, profile=profile.title, type=judging.type
        )
    elif structure is None:
        known = sorted(event for kind, event in profile.structures if kind == judging.type)
        judging.tell(
            "event", "MSH-9.2", expected=f"one of {', '.join(known)}", actual=judging.event, profile=profile.title, type=judging.type, event=judging.event
        )
    elif (name := view.value("MSH", 9, 3)) and name not in structure.names:
        judging.tell("message-structure", "MSH-9.3", expected=" or ".join(structure.names), actual=name, type=judging.type, event=judging.event)


@rule("profile-id")
def profile_id(judging: Judging) -> None:
    """MSH-21 names the profile; official examples differ in case, so case only warns."""
    values = judging.view.repetitions(judging.view.field("MSH", 21))
    known = judging.profile.profile_ids
    if not values or not known or values[0] in known or any(value in known for value in values):
        return
    folded = {name.casefold() for name in known}
    match = any(value.casefold() in folded for value in values)
    judging.tell("profile-case" if match else "profile-id", "MSH-21", expected=" or ".join(known), actual=values[0])


@rule("charset")
def charset(judging: Judging) -> None:
    """The bytes are of the character set that MSH-18 declares; absent means ASCII."""
    said = str(judging.view.tree.charset_issue or "")
    if said:
        offset = next((place for place, byte in enumerate(judging.data()) if byte > 0x7F), None)
        harmless = offset is None or "may be meant" in said
        judging.tell("charset", "MSH-18", severity=Severity.WARNING if harmless else None, actual=judging.view.field("MSH", 18) or "absent", said=said)


@rule("control-characters")
def control_characters(judging: Judging) -> None:
    """No control characters inside fields: only the segment terminator is one."""
    view = judging.view
    for line in view.lines:
        if line.text.isprintable():
            continue
        for number, raw in enumerate(line.fields):
            found = sorted({character for character in raw if ord(character) < 0x20 or ord(character) == 0x7F})
            if found:
                names = ", ".join(f"0x{ord(character):02X}" for character in found)
                judging.tell(
                    "control-character",
                    view.path(line, number),
                    severity=judging.severity if found == ["\t"] else Severity.ERROR,
                    actual=names,
                    segment=line.name,
                    number=number,
                )


@rule("escapes")
def escapes(judging: Judging) -> None:
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
                    judging.tell("escape", view.path(line, number), expected=f"{mark}F{mark}, {mark}.br{mark} …", actual=raw, segment=line.name, number=number)
