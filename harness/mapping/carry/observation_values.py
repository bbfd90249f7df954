"""OBX-5 by the datatype that OBX-2 names: a value of an Observation, or an attachment."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from harness.mapping import times
from harness.mapping.carry.cells import Cell
from harness.mapping.carry.datatypes import concept, period
from harness.mapping.carry.quantities import number, unit

ENCAPSULATED = frozenset({"ED", "RP"})
_TIME = re.compile(r"([01]\d|2[0-3])([0-5]\d)([0-5]\d)?")
_MEDIA = re.compile(r"[A-Za-z0-9.+-]+/[A-Za-z0-9.+-]+")
_KINDS = {
    "text": "text",
    "image": "image",
    "application": "application",
    "audio": "audio",
    "ap": "application",
    "im": "image",
    "tx": "text",
    "ft": "text",
    "sd": "application",
}


def observation_value(cell: Cell) -> dict[str, Any] | None:
    """``{"valueQuantity": …}``, ``{"valueString": …}`` and so on; None where the value is not of the type said."""
    kind = cell.kind
    if kind in ENCAPSULATED:
        return None
    if kind in ("NM", "SN"):
        return _measure(cell, kind)
    if kind in ("CE", "CWE", "CNE", "CF", "IS", "ID"):
        made = concept(cell)
        return {"valueCodeableConcept": made} if made else None
    if kind in ("DT", "TS", "DTM"):
        stamp = times.fhir_from_v2(cell.peek(1))
        return {"valueDateTime": stamp} if stamp and cell.first() else _as_text(cell)
    if kind == "TM":
        match = _TIME.fullmatch(cell.peek(1))
        return {"valueTime": f"{match[1]}:{match[2]}:{match[3] or '00'}"} if match and cell.first() else _as_text(cell)
    if kind == "DR":
        span = period(cell, 1, 2)
        return {"valuePeriod": span} if span else _as_text(cell)
    return _as_text(cell)


def _measure(cell: Cell, kind: str) -> dict[str, Any] | None:
    beside = cell.beside(6)
    units = unit(beside) if beside is not None else {}
    if kind == "NM":
        value = number(cell.peek(1))
        if value is None:
            return _as_text(cell)
        cell.take(1)
        return {"valueQuantity": {"value": value, **units}}
    sign, low, mark, high = cell.peek(1), number(cell.peek(2)), cell.peek(3), number(cell.peek(4))
    if low is None or sign not in ("", "=", "<", ">", "<=", ">="):
        return _as_text(cell)
    if not mark and high is None:
        made: dict[str, Any] = {"valueQuantity": {"value": low, **({"comparator": sign} if sign in ("<", ">", "<=", ">=") else {}), **units}}
    elif mark == "-" and high is not None and not sign and low <= high:
        made = {"valueRange": {"low": {"value": low, **units}, "high": {"value": high, **units}}}
    elif mark in (":", "/") and high is not None and not sign:
        made = {"valueRatio": {"numerator": {"value": low, **units}, "denominator": {"value": high}}}
    else:
        return _as_text(cell)
    for part in range(1, 5):
        cell.take(part)
    return made


def _as_text(cell: Cell) -> dict[str, Any] | None:
    text = cell.whole()
    return {"valueString": text} if text else None


def attachment(cell: Cell) -> dict[str, Any] | None:
    """ED or RP as an Attachment: media type, data of Base64, hexadecimal or plain text, or an address. Any other text is a text attachment."""
    kind = cell.kind
    if kind == "RP":
        pointer = cell.take(1)
        media = _media(cell.peek(3), cell.peek(4))
        if media:
            cell.take(3)
            cell.take(4)
        return {**({"contentType": media} if media else {}), "url": pointer} if pointer and not re.search(r"\s", pointer) else None
    if kind == "ED":
        data, encoding = cell.peek(5), cell.peek(4)
        content = _decoded(data, encoding)
        if content is None:
            return None
        media = _media(cell.peek(2), cell.peek(3))
        for part in ((2, 3) if media else ()) + (4, 5):
            cell.take(part)
        return {**({"contentType": media} if media else {}), "data": content}
    text = cell.whole()
    return {"contentType": "text/plain", "data": base64.b64encode(text.encode(errors="surrogateescape")).decode()} if text else None


def _media(kind: str, subtype: str) -> str:
    if _MEDIA.fullmatch(subtype):
        return subtype
    made = f"{_KINDS.get(kind.lower(), kind.lower())}/{subtype.lower()}"
    return made if _MEDIA.fullmatch(made) else ""


def _decoded(data: str, encoding: str) -> str | None:
    if not data:
        return None
    try:
        if encoding.lower() == "base64":
            packed = re.sub(r"\s+", "", data)
            base64.b64decode(packed, validate=True)
            return packed
        if encoding.lower() == "hex":
            return base64.b64encode(bytes.fromhex(data)).decode()
    except (binascii.Error, ValueError):
        return None
    return base64.b64encode(data.encode(errors="surrogateescape")).decode()
