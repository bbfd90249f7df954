"""harness coverage"""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli._output import FORMAT, Format, clean, echo_json


def command(
    files: Annotated[list[str], typer.Argument(help="Examples: files of FHIR (JSON, XML, NDJSON, Bundles), folders of them, or -.")],
    profile: Annotated[str, typer.Option(metavar="CANONICAL", help="The profile whose must-support elements are counted.")],
    package: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME@VERSION|FILE.tgz|FOLDER", help="FHIR definitions: a package of the cache, an archive or a folder. May be repeated."),
    ] = None,
    fhir_version: Annotated[str, typer.Option(metavar="4.0.1|3.0.2", help="The FHIR version.")] = "4.0.1",
    format: Annotated[Format, FORMAT] = Format.TEXT,
) -> None:
    """Count in how many examples each element and slice that a profile marks must-support was present; those never seen come first.

    Exit code 0: each was seen in at least one example; 1: one was never seen; 2: no example of the profile's type, a profile that is not known, or a file named
    here that cannot be read as FHIR. Other files of a folder are left out, and said.
    """
    from harness.cli._coverage import lines, told
    from harness.cli._validate import said_of, sources
    from harness.runner.covering import cover
    from harness.validation.fhir.validator import Validator

    found = sources(files)
    made = cover(Validator(tuple(package or ()), fhir_version), profile, (one.content for one in found))
    counted = made.coverage
    if format is Format.JSON:
        echo_json(told(counted))
    else:
        for line in lines(counted):
            typer.echo(clean(line))
    asked = {"-" if not hasattr(one.content, "name") else str(one.content) for one in found if one.asked}
    for file, reason in made.refused:
        typer.echo(clean(f"harness: {file}: left out: {reason}"), err=True)
    for line in said_of(package or (), fhir_version):
        typer.echo(line, err=True)
    if not counted.examples:
        typer.echo(clean(f"harness: no example is a {counted.type}"), err=True)
    if not counted.examples or any(file in asked for file, _ in made.refused):
        raise typer.Exit(2)
    raise typer.Exit(1 if counted.never else 0)
