"""A value set compiled: which codes its compose takes (FHIR R4 4.9.5), and the expansion it was shipped with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from harness.terminology.answer import objects, text, texts

_LIMITS = frozenset({"offset", "count", "filter", "limitedExpansion"})
_TOO_COSTLY = "http://hl7.org/fhir/StructureDefinition/valueset-toocostly"
_UNCLOSED = "http://hl7.org/fhir/StructureDefinition/valueset-unclosed"
_MAX_CONTAINS = 500_000


@dataclass(frozen=True, slots=True)
class Filter:
    """``operation`` on the property ``name`` (``is-a`` on concept)."""

    operation: str
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Include:
    """One include or exclude: codes of ``system`` (listed, filtered, or all) that are in every one of ``imports``. ``listed`` gives texts by code."""

    system: str
    version: str
    listed: Mapping[str, tuple[str, ...]] | None
    filters: tuple[Filter, ...]
    imports: tuple[str, ...]

    @property
    def empty(self) -> bool:
        """True for one that names neither a system nor a value set: it takes nothing."""
        return not self.system and not self.imports


@dataclass(frozen=True, slots=True)
class Shipped:
    """An expansion that came with the value set. ``whole``: what is not in it is not in the value set."""

    codes: Mapping[tuple[str, str], tuple[str, ...]]
    inactive: frozenset[tuple[str, str]]
    abstract: frozenset[tuple[str, str]]
    whole: bool


@dataclass(frozen=True, slots=True)
class ValueSet:
    """One value set. ``inactive_too`` is False where codes out of use are left out."""

    url: str
    version: str
    name: str
    status: str
    includes: tuple[Include, ...]
    excludes: tuple[Include, ...]
    inactive_too: bool
    shipped: Shipped | None


def compile_value_set(resource: Mapping[str, Any]) -> ValueSet:
    """The value set of a resource; whatever is misshapen in it is left out."""
    compose = resource.get("compose")
    compose = compose if isinstance(compose, dict) else {}
    return ValueSet(
        text(resource, "url"),
        text(resource, "version"),
        text(resource, "title") or text(resource, "name") or text(resource, "url"),
        text(resource, "status"),
        tuple(_include(one) for one in objects(compose.get("include"))),
        tuple(_include(one) for one in objects(compose.get("exclude"))),
        compose.get("inactive") is not False,
        _shipped(resource.get("expansion")),
    )


def _include(item: Mapping[str, Any]) -> Include:
    listed: dict[str, tuple[str, ...]] = {}
    for concept in objects(item.get("concept")):
        code = text(concept, "code")
        if code:
            found = [text(concept, "display"), *(text(one, "value") for one in objects(concept.get("designation")))]
            listed[code] = tuple(dict.fromkeys(one for one in found if one))
    filters = tuple(Filter(text(one, "op"), text(one, "property"), _plain(one.get("value"))) for one in objects(item.get("filter")))
    return Include(text(item, "system"), text(item, "version"), listed or None, filters, tuple(texts(item.get("valueSet"))))


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, str | int | float) else ""


def _shipped(expansion: object) -> Shipped | None:
    if not isinstance(expansion, dict) or not isinstance(expansion.get("contains"), list):
        return None
    codes: dict[tuple[str, str], tuple[str, ...]] = {}
    inactive, abstract = set(), set()
    for item in _contains(expansion["contains"]):
        pair = text(item, "system"), text(item, "code")
        if item.get("inactive") is True:
            inactive.add(pair)
        if item.get("abstract") is True:
            abstract.add(pair)
        found = [text(item, "display"), *(text(one, "value") for one in objects(item.get("designation")))]
        codes[pair] = tuple(dict.fromkeys(one for one in found if one))
    if not codes:
        return None
    return Shipped(codes, frozenset(inactive), frozenset(abstract), _whole(expansion, len(codes)))


def _contains(items: object) -> Iterator[Mapping[str, Any]]:
    waiting = [objects(items)]
    seen = 0
    while waiting and seen < _MAX_CONTAINS:
        for item in waiting.pop():
            seen += 1
            if text(item, "code"):
                yield item
            if "contains" in item:
                waiting.append(objects(item["contains"]))


def _whole(expansion: Mapping[str, Any], count: int) -> bool:
    for parameter in objects(expansion.get("parameter")):
        value = next((value for name, value in parameter.items() if name.startswith("value")), None)
        if text(parameter, "name") in _LIMITS and value not in (None, "", "-1", -1, False, "0", 0):
            return False
    total = expansion.get("total")
    if isinstance(expansion.get("offset"), int) and expansion["offset"] > 0:
        return False
    marks = (text(one, "url") for one in objects(expansion.get("extension")) if one.get("valueBoolean") is not False)
    return not (isinstance(total, int) and total > count) and not any(mark in (_TOO_COSTLY, _UNCLOSED) for mark in marks)
