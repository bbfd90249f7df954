"""harness packages"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from harness.cli._output import FORMAT, Format, clean, echo_json, echo_table

group = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Packages of FHIR definitions: the package cache, and the core facts that ship.")


@group.command("add")
def add_packages(
    packages: Annotated[list[str], typer.Argument(metavar="NAME@VERSION|FILE.tgz|FOLDER", help="Packages; the version may be 1.0.x, latest or left out.")],
    registry: Annotated[str, typer.Option(metavar="URL", help="The package registry, the only host that is spoken to.")] = "https://packages.fhir.org",
    dependencies: Annotated[bool, typer.Option(help="Fetch what packages of the registry depend on too.")] = True,
    format: Annotated[Format, FORMAT] = Format.TEXT,
) -> None:
    """Add packages to the cache (~/.fhir/packages, or HARNESS_FHIR_PACKAGES) and to harness-packages.lock here.

    Where that lock file is, only what it lists is used, and only as it was when it was added.
    """
    from harness.catalogue.fhir.add import add

    added = add(packages, registry=registry, dependencies=dependencies)
    if format is Format.JSON:
        echo_json(added)
        return
    echo_table(("package", "from", "notes"), [(f"{one.name}@{one.version}", one.source or one.folder, "; ".join(one.notes)) for one in added])


@group.command("list")
def list_packages(format: Annotated[Format, FORMAT] = Format.TEXT) -> None:
    """List the packages of the cache, and how each stands to harness-packages.lock here."""
    from harness.catalogue.fhir.listing import cached_packages

    found = cached_packages()
    if format is Format.JSON:
        echo_json(found)
        return
    echo_table(("package", "FHIR", "lock"), [(f"{one.name}@{one.version}", ", ".join(one.fhir_versions), one.lock) for one in found])


@group.command("compile")
def compile_packages(
    packages: Annotated[list[str], typer.Argument(metavar="FOLDER|FILE.tgz", help="The definitions of a FHIR version as published.")],
    fhir_version: Annotated[str, typer.Option(help="Their FHIR version, 4.0.1 or 3.0.2.")],
    out: Annotated[Path, typer.Option(help="Where to write core-VERSION.pack or extensions-VERSION.pack.")] = Path("profiles/fhir"),
    extensions: Annotated[bool, typer.Option("--extensions", help="Compile the extensions that the core does not define.")] = False,
) -> None:
    """Compile the core definitions of a FHIR version into the facts that ship: no prose, the same bytes from the same definitions."""
    from harness.catalogue.fhir.compile import compile_core, compile_extensions

    made = (compile_extensions if extensions else compile_core)(packages, fhir_version, out)
    typer.echo(clean(f"{made.path}: {made.definitions} definitions, {made.size} bytes"))
