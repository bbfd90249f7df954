"""Code systems by URI: those that definitions hold, those that a grammar decides, those known by name alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from threading import RLock
from typing import Any, Protocol

from harness.validation.fhir.terminology.answer import Answer, text
from harness.validation.fhir.terminology.concepts import Concept, ConceptSystem, Predicate
from harness.validation.fhir.terminology.grammar import grammars
from harness.validation.fhir.terminology.identifiers import distant
from harness.validation.fhir.terminology.languages import Languages
from harness.validation.fhir.terminology.ucum import Units


class System(Protocol):
    """A code system, however its codes are known. ``codes`` is None where they cannot be listed; ``complete`` False where absence proves nothing."""

    url: str
    name: str
    version: str
    status: str
    complete: bool
    case_sensitive: bool

    @property
    def codes(self) -> Mapping[str, Concept] | None:
        """Every concept by code; None where they cannot be listed."""

    def canonical(self, code: str) -> str:
        """The code as it is compared."""

    def answer(self, code: str) -> Answer:
        """Whether ``code`` is a code of the system."""

    def select(self, operation: str, name: str, value: str) -> Predicate | None:
        """A filter as a predicate over codes; None where it cannot be answered."""


class Finder(Protocol):
    """What terminology asks of definitions."""

    def find(self, canonical: str, *kinds: str) -> Mapping[str, Any] | None:
        """The definition of a canonical."""

    def every(self, kind: str) -> Any:
        """Every definition of a kind."""


@lru_cache(maxsize=1)
def built_in() -> Mapping[str, System]:
    """Code systems that need no definition, by URI."""
    systems: list[System] = [Languages(), Units(), *grammars(), *distant()]
    return {system.url: system for system in systems}


class Systems:
    """Finds code systems, and keeps what it found. A definition that has concepts comes before what is built in."""

    def __init__(self, definitions: Finder) -> None:
        self._definitions = definitions
        self._found: dict[str, System | None] = {}
        self._supplements: dict[str, list[Mapping[str, Any]]] | None = None
        self._lock = RLock()

    def get(self, url: str, version: str = "") -> System | None:
        """The system of a URI (of ``version`` where that one is at hand, else any); None where nothing is known of it."""
        key = f"{url}|{version}" if version else url
        try:
            return self._found[key]
        except KeyError:
            found = self._find(url, version)
            return self._found.setdefault(key, found)

    def _find(self, url: str, version: str) -> System | None:
        resource = (self._definitions.find(f"{url}|{version}", "CodeSystem") if version else None) or self._definitions.find(url, "CodeSystem")
        known = built_in().get(url)
        if resource is None or text(resource, "content") == "supplement":
            return known
        if known is not None and (known.complete or text(resource, "content") != "complete"):
            return known
        return ConceptSystem(resource, self._supplements_of(url))

    def _supplements_of(self, url: str) -> list[Mapping[str, Any]]:
        with self._lock:
            if self._supplements is None:
                found: dict[str, list[Mapping[str, Any]]] = {}
                for resource in self._every():
                    if text(resource, "content") == "supplement":
                        found.setdefault(text(resource, "supplements").partition("|")[0], []).append(resource)
                self._supplements = found
            return self._supplements.get(url, [])

    def _every(self) -> Any:
        return self._definitions.every("CodeSystem")
