# ruff: noqa: ARG001  # every transform has one signature; most need part of it only
"""Rows of an HL7 v2 table compiled: where a value stands in a segment, and how it is read and written there.

A transform reads ``(segment, repetition, row)`` and writes ``(path, text)`` pairs; texts go through the tree, which escapes them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from harness.errors import CatalogueError
from harness.formats.hl7v2 import Segment
from harness.mapping import times
from harness.mapping.codes import Codes, CodeTable, as_local, as_neutral
from harness.model.item import Row
from harness.model.record import DELETED, Coded, Value

_AT = re.compile(r"([A-Z][A-Z0-9]{2})-(\d+)(?:\[([A-Z]+)\])?(?:\.(\d+))?(?:\.(\d+))?")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_NHS_AUTHORITIES = frozenset({"NHS", "NH", "NHSNBR"})
_NHS_TYPES = frozenset({"NH", "NHS", "HN", "NI", "NHSNMBR"})


@dataclass(frozen=True, slots=True)
class V2Row:
    """A compiled row. ``field`` and ``tail`` (``.4.1``) make the path of a repetition: ``3[2].4.1``."""

    row: Row
    segment: str
    field: int
    tail: str
    table: CodeTable | None
    read: Reader
    write: Writer
    triggers: frozenset[str]
    barred: frozenset[str]

    def path(self, repetition: int = 0) -> str:
        """Path inside the segment."""
        return f"{self.field}{f'[{repetition}]' if repetition else ''}{self.tail}"

    def allows(self, trigger: str) -> bool:
        """Whether the trigger's grid has the place."""
        return trigger not in self.barred and (not self.triggers or trigger in self.triggers)


Found = tuple[Value, str]
Reader = Callable[[V2Row, Segment, int, Codes], Found | None]
Writer = Callable[[V2Row, Value, int, Codes], Iterator[tuple[str, str]]]


def compile_row(row: Row, tables: Mapping[str, CodeTable], where: str) -> V2Row:
    """A row ready to walk; CatalogueError for a place or transform that does not exist."""
    match = _AT.fullmatch(row.at)
    if match is None:
        raise CatalogueError(f"{row.at!r} is not a place in a message", where=f"{where} {row.item}", expected="SEG-field.component")
    if row.transform not in _TRANSFORMS:
        raise CatalogueError(f"there is no transform {row.transform!r}", where=f"{where} {row.item}", do=f"known: {', '.join(_TRANSFORMS)}")
    read, write = _TRANSFORMS[row.transform]
    tail = "".join(f".{part}" for part in match.group(4, 5) if part)
    barred = frozenset(row.options.get("but", "").split())
    return V2Row(row, match[1], int(match[2]), tail, tables[row.map] if row.map else None, read, write, frozenset(row.when), barred)


def is_nhs(segment: Segment, repetition: int) -> bool:
    """Whether that repetition of PID-3 is called an NHS number, in any of the three spellings of ITK, A.3 and the query examples."""
    authority = segment.get(f"3[{repetition}].4.1") or ""
    return authority in _NHS_AUTHORITIES or (segment.get(f"3[{repetition}].5") or "") in _NHS_TYPES


def _plain(text: str | None) -> Value | None:
    return DELETED if text == '""' else text


def _read_text(row: V2Row, segment: Segment, repetition: int, codes: Codes) -> Found | None:
    path = row.path(repetition)
    found = _plain(segment.get(path))
    if found is None:
        return None
    if isinstance(found, str):
        found = as_neutral(found, row.row, row.table, codes)
    return None if found is None else (found, path)


def _write_text(row: V2Row, value: Value, repetition: int, codes: Codes) -> Iterator[tuple[str, str]]:
    text = '""' if value is DELETED else as_local(value, row.row, row.table, codes)
    if text is not None:
        yield row.path(repetition), text


def _timed(convert: Callable[[str], str]) -> Reader:
    def read(row: V2Row, segment: Segment, repetition: int, codes: Codes) -> Found | None:
        found = _plain(segment.get(row.path(repetition)))
        return None if found is None else (convert(found) if isinstance(found, str) else found, row.path(repetition))

    return read


def _write_time(row: V2Row, value: Value, repetition: int, codes: Codes) -> Iterator[tuple[str, str]]:
    yield row.path(repetition), '""' if value is DELETED else times.to_v2(str(value))


def _write_date(row: V2Row, value: Value, repetition: int, codes: Codes) -> Iterator[tuple[str, str]]:
    yield row.path(repetition), '""' if value is DELETED else times.to_v2(str(value).partition("T")[0])


def _read_birth_time(row: V2Row, segment: Segment, repetition: int, codes: Codes) -> Found | None:
    match = re.match(r"\d{8}(\d\d)(\d\d)(\d\d)?", segment.get(row.path()) or "")
    if match is None:
        return None
    seconds = f":{match[3]}" if match[3] and match[3] != "00" else ""
    return f"{match[1]}:{match[2]}{seconds}", row.path()


