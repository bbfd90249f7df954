"""harness compare-profiles"""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli._output import FORMAT, Format, clean, echo_json, echo_table

_EXIT = {"compatible": 0, "incompatible": 1, "undetermined": 2}


def command(
    first: Annotated[
        str, typer.Argument(help="A FHIR canonical, a file with a StructureDefinition, an HL7 v2 profile's name, or its conformance profile in XML.")
    ],
    second: Annotated[str, typer.Argument(help="The profile to hold it against, of the same format.")],
    package: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME@VERSION|FILE.tgz|FOLDER", help="FHIR definitions: a package of the cache, an archive or a folder. May be repeated."),
    ] = None,
    fhir_version: Annotated[str, typer.Option("--fhir-version", metavar="4.0.1|3.0.2", help="The FHIR version.")] = "4.0.1",
    side: Annotated[str, typer.Option(metavar="creator|consumer", help="Of HL7 v2: the side that the profiles speak to.")] = "creator",
    format: Annotated[Format, FORMAT] = Format.TEXT,
) -> None:
    """Say whether everything that is valid under one profile is valid under another, and which elements stand in the way.

    Exit code 0: compatible; 1: incompatible; 2: it could not be told, or a profile is not known.
    """
    from dataclasses import asdict

    from harness.runner.comparing import compare_profiles

    found = compare_profiles(first, second, packages=tuple(package or ()), fhir_version=fhir_version, side=side)
    if format is Format.JSON:
        echo_json({"answer": found.answer, **asdict(found)})
    else:
        typer.echo(clean(f"{found.answer}: {found.first} against {found.second}"))
        if found.obstacles:
            rows = [(one.place, one.aspect, one.first, one.second, one.reason if one.proved else f"not told: {one.reason}") for one in found.obstacles]
            echo_table(("element", "aspect", "the first", "the second", "why"), rows)
    raise typer.Exit(_EXIT[found.answer])
