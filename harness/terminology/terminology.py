"""Questions about codes, answered from definitions alone: yes, no, or that nobody can say offline."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from harness.terminology.answer import CodeAnswer, Expansion, objects, plain, text
from harness.terminology.expand import ValueSetReader
from harness.terminology.supplements import Supplements
from harness.terminology.systems import CodeSystem, CodeSystems, Finder
from harness.terminology.trail import MemberTable
from harness.terminology.value_sets import ValueSet, compile_value_set

_KINDS = frozenset({"ValueSet", "CodeSystem"})
# Registries that STU3 binds to as if they were value sets: every code of theirs.
_WHOLE = {"http://www.rfc-editor.org/bcp/bcp13.txt": "urn:ietf:bcp:13", "http://tools.ietf.org/html/bcp47": "urn:ietf:bcp:47"}


class Terminology:
    """Value sets and code systems of a set of definitions. Everything is read when first asked for, then kept; safe to share between threads.

    ``definitions`` is harness.catalogue.fhir.Definitions, or whatever has its ``find`` and ``every``.
    """

    def __init__(self, definitions: Finder) -> None:
        self._definitions = definitions
        self._systems = CodeSystems(definitions)
        self._value_sets: dict[str, ValueSet | None] = {}
        self._tables: dict[str, MemberTable] = {}
        self._supplements = Supplements(definitions)
        self._reader = ValueSetReader(self.value_set, self._systems)

    def over(self, definitions: Finder, added: Iterable[Mapping[str, Any]]) -> Terminology:
        """Terminology of ``definitions``, which are these and ``added``: this very object where nothing added is a value set or code system."""
        return Terminology(definitions) if any(one.get("resourceType") in _KINDS for one in added) else self

    def member(self, value_set: str, code: str, system: str | None = None, display: str | None = None, version: str | None = None) -> CodeAnswer:
        """Whether ``code`` is in the value set; without ``system`` whether any system of the set has it there (the type ``code``).

        ``display`` chooses which of the displays is told, where it is one of them; ``version`` is that of the code system and decides nothing unless
        the value set names another.
        """
        table = self._tables.get(value_set)
        if table is None:
            table = self._table(value_set)
        found = table.pairs.get((system, code)) if system is not None else table.codes.get(code)
        if found is not None:
            if display is not None and found.display != display and system is not None and self.right_display(system, code, display, found):
                return _shown(found, display)
            return found
        if table.whole and not table.folds:
            return table.absent
        return self._reader.member(table, value_set, code, system, version)

    def code(self, system: str, code: str, version: str | None = None) -> CodeAnswer:
        """Whether ``code`` is a code of the code system at all."""
        found = self._systems.get(system, version or "")
        if found is None:
            return CodeAnswer("unknown", f"the code system {system} is not at hand")
        answer = found.answer(code)
        if answer.no and version and found.version and found.version != version and not found.version.startswith(f"{version}."):
            return CodeAnswer("unknown", f"version {version} of the code system {found.name} is not at hand (only {found.version})")
        return answer

    def right_display(self, system: str, code: str, display: str, answer: CodeAnswer) -> bool | None:
        """Whether ``display`` is a text of the code that ``answer`` is about, supplements counted; None where no text is known."""
        own = answer.right_display(display)
        return own if own is not False else plain(display) in {plain(one) for one in self._supplements.displays(system, code)}

    def expand(self, value_set: str) -> Expansion | None:
        """Every code of the value set; None where it cannot be answered offline (``why`` says why) or has no end."""
        table = self._tables.get(value_set) or self._table(value_set)
        if not table.whole:
            return None
        inactive = frozenset(pair for pair, answer in table.pairs.items() if answer.inactive)
        abstract = frozenset(pair for pair, answer in table.pairs.items() if answer.abstract)
        return Expansion({pair: answer.display or "" for pair, answer in table.pairs.items()}, inactive, abstract)

    def codes(self, value_set: str) -> frozenset[tuple[str, str]] | None:
        """(system, code) of every code of the value set; None where they cannot be listed."""
        table = self._tables.get(value_set) or self._table(value_set)
        return table.members

    def why(self, value_set: str) -> str:
        """Why a value set cannot be expanded offline; empty where it can."""
        table = self._tables.get(value_set) or self._table(value_set)
        return table.why

    def value_set(self, canonical: str) -> ValueSet | None:
        """The compiled value set of a canonical; None where it is not at hand."""
        try:
            return self._value_sets[canonical]
        except KeyError:
            resource = self._read(canonical) if canonical else None
            found = compile_value_set(resource) if resource is not None and text(resource, "resourceType") in ("ValueSet", "") else None
            return self._value_sets.setdefault(canonical, found)

    def _read(self, canonical: str) -> Mapping[str, Any] | None:
        """The resource of a canonical; behind a # one contained in the definition before it."""
        if canonical in _WHOLE:
            return {"resourceType": "ValueSet", "url": canonical, "name": canonical, "compose": {"include": [{"system": _WHOLE[canonical]}]}}
        outer, mark, fragment = canonical.partition("#")
        if not mark:
            return self._definitions.find(canonical, "ValueSet")
        holder = self._definitions.find(outer) if outer else None
        return next((one for one in objects(holder.get("contained")) if one.get("id") == fragment), None) if holder is not None else None

    def system(self, url: str, version: str = "") -> CodeSystem | None:
        """The code system of a URI; None where nothing is known of it."""
        return self._systems.get(url, version)

    def covers(self, value_set: str, system: str) -> bool:
        """Whether the value set takes codes of this system at all."""
        return system in self._reader.systems_of(value_set)

    def name(self, value_set: str) -> str:
        """What people call a value set; its canonical where it is not at hand."""
        found = self.value_set(value_set)
        return found.name if found is not None else value_set

    def _table(self, value_set: str) -> MemberTable:
        return self._tables.setdefault(value_set, self._reader.table(value_set))


def _shown(answer: CodeAnswer, display: str) -> CodeAnswer:
    return CodeAnswer(answer.status, answer.reason, display, answer.inactive, answer.abstract, answer.displays)
