"""What the twin reads of an HL7 v2.4 message, with python-hl7 alone, and how it answers. Imports nothing of harness.

Facts: ITK HL7 v2 Message Specifications v1.0.15 and Reference Tables v1.0.14.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import hl7

LONDON = ZoneInfo("Europe/London")
NULL = '""'
# Trigger events (1.2): those about a person alone, those about a stay, the merge.
PERSON = frozenset({"A28", "A31"})
STAY = frozenset(f"A{number:02d}" for number in (1, 2, 3, 4, 5, 8, 11, 12, 13, 14, 15, 16, 21, 22, 25, 26, 27, 38, 52, 53))
MERGE = "A40"
NHS_AUTHORITIES, NHS_TYPES = frozenset({"NHS", "NH", "NHSNBR"}), frozenset({"NH", "NHS", "HN", "NI", "NHSNMBR"})
DATES = {"EVN": (2, 6), "PID": (7, 29), "PV1": (44, 45), "PV2": (9,), "AL1": (6,), "DG1": (5,), "PR1": (5,), "ZU1": (24,)}
_TS = re.compile(r"(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)(?:(\d\d)(?:\.\d{1,4})?)?)?)?)?([+-]\d{4})?")


class RefusalError(Exception):
    """No: MSA-1 ``answer``, the table 0357 ``code``, and where (segment, field)."""

    def __init__(self, answer: str, code: str, text: str, segment: str = "", field: int = 0) -> None:
        super().__init__(text)
        self.answer, self.code, self.text, self.segment, self.field = answer, code, text, segment, field


@dataclass(frozen=True)
class Identifier:
    """One repetition of PID-3 or MRG-1; ``authority`` is ``NHS`` for an NHS number."""

    authority: str
    value: str


def text_of(payload: bytes) -> str:
    """The message as text, by MSH-18 (table 0211); where that is absent UTF-8, else what Windows-based feeds send."""
    if not payload.startswith(b"MSH") or len(payload) < 8:
        raise RefusalError("AR", "100", "this is no HL7 v2 message")
    fields = payload.replace(b"\n", b"\r").partition(b"\r")[0].split(payload[3:4])
    declared = fields[17].decode("ascii", "replace").split("~")[0] if len(fields) > 17 else ""
    codecs = {"ASCII": ["ascii"], "": ["utf-8", "cp1252"]}
    for codec in codecs.get(declared, [f"iso8859_{declared[5:]}" if declared.startswith("8859/") else "utf-8"]):
        try:
            return payload.decode(codec)
        except (UnicodeDecodeError, LookupError):
            continue
    raise RefusalError("AR", "102", f"the bytes are not {declared or 'text'}", "MSH", 18)


class Heard:
    """One message, read. Positions count from 1; what is absent is the empty text."""

    def __init__(self, text: str) -> None:
        lines = [line for line in re.split(r"[\r\n]+", text) if line]
        try:
            self.tree = hl7.parse("\r".join(lines) + "\r")
        except Exception as error:  # python-hl7 raises whatever it stumbles over
            raise RefusalError("AR", "100", f"the message cannot be parsed: {type(error).__name__}") from None
        self.type, self.trigger = self.get("MSH", 9, 1), self.get("MSH", 9, 2)
        self.occurred = self.get("EVN", 6) or self.get("EVN", 2) or self.get("MSH", 7)

    def all(self, name: str) -> list[Any]:
        """Every segment of that name."""
        try:
            return list(self.tree.segments(name))
        except KeyError:
            return []

    def get(self, name: str, field: int, component: int = 1, repetition: int = 1) -> str:
        """A component of the first segment of that name."""
        found = self.all(name)
        return part(found[0], field, component, repetition) if found else ""

    def repetitions(self, name: str, field: int) -> Iterator[int]:
        """The numbers of the repetitions of a field that say something."""
        found = self.all(name)
        if found and field < len(found[0]):
            yield from (at for at, one in enumerate(found[0](field), 1) if str(one))

    def identifiers(self, name: str, field: int) -> list[Identifier]:
        """The CX repetitions of a field. An NHS number with a wrong check digit is refused: it is nobody's."""
        found = []
        for at in self.repetitions(name, field):
            value, authority, kind = (self.get(name, field, component, at) for component in (1, 4, 5))
            if value in ("", NULL):
                continue
            if authority in NHS_AUTHORITIES or kind in NHS_TYPES:
                value, authority = re.sub(r"[ -]", "", value), "NHS"
                if not check_digit_holds(value):
                    raise RefusalError("AE", "102", "the NHS number fails its check digit", name, field)
            found.append(Identifier(authority, value))
        return found


