"""What a reader of bytes remarks of something it could read all the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from harness.model.location import Location


@dataclass(frozen=True, slots=True)
class Remark:
    """``key`` is the row of ``profiles/issues`` that words it with ``words``, ``location`` where it stands and ``actual`` what stands there.

    Readers know no catalogue: validation makes the issue of it.
    """

    key: str
    location: Location
    actual: str = ""
    words: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))
