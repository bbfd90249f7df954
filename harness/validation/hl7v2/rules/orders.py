"""Rules of orders, results and documents: attached documents, order numbers that agree, NHS numbers that were verified."""

from __future__ import annotations

import binascii
import re

from harness.validation.hl7v2.judging import Hl7v2Judging, rule
from harness.validation.hl7v2.rules.identity import identifiers
from harness.validation.hl7v2.view import DELETE

_STATUS = re.compile(r"(?:NSTS)?(0[1-8])")
_HEX = re.compile(r"(?:[0-9A-Fa-f]{2})+")


@rule("encapsulated-data", needs=("OBX",))
def encapsulated_data(judging: Hl7v2Judging) -> None:
    """An OBX of type ED says what the data are (ED.2) and how they are written (ED.4), and the data (ED.5) are written so."""
    view = judging.view
    for line in view.of("OBX"):
        if line.raw(2) != "ED":
            continue
        for place, raw in enumerate(view.repetitions(line.raw(5)), 1):
            if not raw or raw == DELETE:
                continue
            kind, encoding, data = (view.part(raw, number) for number in (2, 4, 5))
            for number, value, what in ((2, kind, "the type of data, such as application"), (4, encoding, "Base64, Hex or A"), (5, data, "the data")):
                if not value:
                    judging.tell("hl7v2/attachment-part", at=view.path(line, 5, place, number), actual="empty", number=number, what=what)
            if data and encoding and not _decodes(encoding, data):
                judging.tell("hl7v2/attachment", at=view.path(line, 5, place, 5), actual=data[:40], encoding=encoding)


def _decodes(encoding: str, data: str) -> bool:
    if encoding == "Base64":
        try:
            binascii.a2b_base64(data.encode("ascii"), strict_mode=True)
        except (binascii.Error, UnicodeEncodeError):
            return False
        return True
    return encoding == "A" or (encoding == "Hex" and _HEX.fullmatch(data) is not None)


@rule("order-number", needs=("ORC",))
def order_number(judging: Hl7v2Judging) -> None:
    """ORC and the OBR under it give the same placer and filler numbers, where both give one."""
    view = judging.view
    order = None
    for line in view.lines:
        if line.name == "ORC":
            order = line
        elif line.name == "OBR" and order is not None:
            for field in (2, 3):
                ours, theirs = (view.part(one.raw(field), 1) for one in (order, line))
                if ours and theirs and ours != theirs:
                    judging.tell("hl7v2/order-number", at=view.path(line, field), actual=theirs, number=field, ours=ours)
            order = None


@rule("nhs-number-verified", needs=("PID",))
def nhs_number_verified(judging: Hl7v2Judging) -> None:
    """An NHS number that is sent was verified: PID-32, where it holds a status, holds 01."""
    view = judging.view
    for line in view.of("PID"):
        numbers = [one for one in identifiers(view, line, 3) if one.nhs and one.value not in ("", DELETE)]
        for place, raw in enumerate(view.repetitions(line.raw(32)), 1):
            match = _STATUS.fullmatch(view.part(raw, 1))
            if numbers and match and match[1] != "01":
                judging.tell("hl7v2/unverified", at=view.path(line, 32, place), actual=raw)
