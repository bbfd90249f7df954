"""harness explain"""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli._output import FORMAT, Format, echo_json


def command(
    id: Annotated[
        str, typer.Argument(metavar="ID", help="A check or clause (identity/merge-1), a level (L3), a defect, an item (person.sex), a flow or a suite.")
    ],
    format: Annotated[Format, FORMAT] = Format.TEXT,
) -> None:
    """Explain a check, clause, level, defect, item, flow or suite."""
    from harness.cli._explain import explanation

    facts = explanation(id)
    if format is Format.JSON:
        echo_json(facts)
        return
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        for number, line in enumerate(value if isinstance(value, list) else [value]):
            typer.echo(f"{name if number == 0 else '':<{width}}  {line}")
