"""Grammar facts of the HL7 v2 versions: ``profiles/hl7v2/grammar/<version>.json.z``, as ``harness.validation.hl7v2.compile`` writes them."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from harness.catalogue.load import data_root
from harness.errors import CatalogueError, UnknownNameError


@lru_cache(maxsize=1)
def v2_versions() -> tuple[str, ...]:
    """The versions there are facts of, in the order of their names."""
    return tuple(sorted(path.name.removesuffix(".json.z") for path in (data_root() / "profiles" / "hl7v2" / "grammar").glob("*.json.z")))


@lru_cache(maxsize=16)
def v2_grammar(version: str) -> Mapping[str, Any]:
    """Structures, segments, types, tables and lengths of a version; raises UnknownNameError, or CatalogueError for a file that is damaged."""
    import msgspec

    if version not in v2_versions():
        raise UnknownNameError("HL7 version", version, v2_versions())
    path = data_root() / "profiles" / "hl7v2" / "grammar" / f"{version}.json.z"
    try:
        facts: Mapping[str, Any] = msgspec.json.decode(zlib.decompress(path.read_bytes()))
    except (zlib.error, msgspec.DecodeError) as error:
        raise CatalogueError(f"not readable as packed grammar facts: {error}", where=str(path), do="compile it again") from None
    return facts
