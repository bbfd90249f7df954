"""The register of announced exemplars, and the place that a run of it simulates.

Names leave this module for ``harness list exemplars`` alone: the systems of the place are S01, S02 …, with role and dialect and nothing else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from harness.catalogue.load import load_yaml
from harness.catalogue.places import build_system, merged
from harness.catalogue.refer import must_know
from harness.model.place import Interface, Pairing, Place

FILE = "register.yaml"
_EXEMPLAR, _FOLLOWER = "acute-exemplar", "acute-follower"
_V2 = Interface("hl7v2", "v2-out", "v2-in")


def load_register(root: Path) -> Mapping[str, Any]:
    """``profiles/places/register.yaml`` as plain data; raises CatalogueError."""
    path = root / "profiles" / "places" / FILE
    data: Mapping[str, Any] = load_yaml(path, "register", root=root)
    dialects = {each.stem for each in (root / "profiles" / "dialects").glob("*.yaml")}
    for number, exemplar in enumerate(data["exemplars"], 1):
        must_know("dialect", exemplar["dialect"], dialects, f"{path} exemplar {number}")
    return data


def register_place(root: Path, files: Mapping[str, Mapping[str, Any]], defects: Collection[str]) -> Place:
    """One simulated exemplar and one simulated follower per row, paired over HL7 v2, named by number."""
    data = load_register(root)
    where = str(root / "profiles" / "places" / FILE)
    systems, pairings = [], []
    for number, exemplar in enumerate(data["exemplars"], 1):
        label = f"S{number:02}"
        spelling = load_yaml(root / "profiles" / "dialects" / f"{exemplar['dialect']}.yaml", "dialect", root=root)["nhs_number"]["write"]
        source = {
            "id": label,
            "title": f"{label}, {exemplar['kind']} exemplar, dialect {exemplar['dialect']}",
            "dialect": exemplar["dialect"],
            "identity": {"nhs_number_type": _type(spelling)},
        }
        target = {"id": f"{label}-follower", "title": f"{label}, follower"}
        systems += [build_system(merged(files[base], over), defects, where) for base, over in ((_EXEMPLAR, source), (_FOLLOWER, target))]
        pairings.append(Pairing(label, f"{label}-follower", (_V2,), {"identity": ("hl7v2",), "adt": ("hl7v2",)}))
    return Place(data["id"], data["title"], tuple(systems), tuple(pairings), (), data["source"], where)


def _type(spelling: str) -> str:
    """CX.5 of a spelling such as ``{number}^^^NHS^NH``; empty where the dialect leaves it out."""
    parts = spelling.split("^")
    return parts[4] if len(parts) > 4 else ""
