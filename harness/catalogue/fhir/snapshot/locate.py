"""Where in the tree each element of a differential belongs: by its id where ids can be trusted, else by its path and what came before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from harness.catalogue.fhir.snapshot.model import MAX_DEPTH, Element, Work
from harness.catalogue.fhir.snapshot.node import is_choice_of, text_of
from harness.catalogue.fhir.snapshot.sound import sound

SlicedName: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Located:
    """One element of a differential: the steps from the root to it as (name, slice name), and its own words."""

    element: Element
    root: str
    steps: tuple[SlicedName, ...]

    @property
    def where(self) -> str:
        """The id this entry stands for."""
        return ".".join((self.root, *(f"{name}:{sliced}" if sliced else name for name, sliced in self.steps)))


def entries_of(differential: Any, work: Work) -> list[Located]:
    """The entries of a differential (its list of elements), in order; what is no element is said and left out."""
    usable: list[tuple[Element, list[str]]] = []
    given = differential.get("element") if isinstance(differential, Mapping) else None
    for index, element in enumerate(given if isinstance(given, list) else ()):
        path = text_of(element.get("path")) if isinstance(element, Mapping) else ""
        parts = path.split(".")
        if not all(parts) or len(parts) > MAX_DEPTH:
            work.say("", f"element {index + 1} of the differential has no usable path")
            continue
        usable.append((sound(element, work), parts))
    trusted = _by_ids(usable)
    return trusted if trusted is not None else _by_order(usable, work)


def _by_ids(usable: Iterable[tuple[Element, list[str]]]) -> list[Located] | None:
    """Entries as their ids say; None as soon as an id is missing, used twice or at odds with its path."""
    entries: list[Located] = []
    seen: set[tuple[SlicedName, ...]] = set()
    names_of: dict[tuple[SlicedName, ...], str] = {}
    for element, parts in usable:
        names = text_of(element.get("id")).split(".")
        if len(names) != len(parts):
            return None
        steps: list[SlicedName] = []
        for name, part in zip(names, parts, strict=True):
            plain, _, slice_name = name.partition(":")
            if plain != part and not is_choice_of(part, plain) and not is_choice_of(plain, part):
                return None
            steps.append((part, slice_name))
        if steps[0][1]:
            return None
        key = _renamed(tuple(steps[1:]), names_of)
        own = text_of(element.get("sliceName"))
        if own and key and own != key[-1][1]:
            names_of[key] = own
            key = (*key[:-1], (key[-1][0], own))
        if key in seen:
            return None
        seen.add(key)
        entries.append(Located(element, parts[0], key))
    return entries


def _renamed(steps: tuple[SlicedName, ...], names_of: Mapping[tuple[SlicedName, ...], str]) -> tuple[SlicedName, ...]:
    """The steps with the slice names that elements above gave where their ids write them otherwise (STU3 writes ids in lower case)."""
    if not names_of:
        return steps
    made: tuple[SlicedName, ...] = ()
    for name, slice_name in steps:
        step = (*made, (name, slice_name))
        made = (*made, (name, names_of.get(step, slice_name)))
    return made


def _by_order(usable: Iterable[tuple[Element, list[str]]], work: Work) -> list[Located]:
    """Entries by path: an element belongs to the slice that was last opened at each level above it."""
    entries: list[Located] = []
    seen: set[tuple[SlicedName, ...]] = set()
    opened: list[SlicedName] = []
    for element, parts in usable:
        names = parts[1:]
        kept = 0
        while kept < len(names) - 1 and kept < len(opened) and opened[kept][0] == names[kept]:
            kept += 1
        opened = opened[:kept] + [(name, "") for name in names[kept:]]
        if names:
            opened[-1] = (names[-1], text_of(element.get("sliceName")) or _of_id(element))
            if tuple(opened) in seen and not opened[-1][1]:
                opened[-1] = (names[-1], _of_profile(element))
        entry = Located(element, parts[0], tuple(opened))
        if entry.steps in seen:
            work.say(entry.where, "it is in the differential twice, and nothing tells one from the other")
        seen.add(entry.steps)
        entries.append(entry)
    return entries


def _of_profile(element: Element) -> str:
    """A name for a slice that has none: the last part of its extension's url."""
    types = element.get("type")
    first = types[0] if isinstance(types, list) and types and isinstance(types[0], Mapping) else {}
    profiles = first.get("profile")
    return text_of(profiles[0]).rpartition("/")[2] if isinstance(profiles, list) and profiles else ""


def _of_id(element: Element) -> str:
    return text_of(element.get("id")).rpartition(".")[2].partition(":")[2]
