"""harness list"""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli._output import FORMAT, Format, echo_json, echo_table


def command(
    kind: Annotated[str, typer.Argument(help="checks, clauses, defects, exemplars, flows, items, people, places, reports, suites or systems.")],
    format: Annotated[Format, FORMAT] = Format.TEXT,
) -> None:
    """List what the harness knows of one kind."""
    from harness.cli._list import KINDS
    from harness.errors import UnknownNameError

    if kind not in KINDS:
        raise UnknownNameError("kind", kind, KINDS)
    headings, rows = KINDS[kind]()
    if format is Format.JSON:
        echo_json([dict(zip(headings, row, strict=True)) for row in rows])
    else:
        echo_table(headings, rows)
