"""The core of each FHIR version that ships, as a layer of definitions."""

from __future__ import annotations

from functools import lru_cache

from harness.catalogue.fhir.layer import Layer, Stacked
from harness.catalogue.fhir.pack import Pack
from harness.catalogue.load import data_root
from harness.errors import UnknownNameError

CORE = "http://hl7.org/fhir/StructureDefinition/"


@lru_cache(maxsize=4)
def core_layer(version: str) -> Layer:
    """The core of a FHIR version. Raises UnknownNameError for a version that does not ship."""
    folder = data_root() / "profiles" / "fhir"
    path = folder / f"core-{version}.pack"
    if not path.is_file():
        raise UnknownNameError("FHIR version", version, (one.stem.removeprefix("core-") for one in folder.glob("core-*.pack")))
    # Extensions of the FHIR extensions pack, which HL7 publishes for every version, that the core itself does not define.
    extensions = folder / f"extensions-{version}.pack"
    return Stacked(Pack(path), Pack(extensions)) if extensions.is_file() else Pack(path)
