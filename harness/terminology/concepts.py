"""A code system whose concepts are at hand: codes, displays, hierarchy, properties and the filters these can answer (FHIR R4 4.8, 4.9.5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from harness.terminology.answer import CodeAnswer, objects, text
from harness.terminology.patterns import full_match

Predicate = Callable[[str], bool | None]
_PARENTS = frozenset({"parent", "subsumedBy"})
_RETIRED = frozenset({"retired", "deprecated", "inactive", "withdrawn", "obsolete"})
_MAX_CONCEPTS = 500_000


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept. ``properties`` are (code, value as text); ``parents`` the codes just above it."""

    code: str
    displays: tuple[str, ...]
    properties: tuple[tuple[str, str], ...]
    parents: tuple[str, ...]
    inactive: bool
    abstract: bool

    @property
    def display(self) -> str:
        """The text of the code; empty where it has none."""
        return self.displays[0] if self.displays else ""

    def answer(self) -> CodeAnswer:
        """That the code is one of the system."""
        return CodeAnswer("yes", "", self.display or None, self.inactive, self.abstract, self.displays)


class ConceptSystem:
    """A CodeSystem with concepts. ``complete`` is False where a code that is not listed may exist all the same (fragment, example).

    ``later`` are codes of later versions, which a Coding without a version may use: by code the text, ``!`` where out of use, then the codes above it.
    """

    def __init__(self, resource: Mapping[str, Any], later: Mapping[str, list[str]] | None = None) -> None:
        self.url = text(resource, "url")
        self.name = text(resource, "title") or text(resource, "name") or self.url
        self.version = text(resource, "version")
        self.status = text(resource, "status")
        self.content = text(resource, "content") or "not-present"
        self.complete = self.content == "complete"
        self.case_sensitive = resource.get("caseSensitive") is not False
        self.value_set = text(resource, "valueSet")
        self.concepts = _concepts(resource)
        if later and self.complete:
            _add_later(self.concepts, later)
        self.why = "" if self.complete else f"only part of the code system {self.name} is at hand ({self.content})"
        self._folded = {} if self.case_sensitive else {code.casefold(): code for code in self.concepts}
        self._children: dict[str, set[str]] | None = None

    @property
    def codes(self) -> Mapping[str, Concept] | None:
        """Every concept by code; None where not all are known."""
        return self.concepts if self.complete else None

    def canonical(self, code: str) -> str:
        """The code as the system writes it, where case does not matter."""
        return code if self.case_sensitive else self._folded.get(code.casefold(), code)

    def answer(self, code: str) -> CodeAnswer:
        """Whether ``code`` is a code of the system."""
        concept = self.concepts.get(self.canonical(code))
        if concept is not None:
            return concept.answer()
        if self.complete:
            return CodeAnswer("no", f"the code system {self.name} has no code '{code}'")
        return CodeAnswer("unknown", self.why)

    def below(self, code: str) -> frozenset[str]:
        """The codes under ``code``, at any depth; without itself unless the hierarchy turns in a circle."""
        if self._children is None:
            children: dict[str, set[str]] = {}
            for concept in self.concepts.values():
                for parent in concept.parents:
                    children.setdefault(parent, set()).add(concept.code)
            self._children = children
        found: set[str] = set()
        waiting = [code]
        while waiting:
            fresh = self._children.get(waiting.pop(), set()) - found
            found |= fresh
            waiting.extend(fresh)
        return frozenset(found)

    def above(self, code: str) -> frozenset[str]:
        """The codes over ``code``, at any height, without itself."""
        found: set[str] = set()
        waiting = [code]
        while waiting:
            concept = self.concepts.get(waiting.pop())
            fresh = set(concept.parents) - found if concept else set()
            found |= fresh
            waiting.extend(fresh)
        return frozenset(found)

    def select(self, operation: str, name: str, value: str) -> Predicate | None:
        """The codes that a filter takes, as a predicate; None where the filter cannot be answered. A code not at hand gives None."""
        chosen = self._chosen(operation, name, value)
        if chosen is None:
            return None
        whole, concepts = self.complete, self.concepts
        return lambda code: (self.canonical(code) in chosen) if whole or self.canonical(code) in concepts else None

    def _chosen(self, operation: str, name: str, value: str) -> frozenset[str] | None:
        value = self.canonical(value)
        if operation in ("is-a", "descendent-of", "is-not-a", "generalizes", "child-of", "descendent-leaf"):
            return self._by_hierarchy(operation, value)
        if name == "parent" and operation == "=":
            return frozenset(code for code, concept in self.concepts.items() if value in concept.parents)
        if name == "child" and operation == "=":
            return frozenset(self.concepts[value].parents) if value in self.concepts else frozenset()
        if operation in ("in", "not-in"):
            wanted = frozenset(part.strip() for part in value.split(","))
            inside = frozenset(code for code, concept in self.concepts.items() if not wanted.isdisjoint(_values(concept, name)))
            return inside if operation == "in" else frozenset(self.concepts) - inside
        if operation == "=":
            return frozenset(code for code, concept in self.concepts.items() if _equal(_values(concept, name), value))
        if operation == "exists":
            having = frozenset(code for code, concept in self.concepts.items() if _values(concept, name))
            return having if value == "true" else frozenset(self.concepts) - having
        if operation == "regex":
            matches = full_match(value)
            return (
                None if matches is None else frozenset(code for code, concept in self.concepts.items() if any(matches(one) for one in _values(concept, name)))
            )
        return None

    def _by_hierarchy(self, operation: str, value: str) -> frozenset[str] | None:
        if value not in self.concepts:
            return None if not self.complete else frozenset(self.concepts) if operation == "is-not-a" else frozenset()
        if operation == "generalizes":
            return self.above(value) | {value}
        if operation == "child-of":
            return frozenset(code for code, concept in self.concepts.items() if value in concept.parents)
        below = self.below(value)
        if operation == "is-a":
            return below | {value}
        if operation == "descendent-of":
            return below - {value}
        if operation == "descendent-leaf":
            return frozenset(code for code in below if not self.below(code))
        return frozenset(self.concepts) - below - {value}


