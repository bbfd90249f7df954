"""harness fhirpath"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class ResultFormat(StrEnum):
    """How the results are printed."""

    TEXT = "text"
    JSON = "json"


def command(
    expression: Annotated[str, typer.Argument(help="A FHIRPath expression, such as \"name.where(use = 'usual').given\".")],
    file: Annotated[str, typer.Argument(help="A FHIR resource in JSON or XML, or - for standard input.")],
    fhir_version: Annotated[str, typer.Option("--fhir-version", metavar="4.0.1|3.0.2", help="The FHIR version of the resource.")] = "4.0.1",
    package: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME@VERSION|FILE.tgz|FOLDER", help="FHIR definitions for memberOf() and conformsTo(). May be repeated."),
    ] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Refuse names of elements and types that no definition knows.")] = False,
    format: Annotated[ResultFormat, typer.Option("--format", help="How to print: text, or one JSON object a result.")] = ResultFormat.TEXT,
) -> None:
    """Evaluate a FHIRPath expression over a resource and print one result a line, with its type and place.

    Exit code 0: there is a result; 1: there is none, or the only one is false; 2: the expression or the file cannot be read, or the expression cannot be
    evaluated.
    """
    from harness.cli._fhirpath import evaluate, line

    results, traced = evaluate(expression, file, fhir_version, packages=package or (), strict=strict)
    for said in traced:
        typer.echo(said, err=True)
    for result in results:
        typer.echo(line(result, as_json=format is ResultFormat.JSON))
    raise typer.Exit(0 if results and not (len(results) == 1 and results[0].value is False) else 1)
