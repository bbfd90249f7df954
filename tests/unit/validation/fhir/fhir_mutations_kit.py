"""How mutations are made and judged: one change of one valid resource, and where an error has to be found.

Imports nothing of the product: what judges is handed in as a function from bytes to (is an error, FHIRPath).
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from fhir_mutations_samples import IN_STU3, OURS, UK

Resource = dict[str, Any]
Change = Callable[[Resource], bytes | None]
Found = Iterable[tuple[bool, str]]
Judge = Callable[[bytes], Found]
ANYWHERE = "*"


@dataclass(frozen=True, slots=True)
class Mutation:
    """``change`` breaks the sample ``on`` in place (or gives the bytes to send instead); an error must be found at one of ``places``.

    ``needs``: ``national`` for the rules of the English NHS, ``profile`` for a definition beyond the base, ``r4`` or ``stu3`` for one version only.
    """

    kind: str
    on: str
    places: tuple[str, ...]
    change: Change
    needs: tuple[str, ...] = ()


def at(resource: Any, path: Sequence[str | int]) -> Any:
    """What stands at a path of keys and indexes."""
    for step in path:
        resource = resource[step]
    return resource


def steps(path: str) -> list[str | int]:
    """``name[0].family`` as keys and indexes."""
    return [int(index) if index else name for index, name in re.findall(r"\[(\d+)\]|([^.\[\]]+)", path)]


def extended(*kinds: str) -> tuple[str, ...]:
    """The places of a coded value: the concept, its coding, its code and system."""
    return tuple(place for kind in kinds for place in (kind, f"{kind}.coding[0]", f"{kind}.coding[0].code", f"{kind}.coding[0].system"))


def put(path: str, value: Any) -> Change:
    """Set what stands at ``path``."""

    def change(resource: Resource) -> None:
        *above, last = steps(path)
        at(resource, above)[last] = copy.deepcopy(value)

    return change


def drop(path: str) -> Change:
    """Leave out what stands at ``path``."""

    def change(resource: Resource) -> None:
        *above, last = steps(path)
        del at(resource, above)[last]

    return change


def add(path: str, value: Any) -> Change:
    """Append to the list at ``path``, made where there is none."""

    def change(resource: Resource) -> None:
        *above, last = steps(path)
        at(resource, above).setdefault(last, []).append(copy.deepcopy(value))

    return change


def again(path: str) -> Change:
    """Append a copy of the first of the list at ``path``."""

    def change(resource: Resource) -> None:
        items = at(resource, steps(path))
        items.append(copy.deepcopy(items[0]))

    return change


def both(*changes: Change) -> Change:
    """Several changes after one another."""

    def change(resource: Resource) -> None:
        for one in changes:
            one(resource)

    return change


def text(old: str, new: str) -> Change:
    """Replace text of the written JSON, once."""

    def change(resource: Resource) -> bytes:
        written = json.dumps(resource)
        if old not in written:
            raise AssertionError(f"{old!r} does not stand in the sample")
        return written.replace(old, new, 1).encode()

    return change


def written(mutation: Mutation, samples: dict[str, Resource]) -> bytes:
    """The broken resource as bytes."""
    resource = copy.deepcopy(samples[mutation.on])
    made = mutation.change(resource)
    return made if made is not None else json.dumps(resource).encode()


def plain(place: str) -> str:
    """A location without casts and comments, so that ``value.ofType(Quantity)`` and ``value`` are one place."""
    return re.sub(r"\.ofType\([^)]*\)|/\*.*?\*/|\[url=[^\]]*\]", "", place).strip()


def found(mutation: Mutation, judged: Found) -> bool:
    """True when an error stands at one of the places."""
    errors = {plain(place) for is_error, place in judged if is_error}
    return bool(errors) if ANYWHERE in mutation.places else bool(errors & set(mutation.places))


def unfound(mutations: Iterable[Mutation], samples: dict[str, Resource], judge: Judge) -> list[str]:
    """A line for each mutation whose error is not found where it is: its kind, where it should be, where errors were."""
    lines = []
    for mutation in mutations:
        judged = list(judge(written(mutation, samples)))
        if not found(mutation, judged):
            lines.append(f"{mutation.kind}: wanted at {' or '.join(mutation.places)}, errors at {sorted({plain(place) for bad, place in judged if bad})}")
    return lines


def alarms(samples: dict[str, Resource], judge: Judge) -> list[str]:
    """Errors said of the samples as they are."""
    return [f"{name}: {place}" for name, sample in samples.items() for is_error, place in judge(json.dumps(sample).encode()) if is_error]


def suited(mutations: Iterable[Mutation], *marks: str, ours: bool = False) -> list[Mutation]:
    """The mutations all of whose needs are among ``marks``; ``ours``: made to speak of the canonicals of our own definitions. In STU3 of its systems."""
    names = {UK: OURS} if ours else {}
    names |= IN_STU3 if "stu3" in marks else {}
    chosen = [one for one in mutations if set(one.needs) <= set(marks)]
    return [replace(one, change=_renamed(one.change, names)) for one in chosen] if names else chosen


def _renamed(change: Change, names: Mapping[str, str]) -> Change:
    def changed(resource: Resource) -> bytes:
        made = change(resource)
        made = made if made is not None else json.dumps(resource).encode()
        for old, new in names.items():
            made = made.replace(old.encode(), new.encode())
        return made

    return changed
