"""Defects given to simulated systems for one run, besides those of the manifest: to see which checks catch them, and what they cost in level."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from harness.errors import SetUpError, UnknownNameError
from harness.model.place import Place


def with_defects(place: Place, asked: Iterable[str]) -> Place:
    """``place`` with each ``SYSTEM:NAME`` of ``asked`` switched on, after the defects that the manifest declares.

    Raises SetUpError for what is not written so and for a real system, UnknownNameError for a system or defect nobody knows.
    """
    from harness.catalogue import catalogue

    systems = {system.id: system for system in place.systems}
    for text in asked:
        name, colon, defect = text.partition(":")
        if not (name and colon and defect):
            raise SetUpError(f"{text!r} names no defect of a system", where="--defect", expected="SYSTEM:NAME", do="see `harness list defects`")
        if name not in systems:
            raise UnknownNameError(f"system of {place.id}", name, systems)
        if defect not in catalogue().defects:
            raise UnknownNameError("defect", defect, catalogue().defects)
        system = systems[name]
        if not system.simulated:
            raise SetUpError(
                f"{name} is a real system: it has the defects that it has", where="--defect", expected="a simulated system of the place", do="name another"
            )
        systems[name] = replace(system, defects=tuple(dict.fromkeys((*system.defects, defect))))
    return replace(place, systems=tuple(systems.values()))
