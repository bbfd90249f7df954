"""Supplements: code systems that add words to the codes of another (FHIR R4 4.8.10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from threading import Lock
from typing import Any, Protocol

from harness.terminology.answer import objects, text
from harness.terminology.concepts import displays_of


class Lister(Protocol):
    """What is asked of definitions."""

    def every(self, kind: str) -> Iterable[Mapping[str, Any]]:
        """Every definition of a kind."""


class Supplements:
    """The words that supplements add. All code systems are read for it, so it is asked only about a display that the system itself does not have."""

    def __init__(self, definitions: Lister) -> None:
        self._definitions = definitions
        self._displays: dict[str, dict[str, tuple[str, ...]]] | None = None
        self._lock = Lock()

    def displays(self, system: str, code: str) -> tuple[str, ...]:
        """What supplements call a code."""
        if self._displays is None:
            with self._lock:
                if self._displays is None:
                    self._displays = self._read()
        return self._displays.get(system, {}).get(code, ())

    def _read(self) -> dict[str, dict[str, tuple[str, ...]]]:
        found: dict[str, dict[str, tuple[str, ...]]] = {}
        for resource in self._definitions.every("CodeSystem"):
            if text(resource, "content") != "supplement":
                continue
            into = found.setdefault(text(resource, "supplements").partition("|")[0], {})
            waiting = objects(resource.get("concept"))
            while waiting:
                concept = waiting.pop()
                code = text(concept, "code")
                into[code] = (*into.get(code, ()), *displays_of(concept))
                waiting.extend(objects(concept.get("concept")))
        return found