def _values(concept: Concept, name: str) -> list[str]:
    if name in ("code", "concept"):
        return [concept.code]
    if name == "display":
        return list(concept.displays[:1])
    held = [value for code, value in concept.properties if code == name]
    if name in _PARENTS and not held:
        return list(concept.parents)
    if name == "inactive" and not held:
        return ["true" if concept.inactive else "false"]
    if name in ("notSelectable", "abstract") and not held:
        return ["true"] if concept.abstract else []
    return held


def _equal(values: list[str], wanted: str) -> bool:
    # A property that is a Coding is named by system|code or system#code as well as by the code alone.
    return any(value == wanted or (("#" in wanted or "|" in wanted) and value == wanted.replace("|", "#")) for value in values)


def _concepts(resource: Mapping[str, Any]) -> dict[str, Concept]:
    """Concepts by code. A nested concept is below the one that holds it, whatever the meaning of the hierarchy."""
    found: dict[str, Concept] = {}
    waiting: list[tuple[dict[str, Any], str]] = [(item, "") for item in reversed(objects(resource.get("concept")))]
    children: list[tuple[str, str]] = []
    while waiting and len(found) < _MAX_CONCEPTS:
        item, parent = waiting.pop()
        code = text(item, "code")
        if code:
            concept = _concept(item, code, parent, found.get(code))
            found[code] = concept
            children.extend((value, code) for name, value in concept.properties if name == "child")
        waiting.extend((nested, code or parent) for nested in reversed(objects(item.get("concept"))))
    for child, parent in children:
        known = found.get(child)
        if known is not None and parent not in known.parents:
            found[child] = Concept(child, known.displays, known.properties, (*known.parents, parent), known.inactive, known.abstract)
    return found


def _concept(item: dict[str, Any], code: str, parent: str, known: Concept | None) -> Concept:
    properties = [(text(one, "code"), _value(one)) for one in objects(item.get("property"))]
    parents = dict.fromkeys(value for name, value in properties if name in _PARENTS and value)
    if parent:
        parents.setdefault(parent)
    if known is not None:
        parents.update(dict.fromkeys(known.parents))
    held = dict(properties)
    inactive = held.get("inactive") == "true" or held.get("status", "").lower() in _RETIRED
    abstract = held.get("notSelectable") == "true" or held.get("abstract") == "true"
    return Concept(code, displays_of(item), tuple(properties), tuple(parents), inactive, abstract)


def _add_later(concepts: dict[str, Concept], later: Mapping[str, list[str]]) -> None:
    for code, (display, *rest) in later.items():
        known = concepts.get(code)
        if known is None:
            concepts[code] = Concept(code, (display,) if display else (), (), tuple(one for one in rest if one != "!"), "!" in rest, False)
        elif display not in known.displays:
            concepts[code] = Concept(code, (*known.displays, display), known.properties, known.parents, known.inactive, known.abstract)


def displays_of(item: Mapping[str, Any]) -> tuple[str, ...]:
    """Every text of a concept: its display, then its designations."""
    found = [text(item, "display"), *(text(one, "value") for one in objects(item.get("designation")))]
    return tuple(dict.fromkeys(one for one in found if one))


def _value(item: Mapping[str, Any]) -> str:
    for name, value in item.items():
        if not name.startswith("value"):
            continue
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, dict):
            return f"{text(value, 'system')}#{text(value, 'code')}"
        return str(value)
    return ""
