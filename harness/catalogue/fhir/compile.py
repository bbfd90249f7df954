"""Compiles the definitions of a FHIR version, as published, into the pack that ships: facts, no prose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from harness.catalogue.fhir.files import INDEX, MANIFEST, resource_of
from harness.catalogue.fhir.pack import write_pack
from harness.catalogue.fhir.packages import open_package
from harness.catalogue.fhir.slim import slim_core
from harness.errors import FormatError, SetUpError

KINDS = frozenset({"StructureDefinition", "ValueSet", "CodeSystem", "ConceptMap"})
VERSIONS = ("4.0.1", "3.0.2")


class Compiled(NamedTuple):
    """A pack that was written; ``size`` in bytes."""

    path: Path
    definitions: int
    size: int


def compile_core(packages: Iterable[str], version: str, folder: Path) -> Compiled:
    """Write ``folder/core-VERSION.pack`` from the definitions in folders or ``.tgz`` files; of two of one url and version the last stands.

    Raises SetUpError for a version that is not known here, packages that cannot be read or that hold no definition of a type.
    """
    if version not in VERSIONS:
        raise SetUpError(f"FHIR {version} is not compiled here", where="--fhir-version", expected=" or ".join(VERSIONS), do="correct the version")
    chosen = _chosen(packages, version)
    if not any(one.get("kind") == "resource" for one in chosen.values()):
        raise SetUpError(
            "no definition of a resource was found", where=", ".join(packages), expected=f"the definitions of FHIR {version}", do="correct the path"
        )
    path = folder / f"core-{version}.pack"
    return Compiled(path, len(chosen), write_pack(path, list(chosen.values())))


def compile_extensions(packages: Iterable[str], version: str, folder: Path) -> Compiled:
    """Write ``folder/extensions-VERSION.pack``: extensions, value sets and code systems that the core in force does not define.

    Raises SetUpError for packages that cannot be read or that define no extension.
    """
    from harness.catalogue.fhir.core import core_layer

    known = {url for url, entries in core_layer(version).entries.items() if entries[0].key >= 0}
    chosen = [one for (url, _, _), one in _chosen(packages, version).items() if url not in known and one.get("type", "Extension") == "Extension"]
    if not any(one["resourceType"] == "StructureDefinition" for one in chosen):
        raise SetUpError("no extension was found that is not of the core", where=", ".join(packages), expected="the extensions pack", do="correct the path")
    path = folder / f"extensions-{version}.pack"
    return Compiled(path, len(chosen), write_pack(path, chosen))


def _chosen(packages: Iterable[str], version: str) -> dict[tuple[str, str, str], Mapping[str, Any]]:
    chosen: dict[tuple[str, str, str], Mapping[str, Any]] = {}
    for text in packages:
        package = open_package(text)
        for name, data in package.files():
            if name.rpartition("/")[2] in (MANIFEST, INDEX) or not any(kind.encode() in data for kind in KINDS):
                continue
            try:
                found = resource_of(name, data, version)
            except FormatError as error:
                raise SetUpError(error.what, where=f"{package.where}/{name} {error.where}", expected=error.expected, do="mend or leave out the file") from None
            if found.get("resourceType") in KINDS and isinstance(found.get("url"), str):
                chosen[found["url"], str(found.get("version", "")), found["resourceType"]] = slim_core(found, version)
    return chosen
