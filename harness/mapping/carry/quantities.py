# ruff: noqa: ARG001  # every transform has one signature; most need part of it only
"""Numbers, units and times of repeating as FHIR has them."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from harness.mapping import times
from harness.mapping.carry import datatypes as d
from harness.mapping.carry.cells import Cell
from harness.mapping.carry.parties import Referring
from harness.mapping.carry.rows import CarryRow

_UCUM = "http://unitsofmeasure.org"
_DECIMAL = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_PER = {"s": "s", "min": "min", "h": "h", "hr": "h", "d": "d", "wk": "wk", "mo": "mo", "a": "a", "yr": "a"}


def number(text: str) -> Decimal | None:
    """Digits as they stand; None where the text is not a number."""
    if not _DECIMAL.fullmatch(text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def unit(cell: Cell) -> dict[str, Any]:
    """CE or CWE of a unit as ``unit``, ``system`` and ``code`` of a Quantity; UCUM where no other system is named (ITK segment grids)."""
    code, text, label = cell.peek(1), cell.peek(2), cell.peek(3)
    if not (code or text):
        return {}
    made: dict[str, Any] = {"unit": text or code}
    if code and d.CODE.fullmatch(code):
        made.update({"system": _UCUM if label in ("", "UCUM", "ISO+", "ISO") else d.system_of(label), "code": code})
    for part in (1, 2, 3):
        cell.take(part)
    return made


def timing_quantity(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    """TQ of an order or, for ``appointment``, of its start and end."""
    made: dict[str, Any] = {}
    span = d.period(cell, 4, 5)
    if row.options.get("for") == "appointment":
        for name in ("start", "end"):
            if span and "T" in span.get(name, ""):
                made[name] = span[name]
        return made or None
    if span:
        made["occurrencePeriod"] = span
    if priority := walk.codes("priority").get(cell.peek(6)):
        cell.take(6)
        made["priority"] = priority
    return made or None


def repeat(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    """RPT as a Timing: its pattern, and how often."""
    made: dict[str, Any] = {}
    pattern = d.concept(cell.sub(1)) if cell.peek(1) else None
    if pattern:
        made["code"] = pattern
    every, per = number(cell.peek(5)), cell.peek(6)
    if every is not None and every > 0 and per in _PER:
        cell.take(5)
        made["repeat"] = {"period": every, "periodUnit": _PER[cell.take(6)], "frequency": 1}
    return made or None


def quantity_timing(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    """TQ of a prescription as a Timing."""
    made: dict[str, Any] = {}
    pattern = cell.sub(2).take(1)
    if pattern:
        made["code"] = {"text": pattern}
    span = d.period(cell, 4, 5)
    if span:
        made["repeat"] = {"boundsPeriod": span}
    return made or None


def duration(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    """CQ as the duration of each occurrence."""
    value, per = number(cell.peek(1)), cell.sub(2).peek(1)
    if value is None or value < 0 or per not in _PER:
        return None
    cell.take(1)
    cell.take(2)
    return {"duration": value, "durationUnit": _PER[per]}


def days(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    """A number of days as a Duration."""
    value = number(cell.peek(1))
    return {"value": value, "unit": "days", "system": _UCUM, "code": "d"} if value is not None and cell.first() else None


def collected(cell: Cell, walk: Referring, row: CarryRow) -> Any:
    """DR as when a specimen was collected."""
    if cell.peek(2):
        span = d.period(cell, 1, 2)
        return {"collectedPeriod": span} if span else None
    stamp = times.fhir_from_v2(cell.peek(1, 0 if cell.size > 1 else 1))
    return {"collectedDateTime": stamp} if stamp and cell.first() else None
