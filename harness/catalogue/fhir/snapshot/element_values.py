"""Fixed values, patterns and limits of values: the stricter of base and differential, and where they contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from harness.catalogue.fhir.snapshot.model import Element, Work

Pair = tuple[str, Any]


def held(element: Element, stem: str) -> Pair | None:
    """The (key, value) of ``fixed[x]``, ``pattern[x]``, ``minValue[x]`` …, None where the element has none."""
    for key in element:
        if key.startswith(stem) and key[len(stem) : len(stem) + 1].isupper():
            return key, element[key]
    return None


def merge_values(element: dict[str, Any], given: Element, work: Work, where: str) -> None:
    """Puts the fixed value or pattern of ``given`` on the element. A fixed value that meets the pattern before it takes its place."""
    fixed, pattern = held(given, "fixed"), held(given, "pattern")
    if fixed is not None:
        before, shape = held(element, "fixed"), held(element, "pattern")
        if before is not None and not _same(before[1], fixed[1]):
            work.say(where, f"its fixed value {_short(fixed[1])} is not the fixed value {_short(before[1])} of its base")
            return
        if shape is not None and not meets(fixed[1], shape[1]):
            work.say(where, f"its fixed value {_short(fixed[1])} does not match the pattern {_short(shape[1])} of its base")
            return
        if shape is not None:
            del element[shape[0]]
        _put(element, before, fixed, given)
    if pattern is not None:
        before, shape = held(element, "fixed"), held(element, "pattern")
        if before is not None:
            if not meets(before[1], pattern[1]):
                work.say(where, f"its pattern {_short(pattern[1])} cannot be met by the fixed value {_short(before[1])}")
            return
        if shape is not None and not meets(pattern[1], shape[1]):
            both = _joined(shape[1], pattern[1])
            if both is None:
                work.say(where, f"its pattern {_short(pattern[1])} contradicts the pattern {_short(shape[1])} of its base")
                return
            pattern = pattern[0], both
        _put(element, shape, pattern, given)


def _put(element: dict[str, Any], before: Pair | None, now: Pair, given: Element) -> None:
    if before is not None:
        del element[before[0]]
    element[now[0]] = now[1]
    if f"_{now[0]}" in given:
        element[f"_{now[0]}"] = given[f"_{now[0]}"]


def merge_limits(element: dict[str, Any], given: Element, work: Work, where: str) -> None:
    """Least and greatest value and the length: only to be narrowed."""
    for stem, sign, what in (("minValue", 1, "lower"), ("maxValue", -1, "greater")):
        asked = held(given, stem)
        if asked is None:
            continue
        before = held(element, stem)
        if before is not None and _less(asked[1], before[1], sign):
            work.say(where, f"its {stem} {_short(asked[1])} is {what} than the {_short(before[1])} of its base")
            continue
        _put(element, before, asked, given)
    if "maxLength" in given:
        now, was = given["maxLength"], element.get("maxLength")
        if not isinstance(now, int) or isinstance(now, bool):
            work.say(where, f"its maxLength {_short(now)} is not a whole number")
        elif isinstance(was, int) and now > was:
            work.say(where, f"its maxLength {now} is greater than the {was} of its base")
        else:
            element["maxLength"] = now


def _less(one: object, other: object, sign: int) -> bool:
    """Whether ``one`` lies before ``other`` (after, with sign -1). Dates of unlike precision and quantities of unlike units compare as not."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        if (one.get("system"), one.get("code")) != (other.get("system"), other.get("code")):
            return False
        one, other = one.get("value"), other.get("value")
    if _is_number(one) and _is_number(other):
        first, second = Decimal(str(one)), Decimal(str(other))
        return (first < second) if sign > 0 else (first > second)
    if isinstance(one, str) and isinstance(other, str) and len(one) == len(other) and one[:1].isdigit() and other[:1].isdigit():
        return (one < other) if sign > 0 else (one > other)
    return False


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _same(one: object, other: object) -> bool:
    if _is_number(one) and _is_number(other):
        return Decimal(str(one)) == Decimal(str(other))
    return type(one) is type(other) and one == other


def meets(value: object, pattern: object, depth: int = 0) -> bool:
    """Whether ``value`` (fixed, or a pattern itself) holds everything ``pattern`` asks for."""
    if depth > 50:
        return False
    if isinstance(pattern, Mapping):
        return isinstance(value, Mapping) and all(key in value and meets(value[key], each, depth + 1) for key, each in pattern.items())
    if isinstance(pattern, list):
        return isinstance(value, list) and all(any(meets(one, each, depth + 1) for one in value) for each in pattern)
    return _same(value, pattern)


def _joined(base: object, given: object, depth: int = 0) -> Any:
    """A pattern that asks for what both ask for; None where nothing could meet it."""
    if depth > 50:
        return None
    if isinstance(base, Mapping) and isinstance(given, Mapping):
        made = dict(base)
        for key, value in given.items():
            joined = value if key not in base else _joined(base[key], value, depth + 1)
            if joined is None:
                return None
            made[key] = joined
        return made
    if isinstance(base, list) and isinstance(given, list):
        return given + [each for each in base if not any(meets(one, each) for one in given)]
    return given if _same(base, given) else None


def _short(value: object) -> str:
    text = repr(value) if not isinstance(value, str) else f"“{value}”"
    return text if len(text) <= 60 else f"{text[:57]}…"
