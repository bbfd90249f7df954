"""A v2 profile as rule objects, compiled once from its file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from harness.model.issue import Severity
from harness.validation.hl7v2.structure import Structure, read_structure


@dataclass(frozen=True, slots=True)
class Table:
    """A table of codes: closed (``values``) or by form (``pattern``). ``tolerated`` values are read, and said. ``local`` tables only warn."""

    id: str
    title: str
    local: bool
    strict: bool
    values: frozenset[str]
    tolerated: frozenset[str]
    pattern: re.Pattern[str] | None
    source: str

    def holds(self, code: str) -> bool:
        """True when ``code`` is in the table or has its form."""
        return code in self.values or code in self.tolerated or (self.pattern is not None and self.pattern.fullmatch(code) is not None)

    @property
    def expected(self) -> str:
        """What to print as expected."""
        return f"one of {', '.join(sorted(self.values))}" if self.values else f"the form of {self.title}"


@dataclass(frozen=True, slots=True)
class FieldRule:
    """What a profile says of a field or component. ``max`` is None for any number; ``type`` TS, NM, SI, XCN or empty."""

    number: int
    use: str
    max: int | None
    type: str
    table: Table | None
    length: int
    severity: Severity | None
    strict: bool
    error_code: str
    parts: tuple[FieldRule, ...]


@dataclass(frozen=True, slots=True)
class SegmentRule:
    """Fields of one segment in order, with the section they come from."""

    name: str
    source: str
    fields: tuple[FieldRule, ...]


@dataclass(frozen=True, slots=True)
class CrossRule:
    """How a rule over several fields counts in a profile."""

    name: str
    severity: Severity
    strict: bool
    source: str


@dataclass(frozen=True, slots=True)
class Profile:
    """Everything one file says. ``structures`` maps (message type, event) to a structure; empty: structures are not judged."""

    id: str
    title: str
    versions: tuple[str, ...]
    profile_ids: tuple[str, ...]
    structures: Mapping[tuple[str, str], Structure]
    segments: Mapping[str, SegmentRule]
    tables: Mapping[str, Table]
    rules: tuple[CrossRule, ...]

    @property
    def types(self) -> frozenset[str]:
        """Message types the profile knows."""
        return frozenset(kind for kind, _ in self.structures)

    def structure(self, type: str, event: str) -> Structure | None:
        """The structure of a message, if the profile has it; ``*`` in a profile stands for every event."""
        return self.structures.get((type, event)) or self.structures.get((type, "*"))


@lru_cache(maxsize=16)
def load_profile(name: str) -> Profile:
    """The compiled profile called ``name``; raises UnknownNameError or CatalogueError."""
    from harness.catalogue import catalogue

    return compile_profile(catalogue().profile(name))


@lru_cache(maxsize=64)
def profile_for(version: str) -> str:
    """The name of the profile a message of MSH-12 ``version`` is judged by: ``base`` for versions only it names, else ``itk-2.4``."""
    return "base" if version in load_profile("base").versions else "itk-2.4"


def compile_profile(data: Mapping[str, Any]) -> Profile:
    """Rule objects of a profile's plain data (already checked against its schema)."""
    tables = {name: _table(name, raw) for name, raw in data["tables"].items()}
    structures: dict[tuple[str, str], Structure] = {}
    for raw in data["structures"]:
        for event, names in raw["events"].items():
            structures[(raw["type"], event)] = read_structure(raw["segments"], tuple(names), tuple(raw.get("relaxed", ())), raw["source"])
    segments = {name: SegmentRule(name, raw["source"], _fields(raw["fields"], tables, "O")) for name, raw in data["segments"].items()}
    rules = tuple(CrossRule(name, Severity(raw["severity"]), raw.get("strict", False), raw["source"]) for name, raw in data["rules"].items())
    return Profile(data["id"], data["title"], tuple(data["versions"]), tuple(data["profile_ids"]), structures, segments, tables, rules)


def _table(name: str, raw: Mapping[str, Any]) -> Table:
    pattern = re.compile(raw["pattern"]) if "pattern" in raw else None
    return Table(
        name,
        raw["title"],
        raw["kind"] == "local",
        raw.get("strict", False),
        frozenset(raw.get("values", ())),
        frozenset(raw.get("tolerated", ())),
        pattern,
        raw["source"],
    )


def _fields(raw: Mapping[str, Any], tables: Mapping[str, Table], use: str) -> tuple[FieldRule, ...]:
    return tuple(_field(int(number), rule, tables, use) for number, rule in sorted(raw.items(), key=lambda item: int(item[0])))


def _field(number: int, raw: Mapping[str, Any], tables: Mapping[str, Table], use: str) -> FieldRule:
    return FieldRule(
        number=number,
        use=raw.get("use", use),
        max=None if raw.get("max") == "*" else int(raw.get("max", "1")),
        type=raw.get("type", ""),
        table=tables[raw["table"]] if "table" in raw else None,
        length=raw.get("length", 0),
        severity=Severity(raw["severity"]) if "severity" in raw else None,
        strict=raw.get("strict", False),
        error_code=raw.get("error_code", ""),
        parts=_fields(raw.get("parts", {}), tables, "O"),
    )
