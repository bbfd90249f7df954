"""Every definition that judging may ask for, by canonical: packages above, the core of the FHIR version below."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, lru_cache
from threading import RLock
from typing import Any

from harness.catalogue.fhir.core import CORE, core_layer
from harness.catalogue.fhir.layer import Held, Layer, LayerEntry, matches, version_key
from harness.catalogue.fhir.structure import Structure, elements_of, structure_of

_DEPTH = 40  # definitions based on one another; the core has four, and what derives from it a few more
_CORRECTED = {"4.0.1": ("4.0.0",), "3.0.2": ("3.0.0", "3.0.1")}


class Definitions:
    """Definitions of one FHIR version. Reads what it is asked for, once; safe to share between threads.

    ``notes`` say what a user ought to know of the packages: files left out, definitions that stand twice, dependencies that are missing.
    """

    def __init__(self, version: str, core: Layer, layers: tuple[Layer, ...] = (), below: Definitions | None = None, notes: tuple[str, ...] = ()) -> None:
        self.version = version
        self.notes = notes
        self._core = core
        self._layers = layers
        self._below = below
        self._lock: RLock = below._lock if below is not None else RLock()
        self._loaded: dict[tuple[int, int], Mapping[str, Any]] = {}
        self._structures: dict[str, Structure | None] = {}
        self._orphans: set[str] = set()
        self._making: list[str] = []

    def find(self, canonical: str, *kinds: str) -> Mapping[str, Any] | None:
        """The definition of a canonical, of one of ``kinds`` where given; None where none is known.

        ``url``, ``url|version`` or a version in part (``url|1.0``); a #fragment is dropped. Without a version: the packages before the core, the
        highest version first.
        """
        url, _, version = canonical.partition("#")[0].partition("|")
        layers: tuple[Layer, ...] = (*self._layers, self._core) if self._below is None else self._layers
        best: tuple[Layer, LayerEntry] | None = None
        for layer in layers:
            if best is not None and layer is self._core:
                break
            for entry in layer.entries.get(url, ()):
                if (kinds and entry.kind not in kinds) or (version and not self._answers(layer, entry.version, version)):
                    continue
                if best is None or version_key(entry.version) > version_key(best[1].version):
                    best = layer, entry
                break
        if best is not None:
            return self._load(*best)
        return self._below.find(canonical, *kinds) if self._below is not None else None

    def structure(self, canonical: str) -> Structure | None:
        """The StructureDefinition of a canonical or of a bare type name, with its snapshot: the one it has, or one generated. None where it is unknown."""
        try:
            return self._structures[canonical]
        except KeyError:
            pass
        with self._lock:
            if canonical not in self._structures:
                self._structures[canonical] = self._structure(canonical)
            return self._structures[canonical]

    def type(self, name: str) -> Structure | None:
        """The base definition of a type (``Patient``, ``HumanName``, ``string``, ``Element``, ``Resource``)."""
        return self.structure(CORE + name) if name.isalnum() else self.structure(name)

    @cached_property
    def resource_types(self) -> frozenset[str]:
        """Names of the resources that can stand by themselves."""
        if self._below is not None:
            return self._below.resource_types
        return frozenset(entry.type for entry in self._types() if entry.sort == "resource")

    @cached_property
    def type_names(self) -> frozenset[str]:
        """Names of all types: resources, data types and primitives, the abstract ones too."""
        if self._below is not None:
            return self._below.type_names
        return frozenset(entry.type for entry in self._types() if entry.sort.lstrip("-") != "logical")

    @cached_property
    def primitive_types(self) -> frozenset[str]:
        """Names of the primitive types."""
        if self._below is not None:
            return self._below.primitive_types
        return frozenset(entry.type for entry in self._types() if entry.sort == "primitive-type")

    def every(self, kind: str) -> Iterator[Mapping[str, Any]]:
        """Every definition of a kind, one a url."""
        for layer, entry in self._entries():
            if entry.kind == kind:
                yield self._load(layer, entry)

    def with_resources(self, resources: Iterable[Mapping[str, Any]]) -> Definitions:
        """These definitions with a few more above them. Costs what the few cost: nothing is copied, what was read stays read."""
        return Definitions(self.version, self._core, (Held(resources, self.version),), self)

    def profiles_of(self, type_name: str) -> tuple[str, ...]:
        """Canonicals of the profiles on a type, sorted."""
        return tuple(sorted(entry.url for _, entry in self._entries() if entry.type == type_name and entry.derivation == "constraint"))

    def _types(self) -> Iterator[LayerEntry]:
        for entries in self._core.entries.values():
            for entry in entries:
                if entry.kind == "StructureDefinition" and entry.url == CORE + entry.type and entry.derivation != "constraint":
                    yield entry

    def _entries(self) -> Iterator[tuple[Layer, LayerEntry]]:
        seen: set[str] = set()
        within: Definitions | None = self
        while within is not None:
            for layer in (*within._layers, *((within._core,) if within._below is None else ())):
                for url, entries in layer.entries.items():
                    if url not in seen:
                        seen.add(url)
                        yield layer, entries[0]
            within = within._below

    def _answers(self, layer: Layer, version: str, wanted: str) -> bool:
        # 4.0.1, and 3.0.2 before it, are technical corrections: what names the version corrected means the same definitions.
        return matches(version, wanted) or (layer is self._core and version == self.version and wanted in _CORRECTED.get(version, ()))

    def _load(self, layer: Layer, entry: LayerEntry) -> Mapping[str, Any]:
        key = (id(layer), entry.key)
        found = self._loaded.get(key)
        if found is None:
            found = self._loaded.setdefault(key, layer.load(entry))
        return found

    def _structure(self, canonical: str) -> Structure | None:
        if "/" not in canonical and ":" not in canonical:
            return self.type(canonical) if canonical.isalnum() else None
        url = canonical.partition("#")[0].partition("|")[0]
        if self._below is not None and not any(url in layer.entries for layer in self._layers):
            found = self._below.structure(canonical)
            if found is not None and canonical not in self._below._orphans:
                return found
        resource = self.find(canonical, "StructureDefinition")
        if resource is None:
            return None
        elements = elements_of(resource, "snapshot")
        return structure_of(resource, elements) if elements else self._generated(canonical, resource)

    def _generated(self, canonical: str, resource: Mapping[str, Any]) -> Structure | None:
        from harness.catalogue.fhir.snapshot import generate

        problems: tuple[str, ...] = ()
        base_url = str(resource.get("baseDefinition", ""))
        if canonical in self._making or len(self._making) > _DEPTH:
            return None
        self._making.append(canonical)
        try:
            base = self.structure(base_url) if base_url else None
            if base is None or base_url in self._orphans:
                self._orphans.add(canonical)
            if base is None:
                circular = base_url.partition("|")[0] in (one.partition("|")[0] for one in self._making)
                problems = (f"its bases lead back to {base_url}" if circular else f"its base {base_url or '(none named)'} is not known here",)
                base = self.type(str(resource.get("type", "")))
            if base is None:
                return structure_of(resource, elements_of(resource, "differential"), problems)
            made = generate(resource, base, self.structure)
        finally:
            self._making.pop()
        return structure_of(resource, tuple(made.elements), problems + tuple(made.problems))


def definitions(version: str = "4.0.1", packages: tuple[str, ...] = ()) -> Definitions:
    """The definitions of a FHIR version with packages above its core; the same object for the same arguments.

    A package is a folder of definitions, a ``.tgz`` file, or a name and version of the package cache. Raises UnknownNameError for a version that does
    not ship, SetUpError for a package that cannot be read.
    """
    if not packages:
        return _core_alone(version)
    from harness.catalogue.fhir.cache import VARIABLE

    return _with_packages(version, tuple(packages), os.getcwd(), os.environ.get(VARIABLE))


@lru_cache(maxsize=4)
def _core_alone(version: str) -> Definitions:
    return Definitions(version, core_layer(version))


@lru_cache(maxsize=16)
def _with_packages(version: str, packages: tuple[str, ...], *_where: str | None) -> Definitions:
    from harness.catalogue.fhir.packages import layers_of

    core = core_layer(version)
    layers, notes = layers_of(packages, version)
    return Definitions(version, core, layers, notes=notes)
