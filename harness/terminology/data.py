"""The tables of ``profiles/fhir/terminology``, each read when first asked for."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from harness.catalogue.load import data_root
from harness.errors import CatalogueError


@lru_cache(maxsize=16)
def table(name: str) -> dict[str, Any]:
    """The content of ``profiles/fhir/terminology/<name>.json``; raises CatalogueError where it cannot be read."""
    import msgspec

    path = data_root() / "profiles" / "fhir" / "terminology" / f"{name}.json"
    try:
        content = msgspec.json.decode(path.read_bytes())
    except (OSError, msgspec.DecodeError) as error:
        raise CatalogueError(f"the table cannot be read ({error})", where=str(path), do="install the package again") from None
    if not isinstance(content, dict):
        raise CatalogueError("the table is not a JSON object", where=str(path), do="install the package again")
    return content


def words(name: str, member: str) -> list[str]:
    """The words of a member that is a list of lines."""
    return [word for line in table(name)[member] for word in line.split()]
