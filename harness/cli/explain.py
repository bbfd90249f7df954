"""harness explain"""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli._output import FORMAT, Format, echo_json


def command(
    id: Annotated[
        str,
        typer.Argument(
            metavar="ID",
            help="The scale, a level (L3, L3c), a check or clause (identity/merge-1), a defect, an item (person.sex), a flow, a suite, a dialect, a document "
            "that is cited, a word of the vocabulary (mllp), or what validation says (hl7v2/missing-segment).",
        ),
    ],
    format: Annotated[Format, FORMAT] = Format.TEXT,
) -> None:
    """Explain the scale, a level, check, clause, defect, item, flow, suite, dialect, document, word or issue."""
    from harness.cli._explain import SCALE, explanation

    facts = explanation(id)
    if format is Format.JSON:
        echo_json(facts)
        return
    if SCALE in facts:
        typer.echo("\n".join(facts[SCALE]))
        return
    width = max(len(name) for name in facts)
    for name, value in facts.items():
        for number, line in enumerate(value if isinstance(value, list) else [value]):
            typer.echo(f"{name if number == 0 else '':<{width}}  {line}")
