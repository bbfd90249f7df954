"""harness list"""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli._output import FORMAT, Format, echo_json, echo_table


def command(
    kind: Annotated[str, typer.Argument(help="What to list, such as checks, roles or dialects. Without it: the kinds there are.")] = "",
    format: Annotated[Format, FORMAT] = Format.TEXT,
) -> None:
    """List what the harness knows of one kind."""
    from harness.cli._list import kinds, listings
    from harness.errors import UnknownNameError

    known = listings()
    if kind and kind not in known:
        raise UnknownNameError("kind", kind, known)
    headings, rows = known[kind].table() if kind else kinds()
    if format is Format.JSON:
        echo_json([dict(zip(headings, row, strict=True)) for row in rows])
    else:
        echo_table(headings, rows)
