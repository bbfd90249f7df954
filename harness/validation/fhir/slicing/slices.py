"""Sorting the items of an element into the slices of a profile, and counting them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from harness.model.issue import Severity
from harness.validation.fhir.element_rules import Discriminator, ElementRule, SlicingRule
from harness.validation.fhir.slicing.discriminators import Data, Demand, Fact, demand, extension_url
from harness.validation.fhir.slicing.matching import meets

if TYPE_CHECKING:
    from harness.validation.fhir.engine import Engine
    from harness.validation.fhir.judging import Judging

_BY_URL = SlicingRule((Discriminator("value", "url"),))
_BY_TYPE = SlicingRule((Discriminator("type", "$this"),))
_CLAUSE = "FHIR 5.1.0.15 slicing"


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
        Slicing(rule, rule.slicing or (_BY_URL if rule.name in ("extension", "modifierExtension") else _BY_TYPE if rule.choice else SlicingRule(())))
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


def sort_items(judging: Judging, slicing: Slicing, items: list[Data], parent: str) -> list[list[ElementRule]]:
    """For each item the slice rules it falls under. Says what matches several slices, none of a closed set, stands out of order, is missing or too many."""
    found: list[list[ElementRule]] = [[] for _ in items]
    counts = [0] * len(slicing.slices)
    order, unmatched_before, unsure = -1, False, False
    for index, item in enumerate(items):
        answers = [matches(judging, one, slicing.how, item, index == number) for number, one in enumerate(slicing.slices)]
        matched = [number for number, answer in enumerate(answers) if answer is True]
        if not matched and None in answers:
            unsure = True
            _unsure(judging, slicing, item)
            continue
        if not matched:
            unmatched_before = True
            if slicing.default is not None:
                found[index].append(slicing.default)
            elif slicing.closed:
                _say(judging, slicing.rule, item.path, f"{_of(slicing.rule)} is none of its slices, and others are not allowed", _names(slicing), "no match")
            continue
        if len(matched) > 1:
            names = " and ".join(slicing.slices[number].name for number in matched)
            _say(judging, slicing.rule, item.path, f"{_of(slicing.rule)} matches more than one slice", "one slice", names)
        if slicing.how.rules == "openAtEnd" and unmatched_before:
            _say(judging, slicing.rule, item.path, f"{_of(slicing.rule)} of a slice stands after others", "slices first, others at the end", "after others")
            unmatched_before = False
        if slicing.how.ordered and matched[0] < order:
            _say(
                judging, slicing.rule, item.path, f"{_of(slicing.rule)} stands out of the order of its slices", _names(slicing), slicing.slices[matched[0]].name
            )
        order = max(order, matched[0])
        for number in matched:
            counts[number] += 1
            found[index].append(slicing.slices[number].rule)
    for number, one in enumerate(slicing.slices):
        if not (unsure and counts[number] < one.rule.min):
            count(judging, one, counts[number], parent)
        if one.nested is not None:
            mine = [index for index in range(len(items)) if one.rule in found[index]]
            for index, more in zip(mine, sort_items(judging, one.nested, [items[index] for index in mine], parent), strict=True):
                found[index] += more
    return found


def count(judging: Judging, one: Slice, number: int, parent: str) -> None:
    """Say it where a slice stands too seldom or too often."""
    rule = one.rule
    if number < rule.min:
        judging.say(
            Severity.ERROR,
            "fhir/required-element",
            f"{rule.path}: the slice {rule.slice_name} is missing" if not number else f"{rule.path}: too few of the slice {rule.slice_name}",
            parent,
            expected=f"at least {rule.min}",
            actual=number,
            clause=rule.id,
            remedy=f"send {_of(rule)} as the slice {rule.slice_name} describes it",
            error_code="101",
            issue_type="required",
            profile=rule.profile,
        )
    elif rule.max is not None and number > rule.max:
        judging.say(
            Severity.ERROR,
            "fhir/cardinality",
            f"{rule.path}: too many of the slice {rule.slice_name}",
            parent,
            expected=f"at most {rule.max}",
            actual=number,
            clause=rule.id,
            remedy="leave out what is too many",
            issue_type="structure",
            profile=rule.profile,
        )


def matches(judging: Judging, one: Slice, how: SlicingRule, item: Data, in_position: bool) -> bool | None:
    """Whether an item is of a slice; None where that cannot be told. ``in_position``: it stands where the slice stands among the slices."""
    if not how.discriminators:
        return _conforming(judging, one, item)
    unsure = False
    asks = demands(judging.engine, one.rule, how)
    told = any(asked.facts for asked in asks)
    for asked in asks:
        if told and asked.facts is None and asked.tokens is not None:
            continue
        answer = in_position if asked.discriminator.type == "position" else meets(judging, item, asked)
        if answer is False:
            return False
        unsure = unsure or answer is None
    return None if unsure else True


def demands(engine: Engine, rule: ElementRule, how: SlicingRule) -> tuple[Demand, ...]:
    """What the discriminators ask of an item of the slice ``rule``."""
    key = (id(rule), how)
    found = engine.kept.get(key)
    if found is None:
        if how.discriminators == _BY_URL.discriminators and (url := extension_url(engine, rule)):
            made: tuple[Demand, ...] = (Demand(how.discriminators[0], (("url", ""),), (Fact("fixed", ("uri", url)),)),)
        else:
            made = tuple(demand(engine, rule, one) for one in how.discriminators)
        found = engine.kept[key] = (rule, made)
    return found[1]


def _conforming(judging: Judging, one: Slice, item: Data) -> bool | None:
    """Slices without discriminator: an item is of the slice whose rules it follows."""
    from harness.validation.fhir.walk.resources import follows_rule

    return follows_rule(judging, one.rule, item)


def _unsure(judging: Judging, slicing: Slicing, item: Data) -> None:
    judging.say(
        Severity.INFORMATION,
        "fhir/slice-undetermined",
        f"which slice of {slicing.rule.path} this is cannot be told here",
        item.path,
        expected=_names(slicing),
        actual=", ".join(f"{one.type}:{one.path}" for one in slicing.how.discriminators),
        clause=_CLAUSE,
        remedy="give the definitions and resources that the discriminator asks for",
        issue_type="informational",
        profile=slicing.rule.profile,
    )


def _say(judging: Judging, rule: ElementRule, path: str, message: str, expected: str, actual: str) -> None:
    judging.say(
        Severity.ERROR,
        "fhir/slice",
        message,
        path,
        expected=expected,
        actual=actual,
        clause=_CLAUSE,
        remedy="make it one of the slices, in their order",
        issue_type="structure",
        profile=rule.profile,
    )


def _of(rule: ElementRule) -> str:
    return rule.name or rule.path


def _names(slicing: Slicing) -> str:
    return " | ".join(one.name for one in slicing.slices)
