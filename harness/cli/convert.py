"""harness convert"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli._output import FORMAT, Format, clean, echo_json, echo_table


def command(
    file: Annotated[Path, typer.Argument(help="A file of HL7 v2 or FHIR.")],
    to: Annotated[str, typer.Option(metavar="fhir-r4|hl7v2-2.4", help="What to convert to.")] = "fhir-r4",
    out: Annotated[Path | None, typer.Option(help="Where the converted messages go. Without it: stdout, and the ledger goes to stderr.")] = None,
    format: Annotated[Format, FORMAT] = Format.TEXT,
) -> None:
    """Convert messages between HL7 v2 and FHIR, and account for every value.

    Several messages make one JSON line each, or a file of HL7 v2 messages. The ledger names what was not carried, and why.
    """
    from harness.api import convert

    found = convert(file, to)
    data = b"\n".join(one.data for _, one in found) if to.startswith("fhir") else b"".join(one.data for _, one in found)
    if out is not None:
        _write(out, data)
    else:
        typer.echo(data, nl=not data.endswith(b"\r"))
    aside = out is None
    if format is Format.JSON:
        ledger = [{"where": where, "to": to, "counts": one.counts, "values": [fate.to_json() for fate in one.fates]} for where, one in found]
        echo_json(ledger, err=aside)
        return
    for where, one in found:
        counts = ", ".join(f"{number} {state}" for state, number in sorted(one.counts.items()))
        typer.echo(clean(f"{where}: {len(one.fates)} values: {counts}"), err=aside)
        lost = [(fate.address, fate.value, fate.reason) for fate in one.fates if fate.state == "not carried"]
        if lost:
            echo_table(("not carried", "value", "reason"), lost, err=aside)


def _write(path: Path, data: bytes) -> None:
    from harness.errors import SetUpError

    try:
        path.write_bytes(data)
    except OSError as error:
        raise SetUpError(
            f"cannot be written: {error.strerror}", where=str(path), expected="a place that can be written to", do="choose another --out"
        ) from None
