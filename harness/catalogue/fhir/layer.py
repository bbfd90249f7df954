"""Where definitions come from: a layer lists what it holds without reading it, and reads one when it is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

import msgspec


class LayerEntry(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One definition of a layer. ``type`` and ``derivation`` are those of a StructureDefinition, with ``kind`` in ``sort`` (``-`` before it when abstract);

    ``key`` is whatever the layer finds it by.
    """

    url: str
    version: str
    kind: str
    key: int
    type: str = ""
    derivation: str = ""
    sort: str = ""
    name: str = ""


class Layer(Protocol):
    """A set of definitions."""

    @property
    def entries(self) -> Mapping[str, tuple[LayerEntry, ...]]:
        """What is held, by url, highest version first."""

    def load(self, entry: LayerEntry) -> Mapping[str, Any]:
        """The slim definition of an entry of this layer."""


class Held:
    """Resources at hand as a layer; they are made slim when first asked for."""

    def __init__(self, resources: Iterable[Mapping[str, Any]], version: str) -> None:
        self._resources = [one for one in resources if isinstance(one.get("url"), str)]
        self._version = version
        self._slim: dict[int, Mapping[str, Any]] = {}
        self.entries = by_url(entry_of(one, index) for index, one in enumerate(self._resources))

    def load(self, entry: LayerEntry) -> Mapping[str, Any]:
        """The slim definition of an entry of this layer."""
        from harness.catalogue.fhir.slim import slim

        found = self._slim.get(entry.key)
        if found is None:
            found = self._slim[entry.key] = slim(self._resources[entry.key], self._version)
        return found


class Stacked:
    """Two layers as one: what ``upper`` holds stands, ``lower`` has what else is asked for."""

    def __init__(self, upper: Layer, lower: Layer) -> None:
        self._upper, self._lower = upper, lower
        more = {url: entries for url, entries in lower.entries.items() if url not in upper.entries}
        # Keys are those of the layer an entry comes from; of the lower they are told by being below zero.
        marked = {url: tuple(msgspec.structs.replace(one, key=-one.key - 1) for one in entries) for url, entries in more.items()}
        self.entries: Mapping[str, tuple[LayerEntry, ...]] = {**upper.entries, **marked}

    def load(self, entry: LayerEntry) -> Mapping[str, Any]:
        """The slim definition of an entry of either layer."""
        return self._upper.load(entry) if entry.key >= 0 else self._lower.load(msgspec.structs.replace(entry, key=-entry.key - 1))


def entry_of(resource: Mapping[str, Any], key: int) -> LayerEntry:
    """How a definition is listed. Never raises on content."""
    texts = {name: value for name in _TEXTS if isinstance(value := resource.get(name), str)}
    sort = ("-" if resource.get("abstract") is True else "") + texts.get("kind", "")
    kind = texts.get("resourceType", "")
    if kind != "StructureDefinition":
        return LayerEntry(texts.get("url", ""), texts.get("version", ""), kind, key, name=texts.get("name", ""))
    return LayerEntry(
        texts.get("url", ""), texts.get("version", ""), kind, key, texts.get("type", ""), texts.get("derivation", ""), sort, texts.get("name", "")
    )


_TEXTS = ("url", "version", "resourceType", "type", "derivation", "kind", "name")


def by_url(entries: Iterable[LayerEntry]) -> dict[str, tuple[LayerEntry, ...]]:
    """Entries by url, highest version first; of equal versions the first stands."""
    found: dict[str, tuple[LayerEntry, ...]] = {}
    for entry in entries:
        held = found.get(entry.url)
        found[entry.url] = (entry,) if held is None else tuple(sorted((*held, entry), key=lambda one: version_key(one.version), reverse=True))
    return found


def version_key(version: str) -> tuple[Any, ...]:
    """A key that sorts versions: numbers by value, a release above its pre-releases."""
    release, _, before = version.partition("+")[0].partition("-")
    numbers = tuple((0, int(part), "") if part.isdigit() and len(part) < 20 else (-1, 0, part) for part in release.split(".")) if release else ()
    return numbers, not before, tuple((0, int(part), "") if part.isdigit() and len(part) < 20 else (1, 0, part) for part in before.split("."))


def matches(version: str, wanted: str) -> bool:
    """Whether a version answers the one wanted: the same, or wanted in part (``1.0`` for ``1.0.3``)."""
    return version == wanted or version.startswith(f"{wanted}.")
