"""What one definition asks of each element: plain data that the walk goes by and a generator of source can read. ``rule_tree`` makes it of snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class TypeRule:
    """One type an element may have; ``profiles`` (one of which it must follow) and, of a Reference or canonical, ``targets``."""

    code: str
    profiles: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    aggregation: tuple[str, ...] = ()
    versioning: str = ""


@dataclass(frozen=True, slots=True)
class AdditionalBinding:
    """A binding beside the main one: ``purpose`` is required, extensible, maximum, minimum, current, candidate, preferred, starter, ui …"""

    purpose: str
    value_set: str


@dataclass(frozen=True, slots=True)
class BindingRule:
    """``strength`` is required, extensible, preferred or example; ``value_set`` its canonical; ``max_value_set`` the limit of a weaker binding."""

    strength: str
    value_set: str
    max_value_set: str = ""
    min_value_set: str = ""
    additional: tuple[AdditionalBinding, ...] = ()


@dataclass(frozen=True, slots=True)
class ConstraintRule:
    """One invariant: ``key`` (``pat-1``), ``severity`` (error or warning), FHIRPath ``expression``; ``human`` where the definition carries it."""

    key: str
    severity: str
    expression: str
    human: str = ""
    best_practice: bool = False
    source: str = ""


@dataclass(frozen=True, slots=True)
class Discriminator:
    """``type`` is value, exists, pattern, type, profile or position; ``path`` restricted FHIRPath (``$this``, ``resolve().code``)."""

    type: str
    path: str


@dataclass(frozen=True, slots=True)
class SlicingRule:
    """How the slices of an element are told apart; ``rules`` is open, closed or openAtEnd."""

    discriminators: tuple[Discriminator, ...]
    rules: str = "open"
    ordered: bool = False


@dataclass(slots=True, eq=False)
class ElementRule:
    """One snapshot element. Treated as frozen once compiled; compared by identity.

    ``name`` is the element name without ``[x]``; ``choice`` marks ``value[x]``. ``max`` None is *; ``many`` says that JSON has an array here (by the base).
    ``fixed`` and ``pattern`` are (type, value) or None, ``min_value`` and ``max_value`` too. ``children`` is None where the snapshot does not go below:
    look at the type. ``refers`` is the rule in this tree that a content reference points at (in the trees of types; a profile means its base's);
    ``slices`` are direct ones, re-slices stand below them.
    ``profile`` is ``url|version`` of the definition whose rule it is, ``origin`` its base definition's element path.
    """

    path: str
    id: str
    name: str
    slice_name: str
    choice: bool
    min: int
    max: int | None
    many: bool
    types: tuple[TypeRule, ...]
    fixed: tuple[str, Any] | None
    pattern: tuple[str, Any] | None
    min_value: tuple[str, Any] | None
    max_value: tuple[str, Any] | None
    min_length: int | None
    max_length: int | None
    regex: str
    binding: BindingRule | None
    constraints: tuple[ConstraintRule, ...]
    slicing: SlicingRule | None
    content_reference: str
    must_support: bool
    is_modifier: bool
    xml_attribute: bool
    profile: str
    origin: str
    children: dict[str, ElementRule] | None = None
    slices: list[ElementRule] = field(default_factory=list)
    refers: ElementRule | None = None

    def child(self, name: str) -> ElementRule | None:
        """The rule of the child element ``name``, through a content reference where there is one; None where the snapshot does not go there."""
        if self.children is not None:
            return self.children.get(name)
        return self.refers.children.get(name) if self.refers is not None and self.refers.children is not None else None

    def walk(self) -> Iterator[ElementRule]:
        """This rule, its slices and all that stands below, in the order of the snapshot."""
        yield self
        for child in (self.children or {}).values():
            yield from child.walk()
        for one in self.slices:
            yield from one.walk()
