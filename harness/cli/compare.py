"""harness compare"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli._output import FORMAT, Format, clean, echo_json, echo_table


def command(
    sent: Annotated[Path, typer.Argument(help="The message as sent.")],
    received: Annotated[Path, typer.Argument(help="The message or record as received; it may be in another format.")],
    everything: Annotated[bool, typer.Option("--all", help="Show what was kept too.")] = False,
    format: Annotated[Format, FORMAT] = Format.TEXT,
) -> None:
    """Say what became of each item between two messages.

    Exit code 0: nothing was lost, wrong or invented; 1: something was; 2: some entries were too many to be held against each other.
    """
    from dataclasses import asdict

    from harness.api import compare

    ledgers = compare(sent, received)
    if format is Format.JSON:
        echo_json([{"person": person, **asdict(ledger)} for person, ledger in ledgers])
    else:
        for person, ledger in ledgers:
            fidelity = "nothing to compare" if ledger.fidelity is None else f"fidelity {ledger.fidelity:.3f}"
            typer.echo(clean(f"{person}: {fidelity}, {len(ledger.faults)} faults"))
            for group, count in ledger.not_compared:
                typer.echo(clean(f"{group}: {count} entries of both sides say different things and were too many to hold against each other: not compared"))
            shown = ledger.differences if everything else [d for d in ledger.differences if d.costs or d.excused]
            if shown:
                rows = [(d.item, d.fate, d.sent, d.received, "stated loss of the standard" if d.excused else d.reason) for d in shown]
                echo_table(("item", "fate", "sent", "received", "remark"), rows)
    if any(ledger.faults for _, ledger in ledgers):
        raise typer.Exit(1)
    raise typer.Exit(2 if any(ledger.not_compared for _, ledger in ledgers) else 0)