def _write_birth_time(row: V2Row, value: Value, repetition: int, codes: Codes) -> Iterator[tuple[str, str]]:
    # Joined to the date by the writer: PID-7 holds both.
    if value is not DELETED:
        yield f"+{row.path()}", str(value).replace(":", "")


def _read_nhs(row: V2Row, segment: Segment, repetition: int, codes: Codes) -> Found | None:
    for index in range(1, segment.repetitions(row.field) + 1):
        if is_nhs(segment, index):
            found = _plain(segment.get(row.path(index)))
            return None if found is None else (found, row.path(index))
    return None


def _write_nhs(row: V2Row, value: Value, repetition: int, codes: Codes) -> Iterator[tuple[str, str]]:
    yield row.path(1), str(value)
    yield f"{row.field}[1].4", "NHS"


def _read_status(row: V2Row, segment: Segment, repetition: int, codes: Codes) -> Found | None:
    for index in range(1, segment.repetitions(row.field) + 1):
        text = (segment.get(row.path(index)) or "").strip()
        if text == '""':
            return DELETED, row.path(index)
        if text.startswith("NSTS"):
            value = as_neutral(text[4:], row.row, row.table, codes)
            return None if value is None else (value, row.path(index))
    return None


def _write_status(row: V2Row, value: Value, repetition: int, codes: Codes) -> Iterator[tuple[str, str]]:
    yield row.path(1), '""' if value is DELETED else f"NSTS{value}"


def _read_coded(row: V2Row, segment: Segment, repetition: int, codes: Codes) -> Found | None:
    base = row.path(repetition)
    first = repetition or 1
    stem = f"{row.field}[{first}]"
    code, text, label = (segment.get(f"{stem}.{part}") or "" for part in (1, 2, 3))
    if code == '""':
        return DELETED, base
    if not (code or text):
        return None
    system = row.table.reading.get(label, label) if row.table else label
    return Coded(code, system, "" if text == '""' else text), base


def _write_coded(row: V2Row, value: Value, repetition: int, codes: Codes) -> Iterator[tuple[str, str]]:
    stem = f"{row.field}[{repetition or 1}]"
    if not isinstance(value, Coded):
        yield f"{stem}.1", str(value)
        return
    label = row.table.writing.get(value.system, (value.system, ""))[0] if row.table else value.system
    for part, text in ((1, value.code), (2, value.text), (3, label)):
        if text:
            yield f"{stem}.{part}", text


def _read_kind(row: V2Row, segment: Segment, repetition: int, codes: Codes) -> Found | None:
    found = _read_text(row, segment, repetition, codes)
    if found is not None:
        return found
    # ITK: numbers without a type stand landline first, mobile second.
    if "@" in (segment.get(f"{row.field}[{repetition}].4") or ""):
        return "email", row.path(repetition)
    if segment.get(f"{row.field}[{repetition}].1") in (None, '""'):
        return None
    return "mobile" if repetition == 2 else "phone", row.path(repetition)


def _read_number(row: V2Row, segment: Segment, repetition: int, codes: Codes) -> Found | None:
    other = f"{row.field}[{repetition}].{row.row.options['email']}"
    for path in (row.path(repetition), other):
        found = _plain(segment.get(path))
        if found is not None:
            return found, path
    return None


def _write_number(row: V2Row, value: Value, repetition: int, codes: Codes) -> Iterator[tuple[str, str]]:
    text = str(value)
    yield (f"{row.field}[{repetition}].{row.row.options['email']}" if "@" in text else row.path(repetition)), text


def _read_value(row: V2Row, segment: Segment, repetition: int, codes: Codes) -> Found | None:
    lines = []
    for index in range(1, segment.repetitions(row.field) + 1):
        parts = [segment.get(f"{row.field}[{index}].{part}") or "" for part in range(1, 5)]
        lines.append("".join(parts) if segment.get(row.row.options["type"]) == "SN" else segment.get(f"{row.field}[{index}].1") or "")
    found = _plain("\n".join(lines) or None)
    return None if found is None else (found, row.path())


def _write_value(row: V2Row, value: Value, repetition: int, codes: Codes) -> Iterator[tuple[str, str]]:
    text = str(value)
    yield row.row.options["type"], "NM" if _NUMBER.fullmatch(text) else "ST"
    yield f"{row.field}[1].1", text


def _never(row: V2Row, value: Value, repetition: int, codes: Codes) -> Iterator[tuple[str, str]]:
    return iter(())


_TRANSFORMS: dict[str, tuple[Reader, Writer]] = {
    "text": (_read_text, _write_text),
    "code": (_read_text, _write_text),
    "trigger": (_read_text, _never),
    "date": (_timed(times.date_from_v2), _write_date),
    "datetime": (_timed(times.datetime_from_v2), _write_time),
    "birth-time": (_read_birth_time, _write_birth_time),
    "nhs-number": (_read_nhs, _write_nhs),
    "nhs-status": (_read_status, _write_status),
    "coded": (_read_coded, _write_coded),
    "telecom-kind": (_read_kind, _write_text),
    "telecom-value": (_read_number, _write_number),
    "obx-value": (_read_value, _write_value),
}
