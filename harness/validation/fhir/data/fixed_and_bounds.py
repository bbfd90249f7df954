"""What profiles ask of a value: fixed and pattern, bounds, lengths, regular expressions."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from harness.fhirpath.patterns import whole_match
from harness.validation.fhir.element_rules import ElementRule

if TYPE_CHECKING:
    from harness.validation.fhir.judging import FhirJudging
    from harness.validation.fhir.walk.plans import ValuePlan

_DATED = frozenset({"date", "dateTime", "instant", "time"})
_LONGEST = 10_000
_UCUM = "http://unitsofmeasure.org"


def equal(asked: Any, value: Any) -> bool:
    """Whether ``value`` is exactly what ``fixed[x]`` asks for. Numbers have the same digits; ids of elements are left aside."""
    if isinstance(asked, dict):
        if not isinstance(value, dict):
            return False
        return {key for key in asked if key != "id"} == {key for key in value if key != "id"} and all(
            equal(asked[key], value[key]) for key in asked if key != "id"
        )
    if isinstance(asked, list):
        return isinstance(value, list) and len(asked) == len(value) and all(map(equal, asked, value))
    return _same(asked, value)


def includes(asked: Any, value: Any) -> bool:
    """Whether ``value`` holds all that ``pattern[x]`` asks for; of an array, each item asked for is somewhere in it."""
    if isinstance(asked, dict):
        return isinstance(value, dict) and all(key in value and includes(inner, value[key]) for key, inner in asked.items())
    if isinstance(asked, list):
        return isinstance(value, list) and all(any(includes(inner, item) for item in value) for inner in asked)
    return _same(asked, value)


def _same(asked: Any, value: Any) -> bool:
    if isinstance(asked, bool) or isinstance(value, bool) or isinstance(asked, str) or isinstance(value, str):
        return type(asked) is type(value) and bool(asked == value)
    try:
        if asked is None or value is None:
            return False
        one, other = Decimal(str(asked)), Decimal(str(value))
        # The precision of a decimal is significant (R4 2.24.0.1): 1.0 is not 1.
        return one == other and one.as_tuple().exponent == other.as_tuple().exponent
    except (InvalidOperation, ValueError):
        return False


def judge_values(judging: FhirJudging, plan: ValuePlan, value: Any, path: str, beside: Any = None) -> None:
    """Judge a value that has the right type by what the plan's definitions ask of it; ``beside`` is what stands beside a primitive."""
    for asked, rule in plan.fixed:
        if not equal(asked, value):
            judging.tell("data/fixed", at=path, expected=shown(asked), actual=shown(value), profile=rule.profile, element=rule.path)
        elif isinstance(beside, dict) and beside.get("extension"):
            # What the fixed value does not have must be missing (R4 ElementDefinition.fixed[x]).
            judging.tell("data/fixed-extension", at=path, expected=shown(asked), actual="an extension", profile=rule.profile, element=rule.path)
    for asked, rule in plan.patterns:
        if not includes(asked, value):
            judging.tell("data/pattern", at=path, expected=shown(asked), actual=shown(value), profile=rule.profile, element=rule.path)
    for rule in plan.lengths:
        if isinstance(value, str):
            if rule.max_length is not None and len(value) > rule.max_length:
                judging.tell("data/too-long", at=path, actual=len(value), profile=rule.profile, name=rule.name, most=rule.max_length)
            if rule.min_length is not None and len(value) < rule.min_length:
                judging.tell("data/too-short", at=path, actual=len(value), profile=rule.profile, name=rule.name, least=rule.min_length)
    for rule in plan.bounds:
        _bounds(judging, rule, value, path)
    for rule in plan.regexes:
        answer = whole_match(rule.regex, value) if isinstance(value, str) and len(value) <= _LONGEST else True
        if answer is None:
            _unread(judging, rule, path)
        elif not answer:
            judging.tell("data/form", at=path, expected=rule.regex, actual=shown(value), profile=rule.profile, name=rule.name)


