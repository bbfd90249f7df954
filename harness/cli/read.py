"""harness read"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli._output import FORMAT, Format, clean, echo_json, echo_table


def command(
    file: Annotated[Path, typer.Argument(help="A file of HL7 v2 or FHIR.")],
    key: Annotated[str, typer.Option(help="The format key to read it under, such as hl7v2/2.4/itk. Without it: by the format.")] = "",
    dialect: Annotated[str, typer.Option(help="The dialect of an HL7 v2 feed by name, such as number-in-pid19-23: its habits are undone first.")] = "",
    format: Annotated[Format, FORMAT] = Format.TEXT,
) -> None:
    """Show the record found in a message.

    One line an item: its value, where it stands, and what the standard loses of it.
    """
    from harness.api import read

    readings = read(file, key=key, dialect=dialect)
    if format is Format.JSON:
        echo_json([{"where": r.where, "key": r.key, "record": r.record.to_json(), "losses": r.losses} for r in readings])
        return
    for number, reading in enumerate(readings, 1):
        typer.echo(clean(f"person {number} in {reading.where}, read as {reading.key}"))
        rows = [
            (item, "(deleted)" if not value and value != "" else value, entry.where.get(item, ""), reading.losses.get(item, ""))
            for entry in reading.record
            for item, value in entry.values.items()
        ]
        echo_table(("item", "value", "location", "loss"), rows)
    if not readings:
        typer.echo("no person was found", err=True)
        raise typer.Exit(1)
