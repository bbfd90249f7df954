"""Carry tables: ``profiles/mappings/carry``, one file per segment beside ``slots.yaml`` (resources) and ``codes.yaml`` (code maps)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.catalogue.load import load_yaml
from harness.errors import CatalogueError


def load_carry(root: Path) -> dict[str, Any]:
    """``{"slots": {name: …}, "maps": {name: {code: code}}, "segments": [table, …]}``, each file proven against its schema."""
    folder = root / "profiles" / "mappings" / "carry"
    slots = load_yaml(folder / "slots.yaml", "carry-slots", root=root)["slots"]
    maps = load_yaml(folder / "codes.yaml", "carry-codes", root=root)["maps"]
    segments = []
    for path in sorted(folder.glob("*.yaml")):
        if path.stem in ("slots", "codes"):
            continue
        table = load_yaml(path, "carry", root=root)
        if table["segment"] != path.stem:
            raise CatalogueError(f"the segment {table['segment']!r} does not fit the file name", where=str(path), do="rename one of them")
        segments.append(table)
    return {"slots": slots, "maps": maps, "segments": segments}
