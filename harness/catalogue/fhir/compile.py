"""Compiles the definitions of a FHIR version, as its npm package holds them, into the pack that ships."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from harness.catalogue.fhir.pack import write_pack
from harness.catalogue.fhir.slim import slim_core

KINDS = ("StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap")


def compile_core(resources: Iterable[Mapping[str, Any]], version: str, folder: Path) -> tuple[Path, int, int]:
    """Write ``folder/core-VERSION.pack`` from the definitions of a FHIR version. Returns its path, its size in bytes and the number of definitions."""
    chosen = {(one["url"], one.get("version"), one["resourceType"]): one for one in resources if one.get("resourceType") in KINDS and one.get("url")}
    made = [slim_core(one, version) for one in chosen.values()]
    path = folder / f"core-{version}.pack"
    return path, write_pack(path, made), len(made)