def _bounds(judging: FhirJudging, rule: ElementRule, value: Any, path: str) -> None:
    for bound, sign in ((rule.min_value, 1), (rule.max_value, -1)):
        if bound is None:
            continue
        order = compared(bound[0], value, bound[1])
        stranger = order is None and _strangers(value, bound[1])
        if stranger or (order is not None and order * sign < 0):
            limit = bound[1] if not isinstance(bound[1], dict) else f"{bound[1].get('value')} {bound[1].get('code', bound[1].get('unit', ''))}"
            judging.tell(
                ("data/unit-of-least" if stranger else "data/below-least") if sign > 0 else ("data/unit-of-most" if stranger else "data/above-most"),
                at=path,
                actual=shown(value),
                profile=rule.profile,
                name=rule.name,
                limit=limit,
            )


def compared(kind: str, value: Any, limit: Any) -> int | None:
    """-1, 0 or 1 as ``value`` is below, at or above ``limit``; None where the two cannot be compared."""
    if isinstance(limit, dict):
        pair = _amounts(value, limit)
        return None if pair is None else compared("decimal", *pair)
    if kind in _DATED:
        return _dates(value, limit) if isinstance(value, str) and isinstance(limit, str) else None
    try:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            return None
        left, right = Decimal(str(value)), Decimal(str(limit))
    except (InvalidOperation, ValueError):
        return None
    return (left > right) - (left < right)


def _amounts(value: Any, limit: dict[str, Any]) -> tuple[Any, Any] | None:
    """The values of two quantities in one unit, converted by UCUM where their units differ; None where that cannot be done."""
    if not isinstance(value, dict):
        return None
    one, other = value.get("value"), limit.get("value")
    if (limit.get("code"), limit.get("system")) == (value.get("code"), value.get("system")):
        return one, other
    if not _measured(value) or not _measured(limit):
        return None
    from harness.fhirpath.quantities import Quantity, comparable
    from harness.terminology.ucum import canonical

    try:
        return comparable(canonical, Quantity(Decimal(str(one)), value["code"]), Quantity(Decimal(str(other)), limit["code"]))
    except (InvalidOperation, ValueError):
        return None


def _measured(quantity: Any) -> bool:
    return isinstance(quantity, dict) and quantity.get("system") == _UCUM and isinstance(quantity.get("code"), str) and "value" in quantity


def _strangers(value: Any, limit: Any) -> bool:
    """True for two quantities in units that both are known and measure different things."""
    if not _measured(value) or not _measured(limit):
        return False
    from harness.fhirpath.quantities import canonical
    from harness.terminology import ucum

    one, other = canonical(ucum.canonical, value["code"]), canonical(ucum.canonical, limit["code"])
    return one is not None and other is not None and one[1] != other[1]


def _dates(value: str, limit: str) -> int | None:
    """At the precision that both have."""
    if "T" in value and "T" in limit:
        try:
            left, right = datetime.fromisoformat(value), datetime.fromisoformat(limit)
            return (left > right) - (left < right)
        except (ValueError, TypeError):
            return None
    size = min(len(value.partition("T")[0]), len(limit.partition("T")[0])) if "-" in limit or "T" in limit else min(len(value), len(limit))
    left_text, right_text = value[:size], limit[:size]
    return (left_text > right_text) - (left_text < right_text)


def _unread(judging: FhirJudging, rule: ElementRule, path: str) -> None:
    judging.tell("data/form-untold", at=path, expected=rule.regex, profile=rule.profile, element=rule.path)


def shown(value: Any) -> str:
    """A value as a person would write it."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict | list):
        from harness.errors import FormatError
        from harness.formats.fhir.json import encode_json

        try:
            return encode_json(value).decode()
        except FormatError:
            return "a value"
    return "true" if value is True else "false" if value is False else str(value)
