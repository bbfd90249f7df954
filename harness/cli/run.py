"""harness run"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Texts = list[str] | None


def command(
    place: Annotated[str | None, typer.Argument(help="A shipped place or a manifest file (*.place.yaml). Without it: the demonstration place.")] = None,
    records: Annotated[Path | None, typer.Option(help="Send the people found in these HL7 v2 or FHIR files instead of the shipped ones.")] = None,
    pairing: Annotated[Texts, typer.Option(metavar="S:T", help="Only this pairing. May be repeated.")] = None,
    suite: Annotated[Texts, typer.Option(metavar="ID", help="Only this suite. May be repeated.")] = None,
    check: Annotated[Texts, typer.Option(metavar="ID", help="Only this check. May be repeated.")] = None,
    seed: Annotated[int, typer.Option(help="Decides content; with simulated systems also identities and calendar.")] = 1,
    jobs: Annotated[int | None, typer.Option(help="Worker processes. Without it: one a core.")] = None,
    repeat: Annotated[int, typer.Option(help="Ask every question this many times, to find answers that vary.")] = 1,
    evidence: Annotated[str, typer.Option(metavar="all|failures|none", help="Which bytes to keep.")] = "failures",
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where to write. Without it: a new directory under harness-out/.")] = None,
    resume: Annotated[Path | None, typer.Option(metavar="RUN", help="Finish the interrupted run in this directory.")] = None,
    keep_numbers: Annotated[bool, typer.Option("--keep-numbers", help="Do not replace the NHS numbers of --records.")] = False,
    package: Annotated[Texts, typer.Option(metavar="NAME@VERSION|FILE.tgz|FOLDER", help="FHIR definitions to judge messages by too. May be repeated.")] = None,
    defect: Annotated[Texts, typer.Option(metavar="SYSTEM:NAME", help="Give a simulated system this defect for this run. May be repeated.")] = None,
    format: Annotated[str, typer.Option("--format", metavar="text|json|...", help="Print the matrix, or any report of `harness list reports`.")] = "text",
) -> None:
    """Run a place and say which level each pairing reaches.

    Its systems exchange records over real sockets, and what arrived is read back by another way.
    Exit code 0: every aim of the manifest is met; 1: one is not; 2: the harness failed or examined nothing.
    """
    from harness.api import run
    from harness.cli._progress import Progress
    from harness.errors import UnknownNameError
    from harness.gate import decide
    from harness.reporting import console
    from harness.reporting.registry import REPORTS
    from harness.reporting.view import printable

    if format != "text" and format not in REPORTS:
        raise UnknownNameError("format", format, ["text", *REPORTS])
    progress = Progress()
    try:
        with progress:
            result = run(
                place,
                records=records,
                pairings=pairing or (),
                suites=suite or (),
                checks=check or (),
                seed=seed,
                jobs=jobs,
                repeat=repeat,
                evidence=evidence,
                out=out,
                resume=resume,
                keep_numbers=keep_numbers,
                packages=package or (),
                defects=defect or (),
                listeners=(progress.hear,),
            )
    except KeyboardInterrupt:
        typer.echo(f"harness: interrupted; finish it with: harness run --resume {progress.directory}", err=True)
        raise typer.Exit(130) from None
    if format == "text":
        if progress.terminal:
            console.show(result)
        else:
            typer.echo(console.render(result), nl=False)
        typer.echo(f"written to {result.directory}: {', '.join(report.file for _, report in REPORTS.items() if report.file)}")
    else:
        typer.echo(REPORTS.get(format).content(result).decode(), nl=False)
    decision = decide(result)
    for line in decision.warnings:
        typer.echo(f"warning: {line}", err=True)
    for line in decision.reasons:
        typer.echo(f"{'not met' if decision.code == 1 else 'harness'}: {printable(line)}", err=True)
    raise typer.Exit(decision.code)
