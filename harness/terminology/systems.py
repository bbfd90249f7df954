"""Code systems by URI: those that definitions hold, those that a grammar decides, those known by name alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

from harness.terminology.answer import CodeAnswer, text
from harness.terminology.concepts import Concept, ConceptSystem, Predicate
from harness.terminology.data import table
from harness.terminology.grammar import grammars
from harness.terminology.identifiers import Distant, distant
from harness.terminology.languages import Languages
from harness.terminology.ucum import Units


class CodeSystem(Protocol):
    """A code system, however its codes are known. ``codes`` is None where they cannot be listed; ``complete`` False where absence proves nothing;
    ``why`` says why one or the other is so."""

    url: str
    name: str
    version: str
    status: str
    complete: bool
    why: str
    case_sensitive: bool

    @property
    def codes(self) -> Mapping[str, Concept] | None:
        """Every concept by code; None where they cannot be listed."""

    def canonical(self, code: str) -> str:
        """The code as it is compared."""

    def answer(self, code: str) -> CodeAnswer:
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
def built_in() -> Mapping[str, CodeSystem]:
    """Code systems that need no definition, by URI."""
    later = table("later")
    prefix = later["prefix"]
    named = [Distant(name if ":" in name else prefix + name, f"the code system {name} of HL7 Terminology") for name in later["systems"]]
    systems: list[CodeSystem] = [*named, Languages(), Units(), *grammars(), *distant()]
    return {system.url: system for system in systems}


def _later(url: str) -> Mapping[str, list[str]] | None:
    """Codes that HL7 Terminology has added to a code system since FHIR R4."""
    later = table("later")
    if not url.startswith(later["prefix"]):
        return None
    found: Mapping[str, list[str]] | None = later["concepts"].get(url.removeprefix(later["prefix"]))
    return found


class CodeSystems:
    """Finds code systems, and keeps what it found. A definition that has concepts comes before what is built in."""

    def __init__(self, definitions: Finder) -> None:
        self._definitions = definitions
        self._found: dict[str, CodeSystem | None] = {}

    def get(self, url: str, version: str = "") -> CodeSystem | None:
        """The system of a URI (of ``version`` where that one is at hand, else any); None where nothing is known of it."""
        key = f"{url}|{version}" if version else url
        try:
            return self._found[key]
        except KeyError:
            found = self._find(url, version)
            return self._found.setdefault(key, found)

    def _find(self, url: str, version: str) -> CodeSystem | None:
        resource = (self._definitions.find(f"{url}|{version}", "CodeSystem") if version else None) or self._definitions.find(url, "CodeSystem")
        known = built_in().get(url)
        if resource is None or text(resource, "content") == "supplement":
            return known
        if known is not None and (known.complete or text(resource, "content") != "complete"):
            return known
        return ConceptSystem(resource, _later(url) if not version else None)
