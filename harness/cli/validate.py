"""harness validate"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class IssueFormat(StrEnum):
    """How the issues are printed."""

    TEXT = "text"
    JSON = "json"
    NDJSON = "ndjson"
    SARIF = "sarif"
    JUNIT = "junit"
    OUTCOME = "outcome"


def command(
    files: Annotated[list[str], typer.Argument(help="Files of HL7 v2 (ER7 or XML, one message or many) or FHIR (JSON, XML, NDJSON), folders of them, or -.")],
    profile: Annotated[
        str,
        typer.Option(
            help="An HL7 v2 profile by name, a conformance profile in XML (a file, or a folder with its constraints and value sets), or a FHIR profile by "
            "canonical. Without it: what MSH-21 or meta.profile claims, else the standard."
        ),
    ] = "",
    package: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME@VERSION|FILE.tgz|FOLDER", help="FHIR definitions to judge by: a package of the cache, an archive or a folder. May be repeated."
        ),
    ] = None,
    fhir_version: Annotated[str, typer.Option(metavar="4.0.1|3.0.2", help="The FHIR version. Without it: 4.0.1, or what the resource says.")] = "",
    rules: Annotated[
        list[str] | None,
        typer.Option(
            metavar="national|hl7-validator|none",
            help="Rules beyond the standard: the national ones (when left out), or what the HL7 validator alone reports. May be repeated.",
        ),
    ] = None,
    side: Annotated[str, typer.Option(metavar="creator|consumer", help="Whose side of the message is judged.")] = "creator",
    dialect: Annotated[
        str,
        typer.Option(
            help="A habit of sites to forgive, by name; what was forgiven is said. Without it: one that a message shows is said, and forgiven where it claims "
            "no profile; none looks for none."
        ),
    ] = "",
    strict: Annotated[bool, typer.Option("--strict", help="Report tolerated habits too; what cannot be decided offline is exit code 2.")] = False,
    format: Annotated[IssueFormat, typer.Option("--format", help="How to print.")] = IssueFormat.TEXT,
    jobs: Annotated[int, typer.Option(min=1, help="How many processes share the work.")] = 1,
) -> None:
    """Judge messages by their declared profile.

    Exit code 0: no error; 1: at least one; 2: a file cannot be read or is in no format known here, or with --strict: something that must hold could not be
    decided offline. Files of a folder that are in no format known
    here are left out, and said.
    """
    from itertools import chain

    from harness.api import validate_each
    from harness.cli._validate import Tally, said_of, sources
    from harness.reporting.issues import issue_report

    found = sources(files)
    tally = Tally(found, strict=strict)
    judged = validate_each(
        (one.content for one in found),
        jobs=jobs,
        profile=profile,
        side=side,
        strict=strict,
        dialect=dialect,
        packages=tuple(package or ()),
        fhir_version=fhir_version,
        rules=tuple(rules or ("national",)),
    )
    # The first is judged before anything is printed, so that an unknown profile prints nothing but its error.
    first = next(judged, None)
    for text in issue_report(format)(tally.of(chain([first] if first else [], judged))):
        typer.echo(text.encode("utf-8", "replace"), nl=False)
    for line in chain(tally.said(), said_of(package or (), fhir_version)):
        typer.echo(line, err=True)
    raise typer.Exit(tally.exit_code)
