"""The ``harness`` program. Imports nothing heavy: each command imports what it needs when it runs."""

from __future__ import annotations

import sys
from importlib import import_module
from pkgutil import iter_modules

import typer

from harness import cli
from harness.errors import HarnessError

app = typer.Typer(
    name="harness",
    help="Measures the level of place-based record integration that pairings of health and social care systems reach.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        from harness import __version__

        typer.echo(f"exemplar-harness {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Say which version this is."),
) -> None:
    pass


for _module in iter_modules(cli.__path__):
    if _module.name != "main" and not _module.name.startswith("_"):
        _room = import_module(f"{cli.__name__}.{_module.name}")
        if hasattr(_room, "group"):
            app.add_typer(_room.group, name=_module.name.rstrip("_").replace("_", "-"))
        else:
            app.command(_module.name.rstrip("_").replace("_", "-"))(_room.command)


def main() -> None:
    """Run the program; an error that a user can cause is one sentence on stderr and exit code 2."""
    try:
        app()
    except HarnessError as error:
        sys.stderr.write(f"harness: {' '.join(str(error).split())}\n")
        sys.exit(2)
