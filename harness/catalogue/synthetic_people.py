"""Synthetic people: ``fixtures/people``. Numbers stand in for those of a case; local codes are keys (``medical-1``)."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from harness.catalogue.load import load_yaml
from harness.catalogue.refer import must_know
from harness.errors import CatalogueError
from harness.model.place import FixturePerson
from harness.model.record import Record


def load_people(root: Path, items: Collection[str]) -> tuple[FixturePerson, ...]:
    """Everyone, by letter; items that the catalogue does not know raise CatalogueError."""
    people = []
    for path in sorted((root / "fixtures" / "people").glob("*.yaml")):
        data = load_yaml(path, "person", root=root)
        if data["id"].lower() != path.stem.lower():
            raise CatalogueError(f"the id {data['id']!r} does not fit the file name", where=str(path), do="rename one of them")
        for group, entries in data["record"].items():
            for entry in entries:
                for item in entry:
                    must_know("item", item, items, f"{path} {group}")
                    if item.partition(".")[0] != group:
                        raise CatalogueError(f"the item {item!r} stands in group {group!r}", where=str(path), do="move it to its group")
        people.append(FixturePerson(data["id"], data["title"], Record.from_json(data["record"]), tuple(data.get("traits", ()))))
    return tuple(people)
