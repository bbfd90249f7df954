"""Code maps compiled for look-up, and values between neutral and local codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from harness.model.item import CodeMap, Row
from harness.model.record import Coded, Value

Codes = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class CodeTable:
    """A code map by code: ``reading`` local → neutral, ``writing`` neutral → (local, equivalence)."""

    id: str
    system: str
    reading: Mapping[str, str]
    writing: Mapping[str, tuple[str, str]]


def compile_map(source: CodeMap) -> CodeTable:
    """The look-up form of a code map."""
    return CodeTable(
        source.id,
        source.system,
        {entry.local: entry.neutral for entry in source.entries if entry.direction != "write"},
        {entry.neutral: (entry.local, entry.equivalence) for entry in source.entries if entry.direction != "read"},
    )


def as_neutral(code: str, row: Row, table: CodeTable | None, codes: Codes, system: str = "", text: str = "") -> Value | None:
    """The neutral value of a code found. One that the map does not know keeps its original, or is not read where the row says ``unmapped: drop``."""
    name = row.options.get("codes")
    if name is not None:
        known = next((key for key, local in codes.get(name, {}).items() if local == code), None)
        return code if known is None else known
    if table is None:
        return code
    neutral = table.reading.get(code)
    if neutral is not None:
        return neutral
    return None if row.options.get("unmapped") == "drop" else Coded(code, system, text, code)


def as_local(value: Value, row: Row, table: CodeTable | None, codes: Codes) -> str | None:
    """The code to write for a neutral value; None where the standard has no place for it (``unmapped: drop``)."""
    code = (value.original or str(value)) if isinstance(value, Coded) else str(value)
    name = row.options.get("codes")
    if name is not None:
        return codes.get(name, {}).get(code, code)
    if table is None:
        return code
    if isinstance(value, Coded) and value.original:
        return code
    if code in table.writing:
        return table.writing[code][0]
    return None if row.options.get("unmapped") == "drop" else code
