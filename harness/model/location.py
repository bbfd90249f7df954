"""Where something stands in a message or file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """``path`` as a person writes it (``PID-3[2].1``, ``Patient.identifier[0].value``); line and column from 1, offset in bytes from 0."""

    path: str = ""
    line: int | None = None
    column: int | None = None
    offset: int | None = None

    def __str__(self) -> str:
        column = f", column {self.column}" if self.column is not None else ""
        place = f"line {self.line}{column}" if self.line is not None else ""
        return f"{self.path} ({place})" if self.path and place else self.path or place
