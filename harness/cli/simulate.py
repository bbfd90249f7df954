"""harness simulate"""

from __future__ import annotations

from typing import Annotated

import typer

from harness.cli._output import FORMAT, Format, echo_json


def command(
    system: Annotated[str, typer.Argument(help="A simulated system of `harness list systems`.")],
    mllp_port: Annotated[int, typer.Option(min=0, max=65535, help="TCP port for HL7 v2 over MLLP; 0: any free one.")] = 0,
    fhir_port: Annotated[int, typer.Option(min=0, max=65535, help="TCP port for FHIR; 0: any free one.")] = 0,
    defect: Annotated[list[str] | None, typer.Option(help="Switch on a defect of `harness list defects`. May be repeated.")] = None,
    package: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME@VERSION|FILE.tgz|FOLDER", help="FHIR definitions that $validate judges by too. May be repeated."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Decides the bearer tokens.")] = 1,
    format: Annotated[Format, FORMAT] = Format.TEXT,
) -> None:
    """Serve a simulated system until interrupted, and say where."""
    import signal
    import threading
    from dataclasses import replace
    from datetime import datetime

    from harness.catalogue import catalogue
    from harness.catalogue.fhir.packages import open_package
    from harness.errors import UnknownNameError
    from harness.systems.host import start

    c = catalogue()
    chosen = c.system(system)
    for name in defect or ():
        if name not in c.defects:
            raise UnknownNameError("defect", name, c.defects)
    for name in package or ():
        open_package(name)
    chosen = replace(chosen, defects=(*chosen.defects, *(defect or ())), packages=tuple(package or ()))
    now = datetime.now().astimezone().replace(tzinfo=None).isoformat(timespec="seconds")
    running = start(chosen, seed=seed, now=now, mllp_port=mllp_port, fhir_port=fhir_port)
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    try:
        place = running.deployment
        doors = {name: place.addresses.get(way, "") for name, way in (("mllp", "hl7v2+mllp"), ("hl7v2", "hl7v2+http"), ("fhir", "fhir+http"))}
        facts = {"system": chosen.id, **doors, "control": place.control, "control_token": place.control_token}
        if format is Format.JSON:
            echo_json({**facts, "tokens": dict(place.tokens), "defects": list(chosen.defects)})
        else:
            for name, value in [*facts.items(), *((f"token {name}", value) for name, value in place.tokens.items()), ("defects", ", ".join(chosen.defects))]:
                if value:
                    typer.echo(f"{name}: {value}")
            typer.echo("serving until interrupted")
        stopped.wait()
    except KeyboardInterrupt:
        pass
    finally:
        running.stop()
