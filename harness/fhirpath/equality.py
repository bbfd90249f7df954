"""``=``, ``~``, and the comparisons, over items and collections."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from harness.fhirpath import moments, quantities
from harness.fhirpath.errors import EvaluationError
from harness.fhirpath.moments import Moment
from harness.fhirpath.nodes import ElementNode, RootNode, members, system
from harness.fhirpath.quantities import Quantity, Worth

NUMBERS = (int, Decimal)
_NODES = (ElementNode, RootNode)


def equal(left: Any, right: Any, worth: Worth | None) -> bool | None:
    """Whether two items are equal; None where precision or units leave it open. ``worth`` converts units."""
    one, other = system(left), system(right)
    kind, second = type(one), type(other)
    if kind in _NODES or second in _NODES or one is None or other is None:
        return _same_elements(left, right)
    if kind is second:
        if kind is Moment:
            return _same_moment(one, other)
        return _same_quantity(one, other, worth) if kind is Quantity else bool(one == other)
    if kind in NUMBERS and second in NUMBERS:
        return bool(one == other)
    if Quantity in (kind, second) and (kind in NUMBERS or second in NUMBERS):
        return _same_quantity(as_quantity(one), as_quantity(other), worth)
    return False


def as_quantity(value: Any) -> Quantity:
    """A number as a Quantity without a unit; a Quantity as it is."""
    return value if type(value) is Quantity else Quantity(Decimal(value))


def _same_moment(left: Moment, right: Moment) -> bool | None:
    if (left.kind == moments.TIME) != (right.kind == moments.TIME):
        return False
    order = moments.compare(left, right)
    return None if order is None else order == 0


def _same_quantity(left: Quantity, right: Quantity, worth: Worth | None) -> bool | None:
    pair = quantities.comparable(worth, left, right)
    if pair is None:
        one, other = quantities.canonical(worth, left.unit, left.calendar), quantities.canonical(worth, right.unit, right.calendar)
        if one is None or other is None or "calendar" in one[1] + other[1]:
            return None
        return False
    return pair[0] == pair[1]


def _same_elements(left: Any, right: Any) -> bool:
    if type(left) not in _NODES or type(right) not in _NODES:
        return False
    return left is right or (_same_tree(left.value, right.value) and _same_tree(left.shadow, right.shadow))


def _same_tree(left: Any, right: Any) -> bool:
    kind = type(left)
    if kind is not type(right):
        numbers = (int, Decimal, float)
        return kind in numbers and type(right) in numbers and left == right
    if kind is dict:
        return len(left) == len(right) and all(key in right and _same_tree(value, right[key]) for key, value in left.items())
    if kind is list:
        return len(left) == len(right) and all(map(_same_tree, left, right))
    return bool(left == right)


def equal_all(left: list[Any], right: list[Any], worth: Worth | None) -> bool | None:
    """``left = right`` of two collections: None where one is empty."""
    if not left or not right:
        return None
    if len(left) != len(right):
        return False
    open_ = False
    for one, other in zip(left, right, strict=True):
        answer = equal(one, other, worth)
        if answer is False:
            return False
        open_ = open_ or answer is None
    return None if open_ else True


def equivalent(left: Any, right: Any, worth: Worth | None) -> bool:
    """``~`` of two items: texts without regard to case and white space, numbers to the digits of the less precise, elements in any order."""
    one, other = system(left), system(right)
    kind, second = type(one), type(other)
    if kind in _NODES or second in _NODES or one is None or other is None:
        return _equivalent_elements(left, right, worth)
    if kind is str and second is str:
        return " ".join(one.split()).casefold() == " ".join(other.split()).casefold()
    if kind in NUMBERS and second in NUMBERS:
        return _equivalent_numbers(Decimal(one), Decimal(other))
    if kind is Moment and second is Moment:
        return _same_moment(one, other) is True
    if Quantity in (kind, second) and kind in (*NUMBERS, Quantity) and second in (*NUMBERS, Quantity):
        return quantities.equivalent(worth, as_quantity(one), as_quantity(other))
    return kind is second and bool(one == other)


def _equivalent_numbers(left: Decimal, right: Decimal) -> bool:
    places = min(_places(left), _places(right))
    return round(left, places) == round(right, places)


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def _equivalent_elements(left: Any, right: Any, worth: Worth | None) -> bool:
    if type(left) not in _NODES or type(right) not in _NODES:
        return False
    if type(left.value) is not dict or type(right.value) is not dict:
        return _same_tree(left.value, right.value)
    types = left.types
    if types.is_a(left.type, "Coding") and types.is_a(right.type, "Coding"):
        return all(left.value.get(part) == right.value.get(part) for part in ("system", "code"))
    if types.is_a(left.type, "CodeableConcept") and types.is_a(right.type, "CodeableConcept"):
        return _shares_coding(left.value, right.value)
    first, second = ([child for child in members(side) if child.key != "id"] for side in (left, right))
    if len(first) != len(second):
        return False
    return _paired([(child.key, child) for child in first], [(child.key, child) for child in second], worth)


def _shares_coding(left: dict[str, Any], right: dict[str, Any]) -> bool:
    pairs = [{(coding.get("system"), coding.get("code")) for coding in side.get("coding") or () if isinstance(coding, dict)} for side in (left, right)]
    if pairs[0] or pairs[1]:
        return bool(pairs[0] & pairs[1])
    return _same_tree(left.get("text"), right.get("text"))


def _paired(left: list[tuple[str, Any]], right: list[tuple[str, Any]], worth: Worth | None) -> bool:
    rest = list(right)
    for name, one in left:
        for place, (other_name, other) in enumerate(rest):
            if name == other_name and equivalent(one, other, worth):
                del rest[place]
                break
        else:
            return False
    return not rest


def equivalent_all(left: list[Any], right: list[Any], worth: Worth | None) -> bool:
    """``left ~ right`` of two collections: order does not matter, two empty ones are equivalent."""
    return len(left) == len(right) and _paired([("", one) for one in left], [("", other) for other in right], worth)


def compare(left: Any, right: Any, worth: Worth | None) -> int | None:
    """-1, 0 or 1; None where it is open. EvaluationError for items that have no order between them."""
    one, other = system(left), system(right)
    kind, second = type(one), type(other)
    if (kind in NUMBERS and second in NUMBERS) or (kind is str and second is str):
        return int(one > other) - int(one < other)
    if kind is Moment and second is Moment:
        if (one.kind == moments.TIME) == (other.kind == moments.TIME):
            return moments.compare(one, other)
    elif Quantity in (kind, second) and kind in (*NUMBERS, Quantity) and second in (*NUMBERS, Quantity):
        pair = quantities.comparable(worth, as_quantity(one), as_quantity(other))
        return None if pair is None else (pair[0] > pair[1]) - (pair[0] < pair[1])
    if one is None or other is None:
        return None
    raise EvaluationError(f"{named(one)} cannot be compared with {named(other)}", expected="two numbers, texts, dates, times or quantities")


def named(value: Any) -> str:
    """What an item is, for a message."""
    if isinstance(value, ElementNode):
        return value.type or "an element"
    names = {bool: "Boolean", int: "Integer", Decimal: "Decimal", str: "String", Quantity: "Quantity"}
    return value.kind if type(value) is Moment else names.get(type(value), "nothing")
