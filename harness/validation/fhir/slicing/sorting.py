"""Sorting the items of an element into the slices of a profile, and counting them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from harness.model.issue import Severity
from harness.validation.fhir.slicing.matching import matches

if TYPE_CHECKING:
    from harness.validation.fhir.content import Data
    from harness.validation.fhir.element_rules import ElementRule
    from harness.validation.fhir.judging import Judging
    from harness.validation.fhir.slicing.slices import Slice, Slicing

_CLAUSE = "FHIR 5.1.0.15 slicing"


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
