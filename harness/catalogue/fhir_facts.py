"""Element facts of FHIR types, read from ``profiles/fhir`` (see compile_fhir for how they are made).

facts = facts_of(root, "4.0.1")
facts("Patient")["active"]        # (False, "boolean", True): is a list, type name, is a number or truth value
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeAlias

from harness.errors import CatalogueError, UnknownNameError

ElementFacts: TypeAlias = Mapping[str, tuple[bool, str, bool]]
Facts: TypeAlias = Callable[[str], ElementFacts]

_NUMERIC = frozenset({"boolean", "integer", "decimal", "positiveInt", "unsignedInt", "integer64"})
_NONE: ElementFacts = MappingProxyType({})


@lru_cache(maxsize=4)
def load_types(root: Path, version: str) -> Mapping[str, Any]:
    """The compiled facts of a FHIR version by type name, as compile_fhir writes them. Raises UnknownNameError for a version that does not ship."""
    import msgspec

    folder = root / "profiles" / "fhir"
    path = folder / f"types-{version}.json"
    if not path.is_file():
        raise UnknownNameError("FHIR version", version, (each.stem.removeprefix("types-") for each in folder.glob("types-*.json")))
    try:
        types: Mapping[str, Any] = msgspec.json.decode(path.read_bytes())
    except msgspec.DecodeError as error:
        raise CatalogueError(str(error), where=str(path), expected="compiled FHIR facts", do="run python -m harness.catalogue.compile_fhir") from None
    return types


@lru_cache(maxsize=8)
def facts_of(root: Path, version: str) -> Facts:
    """A function from a type name (``Patient``, ``HumanName``, ``PatientContact``) to its elements by name.

    Each element is (is a list, type name, is a JSON number or truth value). A primitive or unknown type has no elements.
    Raises UnknownNameError for a FHIR version that does not ship.
    """
    types = load_types(root, version)

    @lru_cache(maxsize=1024)
    def facts(type_name: str) -> ElementFacts:
        found = types.get(type_name)
        return {name: (fact[1], fact[0], fact[0] in _NUMERIC) for name, fact in found["elements"].items()} if found else _NONE

    return facts
