"""The item catalogue and the mapping rows, as nouns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Item:
    """One catalogued data item, e.g. ``allergy.code``.

    ``criticality`` is critical, important or context (weights 5, 2, 1); ``normal_form`` names how two values are compared;
    ``apart`` and ``alike`` are pairs of literal values that the normal form must keep apart, or hold equal.
    """

    id: str
    heading: str
    title: str
    criticality: str
    normal_form: str
    apart: tuple[tuple[str, str], ...] = ()
    alike: tuple[tuple[str, str], ...] = ()
    families: tuple[str, ...] = ()

    @property
    def group(self) -> str:
        """``allergy`` for ``allergy.code``."""
        return self.id.partition(".")[0]


@dataclass(frozen=True, slots=True)
class Group:
    """A repeating part of a record: ``key`` items align its entries; ``repeats`` is False for ``person``."""

    name: str
    key: tuple[str, ...]
    repeats: bool = True


@dataclass(frozen=True, slots=True)
class CodeMapEntry:
    """``neutral`` ⇄ ``local``; ``equivalence`` is equivalent, wider, narrower or inexact (FHIR concept-map-equivalence);
    ``direction`` is both, read or write."""

    neutral: str
    local: str
    equivalence: str = "equivalent"
    direction: str = "both"


@dataclass(frozen=True, slots=True)
class CodeMap:
    """A table between neutral codes and the codes of one format key."""

    id: str
    source: str
    entries: tuple[CodeMapEntry, ...]
    system: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A lens: ``item`` stands at ``at`` under the table's key. ``loss`` states what the standard loses (``none`` when nothing);
    ``transform`` names a value transform (``date``, ``datetime``, ``code``, ``fixed`` …), ``map`` a code map, ``when`` limits the row to triggers."""

    item: str
    at: str
    transform: str = "text"
    map: str = ""
    loss: str = ""
    loss_kind: str = ""
    direction: str = "both"
    when: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MappingTable:
    """All rows of one format key. ``anchors`` says, per group, where its entries stand and repeat (engine-specific strings);
    ``losses`` lists items the standard cannot carry at all."""

    key: str
    source: str
    anchors: Mapping[str, Mapping[str, str]]
    rows: tuple[Row, ...]
    losses: Mapping[str, str] = field(default_factory=dict)
