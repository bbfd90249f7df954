"""harness validate"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli._output import FORMAT, Format, clean, echo_json


def command(
    files: Annotated[list[Path], typer.Argument(help="Files of HL7 v2 (ER7 or XML, one message or many) or FHIR (JSON, XML, NDJSON).")],
    profile: Annotated[str, typer.Option(help="An HL7 v2 profile by name. Without it: by MSH-12.")] = "",
    side: Annotated[str, typer.Option(metavar="creator|consumer", help="Whose side of the message is judged.")] = "creator",
    strict: Annotated[bool, typer.Option("--strict", help="Report tolerated habits too.")] = False,
    format: Annotated[Format, FORMAT] = Format.TEXT,
) -> None:
    """Judge messages by their declared profile.

    Exit code 0: no error; 1: at least one; 2: a file cannot be read or is in no format known here.
    """
    from dataclasses import asdict

    from harness.api import validate

    found = [(path, validate(path, profile=profile, side=side, strict=strict)) for path in files]
    unknown = [(path, issue) for path, issues in found for issue in issues if issue.code == "format/unknown"]
    if format is Format.JSON:
        echo_json([{"file": str(path), "issues": [{**asdict(issue), "location": str(issue.location)} for issue in issues]} for path, issues in found])
    else:
        for path, issues in found:
            for issue in issues:
                expected = f"; expected {issue.expected}" if issue.expected else ""
                actual = f", found {issue.actual}" if issue.actual else ""
                where = f"{issue.location}: " if str(issue.location) else ""
                typer.echo(clean(f"{path}: {issue.severity}: {where}{issue.message}{expected}{actual} [{issue.code}]"))
            errors = sum(issue.is_error for issue in issues)
            typer.echo(clean(f"{path}: {errors} errors, {len(issues) - errors} other issues"))
    if unknown:
        path, issue = unknown[0]
        typer.echo(clean(f"harness: {path}: {issue.message}; expected {issue.expected or 'HL7 v2 or FHIR'}; give a message file"), err=True)
        raise typer.Exit(2)
    raise typer.Exit(int(any(issue.is_error for _, issues in found for issue in issues)))
