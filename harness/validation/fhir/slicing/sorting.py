"""Sorting the items of an element into the slices of a profile, and counting them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.validation.fhir.slicing.matching import matches

if TYPE_CHECKING:
    from harness.validation.fhir.content import Data
    from harness.validation.fhir.element_rules import ElementRule
    from harness.validation.fhir.judging import FhirJudging
    from harness.validation.fhir.slicing.slices import Slice, Slicing


def sort_items(judging: FhirJudging, slicing: Slicing, items: list[Data], parent: str) -> list[list[ElementRule]]:
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
                judging.tell("slicing/none", at=item.path, expected=_names(slicing), actual="no match", profile=slicing.rule.profile, name=_of(slicing.rule))
            continue
        if len(matched) > 1:
            names = " and ".join(slicing.slices[number].name for number in matched)
            judging.tell("slicing/several", at=item.path, actual=names, profile=slicing.rule.profile, name=_of(slicing.rule))
        if slicing.how.rules == "openAtEnd" and unmatched_before:
            judging.tell("slicing/after-others", at=item.path, actual="after others", profile=slicing.rule.profile, name=_of(slicing.rule))
            unmatched_before = False
        if slicing.how.ordered and matched[0] < order:
            actual = slicing.slices[matched[0]].name
            judging.tell("slicing/order", at=item.path, expected=_names(slicing), actual=actual, profile=slicing.rule.profile, name=_of(slicing.rule))
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


def count(judging: FhirJudging, one: Slice, number: int, parent: str) -> None:
    """Say it where a slice stands too seldom or too often."""
    rule = one.rule
    if number < rule.min:
        judging.tell(
            "slicing/too-few" if number else "slicing/missing",
            at=parent,
            clause=rule.id,
            actual=number,
            profile=rule.profile,
            element=rule.path,
            slice=rule.slice_name,
            least=rule.min,
            name=_of(rule),
        )
    elif rule.max is not None and number > rule.max:
        judging.tell(
            "slicing/too-many", at=parent, clause=rule.id, actual=number, profile=rule.profile, element=rule.path, slice=rule.slice_name, most=rule.max
        )


def _unsure(judging: FhirJudging, slicing: Slicing, item: Data) -> None:
    actual = ", ".join(f"{one.type}:{one.path}" for one in slicing.how.discriminators)
    judging.tell("slicing/untold", at=item.path, expected=_names(slicing), actual=actual, profile=slicing.rule.profile, element=slicing.rule.path)


def _of(rule: ElementRule) -> str:
    return rule.name or rule.path


def _names(slicing: Slicing) -> str:
    return " | ".join(one.name for one in slicing.slices)
