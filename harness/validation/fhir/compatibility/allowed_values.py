"""Fixed and pattern values, bounds and lengths: are the values that one element rule allows among those of another?"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from harness.validation.fhir.compatibility.comparison import Comparison
from harness.validation.fhir.data.fixed_and_bounds import compared, equal, includes
from harness.validation.fhir.element_rules import ElementRule

Child = Callable[[ElementRule, str], ElementRule | None]


def compare_values(comparison: Comparison, first: ElementRule, second: ElementRule, child: Child) -> None:
    """Obstacles in what the value itself may be. ``child`` finds the first's rule of a member."""
    if second.fixed is not None:
        held = _fixed_as(first, second.fixed[1], child)
        comparison.within(held, second, "fixed", _said(first), second.fixed[1], "the second allows one value only, and the first does not fix it to that one")
    elif second.pattern is not None:
        held = _holds(first, second.pattern[1], child)
        comparison.within(held, second, "pattern", _said(first), second.pattern[1], "the second asks for content that the first does not ask for")
    _bounds(comparison, first, second)
    _lengths(comparison, first, second)
    if second.regex and second.regex != first.regex:
        comparison.untold(second, "regex", first.regex or "any", second.regex, "the second asks for another form")


def _fixed_as(first: ElementRule, value: Any, child: Child) -> bool | None:
    """Whether every value that ``first`` allows is exactly ``value``."""
    if first.fixed is not None:
        return equal(value, first.fixed[1])
    if first.pattern is not None and not isinstance(value, dict):
        return equal(value, first.pattern[1])
    # To hold all of a value is not to be no more than that.
    return None if isinstance(value, dict) and _holds(first, value, child) is not False else False


def _holds(first: ElementRule, value: Any, child: Child) -> bool | None:
    """Whether every value that ``first`` allows holds all of ``value``."""
    for said in (first.fixed, first.pattern):
        if said is not None and includes(value, said[1]):
            return True
    if not isinstance(value, dict):
        return False
    answers = []
    for name, inner in value.items():
        rule = child(first, name)
        if rule is None or not rule.min:
            return False
        if isinstance(inner, list):
            answers.append(_some_item_holds(rule, inner, child))
        else:
            answers.append(_holds(rule, inner, child))
    return False if False in answers else None if None in answers else True


def _some_item_holds(rule: ElementRule, wanted: list[Any], child: Child) -> bool | None:
    """Whether an item of a list holds each item wanted: a slice that must be there does, or every item does."""
    required = [one for one in rule.slices if one.min]
    return all(any(_holds(one, item, child) for one in (rule, *required)) for item in wanted)


def _bounds(comparison: Comparison, first: ElementRule, second: ElementRule) -> None:
    for name, ours, theirs, sign in (("minimum", first.min_value, second.min_value, 1), ("maximum", first.max_value, second.max_value, -1)):
        if theirs is None:
            continue
        known = first.fixed or ours
        order = compared(theirs[0], known[1], theirs[1]) if known is not None else None
        answer = False if known is None else None if order is None else order * sign >= 0
        comparison.within(answer, second, name, ours[1] if ours else "none", theirs[1], f"the first has no such {name}")


def _lengths(comparison: Comparison, first: ElementRule, second: ElementRule) -> None:
    size = len(first.fixed[1]) if first.fixed is not None and isinstance(first.fixed[1], str) else None
    if second.max_length is not None:
        longest = size if size is not None else first.max_length
        fits = longest is not None and longest <= second.max_length
        comparison.within(fits, second, "length", longest or "any", f"at most {second.max_length}", "the first allows longer text")
    if second.min_length is not None:
        shortest = size if size is not None else first.min_length or 0
        comparison.within(shortest >= second.min_length, second, "length", shortest, f"at least {second.min_length}", "the first allows shorter text")


def _said(rule: ElementRule) -> object:
    return rule.fixed[1] if rule.fixed else rule.pattern[1] if rule.pattern else "any"
