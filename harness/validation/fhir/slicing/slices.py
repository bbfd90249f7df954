"""The slices of an element as a profile has them, and by what they are told apart."""

from __future__ import annotations

from collections.abc import Iterable

from harness.validation.fhir.element_rules import Discriminator, ElementRule, SlicingRule

BY_URL = SlicingRule((Discriminator("value", "url"),))
_BY_TYPE = SlicingRule((Discriminator("type", "$this"),))


class Slicing:
    """The slices of one element in one definition, and how they are told apart."""

    __slots__ = ("closed", "default", "how", "required", "rule", "slices")

    def __init__(self, rule: ElementRule, how: SlicingRule) -> None:
        self.rule, self.how = rule, how
        self.slices = tuple(Slice(one, how) for one in rule.slices if one.slice_name != "@default")
        self.default = next((one for one in rule.slices if one.slice_name == "@default"), None)
        self.required = any(one.rule.min for one in self.slices)
        self.closed = how.rules == "closed"


class Slice:
    """One slice; ``nested`` sorts its items further."""

    __slots__ = ("name", "nested", "rule")

    def __init__(self, rule: ElementRule, how: SlicingRule) -> None:
        self.rule = rule
        self.name = rule.slice_name.rpartition("/")[2]
        self.nested = Slicing(rule, rule.slicing or how) if rule.slices else None


def slicings(rules: Iterable[ElementRule]) -> tuple[Slicing, ...]:
    """How ``rules`` sort the items of an element; slices of a choice by type, which are known beforehand, left out."""
    return tuple(
        Slicing(rule, rule.slicing or (BY_URL if rule.name in ("extension", "modifierExtension") else _BY_TYPE if rule.choice else SlicingRule(())))
        for rule in rules
        if (rule.slices or (rule.slicing is not None and rule.slicing.rules == "closed" and not rule.slice_name)) and not by_type(rule)
    )


def by_type(rule: ElementRule) -> bool:
    """Whether the slices of a choice element are told apart by its type alone."""
    if not rule.choice or rule.slice_name:
        return False
    how = rule.slicing
    return how is None or all(one.type == "type" and one.path in ("$this", "") for one in how.discriminators)


def choice_slices(rules: Iterable[ElementRule], type_name: str) -> tuple[ElementRule, ...]:
    """The type slices of a choice that speak of ``type_name``."""
    return tuple(one for rule in rules if by_type(rule) for one in rule.slices if not one.types or any(kind.code == type_name for kind in one.types))


def shut_to(rule: ElementRule, type_name: str) -> bool:
    """Whether the type slices of a choice are closed and none of them is of ``type_name``."""
    return rule.slicing is not None and rule.slicing.rules == "closed" and bool(rule.slices) and by_type(rule) and not choice_slices((rule,), type_name)