def part(segment: Any, field: int, component: int = 1, repetition: int = 1) -> str:
    """One component, unescaped."""
    try:
        return str(segment.extract_field(1, field, repetition, component, 1))
    except IndexError:
        return ""


def check_digit_holds(number: str) -> bool:
    """NHS Data Dictionary, NHS NUMBER: weights 10 to 2, modulus 11."""
    if not re.fullmatch(r"\d{10}", number):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(number, range(10, 1, -1), strict=False))
    return (11 - total % 11) % 11 == int(number[9]) and (11 - total % 11) != 10


def moment(value: str) -> str:
    """A TS as FHIR date or dateTime, with the offset of Europe/London then. A date stays a date. RefusalError where there is no such moment."""
    found = _TS.fullmatch(value)
    if found is None:
        raise RefusalError("AE", "102", "a time stamp cannot be read")
    year, month, day, hour, minute, second, offset = found.groups()
    try:
        local = datetime(int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=LONDON)
    except ValueError:
        raise RefusalError("AE", "102", "a time stamp names no moment of the calendar") from None
    if hour is None:
        return "-".join(piece for piece in (year, month, day) if piece)
    if offset:
        sign = -1 if offset[0] == "-" else 1
        local = local.replace(tzinfo=timezone(sign * timedelta(hours=int(offset[1:3]), minutes=int(offset[3:])))).astimezone(LONDON)
    return local.isoformat()


def examine(heard: Heard) -> None:
    """What 1.5 has an original-mode receiver refuse: header with AR, content with AE."""
    if heard.type != "ADT":
        raise RefusalError("AR", "200", f"messages of type {heard.type or '(none)'} are not taken", "MSH", 9)
    if heard.trigger not in PERSON | STAY | {MERGE}:
        raise RefusalError("AR", "201", f"the event {heard.trigger or '(none)'} is not known", "MSH", 9)
    if heard.get("MSH", 11) != "P":
        raise RefusalError("AR", "202", "this is a production endpoint", "MSH", 11)
    if heard.get("MSH", 12) != "2.4":
        raise RefusalError("AR", "203", "version 2.4 is spoken here", "MSH", 12)
    if not heard.get("MSH", 10):
        raise RefusalError("AE", "101", "MSH-10 is required", "MSH", 10)
    required = ["EVN", "PID", *(["MRG"] if heard.trigger == MERGE else ["PV1"] if heard.trigger in STAY else [])]
    for name in required:
        if not heard.all(name):
            raise RefusalError("AE", "100", f"the segment {name} is required in {heard.trigger}", name)
    if heard.trigger == MERGE and len(heard.all("PID")) > 1:
        raise RefusalError("AE", "100", "one pair of PID and MRG a message", "PID")
    for name, field in (("PID", 3), ("PID", 5), *((("MRG", 1),) if heard.trigger == MERGE else ()), *((("PV1", 2),) if heard.trigger in STAY else ())):
        if heard.get(name, field) in ("", NULL):
            raise RefusalError("AE", "101", f"{name}-{field} is required", name, field)
    for name, fields in DATES.items():
        for value, field in ((part(one, field), field) for one in heard.all(name) for field in fields):
            if value not in ("", NULL):
                try:
                    moment(value)
                except RefusalError as error:
                    raise RefusalError("AE", "102", error.text, name, field) from None
    if any(not part(one, 3, 1) and not part(one, 3, 2) for one in heard.all("AL1")):
        raise RefusalError("AE", "101", "AL1-3 is required", "AL1", 3)


def answer(payload: bytes, application: str, facility: str, number: int, refusal: RefusalError | None = None) -> bytes:
    """The acknowledgement: MSA-2 is the MSH-10 received; MSA-6 and ERR-1 say what was wrong."""
    now = datetime.now(UTC).astimezone(LONDON).strftime("%Y%m%d%H%M%S")
    control_id = f"TWIN{number:012d}"
    code = refusal.answer if refusal else "AA"
    try:
        ack = Heard(text_of(payload)).tree.create_ack(code, control_id, application, facility)
        header, msa = ack.segment("MSH"), ack.segment("MSA")
    except Exception:  # nothing of it can be echoed
        return f"MSH|^~\\&|{application}|{facility}|||{now}||ACK|{control_id}|P|2.4\rMSA|{code}||not understood|||207\r".encode()
    for value, field in ((now, 7), ("UNICODE UTF-8", 18), ("ITKv1.0", 21)):
        header.assign_field(value, field)
    if refusal:
        msa.assign_field(ack.escape(refusal.text), 3)
        msa.assign_field(refusal.code, 6)
        error = ack.create_segment([ack.create_field(["ERR"])])
        error.assign_field(f"{refusal.segment}^1^{refusal.field or ''}^{refusal.code}", 1)
        ack.append(error)
    return str(ack).encode()
