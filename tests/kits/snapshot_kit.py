"""Small profiles on the core of R4, and the snapshots made of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from harness.catalogue.fhir import Definitions, definitions
from harness.catalogue.fhir.snapshot import Snapshot, generate

CORE = "http://hl7.org/fhir/StructureDefinition/"
OWN = "https://exemplar-harness.example/fhir/StructureDefinition/"


def profile(type_name: str, *elements: Mapping[str, Any], name: str = "own", base: str = "", **more: Any) -> dict[str, Any]:
    """A StructureDefinition that constrains ``base`` (the type where none is given) by ``elements``."""
    return {
        "resourceType": "StructureDefinition",
        "url": OWN + name,
        "name": name,
        "status": "draft",
        "kind": "resource",
        "abstract": False,
        "type": type_name,
        "baseDefinition": base or CORE + type_name,
        "derivation": "constraint",
        "differential": {"element": list(elements)},
        **more,
    }


def known(*more: Mapping[str, Any]) -> Definitions:
    """The core of R4 with definitions above it."""
    return definitions("4.0.1").with_resources(more)


def made(definition: Mapping[str, Any], *more: Mapping[str, Any]) -> Snapshot:
    """The snapshot of a definition, with more definitions known beside it."""
    held = known(*more)
    return generate(definition, held.structure(str(definition.get("baseDefinition", ""))), held.structure)


def by_id(snapshot: Snapshot) -> dict[str, dict[str, Any]]:
    """Elements by id; every id once."""
    ids = [element["id"] for element in snapshot.elements]
    assert len(ids) == len(set(ids))
    return {element["id"]: element for element in snapshot.elements}


def sliced(path: str, *, by: str = "system", rules: str = "open", **more: Any) -> dict[str, Any]:
    """An element that opens a slicing by value."""
    return {"id": path, "path": path, "slicing": {"discriminator": [{"type": "value", "path": by}], "rules": rules}, **more}


def at(id: str, **more: Any) -> dict[str, Any]:
    """An element of a differential, its path and slice name taken from its id."""
    path = ".".join(part.partition(":")[0] for part in id.split("."))
    name = id.rpartition(".")[2].partition(":")[2]
    return {"id": id, "path": path, **({"sliceName": name} if name else {}), **more}
