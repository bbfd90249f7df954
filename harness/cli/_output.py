"""How commands print: aligned columns for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any

import typer


class Format(StrEnum):
    """Output formats that every command has."""

    TEXT = "text"
    JSON = "json"


FORMAT = typer.Option("--format", help="How to print.")


def echo_json(data: Any, *, err: bool = False) -> None:
    """Print ``data`` as JSON, two spaces deep."""
    import msgspec

    typer.echo(msgspec.json.format(msgspec.json.encode(data), indent=2), err=err)


def echo_table(headings: Sequence[str], rows: Iterable[Sequence[object]], *, err: bool = False) -> None:
    """Print rows in columns as wide as they need; the last column takes the rest of the line."""
    lines = [tuple(headings), *(tuple(clean(str(value)) for value in row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(headings) - 1)]
    for line in lines:
        typer.echo("  ".join([*(text.ljust(width) for text, width in zip(line[:-1], widths, strict=True)), line[-1]]).rstrip(), err=err)


def clean(text: str) -> str:
    """``text`` on one line, without control characters that a message could play on a terminal."""
    return "".join(character if character.isprintable() else " " if character in "\r\n\t" else "�" for character in text)
