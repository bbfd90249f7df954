"""Must-support coverage: which elements and slices that a profile marks mustSupport a set of examples shows, and which none does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from harness.errors import UnknownNameError
from harness.validation.fhir.content import Data
from harness.validation.fhir.element_rules import ElementRule
from harness.validation.fhir.judging import FhirJudging, objects
from harness.validation.fhir.slicing.matching import matches, select
from harness.validation.fhir.slicing.slices import Slicing, by_type, slicings

if TYPE_CHECKING:
    from harness.validation.fhir.validator import Validator


@dataclass(frozen=True, slots=True)
class Covered:
    """One mustSupport element or slice: its element ``id`` (``Patient.identifier:nhsNumber.value``) and in how many examples it was ``seen``."""

    id: str
    seen: int


@dataclass(frozen=True, slots=True)
class Coverage:
    """What ``examples`` resources of the profile's type show of the mustSupport ``elements`` of ``profile``, in the order of its snapshot."""

    profile: str
    type: str
    examples: int
    elements: tuple[Covered, ...]

    @property
    def shown(self) -> tuple[Covered, ...]:
        """Those that at least one example holds."""
        return tuple(one for one in self.elements if one.seen)

    @property
    def never(self) -> tuple[Covered, ...]:
        """Those that no example holds."""
        return tuple(one for one in self.elements if not one.seen)


def must_support(validator: Validator, profile: str, examples: Iterable[bytes | Mapping[str, Any]]) -> Coverage:
    """The mustSupport coverage of ``profile`` (a canonical) over ``examples``: resources as bytes (JSON or XML) or dicts, and what stands in Bundles.

    Resources of other types are left aside. UnknownNameError for a profile that is not known; FormatError for an example that cannot be read.
    """
    engine = validator.engine
    structure, tree = engine.structure(profile), engine.tree(profile)
    if structure is None or tree is None:
        raise UnknownNameError("profile", profile, (url for name in sorted(engine.resource_types) for url in engine.definitions.profiles_of(name)))
    seen: dict[str, int] = {rule.id: 0 for rule in tree.walk() if rule.must_support}
    total = 0
    for example in examples:
        root = validator.read(example)
        for resource, path in _resources(root, str(root.get("resourceType", "Resource"))):
            if resource.get("resourceType") == structure.type:
                total += 1
                judging = FhirJudging(root, validator.options, resource, path, engine, [], resource, path, aside=True)
                for found in set(_shown(judging, tree, [Data(resource, None, structure.type, path)])):
                    if found in seen:
                        seen[found] += 1
    return Coverage(profile, structure.type, total, tuple(Covered(one, count) for one, count in seen.items()))


def _resources(root: dict[str, Any], path: str) -> Iterator[tuple[dict[str, Any], str]]:
    waiting = [(root, path)]
    while waiting:
        resource, at = waiting.pop()
        yield resource, at
        if resource.get("resourceType") == "Bundle":
            for index, entry in objects(resource, "entry"):
                if isinstance(inner := entry.get("resource"), dict):
                    waiting.append((inner, f"{at}.entry[{index}].resource"))


def _shown(judging: FhirJudging, rule: ElementRule, items: list[Data]) -> Iterator[str]:
    """Ids of the rules below ``rule`` that ``items``, which fall under it, hold something for."""
    if not items:
        return
    yield rule.id
    for name, child in (rule.children or {}).items():
        inner = [one for item in items for one in select(judging, item, ((name, ""),)) or ()]
        yield from _shown(judging, child, inner)
        if by_type(child):
            for one in child.slices:
                codes = {kind.code for kind in one.types}
                yield from _shown(judging, one, [item for item in inner if not codes or item.type in codes])
        for slicing in slicings((child,)):
            yield from _sliced(judging, slicing, inner)


def _sliced(judging: FhirJudging, slicing: Slicing, items: list[Data]) -> Iterator[str]:
    for number, one in enumerate(slicing.slices):
        mine = [item for index, item in enumerate(items) if matches(judging, one, slicing.how, item, index == number)]
        yield from _shown(judging, one.rule, mine)
        if one.nested is not None:
            yield from _sliced(judging, one.nested, mine)
