"""Dialects of HL7 v2 as plain data: ``profiles/dialects``, one file a habit of sites."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from harness.catalogue.load import load_yaml
from harness.errors import CatalogueError


def load_dialects(root: Path) -> Mapping[str, Mapping[str, Any]]:
    """Every dialect by id; raises CatalogueError where the id is not the file's name."""
    found: dict[str, Mapping[str, Any]] = {}
    for path in sorted((root / "profiles" / "dialects").glob("*.yaml")):
        data = load_yaml(path, "dialect", root=root)
        if data["id"] != path.stem:
            raise CatalogueError(f"the id {data['id']!r} does not fit the file name", where=str(path), do="rename one of them")
        found[data["id"]] = data
    return found
